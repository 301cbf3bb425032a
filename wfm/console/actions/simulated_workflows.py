"""What is done to the workflows of a simulated AMC: how it shows them, how long their runs take, and how these end."""

from typing import Final

from wfm.client.tenants.status import served
from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Input, Preview
from wfm.console.given import Given
from wfm.console.simulated_amc import ECHOES, OUTCOMES, MakeAmc

PAGE: Final = "/simulator"
MOST_MINUTES: Final = 1440.0
RESET: Final = "reset"


def echo_action(make: MakeAmc) -> Action:
    """How AMC shows workflows and parameter values."""

    def preview(wfm: Wfm, given: Given) -> Preview:
        now, wanted = make(wfm).echo(None), given.one_of("kind", list(ECHOES))
        inputs = (Input("kind", "AMC shows workflows", wanted or now, choices=list(ECHOES), needed=True),)
        sentences = [f"AMC shows workflows {ECHOES[now]} ({now})."]
        if not wanted:
            return Preview(sentences, inputs=inputs)
        return Preview([*sentences, f"It will show them {ECHOES[wanted]} ({wanted})."], "Set it", inputs=inputs)

    def perform(wfm: Wfm, given: Given, _who: str) -> Done:
        given.needed("kind")
        found = make(wfm).echo(given.one_of("kind", list(ECHOES)))
        return Done(f"AMC shows workflows {ECHOES[found]}.", PAGE)

    return Action(f"{PAGE}/echo", "Change how AMC shows workflows", preview, perform)


def durations_action(make: MakeAmc) -> Action:
    """How long a workflow's later runs take, and how they end; or as ever again."""

    def preview(wfm: Wfm, given: Given) -> Preview:
        workflow, tenant, minutes, outcome, reason = _asked(given)
        tenants = [one.customer_id for one in served(wfm.tenants.list())]
        known = [one.workflow_id for one in wfm.workflows.list(tenant)] if tenant else []
        whose = f"of {workflow} in {tenant}'s instance" if tenant else f"of {workflow}"
        if given.text(RESET):
            fields = {"workflow": workflow, "tenant": tenant or "", RESET: "yes"}
            return Preview([f"Later runs {whose} go as ever again."], "Reset it", fields)
        inputs = (
            Input("workflow", "Workflow", workflow, "an id" if not tenant else "", choices=known, needed=True),
            Input("tenant", "Tenant", tenant or "", "empty: in the instances of all", choices=tenants),
            Input("minutes", "Minutes", given.text("minutes"), "of AMC's time; empty: as ever"),
            Input("outcome", "They end as", outcome or "", "empty: SUCCEEDED", choices=list(OUTCOMES)),
            Input("reason", "Reason", reason or "", "what AMC says of one that did not succeed"),
        )
        if not workflow or (minutes is None and outcome is None):
            return Preview(["How long should a workflow's later runs take, and how should they end?"], inputs=inputs)
        long = f"take {minutes:g} minutes of AMC's time" if minutes is not None else "take as long as ever"
        sentence = f"Later runs {whose} {long}, and end as {outcome or OUTCOMES[0]}."
        return Preview([sentence], "Set it", inputs=inputs)

    def perform(wfm: Wfm, given: Given, _who: str) -> Done:
        given.needed("workflow")
        workflow, tenant, minutes, outcome, reason = _asked(given)
        if given.text(RESET):
            make(wfm).set_durations(workflow, tenant, None, None, None)
            return Done(f"Later runs of {workflow} go as ever again.", PAGE)
        if minutes is None:
            given.needed("outcome")
        make(wfm).set_durations(workflow, tenant, minutes, outcome, reason)
        return Done(f"Later runs of {workflow} go as you say.", PAGE)

    return Action(f"{PAGE}/durations", "Set durations", preview, perform)


def _asked(given: Given) -> tuple[str, str | None, float | None, str | None, str | None]:
    minutes, outcome = given.decimal("minutes", 0, MOST_MINUTES), given.one_of("outcome", OUTCOMES) or None
    return given.text("workflow"), given.text("tenant") or None, minutes, outcome, given.text("reason") or None
