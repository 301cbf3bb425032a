"""What is done to a simulated AMC: faults, its clock, and runs that somebody starts past WFM."""

from collections.abc import Sequence
from typing import Final

from wfm.client.tenants.status import served
from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Input, Preview
from wfm.console.actions.simulated_workflows import MOST_MINUTES, PAGE, durations_action, echo_action
from wfm.console.given import Given
from wfm.console.simulated_amc import MakeAmc

LEAST_PROBABILITY: Final = 0.01
SPEEDS: Final = (0.1, 10_000.0)
MOST_TIMES: Final = 100_000
ALL: Final = "all"


def simulator_actions(make: MakeAmc) -> Sequence[Action]:
    """The actions on that simulated AMC, by the functions of `wfm local amc`."""
    own = (_fault(make), _mend(make), _clock(make), _start(make))
    return (*own, echo_action(make), durations_action(make))


def _tenants(wfm: Wfm) -> list[str]:
    return [tenant.customer_id for tenant in served(wfm.tenants.list())]


def _fault(make: MakeAmc) -> Action:
    def asked(given: Given) -> tuple[int | None, float, str | None]:
        times = given.number("times", 1, most=MOST_TIMES) if given.text("times") else None
        probability = given.decimal("probability", LEAST_PROBABILITY, 1)
        return times, 1 if probability is None else probability, given.text("tenant") or None

    def preview(wfm: Wfm, given: Given) -> Preview:
        kinds = make(wfm).fault_kinds
        kind, (times, probability, tenant) = given.one_of("kind", list(kinds)), asked(given)
        inputs = (
            Input("kind", "What goes wrong", kind, choices=list(kinds), needed=True),
            Input("times", "For so many calls", given.text("times"), "empty: until somebody ends it"),
            Input("probability", "Probability", given.text("probability", "1"), "of each call, 0.01 to 1"),
            Input("tenant", "Tenant", tenant or "", "empty: the calls of all", choices=_tenants(wfm)),
        )
        if not kind:
            return Preview(["What should go wrong with calls of AMC from now on?"], inputs=inputs)
        whose = f"Of the calls for {tenant}" if tenant else "Of all calls"
        how_long = f"for {times} calls" if times else "until somebody ends it"
        sentence = f"{whose}, with a probability of {probability:g}: {kinds[kind]}, {how_long}."
        return Preview([sentence], "Inject it", inputs=inputs, dangerous=True)

    def perform(wfm: Wfm, given: Given, _who: str) -> Done:
        amc, (times, probability, tenant) = make(wfm), asked(given)
        given.needed("kind")
        number, words = amc.trouble(given.one_of("kind", list(amc.fault_kinds)), times, probability, tenant)
        return Done(f"Fault {number}: {words}.", PAGE)

    return Action(f"{PAGE}/fault", "Inject a fault", preview, perform)


def _mend(make: MakeAmc) -> Action:
    def number(given: Given) -> int | None:
        return None if given.needed("number") == ALL else given.number("number", 1)

    def preview(wfm: Wfm, given: Given) -> Preview:
        chosen = number(given)
        known = make(wfm).faults()
        ended = [fault for fault in known if chosen in (None, fault.number)]
        if not ended:
            return Preview(["No such fault is in force."])
        rows = [(str(fault.number), fault.what, str(fault.applied)) for fault in ended]
        fields = {"number": given.needed("number")}
        return Preview(["From now on AMC works again, as far as these are concerned."], "End it", fields,
                       headings=("Fault", "What it does", "Applied"), rows=rows)  # fmt: skip

    def perform(wfm: Wfm, given: Given, _who: str) -> Done:
        chosen = number(given)
        make(wfm).mend(chosen)
        return Done("AMC works again." if chosen is None else f"Fault {chosen} is over.", PAGE)

    return Action(f"{PAGE}/mend", "End a fault", preview, perform)


def _clock(make: MakeAmc) -> Action:
    def preview(wfm: Wfm, given: Given) -> Preview:
        now, speed = make(wfm).clock(None), given.decimal("speed", *SPEEDS)
        inputs = (
            Input("speed", "Times as fast as ours", given.text("speed", f"{now:g}"), "0.1 to 10000", needed=True),
        )
        sentences = [f"AMC's clock goes {now:g} times as fast as ours. What runs is finished by the new clock."]
        if speed is None:
            return Preview(sentences, inputs=inputs)
        return Preview([*sentences, f"It will go {speed:g} times as fast."], "Set it", inputs=inputs)

    def perform(wfm: Wfm, given: Given, _who: str) -> Done:
        given.needed("speed")
        return Done(
            f"AMC's clock goes {make(wfm).clock(given.decimal('speed', *SPEEDS)):g} times as fast as ours.", PAGE
        )

    return Action(f"{PAGE}/clock", "Move AMC's clock", preview, perform)


def _start(make: MakeAmc) -> Action:
    def preview(wfm: Wfm, given: Given) -> Preview:
        tenant, workflow = given.text("tenant"), given.text("workflow")
        given.decimal("minutes", 0, MOST_MINUTES)
        known = [one.workflow_id for one in wfm.workflows.list(tenant)] if tenant else []
        inputs = (
            Input("tenant", "Tenant", tenant, choices=_tenants(wfm), needed=True),
            Input("workflow", "Workflow", workflow, "" if tenant else "Preview lists them", choices=known),
            Input("minutes", "Minutes", given.text("minutes"), "of AMC's time; empty: as ever"),
        )
        if not (tenant and workflow):
            return Preview(["Somebody starts a run in AMC's own pages, and not by WFM."], inputs=inputs)
        sentence = f"A run of {workflow} is started in {tenant}'s instance past WFM, which finds it with its next poll."
        return Preview([sentence], "Start it", inputs=inputs)

    def perform(wfm: Wfm, given: Given, _who: str) -> Done:
        minutes = given.decimal("minutes", 0, MOST_MINUTES)
        tenant = given.needed("tenant")
        run_id = make(wfm).start_elsewhere(given.needed("workflow"), tenant, minutes)
        return Done(f"{run_id} was started in {tenant}'s AMC instance, and not by WFM.", PAGE)

    return Action(f"{PAGE}/start", "Start a run elsewhere", preview, perform)
