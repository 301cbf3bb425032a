from tests.infra.template import Template

PREFIX = "wfm-demoteam-amcdataset"


def test_only_a_result_file_wakes_the_tracker(template: Template) -> None:
    rules = template.properties("AWS::Events::Rule").values()
    (rule,) = [rule for rule in rules if rule.get("Name") == f"{PREFIX}-result-landed"]

    assert rule["EventPattern"]["detail"]["object"]["key"] == [{"wildcard": "workflow=*/schedule=*/*.csv"}]
