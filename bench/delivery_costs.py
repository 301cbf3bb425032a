"""What it costs to deliver a run's result, by the real handler: calls of S3 and Glue on moto.

bench/run_costs.py has the run. The workflow has delivered a week before: its table is there, and takes the new window.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import boto3

from bench.handler_tally import Tally
from functions.amc.http import http_client
from functions.delivery.deliver import Delivery
from functions.delivery.result_bucket import ResultBucket
from functions.delivery.result_catalog import ResultCatalog
from functions.delivery.result_source import ResultSource
from functions.handlers import deliver_result
from tests.reliability.world import CountedWorld
from wfm.model.delivery_orders import to_message
from wfm.model.result_columns import ColumnType, ResultColumn
from wfm.model.result_deliveries import DeliveryOrder, PublishedFile, ResultWindow

HANDLER: Final = "deliver_result"
READS: Final = ("GetObject", "HeadObject")  # S3 bills all other calls as it bills PUT
_COLUMNS: Final = (ResultColumn("campaign"), ResultColumn("reach", ColumnType.LONG, is_metric=True))
_BUCKETS: Final = ("results", "delivered")
_CSV: Final = b"campaign,reach\na,1\nb,2\n"
_WEEK: Final = timedelta(days=7)


@dataclass
class DeliveryCalls:
    """Counts the calls of S3 and Glue, as `s3 PutObject`, while it is on."""

    calls: Counter[str] = field(default_factory=Counter)
    is_on: bool = False

    def watch(self, session: boto3.Session) -> None:
        """From now on count the calls of clients that the session makes."""
        for service in ("s3", "glue"):
            session.events.register(f"before-call.{service}", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        if self.is_on:
            self.calls[f"{model.service_model.service_name} {model.name}"] += 1

    def number(self, service: str, *, reads: bool | None = None) -> int:
        """Of one service; of S3's those that read, or all others."""
        of = {name.split()[1]: count for name, count in self.calls.items() if name.split()[0] == service}
        return sum(count for name, count in of.items() if reads is None or (name in READS) is reads)


def deliver(world: CountedWorld, tally: Tally) -> DeliveryCalls:
    """Deliver what the run of the world ordered; the handler's own operations are told to the tally."""
    counted, session = DeliveryCalls(), boto3.Session("test", "test", region_name="us-east-1")
    counted.watch(session)
    s3, glue = session.client("s3"), session.client("glue")
    for name in _BUCKETS:
        s3.create_bucket(Bucket=name)
    glue.create_database(DatabaseInput={"Name": "results"})
    source = ResultSource(http_client(), s3, lambda *_: [])
    delivery = Delivery(source, ResultBucket(s3, "delivered"), ResultCatalog(glue, "results", "delivered"))
    (ordered,) = world.delivery_orders.sent
    order = _published(ordered, s3)
    before = replace(order, run_id="the-run-before", window=_earlier(order.window))
    delivery.deliver(before)
    ports: Any = world
    ports.delivery = delivery
    counted.is_on = True
    with tally.of(HANDLER):
        answer = deliver_result.handler({"Records": [_record(world, order)]}, ports=lambda: ports)
    counted.is_on = False
    if answer["batchItemFailures"] or not counted.number("glue"):
        raise RuntimeError("the result was not delivered")
    return counted


def _published(order: DeliveryOrder, s3: Any) -> DeliveryOrder:
    """AMC has published two rows."""
    file = PublishedFile(_BUCKETS[0], "workflow=reach/schedule=adhoc/reach.csv")
    s3.put_object(Bucket=file.bucket, Key=file.key, Body=_CSV)
    return replace(order, published=file, columns=_COLUMNS)


def _earlier(window: ResultWindow | None) -> ResultWindow:
    if window is None:
        raise RuntimeError("the run has no window")
    return ResultWindow(window.start - _WEEK, window.end - _WEEK)


def _record(world: CountedWorld, order: DeliveryOrder) -> Mapping[str, Any]:
    sent = {"SentTimestamp": str(int(world.clock().timestamp() * 1000)), "ApproximateReceiveCount": "1"}
    ids = {"messageId": "m", "receiptHandle": "h", "eventSourceARN": "arn:deliveries"}
    return {**ids, "body": to_message(order), "attributes": sent}
