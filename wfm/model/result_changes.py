"""How much a result changed when its window was run again, as the run's row and its event tell it."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from wfm.errors import InvalidRequest
from wfm.model.amc_run import AmcRun, is_run_id
from wfm.model.availability import LONGEST_REASON
from wfm.model.result_totals import ColumnChange, ResultChange, Totals
from wfm.model.rows import CHANGE, ChangeFields, ColumnChangeFields, Document, list_in, object_in

MOST_COLUMNS: Final = 50  # a row of DynamoDB and an event hold some hundred kilobytes
MOST_DIGITS: Final = 400  # the largest DOUBLE has 309 before the point
LONGEST_NAME: Final = 256
MOST_NAMED: Final = 5
LONGEST_ASKED: Final = 64  # of a name that a rule asks for: all of them twice are more than a message holds
LARGEST: Final = 1e9  # SNS compares no larger numbers, EventBridge none beyond five times that


def same_definition(before: AmcRun, after: AmcRun) -> bool | None:
    """Whether one definition made both results; None if that is not known of one of them."""
    made_by = (before.definition_hash, after.definition_hash)
    return None if None in made_by else made_by[0] == made_by[1]


def metrics_of(before: AmcRun, after: AmcRun) -> frozenset[str] | None:
    """The columns that are summed up of both results; of one result alone they would seem to have changed."""
    return after.metrics if after.metrics is not None else before.metrics


def change_fields(change: ResultChange, at: str, is_same_definition: bool | None) -> ChangeFields:
    """The field `change` of a run's row. Of many columns the first ones, of these those that changed."""
    rows, columns = change.rows, change.columns
    fields: ChangeFields = {
        "at": at,
        "rowsBefore": int(rows.before or 0),
        "rowsAfter": int(rows.after or 0),
        "columns": [_column(each) for each in _told(columns)],
    }
    if percent := _text(rows.percent):
        fields["rowsPercent"] = percent
    if is_same_definition is not None:
        fields["sameDefinition"] = is_same_definition
    if len(columns) > MOST_COLUMNS:
        fields["moreColumns"] = len(columns) - MOST_COLUMNS
    return fields


def change_numbers(change: ResultChange) -> Document:
    """What the event says besides, for rules and filter policies that ask for more than so many percent.

    They compare numbers alone, and no field of a list with another of the same element. What was 0 before, or is a
    total on one side alone, has changed by more than any bound.
    """
    columns = [each for each in _told(change.columns) if len(each.name) <= LONGEST_ASKED]
    percents = {each.name: _as_number(each) for each in columns if None not in (each.before, each.after)}
    largest = max(abs(_as_number(each)) for each in (change.rows, *change.columns))
    return {"largestPercent": largest, **({"percentOf": percents} if percents else {})}


def _told(columns: Sequence[ColumnChange]) -> Sequence[ColumnChange]:
    if len(columns) > MOST_COLUMNS:  # else a change might be announced, and shown nowhere
        columns = sorted(columns, key=lambda each: each.before == each.after)
    return columns[:MOST_COLUMNS]


def _as_number(change: ColumnChange) -> float:
    """By how many percent it changed, LARGEST at most."""
    if change.before == change.after:
        return 0.0
    if change.percent is None:
        return -LARGEST if (change.after or 0) < 0 else LARGEST
    return float(min(max(change.percent, Decimal(-LARGEST)), Decimal(LARGEST)))


def not_compared(reason: str, at: str) -> ChangeFields:
    """The field `change` of a run of which nobody can say how much its result changed."""
    return {"at": at, "reason": reason[:LONGEST_REASON]}


def columns_problem(before: Totals, after: Totals) -> str:
    """Why two results answer different questions; "" if they do not. One without any header has nothing to differ."""
    gone = [name for name in before.header if name not in after.header]
    new = [name for name in after.header if name not in before.header]
    if not (before.header and after.header and (gone or new)):
        return ""
    sides = [f"{', '.join(names)} {word}" for names, word in ((gone, "gone"), (new, "new")) if names]
    return f"its columns are others: {'; '.join(sides)}"


def change_in_words(row: Document) -> str:
    """What a run's row says of how much its result changed; "" where it says nothing."""
    change = object_in(row.get(CHANGE))
    if not change:
        return ""
    if change.get("reason"):
        return f"not compared: {change['reason']}"
    rows = {"name": "rows", "before": change.get("rowsBefore"), "after": change.get("rowsAfter")}
    every = [rows | {"percent": change.get("rowsPercent")}, *map(object_in, list_in(change.get("columns")))]
    changed = [each for each in every if _number(each.get("before")) != _number(each.get("after"))]
    if not changed:
        return f"nothing: {change.get('rowsAfter')} rows and the same totals"
    more = len(changed) - MOST_NAMED
    others = [f"{more} more"] if more > 0 else []
    if change.get("sameDefinition") is False:
        others.append("by another definition")
    return "; ".join([*map(_in_words, changed[:MOST_NAMED]), *others])


def run_of_event(body: str) -> tuple[str, str]:
    """Customer and run that an event `Execution Status Change` of WFM is about; InvalidRequest for what is none."""
    try:
        detail = object_in(json.loads(body)["detail"])
        customer, run = detail["customerId"], detail["workflowExecutionId"]
    except (KeyError, TypeError, ValueError) as exc:
        raise InvalidRequest("the message", f"is no event of a run ({exc!r:.100})", "an event of WFM") from exc
    if not (isinstance(customer, str) and customer and is_run_id(run)):
        raise InvalidRequest("the message", "names no run", "customerId and workflowExecutionId")
    return customer, run


def _column(change: ColumnChange) -> ColumnChangeFields:
    fields: ColumnChangeFields = {"name": change.name[:LONGEST_NAME]}
    if before := _text(change.before):
        fields["before"] = before
    if after := _text(change.after):
        fields["after"] = after
    if percent := _text(change.percent):
        fields["percent"] = percent
    return fields


def _text(number: Decimal | None) -> str:
    """As people write it; "" for none, and for one of more digits than anybody counts to."""
    text = "" if number is None else f"{number:f}"
    return text if len(text) <= MOST_DIGITS else ""


def _in_words(column: Document) -> str:
    percent = column.get("percent")
    by = f" ({Decimal(str(percent)):+}%)" if percent else ""
    return f"{column.get('name')} {_shown(column.get('before'))} to {_shown(column.get('after'))}{by}"


def _shown(number: object) -> str:
    exact = _number(number)
    return "none" if exact is None else f"{exact:,f}"


def _number(written: object) -> Decimal | None:
    """One number has several texts: 3.0 and 3.00."""
    return None if written is None else Decimal(str(written))
