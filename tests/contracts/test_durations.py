from functions.ports import LearntDurations, Workflows
from wfm.model.durations import Durations, read_durations

LONG, LONGER, SHORT = Durations(3, 8.0, 0.1), Durations(4, 8.1, 0.1), Durations(9, 5.0, 0.2)


def read(fields: list[object]) -> list[Durations | None]:
    return sorted(map(read_durations, fields), key=str)


def test_what_was_learnt_last_of_a_tenants_workflow_is_found(durations: LearntDurations) -> None:
    assert durations.find("acme", "reach") is None

    for known in (LONG, LONGER):
        durations.save("acme", "reach", known.to_field())

    assert read_durations(durations.find("acme", "reach")) == LONGER
    assert durations.find("umbrella", "reach") is durations.find("acme", "other") is None


def test_what_was_learnt_is_found_by_tenant_and_by_workflow(durations: LearntDurations) -> None:
    durations.save("acme", "reach", LONG.to_field())
    durations.save("acme", "other", SHORT.to_field())
    durations.save("umbrella", "reach", LONGER.to_field())
    durations.save("initech", "other", SHORT.to_field())  # a read may be one write behind

    assert read(durations.of_tenant("acme")) == [LONG, SHORT]
    assert read(durations.of_tenants(["acme", "umbrella", "globex"], "reach")) == [LONG, LONGER]
    assert durations.of_tenant("globex") == durations.of_tenants([], "reach") == []


def test_a_workflow_and_its_durations_are_found_in_one_call(durations: LearntDurations, workflows: Workflows) -> None:
    row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1"}
    assert durations.find_with_workflow("acme", "reach") == (None, None)

    durations.save("acme", "reach", LONG.to_field())
    assert read_durations(durations.find_with_workflow("acme", "reach")[1]) == LONG
    workflows.put_desired(row, None)

    found, learnt = durations.find_with_workflow("acme", "reach")
    assert (found or {}).items() >= row.items()
    assert read_durations(learnt) == LONG
