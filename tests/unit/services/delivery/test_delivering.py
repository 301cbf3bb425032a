"""What becomes of an order: the run's row, the event, and when it is tried again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.services.delivery.delivering import PATIENCE, ResultDelivery
from tests.builders import a_run
from tests.fakes import NOON, World
from wfm.errors import AmcRefused, CredentialsRefused, NotReadyYet, UnknownCustomer
from wfm.model.availability import LONGEST_REASON
from wfm.model.json_schema import problems
from wfm.model.result_deliveries import Delivered, DeliveryOrder, DeliveryOutcome, ResultWindow
from wfm.model.runs import run_row

DATABASE = "wfm_demoteam_amcdataset"
LOCATION = (
    "s3://wfm-files/tenant=acme/workflow=reach%401/window_start=2026-11-16/20261116T000000_20261123T000000.parquet"
)
THERE = Delivered(
    DeliveryOutcome.DELIVERED, "", LOCATION, f"{DATABASE}.reach", 7, 2048, 1, ("campaign string", "reach bigint")
)
ORDER = DeliveryOrder("acme", "reach", "run-1", NOON, ResultWindow(NOON - timedelta(days=7), NOON))


@pytest.fixture
def world() -> World:
    world = World()
    row = {**run_row("acme", a_run(), NOON), "source": "wfm", "requestId": "r1", "requestedBy": "schedule:daily"}
    world.executions.rows["acme", "run-1"] = row | {"labels": {"team": "emea"}}
    return world


def delivered(world: World, outcome: Delivered, sent_at: datetime = NOON) -> Any:
    return ResultDelivery(world, lambda _: outcome).run(ORDER, sent_at)


def row_of(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.executions.rows["acme", "run-1"]["delivery"]
    return found


def test_a_delivered_result_is_on_the_row_and_announced_with_where_it_is(world: World) -> None:
    assert delivered(world, THERE) == "DELIVERED"

    (event,) = world.announcer.delivered
    assert problems("delivered_event", event) == []
    assert event["partition"] == {"tenant": "acme", "workflow": "reach@1", "window_start": "2026-11-16"}
    assert event["window"] == {"start": "2026-11-16T12:00:00", "end": "2026-11-23T12:00:00"}
    assert (event["database"], event["table"], event["columns"]) == (DATABASE, "reach", list(THERE.schema))
    assert (event["schedule"], event["labels"], event["isEmpty"]) == ("daily", {"team": "emea"}, False)
    assert row_of(world) == {
        "state": "DELIVERED",
        "at": "2026-11-23T12:00:00.000Z",
        "location": LOCATION,
        "table": f"{DATABASE}.reach",
        "rows": 7,
        "bytes": 2048,
        "suppressedRows": 1,
    }
    assert world.metrics.measured == []


def test_a_result_that_a_newer_one_replaced_is_no_news(world: World) -> None:
    older = Delivered(DeliveryOutcome.SUPERSEDED, "run-2 is newer", LOCATION, "reach")

    assert delivered(world, older) == "SUPERSEDED"

    assert (row_of(world)["state"], row_of(world)["reason"]) == ("SUPERSEDED", "run-2 is newer")
    assert (world.announcer.delivered, world.metrics.measured) == ([], [])


def test_a_result_that_can_never_be_delivered_is_told_with_why_and_raises_an_alarm(world: World) -> None:
    refused = Delivered(DeliveryOutcome.REFUSED, "reach was bigint and is string; allowed: schemaChange: version")

    assert delivered(world, refused) == "REFUSED"

    (event,) = world.announcer.delivered
    assert problems("delivered_event", event) == []
    assert (event["deliveryStatus"], event["reason"]) == ("REFUSED", refused.reason)
    assert row_of(world)["reason"] == refused.reason
    assert world.metrics.measured == [("ResultsNotDelivered", 1)]


def test_a_reason_of_any_length_fits_into_an_event_and_the_row(world: World) -> None:
    refused = Delivered(DeliveryOutcome.REFUSED, "'wfm_x' is a name of WFM's | " * 20_000)

    assert delivered(world, refused) == "REFUSED"

    told = (world.announcer.delivered[0]["reason"], row_of(world)["reason"])
    assert [len(each) for each in told] == [LONGEST_REASON, LONGEST_REASON]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(AmcRefused(403, "no access to the instance"), id="AMC lets nobody in"),
        pytest.param(CredentialsRefused("no access to the account"), id="the login is refused"),
    ],
)
def test_access_that_somebody_can_put_right_is_waited_for(world: World, error: Exception) -> None:
    def deliver(_: DeliveryOrder) -> Delivered:
        raise error

    with pytest.raises(NotReadyYet, match="no access"):
        ResultDelivery(world, deliver).run(ORDER, NOON)

    assert row_of(world)["state"] == "WAITING"


def test_what_no_other_try_can_change_is_refused_in_its_own_words(world: World) -> None:
    def deliver(_: DeliveryOrder) -> Delivered:
        raise UnknownCustomer("acme is no tenant any more")

    assert ResultDelivery(world, deliver).run(ORDER, NOON) == "REFUSED"
    assert row_of(world)["reason"] == "acme is no tenant any more"


def test_a_file_that_amc_has_not_published_yet_is_waited_for_and_given_up_in_words(world: World) -> None:
    not_there = Delivered(DeliveryOutcome.NOT_THERE, "AMC has no file of it")

    with pytest.raises(NotReadyYet, match="AMC has no file of it"):
        delivered(world, not_there)
    waiting = row_of(world)["state"]
    world.clock.pass_seconds(PATIENCE.total_seconds())

    assert (waiting, delivered(world, not_there), row_of(world)["state"]) == ("WAITING", "FAILED", "FAILED")
    assert [event["deliveryStatus"] for event in world.announcer.delivered] == ["FAILED"]
    assert problems("delivered_event", world.announcer.delivered[0]) == []


def test_a_crash_after_the_event_repeats_it_under_the_same_id(world: World) -> None:
    record, world.executions.record_delivery = world.executions.record_delivery, _fail  # type: ignore[method-assign,assignment]
    with pytest.raises(ConnectionError):
        delivered(world, THERE)
    world.executions.record_delivery = record  # type: ignore[method-assign]

    delivered(world, THERE)

    first, again = world.announcer.delivered
    assert first["eventId"] == again["eventId"]
    assert row_of(world)["state"] == "DELIVERED"


def test_of_a_run_that_is_forgotten_nothing_is_made(world: World) -> None:
    world.executions.rows.clear()

    assert delivered(world, THERE) is None
    assert (world.announcer.delivered, world.executions.rows) == ([], {})


def _fail(*_: Any) -> None:
    raise ConnectionError("try again")
