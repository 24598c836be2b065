"""The published marts, asked read-only through the queries of queries/.

A query names on a line `-- needs:` the mart that it reads, so that the page does without marts that are not there.
Must not live here: SQL (queries/), what is made of the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.engine import connect

QUERIES = Path(__file__).parent / "queries"


class Marts:
    """An open `marts.duckdb`; never `people`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        tables = connection.execute("select table_name from information_schema.tables").fetchall()
        self.tables = frozenset(name for (name,) in tables)

    def holds(self, query: str) -> bool:
        """Whether the mart that the query reads is published."""
        return needed_by(query) in self.tables

    def ask(self, query: str) -> pa.Table:
        """The answer to a query of queries/, by its name."""
        return self._connection.execute(_text(query)).to_arrow_table()


@contextmanager
def open_marts(publication: Path) -> Iterator[Marts]:
    """Open the marts of a publication's folder, read-only, with little memory."""
    connection = connect(publication / "marts.duckdb", read_only=True, memory_limit="512MB", threads=2)
    try:
        yield Marts(connection)
    finally:
        connection.close()


def needed_by(query: str) -> str:
    """The mart that a query names as needed."""
    for line in _text(query).splitlines():
        if line.startswith("-- needs:"):
            return line.removeprefix("-- needs:").strip()
    raise ValueError(f"queries/{query}.sql has no line '-- needs: MART'; it must name the mart that it reads")


def _text(query: str) -> str:
    return (QUERIES / f"{query}.sql").read_text(encoding="utf-8")
