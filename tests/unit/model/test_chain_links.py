"""What `after` of a workflow says, what is refused of it, and the graph that a tenant's links make."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from wfm.errors import InvalidRecord
from wfm.model.chain_links import (
    OWN,
    Link,
    On,
    Parent,
    all_following,
    circles,
    components,
    depths,
    following,
    linked_defaults,
    links_of_rows,
    read_link,
    read_links,
)


def problems_of(after: object) -> list[str]:
    with pytest.raises(InvalidRecord) as found:
        read_link("c", after)
    return [str(problem) for problem in found.value.problems]


def test_a_link_runs_after_the_success_of_its_parent_for_the_same_window_at_once() -> None:
    link = read_link("b", {"workflow": "a"})

    assert link == Link("b", (Parent("a", On.SUCCEEDED),), needs_all=True, window="same", delay=timedelta())


def test_all_that_is_said_of_a_link_is_read() -> None:
    several = read_link("c", {"any": ["a", {"workflow": "b", "on": "FAILED"}], "window": "own", "delay": "2h"})

    assert several == Link("c", (Parent("a"), Parent("b", On.FAILED)), False, OWN, timedelta(hours=2))
    assert read_link("c", {"all": ["a", "b"], "delay": "45m"}).delay == timedelta(minutes=45)
    assert read_link("c", {"workflow": "a", "delay": "30d"}).delay == timedelta(days=30)


@pytest.mark.parametrize(
    ("on", "accepted"),
    [
        pytest.param("SUCCEEDED", ["SUCCEEDED"], id="succeeded"),
        pytest.param("FAILED", ["FAILED", "REJECTED"], id="failed"),
        pytest.param("ENDED", ["FAILED", "REJECTED", "SUCCEEDED"], id="ended"),
    ],
)
def test_what_somebody_cancelled_starts_nothing(on: str, accepted: list[str]) -> None:
    link = read_link("b", {"workflow": "a", "on": on})

    ends = ["CANCELLED", "FAILED", "REJECTED", "SUCCEEDED"]
    assert [status for status in ends if link.accepts("a", status)] == accepted


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        pytest.param("a", "after: a text is no object; allowed: such as {workflow: daily_sales}", id="text"),
        pytest.param({}, "after: names no workflow; allowed: one of workflow, all and any", id="nothing"),
        pytest.param(
            {"workflow": "a", "any": ["b"]},
            "after: has workflow and any; allowed: one of workflow, all and any",
            id="two",
        ),
        pytest.param(
            {"workflow": "a", "windw": "same"},
            "after.windw: is no field of it (did you mean window?); allowed: workflow, all, any, on, window, delay",
            id="slip",
        ),
        pytest.param(
            {"all": [{"workflow": "a", "delay": "1h"}]},
            "after.all[0].delay: is no field of it; allowed: workflow, on",
            id="delay-of-one",
        ),
        pytest.param(
            {"all": ["a", "b"], "on": "FAILED"},
            "after.on: stands beside several workflows; allowed: {workflow: ..., on: ...} for each",
            id="on-of-several",
        ),
        pytest.param(
            {"workflow": "a", "on": "succeeded"},
            "after.on: 'succeeded' is unknown (did you mean SUCCEEDED?); allowed: SUCCEEDED, FAILED, ENDED",
            id="on",
        ),
        pytest.param(
            {"workflow": 3}, "after.workflow: 3 is no workflow; allowed: the workflowId of another one", id="id"
        ),
        pytest.param(
            {"any": ["a", None]}, "after.any[1]: is missing; allowed: the workflowId of another one", id="null"
        ),
        pytest.param(
            {"all": []},
            "after.all: a list with nothing in it is no list of workflows; allowed: a list of 1 to 20 workflows",
            id="empty",
        ),
        pytest.param(
            {"all": [f"w{number}" for number in range(21)]},
            "after.all: 21 are too many; allowed: a list of 1 to 20 workflows",
            id="many",
        ),
        pytest.param({"any": ["a", "a"]}, "after: names a twice; allowed: each workflow once", id="twice"),
        pytest.param({"workflow": "c"}, "after: c would run after itself; allowed: other workflows", id="itself"),
        pytest.param(
            {"workflow": "a", "window": "Same"},
            "after.window: 'Same' is unknown (did you mean same?); allowed: same, own",
            id="window",
        ),
    ],
)
def test_each_slip_is_named_with_its_place_and_what_is_allowed(after: object, problem: str) -> None:
    assert problems_of(after) == [problem]


@pytest.mark.parametrize("delay", ["10m", "1h 30m", "-1h", "31d", 15, True, None, "soon"])
def test_a_delay_that_cannot_be_kept_is_refused(delay: object) -> None:
    (problem,) = problems_of({"workflow": "a", "delay": delay})

    assert problem.startswith("after.delay: ")
    assert problem.endswith("allowed: 0, or whole quarters of an hour up to 30 days, such as 45m, 2h or 1d")


def test_all_slips_are_named_together() -> None:
    assert len(problems_of({"workflow": "no blanks", "on": "DONE", "window": 1, "delay": "1m"})) == 4


DIAMOND = {"b": {"workflow": "a"}, "c": {"workflow": "a"}, "d": {"all": ["b", "c"]}, "z": {"workflow": "y"}}


def test_a_graph_says_who_follows_whom() -> None:
    links = read_links(DIAMOND)

    assert [link.workflow_id for link in following(links, "a")] == ["b", "c"]
    assert all_following(links, "a") == ["b", "c", "d"]
    assert all_following(links, "d") == []
    assert depths(links) == {"a": 0, "b": 1, "c": 1, "d": 2, "y": 0, "z": 1}
    assert components(links) == [("a", "b", "c", "d"), ("y", "z")]
    assert circles(links) == []


def test_many_ways_through_a_graph_cost_no_more_than_its_links() -> None:
    layers = [[f"w{layer}-{number}" for number in range(20)] for layer in range(30)]
    pairs = itertools.pairwise(layers)
    links = read_links({name: {"all": before} for before, here in pairs for name in here})

    assert depths(links)["w29-0"] == 29


def test_each_circle_is_found_once_and_left_out_of_the_tenants_links() -> None:
    rows: list[dict[str, Any]] = [
        {"workflowId": "a", "after": {"workflow": "c"}},
        {"workflowId": "b", "after": {"workflow": "a"}},
        {"workflowId": "c", "after": {"any": ["b", "x"]}},
        {"workflowId": "d", "after": {"workflow": "c"}},
        {"workflowId": "e", "after": {"workflow": "d", "on": "maybe"}},
        {"workflowId": "x"},
    ]

    found = links_of_rows(rows)

    assert circles(read_links({row["workflowId"]: row["after"] for row in rows[:4]})) == [("a", "b", "c", "a")]
    assert found.links == {"d": {"workflow": "c"}}
    assert dict.fromkeys("abc", "after: goes in a circle: a -> b -> c -> a").items() <= found.problems.items()
    assert found.problems["e"].startswith("after.on: 'maybe' is unknown")


def test_a_link_of_which_the_defaults_leave_something_open_is_refused() -> None:
    parameters = [{"name": "kind", "dataType": "STRING"}, {"name": "n", "dataType": "INTEGER", "defaultValue": "1"}]
    row = {"workflowId": "b", "inputParameters": parameters, "after": {"workflow": "a", "window": "own"}}

    found = [problem.field for problem in linked_defaults(row)]
    payload = {"timeWindowName": "yesterday", "parameterValues": {"kind": "x"}}

    assert found == ["defaultPayload.parameterValues.kind", "after.window"]
    assert list(linked_defaults({**row, "defaultPayload": payload})) == []
    in_a_zone = {**payload, "timeWindowName": None, "timeWindowTimeZone": "Europe/Berlin"}
    assert [one.field for one in linked_defaults({**row, "defaultPayload": in_a_zone})] == ["after.window"]


def test_a_chain_of_very_many_workflows_is_read_in_whatever_order_it_stands() -> None:
    names = [f"w{number:04}" for number in range(3_000)]
    rows = [{"workflowId": one, "after": {"workflow": before}} for before, one in itertools.pairwise(names)]

    found = links_of_rows(reversed(rows))

    assert (len(found.links), found.problems) == (len(names) - 1, {})
    assert depths(read_links(found.links))[names[-1]] == len(names) - 1
