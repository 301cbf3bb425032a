"""Some of AMC's tables with some of their columns: as many as the queries of tests and of the starter library read.

[guide of the data sources: names of tables and columns, which need an advertiser type or a subscription]
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

_METRIC_WORDS = ("impressions", "clicks", "cost", "spend", "sales", "purchases", "conversions", "units", "count")


@dataclass(frozen=True)
class Table:
    """`needs` is an advertiser type, `paid` whether a subscription is needed."""

    name: str
    columns: tuple[str, ...]
    needs: str | None = None
    paid: bool = False
    deprecated: bool = False

    def as_json(self) -> dict[str, Any]:
        """As `GET dataSources` shows it. [OpenAPI]"""
        tag = {"type": "DEPRECATED", "title": "Deprecated", "description": f"{self.name} will be removed."}
        return {
            "dataSourceId": self.name,
            "description": f"The table {self.name}.",
            "owner": "AMAZON",
            "provider": "AMAZON",
            "columns": [_column(name) for name in self.columns],
            "tags": [tag] if self.deprecated else [],
            "outputChannels": [
                {"channel": {"type": kind}, "outputAvailable": True} for kind in ("DOWNLOAD", "PUBLISH")
            ],
        }


def _column(name: str) -> dict[str, str]:
    kind = "METRIC" if name.endswith(_METRIC_WORDS) else "DIMENSION"
    return {"name": name, "columnType": kind, "description": name.replace("_", " ")}


_TRAFFIC = ("campaign", "advertiser", "advertiser_id", "campaign_id", "user_id", "user_id_type", "impressions")
_PLACE = ("device_type", "iso_country_code", "iso_state_province_code", "dma_code", "postal_code")
_HOURS = ("impression_dt", "impression_dt_utc", "impression_date", "impression_hour", "impression_hour_utc")
_EVENTS = (
    "ad_product_type", "campaign", "advertiser", "user_id", "conversion_event_dt_utc", "conversion_event_subtype",
    "impression_dt_utc", "traffic_event_dt_utc", "tracked_asin", "new_to_brand", "total_purchases", "total_units_sold",
    "total_product_sales", "new_to_brand_total_product_sales", "conversions",
)  # fmt: skip

TABLES = (
    Table("amazon_attributed_events_by_conversion_time", _EVENTS),
    Table("amazon_attributed_events_by_traffic_time", _EVENTS),
    Table("amazon_retail_purchases", ("asin", "user_id", "purchase_dt_utc", "purchase_units"), paid=True),
    Table("conversions", ("user_id", "event_dt_utc", "event_subtype", "tracked_asin", "conversions"), deprecated=True),
    Table("conversions_all", ("user_id", "event_dt_utc", "event_subtype", "conversions", "total_sales"), paid=True),
    Table("dsp_clicks", (*_TRAFFIC, *_PLACE, "click_dt_utc", "clicks", "click_cost"), needs="DISPLAY"),
    Table("dsp_impressions", (*_TRAFFIC, *_PLACE, *_HOURS, "total_cost", "creative"), needs="DISPLAY"),
    Table("dsp_views", (*_TRAFFIC, "event_dt_utc", "views", "measurable_impressions"), needs="DISPLAY"),
    Table(
        "sponsored_ads_traffic",
        (*_TRAFFIC, "ad_product_type", "event_dt_utc", "clicks", "spend", "customer_search_term", "targeting"),
        needs="SPONSORED_ADS",
    ),
)


def tables_of(
    advertiser_types: Collection[str], subscriptions: Collection[str] = (), own: Collection[str] = ()
) -> list[Table]:
    """The tables of an instance: those for its advertisers, of the paid ones those subscribed to, and its own.

    Of its own it shows no columns, so that all are taken, also of one that is called as one of Amazon's.
    """
    fitting = (table for table in TABLES if table.needs is None or table.needs in advertiser_types)
    amazons = [table for table in fitting if table.name not in own and (not table.paid or table.name in subscriptions)]
    return sorted([*amazons, *(Table(name, ()) for name in own)], key=lambda table: table.name)
