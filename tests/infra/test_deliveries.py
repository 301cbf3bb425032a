"""The stack that delivers results: what stays when it goes, or delivers no more."""

from tests.infra.template import Template

NAMES = ("BucketName", "DatabaseInput", "FunctionName", "Name", "QueueName", "TableName")


def test_the_files_outlive_the_stack_but_for_one_whose_first_deployment_fails(whole_template: Template) -> None:
    (bucket,) = whole_template.of_type("AWS::S3::Bucket").values()

    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_nothing_that_stays_has_a_name_that_the_next_stack_wants(whole_template: Template) -> None:
    kept = [
        each
        for each in whole_template.content["Resources"].values()
        if each.get("DeletionPolicy", "").startswith("Retain")
    ]

    assert "AWS::S3::Bucket" in {each["Type"] for each in kept}
    assert [each["Type"] for each in kept if set(NAMES) & each.get("Properties", {}).keys()] == []
