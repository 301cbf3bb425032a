import json
import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import FakeLogs
from tests.wfm.console.executions import Events, FakeStepFunctions
from tests.wfm.deployed import Deployed
from tests.wfm.post import FakeLifecycle
from wfm.console.queries.run_result import FIRST_ROWS, LONGEST_ROW

ARN = "arn:aws:states:us-east-1:1:execution:wfm-demo-lifecycle:acme.r1"
RUN = "/run?tenant=acme&id=r1"


@pytest.fixture
def run(deployed: Deployed, executions: FakeStepFunctions) -> Deployed:
    deployed.put_tenant()
    deployed.put_request("r1", "WAITING", executionArn=ARN, execution={"parameterValues": {"brand": "Anvils & Co"}})
    executions.put(ARN, Events().enter("WaitForSlot").try_().fail("AmcThrottled", "again later").try_())
    return deployed


def test_a_label_leads_to_the_tenants_runs_that_have_it(run: Deployed, browser: Browser) -> None:
    run.put_request("r1", "WAITING", executionArn=ARN, labels={"team": "emea"})

    assert '<dt>labels<dd><a href="/runs?tenant=acme&amp;label=team%3Demea">team=emea</a>' in browser.open(RUN)


def states(page: str) -> dict[str, str]:
    return dict(re.findall(r'<a class="state [\w-]+" href="#state-[^"]*" aria-label="(\w+): ([\w ]+)">', page))


def test_its_states_are_drawn_as_far_as_it_has_come(run: Deployed, browser: Browser) -> None:
    page = browser.open(RUN)

    assert states(page) == {
        "WaitForSlot": "running",
        "SubmitExecution": "not reached",
        "Done": "not reached",
        "ExecutionFailed": "not reached",
    }
    assert '<tr id="state-WaitForSlot">' in page
    assert "AmcThrottled: again later" in page


def test_a_run_with_newer_numbers_leads_to_them_and_names_its_other_ages(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    deployed.put_tenant()
    due = {"dueAt": "2026-12-23T00:00:00.000Z"}
    deployed.put_request("r1", "SUCCEEDED", workflowExecutionId="e1", refreshes={"30d": due})
    deployed.put_execution("e1", "SUCCEEDED", requestId="r1", supersededBy="e2")

    page = browser.open(RUN)

    assert '<dt>superseded by<dd><a href="/run?tenant=acme&amp;id=e2">' in page
    assert "<dt>at 30d<dd>due at 2026-12-23T00:00:00.000Z" in page
    assert "SUPERSEDED by e2" in browser.open("/runs?tenant=acme")


def test_a_run_that_was_made_again_says_how_much_its_result_changed(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    deployed.put_tenant()
    change = {"at": "2026-11-23T12:00:00.000Z", "reason": "nothing is kept of run e0 any more"}
    deployed.put_request("r1", "SUCCEEDED", workflowExecutionId="e1")
    deployed.put_execution("e1", "SUCCEEDED", requestId="r1", supersedes="e0", change=change)

    page = browser.open(RUN)

    assert "<dt>changed<dd>not compared: nothing is kept of run e0 any more" in page


def test_captions_name_handlers_and_no_arns(run: Deployed, browser: Browser) -> None:
    page = browser.open(RUN)

    assert "Lambda Submit</text>" in page
    assert '<td data-label="Handler">Submit</td>' in page
    assert ":function:" not in page


def test_it_says_what_it_waits_for(run: Deployed, browser: Browser) -> None:
    run.put_gate("acme", {"r0", "r9"})
    run.put_waiter("r1")

    page = browser.open(RUN)

    assert "a slot (next)" in page
    assert "r0" in page


def test_parameter_values_are_shown_when_asked_for(run: Deployed, browser: Browser) -> None:
    assert "Anvils" not in browser.open(RUN)
    assert "Anvils &amp; Co" in browser.open(f"{RUN}&show=parameters")


def test_the_first_rows_of_its_result_are_read_when_somebody_asks_and_once(
    deployed: Deployed, browser: Browser, listen: Callable[[Any, str, Callable[..., None]], None]
) -> None:
    s3, calls = deployed.wfm.aws.objects._s3, Counter[str]()
    s3.create_bucket(Bucket="acme-results")
    key = "workflow=reach/schedule=adhoc/2026-11-23T14:10:00.000Z-reach.csv"
    lines = ["brand,reach", "<b>Anvils</b>," + "9" * 5000, *("x,1" for _ in range(100))]
    s3.put_object(Bucket="acme-results", Key=key, Body="\r\n".join(lines).encode())
    deployed.put_tenant(bucketName="acme-results")
    deployed.put_execution("e1", "SUCCEEDED", outputS3URI=f"s3://amc-own-bucket/amc1/{key}")
    listen(s3, "before-call.s3", lambda model, **_: calls.update([model.name]))

    link = "/run/result?tenant=acme&amp;id=e1"
    assert link in browser.open("/run?tenant=acme&id=e1")
    assert browser.open("/part/run?tenant=acme&id=e1")
    assert not calls
    page = browser.open(link.replace("&amp;", "&"))

    assert calls["GetObject"] == 1
    rows = page.partition('<pre class="rows" tabindex="0">')[2].partition("</pre>")[0].splitlines()
    assert (rows[0], unescape(rows[1]), len(rows)) == (lines[0], lines[1][:LONGEST_ROW], FIRST_ROWS + 1)
    assert "&lt;b&gt;" in rows[1]
    assert browser.get("/part/run/result?tenant=acme&id=e1").status_code == 404


def test_a_run_without_a_result_says_why(run: Deployed, browser: Browser) -> None:
    assert '<div class="empty"><p>No rows.</p><p>the run is WAITING' in browser.open("/run/result?tenant=acme&id=r1")
    assert browser.get("/run/result?tenant=acme&id=nothing").status_code == 404


def test_a_run_from_elsewhere_has_no_graph(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()
    deployed.put_execution("e1", "FAILED", statusReason="no such column")

    page = browser.open("/run?tenant=acme&id=e1")

    assert "no such column" in page
    assert "started elsewhere" in page


def test_an_execution_that_is_forgotten_is_no_error(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED")

    assert "Step Functions has no execution of it" in browser.open(RUN)


def test_a_run_that_is_unknown_is_said_to_be(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()

    answer = browser.get("/run?tenant=acme&id=nothing")

    assert answer.status_code == 404
    assert "neither a request nor an AMC run" in answer.text
    assert browser.get("/run?tenant=acme").status_code == 400


def test_one_reader_of_a_history_for_all_who_look(
    run: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    part = "/part" + RUN

    seen = {browser.open(part) for _ in range(5)}

    assert len(seen) == 1
    assert dict(executions.calls) == {"definition": 1, "execution": 1, "history": 1}


def test_nobody_reads_it_when_nobody_looks(run: Deployed, executions: FakeStepFunctions, browser: Browser) -> None:
    browser.open("/fleet")

    assert not executions.calls


def test_a_definition_with_hostile_names_is_only_text(
    run: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    hostile = '"><script>alert(1)</script>'
    state: dict[str, Any] = {"Type": "Pass", "Next": "Done"}
    executions.definition = {"StartAt": hostile, "States": {hostile: state, "Done": {"Type": "Succeed"}}}

    page = browser.open(RUN)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_its_log_is_read_when_somebody_asks_and_once(
    run: Deployed, executions: FakeStepFunctions, browser: Browser, lifecycle: FakeLifecycle, logs: FakeLogs
) -> None:
    ids = {"customerId": "acme", "requestId": "r1"}
    told = {"level": "WARNING", "message": "AMC is slow", "status": "RUNNING"}
    logs.put("SubmitExecution", json.dumps(ids | told))
    logs.put("SubmitExecution", json.dumps(ids | {"customerId": "birch", "message": "of another"}))

    link = "/run/log?tenant=acme&amp;id=r1"
    assert link in browser.open(RUN)
    assert logs.asked == []
    page = browser.open(link.replace("&amp;", "&"))

    assert len(logs.asked) == 1
    assert re.findall(r'<td class="why">(.*?)</td>', page) == [
        "AMC is slow", '<code>{&#34;status&#34;: &#34;RUNNING&#34;}</code>',
    ]  # fmt: skip
    assert browser.get("/part/run/log?tenant=acme&id=r1").status_code == 404


def test_a_run_without_a_log_says_so(run: Deployed, browser: Browser, lifecycle: FakeLifecycle, logs: FakeLogs) -> None:
    assert "No lines." in browser.open("/run/log?tenant=acme&id=r1")
    assert browser.get("/run/log?tenant=acme&id=nothing").status_code == 404
