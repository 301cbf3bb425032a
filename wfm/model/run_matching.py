"""Whether an AMC run may have come from a POST whose answer was lost: its workflow, window and values are the same.

AMC shows values as texts, and the workflow's defaults beside those that were given. It shows an EXPLICIT window in
`timeWindowStartOriginal`, `timeWindowEndOriginal` and `timeWindowTimeZoneOriginal`; for its own window types none of
them (Amazon's sample responses). The SQL of an ad hoc query may come in another layout. A dry run is told from a real
one by its time-out alone.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from wfm.model.amc_run import AmcRun
from wfm.model.amc_values import canonical_sql, is_same_value
from wfm.model.rows import Document, object_in, text_or_none
from wfm.model.timeouts import DRY_RUN_SECONDS, TIMEOUT

_FLAGS: Final = ("disableAggregationControls", "requireSyntheticData", "ignoreDataGaps")
Defaults = Callable[[], Document]
"""The workflow's default values by name; asked for only when a run shows values that were not given."""


def candidates(
    runs: Iterable[Document], body: Document, since: datetime, until: datetime, defaults: Defaults
) -> list[Document]:
    """The runs that an attempt may have left behind, oldest first; one without a readable time may be such a run."""
    usable = [run for run in runs if AmcRun(run).id and since <= (AmcRun(run).created or since) <= until]
    found = [run for run in usable if matches(run, body, defaults)]
    return sorted(found, key=lambda run: str(run.get("createTime")))


def matches(run: Document, body: Document, defaults: Defaults) -> bool:
    """Whether the run may be of a POST of `body`."""
    return (
        _is_of_workflow(AmcRun(run), body)
        and _is_as_dry(run, body)
        and _is_same_data(run, body)
        and _is_same_window(AmcRun(run).window, body)
        and _has_values(run, body, defaults)
    )


def defaults_of(workflow: Document) -> dict[str, object]:
    """The default values that a workflow declares, as AMC shows it or as it was asked for."""
    parameters = workflow.get("inputParameters")
    items = [item for item in parameters if isinstance(item, Mapping)] if isinstance(parameters, list) else []
    return {str(item.get("name")): item["defaultValue"] for item in items if item.get("defaultValue") is not None}


def _is_of_workflow(run: AmcRun, body: Document) -> bool:
    ad_hoc = object_in(body.get("workflow"))
    if ad_hoc and canonical_sql(str(ad_hoc.get("sqlQuery"))) != canonical_sql(run.sql):
        return False
    workflow_id = (ad_hoc or body).get("workflowId")
    return not workflow_id or run.workflow_id == workflow_id


def _is_as_dry(run: Document, body: Document) -> bool:
    """Both are dry runs, or neither is. What AMC does not show decides nothing for a real run."""
    return bool(body.get("dryRun")) == (str(run.get(TIMEOUT)) == str(DRY_RUN_SECONDS))


def _is_same_data(run: Document, body: Document) -> bool:
    """Nothing that AMC shows contradicts what was asked of the data that is read: flags, and whose it is."""
    flags = all(run.get(name) is None or is_same_value(bool(body.get(name)), run[name]) for name in _FLAGS)
    shown = run.get("advertisers")
    return flags and (not isinstance(shown, list) or _ids(shown) == _ids(body.get("advertisers")))


def _ids(advertisers: object) -> set[str]:
    return {str(object_in(one).get("id")) for one in advertisers} if isinstance(advertisers, list) else set()


def _is_same_window(shown: tuple[str, str, str] | None, body: Document) -> bool:
    start, end, zone = (text_or_none(body.get(f"timeWindow{part}")) for part in ("Start", "End", "TimeZone"))
    asked = (start, end, zone) if start and end else None
    return _comparable(shown) == _comparable(asked)


def _comparable(window: tuple[str, str, str | None] | None) -> tuple[str, str, str] | None:
    if window is None:
        return None
    start, end, zone = window
    return start.removesuffix("Z"), end.removesuffix("Z"), zone or "UTC"


def _has_values(run: Document, body: Document, defaults: Defaults) -> bool:
    """Each value that was given, and beyond these nothing but defaults."""
    shown_values = run.get("parameterValues") or {}
    if not isinstance(shown_values, Mapping):
        return False
    shown, given = _without_nulls(shown_values), _without_nulls(object_in(body.get("parameterValues")))
    if not all(name in shown and is_same_value(value, shown[name]) for name, value in given.items()):
        return False
    added = shown.keys() - given.keys()
    known = defaults() if added else {}
    return all(name in known and is_same_value(known[name], shown[name]) for name in added)


def _without_nulls(values: Document) -> dict[str, object]:
    """A value that is null is one that was not given."""
    return {name: value for name, value in values.items() if value is not None}
