"""How the code is built is measured, and what has been reached is not given up again."""

from pathlib import Path

import pytest

from bench.structure import (
    PACKAGES,
    ROOT,
    ROUTES,
    Module,
    package_figures,
    package_rings,
    read_modules,
    rings,
    route_modules,
)

# Upper bounds: who comes below one lowers it.
MOST_ANY = {"functions": 5, "wfm": 1, "infra": 2, "state_machines": 6}  # in a thousand lines
MOST_IN_RINGS = {"functions": 0, "wfm": 0, "infra": 0, "state_machines": 0}
MOST_MODULES = {"message to outcome": 93, "record to ACTIVE": 91, "library to firing": 85}
MOST_LITERAL_KEYS_OF_SERVICES = 182  # most of them of rows of tenants, workflows and schedules
# In the model and the calendar, outside of what reads the rows, records, messages and answers of others.
MOST_LITERAL_KEYS = 52
BORDERS = frozenset(
    f"wfm.{name}"
    for name in (
        "calendar.windows", "model.amc_endpoints", "model.amc_run", "model.backfill_fields", "model.credentials",
        "model.asked_windows", "model.chain_links", "model.chain_rows", "model.data_sources", "model.delivery_orders",
        "model.json_schema", "model.library_checks", "model.library_fields", "model.library_workflows",
        "model.messages", "model.parameter_declarations", "model.parameters", "model.predecessor_lambdas",
        "model.predecessor_methods", "model.predecessors", "model.queue_policy",
        "model.record_fields", "model.request_checks",
        "model.request_ids", "model.requests", "model.result_changes", "model.result_columns",
        "model.retry_policy", "model.run_matching", "model.schedule_fields",
        "model.schedule_rules", "model.stored_result", "model.stored_schedule",
        "model.stopped_executions", "model.stored_request", "model.subscriptions", "model.tps_records",
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def modules() -> dict[str, Module]:
    return read_modules(ROOT)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_no_more_untyped_data_than_before(modules: dict[str, Module], package: str) -> None:
    assert package_figures(package, modules).any_per_thousand <= MOST_ANY[package]


def test_inside_of_its_borders_the_model_reads_attributes(modules: dict[str, Module]) -> None:
    inside = [name for name in modules if name.startswith(("wfm.model.", "wfm.calendar.")) and name not in BORDERS]

    assert modules.keys() >= BORDERS
    assert sum(package_figures(name, modules).literal_keys for name in inside) <= MOST_LITERAL_KEYS


def test_services_read_attributes_where_there_are_any(modules: dict[str, Module]) -> None:
    assert package_figures("functions.services", modules).literal_keys <= MOST_LITERAL_KEYS_OF_SERVICES


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_that_stand_side_by_side_form_no_new_ring(modules: dict[str, Module], package: str) -> None:
    assert sum(map(len, package_rings(package, modules))) <= MOST_IN_RINGS[package]


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_brings_no_more_modules_along_than_before(modules: dict[str, Module], route: str) -> None:
    loaded, most = len(route_modules(route, modules)), MOST_MODULES[route]

    assert loaded <= most, (
        f"{route} loads {loaded} modules, allowed are {most} (`git diff main` shows the new imports):"
        " import less, or raise MOST_MODULES in this file and say why in the commit"
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    _write(tmp_path, "app/__init__.py", '"""An app."""\n')
    return tmp_path


def _write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def test_any_and_literal_keys_are_counted_where_they_are_used(tree: Path) -> None:
    function = 'def read(row: Any) -> Any:\n    row["new"] = 1\n    return row["a"], row.get("b")\n'
    _write(tree, "app/one.py", "from typing import Any\n" + function + "\n" * 5)

    figures = package_figures("app", read_modules(tree, ["app"]))

    assert (figures.any_per_thousand, figures.literal_keys, figures.function_lines) == (200, 2, 3)
    assert (figures.modules, figures.lines, figures.module_lines) == (2, 10, 5)


def test_packages_whose_files_need_each_other_are_a_ring_though_no_file_is(tree: Path) -> None:
    _write(tree, "app/a/one.py", "import app.b.one\n")
    _write(tree, "app/b/one.py", "")
    _write(tree, "app/b/two.py", "from app.a import two\n")
    _write(tree, "app/a/two.py", "from app import c\n")
    _write(tree, "app/c.py", "")

    modules = read_modules(tree, ["app"])

    assert package_rings("app", modules) == [{"a", "b"}]


def test_each_ring_is_found_once() -> None:
    graph = {"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"c"}, "e": {"a"}}

    assert sorted(map(sorted, rings(graph))) == [["a", "b"], ["c", "d"]]


def test_a_route_leaves_out_what_only_a_call_or_the_type_checker_needs(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.structure.ROUTES", {"there": "start|earlier"})
    start = "from app import used\nif TYPE_CHECKING:\n    from app import types\ndef f():\n    from app import late\n"
    _write(tree, "functions/handlers/start.py", start)
    for name in ("used", "types", "late"):
        _write(tree, f"app/{name}.py", "VALUE = 1\nOTHER = 2\n")

    found = route_modules("there", read_modules(tree, ["app", "functions"]))

    assert found == {"functions.handlers.start", "app.used"}


def test_a_handler_that_is_gone_is_named(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.structure.ROUTES", {"there": "start|earlier"})

    with pytest.raises(KeyError, match="earlier"):
        route_modules("there", read_modules(tree, ["app"]))
