"""The tables that an instance has."""

from typing import Any

import pytest

from local.amc_simulator.instances import Instance
from tests.local.amc_simulator.builders import INSTANCE, World


def sources(amc: World, query: str = "") -> dict[str, Any]:
    found = amc.call("GET", f"/dataSources{query}").json()["dataSources"]
    return {source["dataSourceId"]: source for source in found}


def test_a_table_is_shown_with_its_columns(amc: World) -> None:
    table = amc.call("GET", "/dataSources/dsp_impressions").json()

    columns = {column["name"]: column["columnType"] for column in table["columns"]}
    assert (columns["campaign"], columns["impressions"]) == ("DIMENSION", "METRIC")
    assert table == sources(amc)["dsp_impressions"]


def test_an_instance_for_sponsored_ads_has_no_tables_of_the_dsp(amc: World) -> None:
    known = Instance(instance_id=INSTANCE, entity_id="ENTITYONE", advertiser_types=("SPONSORED_ADS",))
    amc.control("POST", "/instances", [known.model_dump(by_alias=True)])

    assert "sponsored_ads_traffic" in sources(amc)
    assert [name for name in sources(amc) if name.startswith("dsp_")] == []
    assert amc.call("GET", "/dataSources/dsp_impressions").status == 404


def test_a_paid_table_needs_a_subscription(amc: World) -> None:
    before = "conversions_all" in sources(amc)
    paid = amc.instance.model_dump() | {"paid_tables": ("conversions_all",)}

    amc.control("POST", "/instances", [Instance.model_validate(paid).model_dump(by_alias=True)])

    assert (before, "conversions_all" in sources(amc)) == (False, True)


def test_a_table_that_will_go_says_so(amc: World) -> None:
    assert [tag["type"] for tag in sources(amc)["conversions"]["tags"]] == ["DEPRECATED"]


def test_tables_come_in_pages(amc: World) -> None:
    first = amc.call("GET", "/dataSources?limit=3").json()
    rest = amc.call("GET", f"/dataSources?nextToken={first['nextToken']}").json()

    ids = [source["dataSourceId"] for page in (first, rest) for source in page["dataSources"]]
    assert (ids, "nextToken" in rest) == (list(sources(amc)), False)


@pytest.mark.parametrize("query", ["?limit=0", "?nextToken=rubbish"])
def test_a_bad_page_is_refused(amc: World, query: str) -> None:
    assert amc.call("GET", f"/dataSources{query}").status == 400


def test_what_is_no_data_source_is_no_table_until_it_is_one(amc: World) -> None:
    def outcome() -> tuple[str, str]:
        sql = "SELECT campaign, COUNT(*) AS n FROM our_upload GROUP BY campaign"
        body = {"workflow": {"sqlQuery": sql}, "timeWindowType": "MOST_RECENT_DAY"}
        run = amc.call("POST", "/workflowExecutions", body).json()["workflowExecutionId"]
        amc.wall.passes(200)
        shown = amc.show(run)
        return shown["status"], str(shown.get("statusReason"))

    before = outcome()
    with_own = amc.instance.model_dump() | {"own_tables": ("our_upload",)}
    amc.control("POST", "/instances", [Instance.model_validate(with_own).model_dump(by_alias=True)])

    assert before[0] == "REJECTED"
    assert before[1].endswith("Object 'our_upload' not found")
    assert outcome()[0] == "SUCCEEDED"
    assert sources(amc)["our_upload"]["columns"] == []
