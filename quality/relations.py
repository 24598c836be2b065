"""What the checks look at: one in-memory DuckDB with views over a build, the lake and the last publication.

    landed.<table>       Parquet of the lake            inputs.<name>      Parquet of the build
    identity.<name>      Parquet of the build           staging, intermediate, marts, people: dbt's schemas
    previous.<name>      marts of the publication that serves now
    previous_people.<name>, previous_identity.<name>    its people, its identity state
    previous_landed.row_counts                          canonical_table, row_count: what it was made of

Nothing is loaded: views push down into Parquet and into dbt's database, which is attached read-only. Must
not live here: any rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb

from warehouse.engine import connect, quote_identifier, quote_text
from warehouse.lake import Home
from warehouse.settings import Settings

DBT_SCHEMAS = ("staging", "intermediate", "marts", "people")


class BuildIncomplete(Exception):
    """The build lacks a part that no check can do without."""


@dataclass
class Relations:
    """The connection, and the relations in it as `schema.name`."""

    connection: duckdb.DuckDBPyConnection
    unreadable: dict[str, str] = field(default_factory=dict)
    _has_rows: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every relation, as `schema.name`."""
        rows = self.connection.execute(
            "select schema_name || '.' || view_name from duckdb_views() where not internal"
            " union all select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
        return frozenset(name for (name,) in rows)

    def exists(self, relation: str) -> bool:
        return relation in self.names

    def why_absent(self, relation: str) -> str:
        """Say why a relation cannot be looked at."""
        problem = self.unreadable.get(relation)
        return f"{relation} cannot be read ({problem})" if problem else f"there is no {relation}"

    def has_rows(self, relation: str) -> bool:
        """Whether the relation exists and holds a row."""
        if relation not in self._has_rows:
            self._has_rows[relation] = self.exists(relation) and bool(
                self.connection.execute(f"select 1 from {qualified(relation)} limit 1").fetchall()
            )
        return self._has_rows[relation]

    def is_filled(self, table: str) -> bool:
        """Say whether a configured source could fill a canonical table; an older build does not say: it could."""
        told = self.columns("inputs").get("configured_sources", {})
        if "tables" not in told:
            return True
        sources = self.connection.execute(
            "select 1 from inputs.configured_sources where list_contains(tables, ?)", [table]
        )
        return bool(sources.fetchall())

    def count(self, relation: str) -> int:
        """Number of rows."""
        rows = self.connection.execute(f"select count(*) from {qualified(relation)}").fetchall()
        return int(rows[0][0])

    def columns(self, schema: str) -> dict[str, dict[str, str]]:
        """Tables of a schema → column → DuckDB type, in the table's order."""
        rows = self.connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            f" where schema_name = {quote_text(schema)} and database_name = 'memory'"
            " order by table_name, column_index"
        ).fetchall()
        tables: dict[str, dict[str, str]] = {}
        for table, column, kind in rows:
            tables.setdefault(table, {})[column] = kind
        return tables


def qualified(relation: str) -> str:
    """Quote `schema.name`."""
    return ".".join(quote_identifier(part) for part in relation.split(".", 1))


@contextmanager
def open_build(
    home: Home, build: Path, settings: Settings, *, everything: bool = False
) -> Iterator[Relations]:
    """Open a build for checking; nothing in it can be written. Raises BuildIncomplete.

    Of the lake it shows what dbt reads: records that are set apart are left out, unless `everything` is asked for.
    """
    connection = connect(memory_limit=settings.memory_limit, spill_folder=home.spill / f"checks-{build.name}")
    try:
        connection.execute("set parquet_metadata_cache = true")
        connection.execute("set enable_progress_bar = false")
        relations = Relations(connection)
        _view_folder(relations, "inputs", build / "inputs")
        landed = _view_lake(relations, home, build / "inputs", everything)
        _view_folder(relations, "identity", build / "identity")
        _view_folder(relations, "previous", home.current / "marts")
        _view_folder(relations, "previous_people", home.current / "people")
        _view_folder(relations, "previous_identity", home.current / "identity")
        _count_previously_landed(relations, home.current)
        _view_database(relations, build / "warehouse.duckdb")
        connection.execute(f"create table landed.all_files as {_all_files(landed)}")
        if not relations.has_rows("inputs.parameters"):
            raise BuildIncomplete(
                f"{build}: inputs/parameters.parquet is missing or empty; write the build's inputs "
                "(settings and ledger) before its checks."
            )
        yield relations
    finally:
        connection.close()


def _view_lake(relations: Relations, home: Home, inputs: Path, everything: bool) -> list[str]:
    """View what the build reads of the lake: rows of the sources that are configured, without those set apart."""
    relations.connection.execute("create schema landed")
    tables = sorted({path.stem for path in (home.lake / "_schema" / "_schema").glob("*.parquet")})
    is_told = (inputs / "configured_sources.parquet").exists()
    chosen = " where source in (select source from inputs.configured_sources)" if is_told else ""
    leaves_out = not everything and (inputs / "set_apart.parquet").exists()
    for table in tables:
        but = _BUT_SET_APART.format(relation=f"landed.{table}") if leaves_out else ""
        _view_parquet(relations, "landed", table, home.table_glob(table), but + chosen)
    return tables


_BUT_SET_APART = (
    " anti join (from inputs.set_apart where relation = '{relation}') as set_apart"
    " using (source, source_file_sha256, source_record)"
)


def _count_previously_landed(relations: Relations, publication: Path) -> None:
    """Make previous_landed.row_counts: no rows where nothing serves, or what serves does not say or is damaged."""
    try:
        manifest = json.loads((publication / "manifest.json").read_text(encoding="utf-8"))
        counts = {str(table): int(rows) for table, rows in manifest["run"]["rows_landed"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        counts = {}
    relations.connection.execute(
        "create schema previous_landed; create table previous_landed.row_counts"
        " (canonical_table varchar, row_count bigint)"
    )
    for count in counts.items():
        relations.connection.execute("insert into previous_landed.row_counts values (?, ?)", count)


def _view_folder(relations: Relations, schema: str, folder: Path) -> None:
    relations.connection.execute(f"create schema {quote_identifier(schema)}")
    for path in sorted(folder.glob("*.parquet")):
        _view_parquet(relations, schema, path.stem, str(path))


def _view_parquet(relations: Relations, schema: str, name: str, files: str, chosen: str = "") -> None:
    relations.connection.execute(
        f"create view {qualified(f'{schema}.{name}')} as"
        f" select * from read_parquet({quote_text(files)}, union_by_name = true){chosen}"
    )


def _view_database(relations: Relations, path: Path) -> None:
    for schema in DBT_SCHEMAS:
        relations.connection.execute(f"create schema {schema}")
    if not path.exists():
        return
    relations.connection.execute(f"attach {quote_text(path)} as warehouse (read_only)")
    names = relations.connection.execute(
        "select table_schema, table_name from information_schema.tables"
        f" where table_catalog = 'warehouse' and table_schema in ({', '.join(map(quote_text, DBT_SCHEMAS))})"
        " order by all"
    ).fetchall()
    for schema, name in names:
        relation = qualified(f"{schema}.{name}")
        try:
            relations.connection.execute(f"create view {relation} as select * from warehouse.{relation}")
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            # A view that calls a function of dbt's own connection; only checks that need it will fail.
            relations.unreadable[f"{schema}.{name}"] = type(error).__name__


def _all_files(tables: list[str]) -> str:
    """Each landed file with its newest observation, over all tables."""
    if not tables:
        return (
            "select cast(null as varchar) as source, cast(null as varchar) as source_file_sha256,"
            " cast(null as timestamptz) as observed_at where false"
        )
    parts = " union all ".join(
        f"select source, source_file_sha256, observed_at from {qualified(f'landed.{table}')}"
        for table in tables
    )
    return (
        "select source, source_file_sha256, max(observed_at) as observed_at"
        f" from ({parts}) group by source, source_file_sha256"
    )
