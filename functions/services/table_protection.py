"""ProtectTables: the tables cannot be deleted, by hand or by mistake, until somebody takes that off."""

from collections.abc import Iterable

from functions.ports import Ports


def protect_tables(tables: Iterable[str], ports: Ports, *, is_protected: bool) -> None:
    """Turn the protection on, or off. If one table cannot be changed, those that were are as before.

    A deployment that fails here is taken back, with its tables: none may be protected then.
    """
    changed: list[str] = []
    try:
        for table in tables:
            if ports.table_protection.turn(table, on=is_protected):
                changed.append(table)  # noqa: PERF401 - those of before a failure count
    except Exception:
        for table in changed:
            ports.table_protection.turn(table, on=not is_protected)
        raise
