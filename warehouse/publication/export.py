"""Writes a schema of the build as one DuckDB file and as Parquet, every table explained and ordered by its grain.

Equal tables give equal bytes, so that a hash tells whether a mart changed. Must not live here: what is
published with them and where (publish.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.engine import connect, quote_identifier, quote_text
from warehouse.lake import make_folder
from warehouse.publication.meanings import Meaning, comments, parquet_metadata

# Readable by every DuckDB from 1.0 on.
STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True)
class ExportedTable:
    """A table as published: its rows and the columns that it is ordered by."""

    schema: str
    name: str
    rows: int
    ordered_by: tuple[str, ...]


@dataclass(frozen=True)
class OwnTables:
    """Tables that a company's own models built, in a schema of another database, and that go where ours do."""

    database: Path
    schema: str
    names: frozenset[str]


def export_schema(
    database: Path,
    schema: str,
    folder: Path,
    *,
    own: OwnTables | None = None,
    meanings: Mapping[str, Meaning] | None = None,
    memory_limit: str = "2GB",
    spill_folder: Path | None = None,
) -> list[ExportedTable]:
    """Write `<folder>/<schema>.duckdb` (tables in its main schema) and `<folder>/<schema>/<table>.parquet`.

    A table without a known grain is ordered by all columns, from the first. Raises duckdb.Error and OSError
    as they come; what was written by then is the caller's to remove.
    """
    connection = connect(memory_limit=memory_limit, spill_folder=spill_folder)
    try:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(f"attach {quote_text(database)} as warehouse (read_only)")
        target = quote_text(folder / f"{schema}.duckdb")
        connection.execute(f"attach {target} as published (storage_version '{STORAGE_VERSION}')")
        parquet = make_folder(folder / schema)
        places = {f"warehouse.{quote_identifier(schema)}": _columns(connection, "warehouse", schema)}
        if own is not None and own.names:
            connection.execute(f"attach {quote_text(own.database)} as own_models (read_only)")
            built = _columns(connection, "own_models", own.schema)
            place = f"own_models.{quote_identifier(own.schema)}"
            places[place] = {name: columns for name, columns in built.items() if name in own.names}
        exported = []
        for place, table, names in ((p, t, c) for p, tables in places.items() for t, c in tables.items()):
            meaning = (meanings or {}).get(table, Meaning())
            first = [c for c in meaning.grain if c in names]
            order = (*first, *(c for c in names if c not in first))
            ordered_by = ", ".join(map(quote_identifier, order))
            name = f"published.{quote_identifier(table)}"
            connection.execute(
                f"create table {name} as"
                f" select * from {place}.{quote_identifier(table)}"
                f" order by {ordered_by}"
            )
            for statement in comments(name, meaning, names):
                connection.execute(statement)
            kinds = connection.execute(f"select * from {name} limit 0").to_arrow_table().schema
            connection.execute(
                f"copy {name} to {quote_text(parquet / f'{table}.parquet')}"
                f" (format parquet, compression zstd, {parquet_metadata(kinds, meaning)})"
            )
            rows = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
            exported.append(ExportedTable(schema, table, rows, tuple(first) or tuple(names)))
        connection.execute("detach published")
        return exported
    finally:
        connection.close()


def _columns(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> dict[str, list[str]]:
    """Tables and views of a schema → their columns, in order."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = ? and schema_name = ? order by table_name, column_index",
        [database, schema],
    ).fetchall():
        columns.setdefault(table, []).append(column)
    return columns
