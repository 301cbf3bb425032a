from tests.infra.template import Template

LONGEST_RULE_NAME = 32  # X-Ray API, SamplingRule
PREFIX = "wfm-demoteam-amcdataset"


def test_every_machine_is_traced(template: Template) -> None:
    for machine in template.properties("AWS::StepFunctions::StateMachine").values():
        assert machine["TracingConfiguration"] == {"Enabled": True}


def test_one_in_twenty_executions_is_traced_however_few_there_are(template: Template) -> None:
    (rule,) = template.properties("AWS::XRay::SamplingRule").values()

    sampled = rule["SamplingRule"]
    assert (sampled["FixedRate"], sampled["ReservoirSize"]) == (0.05, 0)
    assert (sampled["RuleName"], sampled["ServiceName"]) == (PREFIX, f"{PREFIX}-*")
    assert len(sampled["RuleName"]) <= LONGEST_RULE_NAME


def test_no_machine_writes_state_to_its_log(template: Template) -> None:
    for machine in template.properties("AWS::StepFunctions::StateMachine").values():
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_machines_log_what_fails_alone(template: Template) -> None:
    machines = template.properties("AWS::StepFunctions::StateMachine").values()

    assert {machine["LoggingConfiguration"]["Level"] for machine in machines} == {"ERROR"}


def test_the_machines_have_the_names_that_users_know(template: Template) -> None:
    names = {m["StateMachineName"] for m in template.properties("AWS::StepFunctions::StateMachine").values()}

    assert names >= {
        f"{PREFIX}-execution_lifecycle",
        f"{PREFIX}-execution_tracking",
        f"{PREFIX}-tenant_offboarding",
        f"{PREFIX}-tenant_onboarding",
        f"{PREFIX}-workflow_sync",
    }


def test_a_machines_role_serves_this_account_only(template: Template) -> None:
    roles = template.properties("AWS::IAM::Role")

    for machine in template.properties("AWS::StepFunctions::StateMachine").values():
        (trust,) = roles[machine["RoleArn"]["Fn::GetAtt"][0]]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
