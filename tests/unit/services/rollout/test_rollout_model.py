"""Rollouts under random edits against a model of sets: who shall have what, who has it, and who lets the library."""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.services.rollout.convergence import roll_out_library, roll_out_workflow
from tests.builders import a_library_record, a_tenant_row
from tests.fakes import World
from wfm.model.library_workflows import in_force, read_library_record
from wfm.model.tenants import TOGGLES

CUSTOMERS, WORKFLOWS, TAGS = ("acme", "globex", "initech"), ("geo", "reach"), ("eu", "retail")
NEW, UPDATES, REMOVAL, SCHEDULE_CREATION, SCHEDULE_REMOVAL = TOGGLES

Pair = tuple[str, str]
Edit = tuple[str, dict[str, Any]]

some_tags = st.lists(st.sampled_from(TAGS), unique=True)
records = st.fixed_dictionaries(
    {
        "workflowId": st.sampled_from(WORKFLOWS),
        "version": st.integers(1, 3),
        "sqlQuery": st.sampled_from(["SELECT 1", "SELECT 2"]),
        "tags": some_tags.map(lambda tags: tags or None),
        "customerIds": st.none() | st.lists(st.sampled_from(CUSTOMERS), unique=True, min_size=1),
        "automaticDeployWorkflow": st.sampled_from([True, True, True, False]),
        "schedule": st.none() | st.just({"ScheduleExpression": "daily 08:00"}),
    }
)
tenants = st.fixed_dictionaries(
    {
        "customerId": st.sampled_from(CUSTOMERS),
        "tags": some_tags,
        "toggles": st.just(list(TOGGLES)) | st.lists(st.sampled_from(TOGGLES), unique=True),
    }
)
gone = st.fixed_dictionaries({"workflowId": st.sampled_from(WORKFLOWS), "version": st.integers(1, 3)})
own = st.fixed_dictionaries({"customerId": st.sampled_from(CUSTOMERS), "workflowId": st.sampled_from(WORKFLOWS)})
edits = st.lists(
    st.one_of(
        st.tuples(st.just("put"), records),
        st.tuples(st.just("remove"), gone),
        st.tuples(st.just("tenant"), tenants),
        st.tuples(st.just("own"), own),
    ),
    max_size=12,
)


@dataclass
class Model:
    """By pairs of customer and workflow: what the library has put there (as the record says it), and what is theirs."""

    tenants: dict[str, dict[str, Any]]
    records: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    rows: dict[Pair, Any] = field(default_factory=dict)
    schedules: dict[Pair, Any] = field(default_factory=dict)
    own: set[Pair] = field(default_factory=set)

    def roll_out(self, pairs: set[Pair]) -> None:
        wanted = {pair: record for pair in pairs if (record := self._wanted(*pair)) is not None}
        has = self.rows.keys() & pairs
        removed = self._letting(REMOVAL, has - wanted.keys())
        put = self._letting(NEW, wanted.keys() - has - self.own) | self._letting(UPDATES, wanted.keys() & has)
        for pair in removed:
            del self.rows[pair]
            self.schedules.pop(pair, None)
        self.rows |= {pair: wanted[pair] for pair in put}
        current = {pair for pair in self.rows.keys() & wanted.keys() if _says(self.rows[pair]) == _says(wanted[pair])}
        scheduled = {pair for pair in current if "schedule" in wanted[pair]}
        kept = (self.rows.keys() & wanted.keys()) - current
        had = self.schedules.keys() & pairs
        for pair in self._letting(SCHEDULE_REMOVAL, had - scheduled - kept):
            del self.schedules[pair]
        made = self._letting(SCHEDULE_CREATION, scheduled - had) | self._letting(UPDATES, scheduled & had)
        self.schedules |= {pair: wanted[pair]["version"] for pair in made}

    def _letting(self, toggle: str, pairs: set[Pair]) -> set[Pair]:
        return {(customer, workflow) for customer, workflow in pairs if toggle in self.tenants[customer]["toggles"]}

    def _wanted(self, customer: str, workflow: str) -> dict[str, Any] | None:
        versions = [version for known, version in self.records if known == workflow]
        if not versions:
            return None
        record = self.records[workflow, max(versions)]
        named = "customerIds" not in record or customer in record["customerIds"]
        tagged = "tags" not in record or bool({*record["tags"]} & {*self.tenants[customer]["tags"]})
        return record if record["automaticDeployWorkflow"] and named and tagged else None


def _says(record: dict[str, Any]) -> tuple[Any, ...]:
    return record["version"], record["sqlQuery"]


@settings(max_examples=150, deadline=None)
@given(edits=edits)
def test_the_tenants_have_what_the_model_says_after_every_edit(edits: list[Edit]) -> None:
    rows = [a_tenant_row(customerId=customer, toggles=list(TOGGLES), tags=[]) for customer in CUSTOMERS]
    world, model = World(*rows), Model({row["customerId"]: row for row in rows})

    for kind, what in edits:
        DOES[kind](world, model, what)

        assert _rows(world) == {pair: _says(record) for pair, record in model.rows.items()}
        assert _schedules(world) == model.schedules
        assert _own(world) == model.own


def _put(world: World, model: Model, what: dict[str, Any]) -> None:
    record = a_library_record(**what)
    world.library.put(record)
    model.records[record["workflowId"], record["version"]] = record
    _roll_out(world, model, record["workflowId"])


def _remove(world: World, model: Model, what: dict[str, Any]) -> None:
    for records in (world.library.records, model.records):
        records.pop((what["workflowId"], what["version"]), None)
    _roll_out(world, model, what["workflowId"])


def _roll_out(world: Any, model: Model, workflow_id: str) -> None:
    for customer in CUSTOMERS:
        roll_out_workflow(customer, workflow_id, world, read_library_record)
    model.roll_out({(customer, workflow_id) for customer in CUSTOMERS})


def _change_tenant(world: Any, model: Model, what: dict[str, Any]) -> None:
    customer = what["customerId"]
    world.tenants.save(customer, **what)
    model.tenants[customer] = what
    roll_out_library(customer, world, read_library_record)
    model.roll_out({(customer, workflow) for workflow in WORKFLOWS})


def _write_own(world: World, model: Model, what: dict[str, Any]) -> None:
    """The tenant makes a workflow of its own, or removes it again."""
    pair = (what["customerId"], what["workflowId"])
    if pair in model.own:
        model.own.discard(pair)
        del world.workflows.rows[pair]
    elif pair not in world.workflows.rows:
        model.own.add(pair)
        world.workflows.rows[pair] = {**what, "sqlQuery": "SELECT 'own'"}


DOES = {"put": _put, "remove": _remove, "tenant": _change_tenant, "own": _write_own}


def _rows(world: World) -> dict[Pair, Any]:
    rows = {pair: row for pair, row in world.workflows.rows.items() if "libraryVersion" in row}
    return {pair: (row["libraryVersion"], row["sqlQuery"]) for pair, row in rows.items()}


def _own(world: World) -> set[Pair]:
    own = {pair for pair, row in world.workflows.rows.items() if "libraryVersion" not in row}
    assert all(world.workflows.rows[pair]["sqlQuery"] == "SELECT 'own'" for pair in own)
    return own


def _schedules(world: World) -> dict[Pair, Any]:
    return {pair: row["libraryVersion"] for pair, row in world.schedules.rows.items()}


@settings(max_examples=60, deadline=None)
@given(put=st.lists(records, max_size=6), tags=st.lists(some_tags, min_size=3, max_size=3))
def test_with_every_toggle_on_exactly_the_tenants_that_match_have_the_version_in_force(
    put: list[dict[str, Any]], tags: list[list[str]]
) -> None:
    named = zip(CUSTOMERS, tags, strict=True)
    rows = [a_tenant_row(customerId=customer, toggles=list(TOGGLES), tags=some) for customer, some in named]
    world, model = World(*rows), Model({row["customerId"]: row for row in rows})

    for what in put:
        _put(world, model, what)

    pairs = product(CUSTOMERS, WORKFLOWS)
    wanted = {pair: record for pair in pairs if (record := model._wanted(*pair)) is not None}
    assert _rows(world) == {pair: _says(record) for pair, record in wanted.items()}
    assert _schedules(world) == {pair: record["version"] for pair, record in wanted.items() if "schedule" in record}
    assert all(in_force(world.library.versions(pair[1])) == record for pair, record in wanted.items())
