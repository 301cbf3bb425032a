"""The tools that change something. All go through the functions that the command uses, and may be repeated.

What an agent asks for has `agent:NAME` as its source. Ids are the agent's own: the same call again changes nothing.
"""

import re
from typing import Annotated, Final

from pydantic import Field

from wfm.agents.budget import Budget
from wfm.agents.reading import Answer, Customer, RunId, WorkflowId, answer
from wfm.client.backfills.preview import selection_sentences, why_sentences
from wfm.client.clients import Clients
from wfm.client.requests.sender import RunOptions
from wfm.errors import UsageError, WfmError
from wfm.model.backfill_selection import Only
from wfm.model.backfill_windows import TUMBLING
from wfm.model.labels import LABELS

RequestId = Annotated[
    str,
    Field(
        description="An id that you choose for this request, 1 to 39 letters, digits, '-' and '_'. The same id again"
        " starts nothing twice, so repeat it when you are not sure whether a call was taken."
    ),
]
Window = Annotated[
    str, Field(description="A named window such as 'last 7 days'; or leave it empty and give start and end.")
]
Moment = Annotated[
    str, Field(description="yyyy-MM-ddTHH:mm:ss or a date expression such as TODAY(-7); empty for none.")
]
Zone = Annotated[str, Field(description="tz database name of the window; empty for UTC.")]
Parameters = Annotated[dict[str, object] | None, Field(description="Values of the workflow's parameters by name.")]
Labels = Annotated[
    dict[str, str] | None, Field(description='Texts by which the runs are found again, such as {"team": "emea"}.')
]
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def source_of(name: str) -> str:
    """What stands on the rows of what an agent of this name asks for; UsageError for a name that is none."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"--name: {name!r:.60} is no name; allowed: 1 to 40 letters, digits, '.', '-' and '_'")
    return f"agent:{name}"


class Previewing:
    """The tool that checks what `run_workflow` would do."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(
        self,
        *,
        workflow: WorkflowId,
        customer: Customer,
        window: Window = "",
        start: Moment = "",
        end: Moment = "",
        time_zone: Zone = "",
        parameters: Parameters = None,
    ) -> Answer:
        """What AMC would be asked if this were run now: window and parameters resolved. Nothing is sent."""
        options = _options(window, start, end, time_zone, parameters)
        with self._clients.borrowed() as wfm:
            prepared = wfm.requests.prepare(workflow, customer, **options)
        return {"body": {name: value for name, value in prepared.body.items() if name != "workflow"}}


class Writing:
    """The tools by their names, for an agent whose runs have this `source`."""

    def __init__(self, clients: Clients, source: str, budget: Budget) -> None:
        self._clients = clients
        self._source = source
        self._budget = budget

    def run_workflow(
        self,
        *,
        request_id: RequestId,
        workflow: WorkflowId,
        customer: Customer,
        window: Window = "",
        start: Moment = "",
        end: Moment = "",
        time_zone: Zone = "",
        parameters: Parameters = None,
        labels: Labels = None,
    ) -> Answer:
        """Ask for one run of a workflow. It costs the advertiser one of its slots in AMC. Follow it with `wait_for`."""
        options = _options(window, start, end, time_zone, parameters)
        options |= {"request_id": request_id, "source": self._source, "labels": labels}
        with self._clients.borrowed() as wfm:
            prepared = wfm.requests.prepare(workflow, customer, **options)
            self._budget.take(f"{customer}/{request_id}")
            wfm.requests.submit(prepared)
        return {"requestId": request_id, "customerId": customer, "runsLeft": self._budget.left}

    def backfill(
        self,
        *,
        backfill_id: Annotated[str, Field(description="An id that you choose, 1 to 30 letters, digits, '-' and '_'.")],
        workflow: WorkflowId,
        customers: Annotated[list[str], Field(min_length=1, description="Customer ids.")],
        start: Annotated[str, Field(description="Start of the first window: yyyy-MM-dd, or yyyy-MM-ddTHH:mm:ss.")],
        end: Annotated[str, Field(description="The end, exclusive; the same forms.")],
        days: Annotated[int, Field(ge=1, description="The length of each window.")],
        only: Annotated[
            list[Only] | None,
            Field(
                description="Only windows that are missing, that failed last, or whose definition or values have"
                " changed since they were run; any of these. None for all."
            ),
        ] = None,
        labels: Labels = None,
        dry_run: Annotated[bool, Field(description="Only say how many runs that would be.")] = True,
    ) -> Answer:
        """Run a workflow once for each window of a range, for each customer. Call it with dry_run first."""
        plan = {
            "customerIds": customers,
            "workflowId": workflow,
            "start": start,
            "end": end,
            "days": days,
            "windowType": TUMBLING,
            "allowPartialWindow": False,
            "payload": {},
            **({LABELS: labels} if labels else {}),
        }
        with self._clients.borrowed() as wfm:
            backfill = wfm.backfills.preview(backfill_id, plan)
            selection = wfm.backfills.select(backfill, only) if only else None
            if selection and not selection.numbers:
                return {"backfillId": backfill_id, "runs": 0, "started": False, "why": selection_sentences(selection)}
            if selection:
                plan["numbers"] = selection.text
                backfill = wfm.backfills.narrowed(backfill_id, plan, selection)
            (first, _), (_, last) = backfill.windows[0], backfill.windows[len(backfill.windows) - 1]
            found: Answer = {"backfillId": backfill_id, "runs": len(backfill), "start": first, "end": last}
            found |= {"why": why_sentences(backfill, selection)} if selection else {}
            if not dry_run:
                key = f"backfill {backfill_id}"
                self._budget.take(key, len(backfill))
                try:
                    wfm.backfills.start(backfill_id, plan, self._source)
                except WfmError:
                    self._budget.give_back(key)
                    raise
        return {**found, "started": not dry_run, "runsLeft": self._budget.left}

    def cancel(
        self,
        customer: Customer,
        run_id: RunId,
        reason: Annotated[str, Field(min_length=1, max_length=200, description="Why, for the people who see it.")],
    ) -> Answer:
        """Cancel one request or run, wherever it is. What AMC has counted already is not given back."""
        with self._clients.borrowed() as wfm:
            wfm.requests.require_seen(customer, [run_id])
            cancelled = wfm.requests.cancel(customer, run_id, f"{self._source}: {reason}")
        return answer(cancelled.as_json())

    def resubmit(
        self, customer: Customer, request_ids: Annotated[list[str], Field(min_length=1, max_length=50)]
    ) -> Answer:
        """Send requests that failed again, with the windows they had. One that has been resolved is skipped."""
        for request_id in request_ids:
            self._budget.take(f"{customer}/again/{request_id}")
        with self._clients.borrowed() as wfm:
            results = [each.as_json() for each in wfm.requests.resubmit(customer, request_ids)]
        return answer({"results": results, "runsLeft": self._budget.left})

    def schedule(
        self,
        *,
        customer: Customer,
        name: Annotated[str, Field(description="The schedule's name; one that is there is changed.")],
        workflow: WorkflowId,
        expression: Annotated[str, Field(description="Such as 'daily 07:00', 'monthly 2 06:00' or a cron(...).")],
        time_zone: Annotated[str, Field(description="tz database name; empty for UTC.")] = "",
        window: Window = "",
    ) -> Answer:
        """Add a schedule or change it: the workflow runs by itself from then on. Say so to the person you work for."""
        payload = {"workflowId": workflow, **({"timeWindowName": window} if window else {})}
        fields: dict[str, object] = {"ScheduleExpression": expression, "Input": {"payload": payload}}
        if time_zone:
            fields["ScheduleExpressionTimezone"] = time_zone
        with self._clients.borrowed() as wfm:
            done, made = wfm.schedules.put(customer, name, fields, own_zone=bool(window))
        return {"customerId": customer, "Name": name, "done": done, "nextRunAt": made.next_run_at}


def _options(window: str, start: str, end: str, time_zone: str, parameters: dict[str, object] | None) -> RunOptions:
    return {
        "window": window or None,
        "start": start or None,
        "end": end or None,
        "time_zone": time_zone or None,
        "parameters": parameters,
    }
