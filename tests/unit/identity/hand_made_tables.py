"""Tables of linkage set up by hand, from their declaration (warehouse/identity/tables.py)."""

from __future__ import annotations

import duckdb

from warehouse.identity.tables import DECLARED, Maker, Table


def fill(
    connection: duckdb.DuckDBPyConnection, name: str, query: str = "", *, maker: str | None = None
) -> None:
    """Make a declared table of the rows of a query, empty without one; columns that it leaves out are NULL.

    `maker` says whose table it is where two modules declare one of that name.
    """
    table = next(t for t in DECLARED if t.name == name and maker in (None, t.maker))
    make = Maker(f"warehouse.identity.{table.maker}")
    if not query:
        make.empty(connection, name)
        return
    given = [column[0] for column in connection.execute(f"from ({query}) limit 0").description or []]
    declared = [_column(column, kind, column in given) for column, kind in table.types.items()]
    make(connection, name, f"select {', '.join(declared + _further(table, given))} from ({query})")


def _column(column: str, kind: str, is_given: bool) -> str:
    return f"cast({column if is_given else 'null'} as {kind}) as {column}"


def _further(table: Table, given: list[str]) -> list[str]:
    return [column for column in given if column not in table.types]
