"""What tests of other parts prove things with: ground truth, concurrency and the journal."""

from tests.local.amc_simulator.builders import INSTANCE, World


def test_the_truth_about_a_run_holds_its_request_its_client_and_its_times(amc: World) -> None:
    run = amc.run(timeWindowType="ALL")

    amc.wall.passes(200)

    truth = amc.control("GET", "/executions")["executions"][0]
    assert (truth["workflowExecutionId"], truth["status"], truth["origin"]) == (run, "SUCCEEDED", "api")
    assert truth["request"] == {"workflowId": "reach", "timeWindowType": "ALL"}
    assert truth["clientId"] == amc.credential.client_id
    assert (truth["createdAt"], truth["startedAt"], truth["endedAt"]) == (
        "2026-11-23T12:00:00.000Z",
        "2026-11-23T12:00:10.000Z",
        "2026-11-23T12:01:50.000Z",
    )


def test_truth_and_journal_can_be_read_from_where_one_left_off(amc: World) -> None:
    for _ in range(3):
        amc.run()

    rest = amc.control("GET", "/executions?since=2")["executions"]
    last = amc.control("GET", "/journal?since=4")["calls"]

    assert [run["sequence"] for run in rest] == [2]
    assert [call["number"] for call in last] == [5]


def test_a_run_behind_the_clients_back_is_listed_and_counted_apart(amc: World) -> None:
    own = amc.run()
    foreign = amc.control(
        "POST", "/executions", {"instanceId": INSTANCE, "execution": {"workflowId": "reach"}, "pool": "API"}
    )

    amc.wall.passes(20)

    levels = amc.control("GET", "/concurrency")["instances"][INSTANCE]
    assert amc.listed("workflowId=reach") == [foreign["workflowExecutionId"], own]
    assert {scope: levels[scope]["running"] for scope in levels} == {"all": 2, "api": 1, "external": 1}
    assert len([c for c in amc.control("GET", "/journal")["calls"] if c["operation"] == "POST workflowExecutions"]) == 1


def test_runs_of_the_console_can_bring_their_own_query(amc: World) -> None:
    workflow = {"sqlQuery": "SELECT COUNT(*) AS n FROM dsp_views"}
    amc.control("POST", "/executions", {"instanceId": INSTANCE, "execution": {"workflow": workflow}})

    amc.wall.passes(200)

    truth = amc.control("GET", "/executions")["executions"][0]
    assert truth["workflowId"].startswith("analytics-")
    assert (truth["pool"], truth["status"]) == ("UI", "SUCCEEDED")


def test_a_run_can_be_ended_by_hand(amc: World) -> None:
    run = amc.run()
    amc.wall.passes(20)

    amc.control("POST", f"/executions/{run}/finish")

    assert amc.show(run)["status"] == "SUCCEEDED"
    assert amc.http.call("POST", "/_simulator/executions/nobody/finish").status == 404


def test_peaks_stay_after_the_runs_are_gone(amc: World) -> None:
    for _ in range(12):
        amc.run()

    amc.wall.passes(1000)

    assert amc.control("GET", "/concurrency")["instances"][INSTANCE]["api"] == {
        "running": 0,
        "peakRunning": 10,
        "unfinished": 0,
        "peakUnfinished": 12,
    }


def test_the_journal_tells_of_every_call_what_became_of_it(amc: World) -> None:
    run = amc.run()
    amc.call("GET", "/workflowExecutions/none")

    calls = amc.control("GET", "/journal?since=2")["calls"]

    assert [(c["operation"], c["status"], c["accepted"]) for c in calls] == [
        ("POST workflowExecutions", 200, True),
        ("GET workflowExecutions/{id}", 400, False),
    ]
    assert (calls[0]["workflowExecutionId"], calls[0]["workflowId"]) == (run, "reach")
    assert (calls[0]["instanceId"], calls[0]["clientId"]) == (INSTANCE, amc.credential.client_id)
    assert calls[0]["time"] == "2026-11-23T12:00:00.000Z"


def test_the_summary_counts_calls_by_instance_and_operation(amc: World) -> None:
    amc.run()
    amc.run()

    assert amc.control("GET", "/journal/summary") == {
        "calls": 4,
        "byInstance": {
            "-": {"POST auth/o2/token": 1},
            INSTANCE: {"POST workflowExecutions": 2, "POST workflows": 1},
        },
    }


def test_a_reset_forgets_all_but_the_first_credential(amc: World) -> None:
    amc.run()

    amc.control("POST", "/reset")

    assert amc.control("GET", "/executions")["executions"] == []
    assert amc.control("GET", "/journal")["calls"] == []
    assert amc.call("GET", "/workflows").status == 401
    assert amc.token().startswith("Atza|")


def test_a_setting_that_does_not_exist_is_refused(amc: World) -> None:
    reply = amc.http.call("POST", "/_simulator/configuration", body={"clockFaktor": 5})

    assert reply.status == 422
    assert b"clockFaktor" in reply.body


def test_orders_to_an_instance_or_client_that_does_not_exist_are_404(amc: World) -> None:
    run = {"instanceId": "none", "execution": {"workflowId": "reach"}}

    assert amc.http.call("POST", "/_simulator/executions", body=run).status == 404
    assert amc.http.call("POST", "/_simulator/credentials/none/revoke").status == 404
