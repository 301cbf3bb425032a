"""What AMC's SQL lacks, and what a compiler like its own refuses, found in a query that sqlglot has read."""

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from wfm.calendar.date_functions import FUNCTIONS
from wfm.model.field_names import meant

Found = tuple[exp.Expr, str, bool]  # where, what is wrong, and whether AMC refuses it for certain

_AGGREGATES: Final = frozenset(
    {
        "COLLECT", "NAMED_ROW", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "APPROX_COUNT_DISTINCT",
        "APPROX_PERCENTILE", "ANY_VALUE", "LISTAGG", "BIT_AND", "BIT_OR", "COVAR_POP", "COVAR_SAMP",
    }
)  # fmt: skip
_NEED_ORDER: Final = (exp.Rank, exp.DenseRank, exp.Ntile, exp.PercentRank, exp.CumeDist)


def line_of(node: exp.Expr) -> int:
    """The line of the first name or value below it; sqlglot keeps none of keywords."""
    return next((int(one.meta["line"]) for one in node.walk() if "line" in one.meta), 1)


def findings(query: exp.Expr) -> Iterator[Found]:
    """The findings in a query, in no order."""
    yield from _doubtful(query)
    yield from _windows(query)
    yield from _grouping(query)
    yield from _output(query)
    yield from _names(query)


_COMMON: Final = (
    "COUNT", "SUM", "AVG", "MIN", "MAX", "COALESCE", "CONCAT", "CAST", "UPPER", "LOWER", "SUBSTRING", "ARRAY_CONTAINS",
    "ARRAY_AGG", "COLLECT", "NAMED_ROW", "ROW_NUMBER", "CUSTOM_PARAMETER", "BUILT_IN_PARAMETER", "EXTEND_TIME_WINDOW",
    "SECONDS_BETWEEN", "DATE_TRUNC",
)  # fmt: skip


def _doubtful(query: exp.Expr) -> Iterator[Found]:
    for equal in query.find_all(exp.EQ, exp.NEQ):
        if isinstance(equal.right, exp.Null) or isinstance(equal.left, exp.Null):
            yield equal, "a comparison with NULL, which is never true; IS NULL, or IS NOT NULL", False
    for qualify in query.find_all(exp.Qualify):
        yield qualify, "QUALIFY may be none of AMC's; a condition on a subquery is", False


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in _AGGREGATES
    return isinstance(node, exp.AggFunc)


def _is_windowed(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, exp.IgnoreNulls | exp.RespectNulls | exp.Filter | exp.WithinGroup):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _windows(query: exp.Expr) -> Iterator[Found]:
    for window in query.find_all(exp.Window):
        function = window.this
        if isinstance(function, _NEED_ORDER) and window.args.get("order") is None:
            yield window, f"{function.sql_name()} needs an ORDER BY in its OVER (...)", True
        if isinstance(function, exp.AggFunc) and function.find(exp.Distinct) is not None:
            yield window, "DISTINCT in a window function; AMC may refuse it", False
        clause = window.find_ancestor(exp.Where, exp.Group, exp.Having, exp.Select)
        if isinstance(clause, exp.Where | exp.Group | exp.Having):
            yield window, f"a window function in {clause.key.upper()}; a condition on a subquery does it", True
    for function in query.find_all(exp.RowNumber, *_NEED_ORDER):
        if not _is_windowed(function):
            yield function, f"{function.sql_name()} without OVER (...)", True


def _grouping(query: exp.Expr) -> Iterator[Found]:
    for clause in query.find_all(exp.Where):
        for node in clause.find_all(exp.AggFunc):
            if node.find_ancestor(exp.Where, exp.Select) is clause and not _is_windowed(node):
                yield node, "an aggregate in WHERE; HAVING is for conditions on groups", True
    calls = [node for node in query.walk() if isinstance(node, exp.Func)]
    aggregates = any(_is_aggregate(node) for node in calls) or query.find(exp.Group, exp.Distinct) is not None
    if not aggregates and query.find(exp.Table) is not None:
        unknown = any(isinstance(node, exp.Anonymous) for node in calls)
        problem = "nothing is aggregated, and AMC wants at least one aggregate"
        yield query, problem + (", unless one of these functions is one" if unknown else ""), False


def _output(query: exp.Expr) -> Iterator[Found]:
    final = query if isinstance(query, exp.Select) else query.find(exp.Select)
    for item in final.expressions if final is not None else ():
        name = item.this if isinstance(item, exp.Alias) else item
        if isinstance(name, exp.Column) and name.name.lower() == "user_id":
            yield name, "user_id in the result; AMC gives out no user", False


def _names(query: exp.Expr) -> Iterator[Found]:
    for call in query.find_all(exp.Anonymous):
        name = call.name.upper()
        if name in FUNCTIONS:
            instead = "CUSTOM_PARAMETER('day') with such a value, or BUILT_IN_PARAMETER('TIME_WINDOW_START')"
            yield call, f"{name}(): WFM fills in no dates inside SQL; {instead}", False
        elif name not in _COMMON and (right := meant(name, _COMMON)):
            yield call, f"{call.name}(): did you mean {right}()?", False
        if name in ("CUSTOM_PARAMETER", "BUILT_IN_PARAMETER"):
            given = call.expressions
            if len(given) != 1 or not (isinstance(given[0], exp.Literal) and given[0].is_string):
                yield call, f"{call.name} takes one name in single quotes: {name}('name')", True
