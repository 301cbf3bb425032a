"""Asking for one run of a workflow."""

import uuid
from typing import Final

from wfm.client.requests.sender import RunOptions
from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Input, Preview
from wfm.console.given import Given, address
from wfm.model.priorities import PRIORITIES
from wfm.model.rows import object_in

WINDOW: Final = ("timeWindowStart", "timeWindowEnd")
WINDOW_HINT: Final = "such as last 7 days; empty: the most recent day"


def _options(given: Given, source: str) -> RunOptions:
    return {
        "window": given.text("window") or None,
        "priority": given.one_of("priority", PRIORITIES, PRIORITIES[0]),
        "request_id": given.text("request") or None,
        "source": source,
    }


def preview_run(wfm: Wfm, given: Given) -> Preview:
    """The form, and, once a workflow is named, what AMC would get."""
    customer, workflow = given.needed("tenant"), given.text("workflow")
    known = [one.workflow_id for one in wfm.workflows.list(customer)]
    inputs = (
        Input("workflow", "Workflow", workflow, choices=known, needed=True),
        Input("window", "Window", given.text("window"), WINDOW_HINT),
        Input("priority", "Priority", given.text("priority", PRIORITIES[0]), choices=PRIORITIES),
    )
    if not known:
        return Preview([f"{customer} has no workflow yet: add one with wfm workflows put."])
    if not workflow:
        return Preview([f"Which workflow of {customer}?"], fields={"tenant": customer}, inputs=inputs)
    prepared = wfm.requests.prepare(workflow, customer, **_options(given, "console"))
    window = " to ".join(str(prepared.body[key]) for key in WINDOW if key in prepared.body)
    values = len(object_in(prepared.body.get("parameterValues")))
    sentences = [
        f"{workflow} runs once for {customer}, over {window or 'the most recent day'}, with {values} parameter values.",
        "It waits for a slot if all are taken.",
    ]
    fields = {"tenant": customer, "request": given.text("request") or str(uuid.uuid4())}
    return Preview(sentences, "Run it", fields, inputs)


def run(wfm: Wfm, given: Given, who: str) -> Done:
    """Send the request; the same form sent twice is one request."""
    customer = given.needed("tenant")
    sent = wfm.requests.submit(given.needed("workflow"), customer, **_options(given, f"console:{who}"))
    return Done(f"{sent.request_id} is in the queue of {customer}.", address("/runs", tenant=customer))


RUN: Final = Action("/run/start", "Run a workflow", preview_run, run)
