"""Tables and columns of a query against those that an AMC instance has."""

from collections.abc import Iterator
from difflib import get_close_matches

from sqlglot import exp

from wfm.client.workflow_files.sql_lines import Tables

Found = tuple[exp.Expr, str]


def findings(query: exp.Expr, tables: Tables) -> Iterator[Found]:
    """Tables that the instance does not have, and columns that the one table of a SELECT does not have."""
    own = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if table.name and table.name.lower() not in own | tables.keys():
            yield table, f"the instance has no table {table.name!r}{_hint(table.name, tables)}"
    for select in query.find_all(exp.Select):
        yield from _columns(select, own, tables)


def _columns(select: exp.Select, own: set[str], tables: Tables) -> Iterator[Found]:
    """The columns that their table lacks, where that table is certain: the only one, or one that the column names."""
    sources = _sources(select)
    known = {alias: name for alias, name in sources.items() if name in tables and name not in own}
    aliases = {item.alias.lower() for item in select.expressions if item.alias}
    for column in select.find_all(exp.Column):
        if column.find_ancestor(exp.Select) is not select or isinstance(column.this, exp.Star):
            continue
        whose = column.table.lower() or (next(iter(sources)) if len(sources) == 1 else "")
        table = known.get(whose)
        is_own = not column.table and column.name.lower() in aliases
        if table is not None and column.name.lower() not in tables[table] and not is_own:
            problem = f"the table {table} has no column {column.name!r}{_hint(column.name, tables[table])}"
            yield column, problem


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
