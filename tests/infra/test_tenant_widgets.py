"""The part of the dashboard that is about one tenant."""

import json
from typing import Any

from infra.service_function import module_name
from infra.tenant_widgets import TENANT
from tests.infra.template import Template
from tests.reliability.test_traces import OF_A_RUN

PREFIX = "wfm-demoteam-amcdataset"


def board(template: Template) -> Any:
    (dashboard,) = template.properties("AWS::CloudWatch::Dashboard").values()
    body = dashboard["DashboardBody"]
    text = (
        body
        if isinstance(body, str)
        else "".join(part if isinstance(part, str) else "x" for part in body["Fn::Join"][1])
    )
    return json.loads(text)


def of_tenant(template: Template) -> list[Any]:
    return [each["properties"] for each in board(template)["widgets"] if TENANT in json.dumps(each)]


def test_the_dashboard_asks_for_a_tenant_by_its_id(template: Template) -> None:
    (variable,) = board(template)["variables"]

    assert (variable["type"], variable["pattern"], variable["inputType"]) == ("pattern", TENANT, "input")
    assert len(of_tenant(template)) == 5


def test_a_tenants_graphs_are_of_its_queues_by_their_names(template: Template) -> None:
    graphs = [each for each in of_tenant(template) if "metrics" in each]

    names = {metric[3] for each in graphs for metric in each["metrics"]}
    assert names == {f"{PREFIX}-{TENANT}.fifo", f"{PREFIX}-{TENANT}-DLQ.fifo"}


def test_a_tenants_warnings_are_those_of_all_lambdas_that_log_about_runs(template: Template) -> None:
    queries = [each["query"] for each in of_tenant(template) if "query" in each]
    asked = {name for query in queries for name in query.split("'") if name.startswith("/aws/")}
    groups = {each["LogGroupName"] for each in template.properties("AWS::Logs::LogGroup").values()}

    assert asked <= groups
    assert {module_name(name.rpartition("-")[2]) for name in asked} >= OF_A_RUN
