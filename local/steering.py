"""What a person does to the local world beside WFM: `wfm local tenant` and `wfm local amc`.

All of it reaches a runtime that is up, through the connection of a client.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.configuration import Behaviour, Duration
from local.amc_simulator.faults import Fault
from local.examples import UK, US, ExampleTenant, bring_up
from wfm.client.adapters.session import open_session
from wfm.client.wfm import Wfm
from wfm.console.simulated_amc import SimulatedDurations, SimulatedFault, SimulatedRun
from wfm.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MARKETPLACES: Final = {"US": US, "UK": UK}
_RUNS: Final = r"/workflowExecutions$"


# What AMC can be made to do to its callers, and what that is in words.
_FAULTS: Final = {
    "throttle": (Fault(status=429, retry_after=1, path="/amc/"), "every call is throttled (429)"),
    "outage": (Fault(status=503, body="gateway", path="/amc/"), "every call fails (503)"),
    "lost-answers": (
        Fault(method="POST", path=_RUNS, when="after", drop=True),
        "runs are taken, and the answer is lost",
    ),
    "refuse": (Fault(status=403, path="/amc/"), "every call is refused (403)"),
    "slow": (Fault(delay_seconds=5, path="/amc/"), "every answer takes five seconds more"),
    "html": (Fault(status=502, body="html", path="/amc/"), "every answer is a page of HTML (502)"),
}


class LocalWorld:
    """The runtime that a client speaks to; UsageError if that is on AWS."""

    def __init__(self, wfm: Wfm) -> None:
        if not wfm.connection.simulator:
            raise UsageError(
                f"this is for the local runtime, and {wfm.connection.place} is meant;"
                " allowed: after `wfm local up`, with --context local"
            )
        self._wfm = wfm
        self._amc = SimulatorClient.by_http(wfm.connection.simulator)

    def add_tenant(self, customer_id: str, limit: int, marketplace: str) -> ExampleTenant:
        """Make an AMC instance with a bucket, and onboard it; the library follows by itself."""
        tenant = ExampleTenant.named(customer_id, limit, MARKETPLACES[marketplace])
        if self._wfm.tenants.preview(tenant.tps_record()) != "add":
            raise UsageError(f"NAME: there is a tenant {customer_id} already; allowed: another name")
        s3: S3Client = open_session(self._wfm.connection).client("s3", endpoint_url=self._wfm.connection.endpoint_url)
        bring_up(self._amc, s3, self._wfm, [tenant])
        return tenant

    def start_elsewhere(self, workflow_id: str, customer_id: str, minutes: float | None) -> str:
        """Start a run of the last seven days past WFM, as somebody does in AMC's console; AMC's id of it."""
        instance_id = self._wfm.tenants.get(customer_id).amc_instance_id
        today = date.today()  # noqa: DTZ011 - any week of the past does
        execution = {
            "workflowId": workflow_id,
            "timeWindowType": "EXPLICIT",
            "timeWindowStart": f"{today - timedelta(days=9)}T00:00:00",
            "timeWindowEnd": f"{today - timedelta(days=2)}T00:00:00",
        }
        if minutes is None:
            return self._start(instance_id, execution)
        self._amc.set_behaviour(workflow_id, Behaviour(running=Duration(median=60 * minutes)), instance_id)
        try:
            return self._start(instance_id, execution)
        finally:
            self._amc.set_behaviour(workflow_id, None, instance_id)

    def _start(self, instance_id: str, execution: dict[str, Any]) -> str:
        return str(self._amc.start_externally(instance_id, execution)["workflowExecutionId"])

    def trouble(self, kind: str, times: int | None, probability: float, customer_id: str | None) -> tuple[int, str]:
        """Have AMC do that from now on, or so many times; the number of the fault, and what it does."""
        fault, words = _FAULTS[kind]
        instance_id = self._wfm.tenants.get(customer_id).amc_instance_id if customer_id else None
        changes = {"times": times, "probability": probability, "instance_id": instance_id}
        (number,) = self._amc.add_faults(fault.model_copy(update=changes))
        return number, words

    def troubles(self) -> dict[str, Any]:
        """The faults in force as the simulator lists them, and how often each was applied."""
        return self._amc.faults()

    @property
    def fault_kinds(self) -> Mapping[str, str]:
        """What AMC can be made to do to its callers, in words by its name."""
        return {kind: words for kind, (_, words) in _FAULTS.items()}

    def faults(self) -> Sequence[SimulatedFault]:
        """The faults in force, each in words."""
        names = self._tenants()
        found = [(one, Fault.model_validate(one["fault"])) for one in self.troubles()["faults"]]
        return [
            SimulatedFault(
                one["id"],
                _words(fault),
                names.get(fault.instance_id or "", ""),
                fault.times,
                fault.probability,
                one["applied"],
            )
            for one, fault in found
        ]

    def latest_runs(self, most: int) -> Sequence[SimulatedRun]:
        """AMC's newest runs, whoever started them, the newest first."""
        names = self._tenants()
        return [
            SimulatedRun(
                run["workflowExecutionId"],
                names.get(run["instanceId"], ""),
                run["workflowId"] or "",
                run["status"],
                run["statusReason"] or "",
                run["origin"] == "external",
                run["createdAt"],
                run["startedAt"],
                run["endedAt"],
            )
            for run in reversed(self._amc.latest_executions(most))
        ]

    def _tenants(self) -> dict[str, str]:
        """Customer ids by the instances that they have."""
        return {tenant.amc_instance_id: tenant.customer_id for tenant in self._wfm.tenants.list()}

    def mend(self, number: int | None) -> None:
        """End one fault, or all."""
        known = [int(one["id"]) for one in self.troubles()["faults"]]
        if number is not None and number not in known:
            there_are = f"there are {', '.join(map(str, known))}" if known else "there are none"
            raise UsageError(f"NUMBER: no fault {number} is in force; {there_are}")
        self._amc.clear_faults(number)

    def clock(self, speed: float | None) -> float:
        """How much faster AMC's time passes than ours; what runs already is finished by the new clock."""
        return (self._amc.configuration() if speed is None else self._amc.configure(clock_factor=speed)).clock_factor

    def echo(self, kind: str | None) -> str:
        """How AMC shows workflows: `amc` in a form of its own, `verbatim` as they were sent."""
        return (self._amc.configuration() if kind is None else self._amc.configure(echo=kind)).echo

    def behave(self, workflow_id: str, customer_id: str | None, behaviour: Behaviour | None) -> None:
        """How later runs of a workflow go; None takes the setting away."""
        instance_id = self._wfm.tenants.get(customer_id).amc_instance_id if customer_id else None
        self._amc.set_behaviour(workflow_id, behaviour, instance_id)

    def durations(self) -> Sequence[SimulatedDurations]:
        """What is set of workflows' later runs, by workflow."""
        names = self._tenants()
        found = [(one, Behaviour.model_validate(one["behaviour"])) for one in self._amc.behaviours()]
        return sorted(
            (
                SimulatedDurations(
                    one["workflowId"],
                    names.get(one["instanceId"] or "", ""),
                    its.running.median / 60,
                    its.outcome,
                    its.status_reason or "",
                )
                for one, its in found
            ),
            key=lambda one: (one.workflow_id, one.customer_id),
        )

    def set_durations(
        self, workflow_id: str, customer_id: str | None, minutes: float | None, outcome: str | None, reason: str | None
    ) -> None:
        """Have a workflow's later runs take so long and end so; as ever again where neither is given."""
        is_reset = minutes is None and outcome is None
        self.behave(workflow_id, customer_id, None if is_reset else behaviour(minutes, outcome, reason))


def _words(fault: Fault) -> str:
    """What a fault does, also of one that a test has set."""
    plain = fault.model_copy(update={"times": None, "probability": 1, "instance_id": None})
    known = next((words for one, words in _FAULTS.values() if one == plain), None)
    return known or f"{fault.method} {fault.path or 'any path'}: {fault.status or 'no answer'}"


def behaviour(minutes: float | None, outcome: str | None, reason: str | None) -> Behaviour:
    """Runs that take so many minutes of AMC's time and end so; as ever where nothing is given."""
    given: dict[str, Any] = {}
    if minutes is not None:
        given["running"] = Duration(median=60 * minutes)
    if outcome is not None:
        given |= {"outcome": outcome, "status_reason": reason}
    return Behaviour(**given)
