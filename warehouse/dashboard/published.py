"""The published marts, asked read-only through the queries of queries/.

A query names on a line `-- needs:` the mart that it reads, so that the page does without marts that are not there.
What it is given stands in it as `$name`.
Must not live here: SQL (queries/), what is made of the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.engine import connect, quote_identifier

QUERIES = Path(__file__).parent / "queries"
MARTS_FILE, PEOPLE_FILE = "marts.duckdb", "people.duckdb"


class Marts:
    """An open file of marts: `marts.duckdb`, or `people.duckdb` for the queries of queries/people/."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: frozenset[str] | None = None) -> None:
        self._connection = connection
        self.tables = tables if tables is not None else _tables_of(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def apart(self) -> Iterator[Marts]:
        """The same file for another thread: a connection is not shared by two."""
        cursor = self._connection.cursor()
        cursor.execute("set timezone = 'UTC'")
        try:
            yield Marts(cursor, self.tables)
        finally:
            cursor.close()

    def holds(self, query: str) -> bool:
        """Whether the mart that the query reads is published."""
        return needed_by(query) in self.tables

    def ask(self, query: str, tables: Mapping[str, pa.Table] | None = None, **values: Any) -> pa.Table:
        """The answer to a query of queries/, by its name; of `values` it takes those that it names.

        `tables`: what it reads besides the marts, by the name that it has for it.
        """
        sql = _text(query)
        for name, table in (tables or {}).items():
            self._connection.register(name, table)
        given = {name: value for name, value in values.items() if re.search(rf"\${name}\b", sql)}
        return self._connection.execute(sql, given).to_arrow_table()

    def rows_of(
        self, mart: str, where: Mapping[str, str], limit: int | None = None, skip: int = 0
    ) -> pa.Table:
        """Rows of a mart of which columns, read as text, equal the values given."""
        told = " and ".join(f"cast({quote_identifier(column)} as varchar) = ?" for column in where) or "true"
        cut = f" limit {limit} offset {skip}" if limit is not None else ""
        sql = f"select * from {quote_identifier(mart)} where {told} order by all{cut}"
        return self._connection.execute(sql, list(where.values())).to_arrow_table()

    def count_of(self, mart: str, where: Mapping[str, str]) -> int:
        """How many rows `rows_of` has without a limit."""
        told = " and ".join(f"cast({quote_identifier(column)} as varchar) = ?" for column in where) or "true"
        sql = f"select count(*) from {quote_identifier(mart)} where {told}"
        return int(self._connection.execute(sql, list(where.values())).fetchall()[0][0])

    def columns_of(self, mart: str) -> list[str]:
        """The columns of a mart, in order."""
        return [row[0] for row in self._connection.execute(f"describe {quote_identifier(mart)}").fetchall()]


@contextmanager
def open_marts(publication: Path) -> Iterator[Marts]:
    """Open the marts of a publication's folder, read-only, with little memory."""
    connection = connect_to(publication / MARTS_FILE)
    try:
        yield Marts(connection)
    finally:
        connection.close()


def connect_to(file: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a file of marts, read-only; DuckDB opens a file with one configuration per process."""
    return connect(file, read_only=True, memory_limit="512MB", threads=2)


def _tables_of(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    found = connection.execute("select table_name from information_schema.tables").fetchall()
    return frozenset(name for (name,) in found)


def needed_by(query: str) -> str:
    """The mart that a query names as needed."""
    for line in _text(query).splitlines():
        if line.startswith("-- needs:"):
            return line.removeprefix("-- needs:").strip()
    raise ValueError(f"queries/{query}.sql has no line '-- needs: MART'; it must name the mart that it reads")


@cache
def _text(query: str) -> str:
    return (QUERIES / f"{query}.sql").read_text(encoding="utf-8")
