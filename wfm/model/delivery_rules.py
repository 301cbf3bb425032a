"""Whether results of a workflow are delivered, and how: the field `delivery` of a workflow, read and checked."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from wfm.errors import InvalidRecord, Problem, kind_of
from wfm.model.delivery_orders import OUTPUT_FORMAT, read_format
from wfm.model.result_columns import column_problems, read_columns
from wfm.model.result_deliveries import DeliveryRules, SchemaChange
from wfm.model.rows import Document
from wfm.model.workflows import DELIVERY, OUTPUT_COLUMNS

SCHEMA_CHANGE: Final = "schemaChange"
QUEUE: Final = "deliveries"  # of a deployment that delivers results, after its prefix
_ALLOWED: Final = f"true, false, or an object such as {SCHEMA_CHANGE}: version"


def read_delivery(given: object) -> DeliveryRules | None:
    """The rules in the field `delivery` of a workflow; None: results are not delivered. InvalidRecord if it is wrong.

    An object with nothing in it is as good as true.
    """
    problems = list(_problems(given))
    if problems:
        raise InvalidRecord(problems)
    if isinstance(given, Mapping):
        return DeliveryRules(SchemaChange(given.get(SCHEMA_CHANGE, SchemaChange.REFUSE)))
    return DeliveryRules() if given else None


def delivery_problems(row: Document) -> Iterator[Problem]:
    """What is wrong with the field `delivery` of a workflow's row or record, and with the results to be delivered.

    Columns that nobody has declared are AMC's to name; they are judged when a result is there.
    """
    given = row.get(DELIVERY)
    problems = list(_problems(given))
    yield from problems
    if given not in (None, False) and not problems:
        yield from column_problems(read_columns(row.get(OUTPUT_COLUMNS)))
        yield from read_format(row.get(OUTPUT_FORMAT)).problems()


def _problems(given: object) -> Iterator[Problem]:
    if given is None or isinstance(given, bool):
        return
    if not isinstance(given, Mapping):
        yield Problem(DELIVERY, f"{given!r:.60} is {kind_of(given)}", _ALLOWED)
        return
    for name in given:
        if name != SCHEMA_CHANGE:
            yield Problem(
                f"{DELIVERY}.{name!s:.60}", f"is no field of it{_meant(name, [SCHEMA_CHANGE])}", SCHEMA_CHANGE
            )
    wanted = given.get(SCHEMA_CHANGE, SchemaChange.REFUSE)
    if wanted not in tuple(SchemaChange):
        problem = f"{wanted!r:.60} is unknown{_meant(wanted, tuple(SchemaChange))}"
        yield Problem(f"{DELIVERY}.{SCHEMA_CHANGE}", problem, ", ".join(SchemaChange))


def _meant(given: object, known: Sequence[str]) -> str:
    folded = {one.casefold(): one for one in known}
    close = get_close_matches(str(given).casefold(), folded, n=1)
    return f" (did you mean {folded[close[0]]}?)" if close else ""
