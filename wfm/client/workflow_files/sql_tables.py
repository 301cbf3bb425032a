"""Tables and columns of a query against those that an AMC instance has."""

from collections.abc import Iterator
from difflib import get_close_matches

from sqlglot import exp

from wfm.model.data_sources import DataSources

Found = tuple[exp.Expr, str, bool]  # where, what is wrong, and whether the instance refuses it


def findings(query: exp.Expr, sources: DataSources) -> Iterator[Found]:
    """Tables that the instance does not have or will not have for long, and columns that a table does not have."""
    for node, name in tables_read(query):
        if name.lower() not in sources.columns:
            yield node, f"the instance has no table {name!r}{_hint(name, sources.columns)}", True
        elif name.lower() in sources.deprecated:
            yield node, f"the table {name} is deprecated: AMC will remove it", False
    own = _own(query)
    for select in query.find_all(exp.Select):
        yield from _columns(select, own, sources)


def tables_read(query: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """The tables that a query reads, also as `EXTEND_TIME_WINDOW('dsp_clicks', 'P14D', 'P1D')`; none of its own."""
    own = _own(query)
    calls = (call for call in query.find_all(exp.Anonymous) if call.name.upper() == "EXTEND_TIME_WINDOW")
    named = [*query.find_all(exp.Table), *(call.expressions[0] for call in calls if call.expressions)]
    yield from ((node, node.name) for node in named if node.name and node.name.lower() not in own)


def _own(query: exp.Expr) -> set[str]:
    return {cte.alias.lower() for cte in query.find_all(exp.CTE)}


def _columns(select: exp.Select, own: set[str], sources: DataSources) -> Iterator[Found]:
    """The columns that their table lacks, where that table is certain: the only one, or one that the column names."""
    read = _sources(select)
    known = {alias: name for alias, name in read.items() if name in sources.columns and name not in own}
    aliases = {item.alias.lower() for item in select.expressions if item.alias}
    for column in select.find_all(exp.Column):
        if column.find_ancestor(exp.Select) is not select or isinstance(column.this, exp.Star):
            continue
        whose = column.table.lower() or (next(iter(read)) if len(read) == 1 else "")
        table = known.get(whose)
        is_own = not column.table and column.name.lower() in aliases
        if table is not None and not is_own and sources.has_column(table, column.name.lower()) is False:
            hint = _hint(column.name, sources.columns[table])
            yield column, f"the table {table} has no column {column.name!r}{hint}", True


def _sources(select: exp.Select) -> dict[str, str]:
    """The tables and subqueries that a SELECT reads, by alias; "" for what is no table."""
    clause = select.args.get("from") or select.args.get("from_")
    joins = [join.this for join in select.args.get("joins") or []]
    return {
        (one.alias_or_name or "").lower(): one.name.lower() if isinstance(one, exp.Table) else ""
        for one in ([clause.this] if clause is not None else []) + joins
    }


def _hint(name: str, known: object) -> str:
    names = sorted(known) if isinstance(known, dict | frozenset) else []
    close = get_close_matches(name.lower(), names, n=1)
    return f"; did you mean {close[0]}?" if close else ""
