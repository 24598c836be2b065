"""A healthy company: every relation that the checks look at, small, with nothing to object to.

`healthy_tables()` gives them as Arrow, `in_memory` and `write_build` put them where checks look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quality.relations import DBT_SCHEMAS, Relations, qualified
from warehouse.canonical.kinds import IDS
from warehouse.canonical.register import TABLES
from warehouse.engine import connect, quote_text
from warehouse.lake import Home

ROWS = 60  # in two files of 30: enough for the checks that look at shares
SHA = ("a" * 64, "b" * 64)
START = dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
OBSERVED = (dt.datetime(2026, 2, 1, tzinfo=dt.UTC), dt.datetime(2026, 2, 2, tzinfo=dt.UTC))
RUN_AT = dt.datetime(2026, 2, 3, tzinfo=dt.UTC)

SETTINGS: dict[str, Any] = {
    "brand": {"name": "Hearthlight"},
    "sources": [{"name": "crm", "format": "salesforce_export", "path": "crm/*.csv"}],
}

_NAMES = ["Ada", "Björn", "Chiara", "Dmitri", "Éloïse", "Fatima", "Günter", "Hanako", "Ismael", "Jörg"]
_WORDS = {
    "activity_type": ["Create", "Announce", "Undo", "Like"],
    "network": ["x"],
    "word": ["alpha", "beta", "gamma"],
    "place": ["Köln", "São Paulo", "Łódź"],
    "iso_country": ["DE", "BR", "PL"],
    "country": ["Germany", "Brazil", "PL"],
    "time_zone": ["Europe/Berlin", "America/Sao_Paulo", "Europe/Warsaw"],
    "language": ["de", "pt-BR", "und"],
    "currency": ["EUR"],
    "object_type": ["Note", "Question"],
    "visibility": ["public", "unlisted"],
    "consent_status": ["granted", "withdrawn"],
}
_REFERRED = {
    "merged_into_id": "contact",
    "bill_to_contact_id": "contact",
    "primary_contact_id": "contact",
    "parent_account_id": "account",
    "actor_profile_id": "profile",
    "follower_profile_id": "profile",
    "followed_profile_id": "profile",
    "author_id": "user",
    "mentions": "profile",
}
_LATER = {
    "deleted_at": 5,
    "until": 5,
    "modified_at": 5,
    "first_response_at": 1,
    "resolved_at": 2,
    "valid_to": 9,
}
_TRUE_EVERY = {
    "is_time_observed": 1,
    "is_active": 1,
    "is_public": 2,
    "is_closed": 2,
    "is_won": 4,
    "is_primary": 1,
}


def _value(column: str, kind: str, i: int) -> Any:
    """A plausible value of the i-th row."""
    if kind in _WORDS:
        return _WORDS[kind][i % len(_WORDS[kind])]
    if kind in IDS:
        shift = (
            1 if column in ("followed_profile_id", "in_reply_to_id", "quote_of_id", "merged_into_id") else 0
        )
        base = _REFERRED.get(column, column.removesuffix("_id"))
        return f"{base}-{(i + shift) % ROWS}"
    if kind in ("event", "done_at", "past", "planned", "read_at"):
        return START + dt.timedelta(hours=7 * i, days=_LATER.get(column, 0) if column != "adopted_at" else 1)
    simple: dict[str, Callable[[], Any]] = {
        "handle": lambda: f"user_{i}",
        "name": lambda: f"{_NAMES[i % 10]} Example{chr(97 + i % 26)}",
        "line": lambda: f"Text {i}",
        "text": lambda: f"A sentence about lamps, the {i}th",
        "street": lambda: f"{i} Elm Street",
        "network_handle": lambda: f"x:user_{i}",
        "address": lambda: f"https://example.com/{i}",
        "declared": lambda: f"https://example.net/@user_{i}",
        "email": lambda: f"user{i}@example.com",
        "phone": lambda: f"+49 30 {100000 + i}",
        "domain": lambda: "example.com",
        "utc_offset": lambda: 60 * (i % 12 - 6),
        "day": lambda: dt.date(2026, 1, 1) + dt.timedelta(days=i + (3 if column == "ends_on" else 0)),
        "count": lambda: i,
        "counter": lambda: i,
        "amount": lambda: Decimal(100 + i if column == "amount" else i % 10),
        "rate": lambda: 0.5 + i / 100,
        "employees": lambda: 10 * i,
        "quantity": lambda: 1.0 + i % 3,
        "score": lambda: float(i % 11),
        "scale": lambda: 10.0,
        "birth_year": lambda: 1950 + i % 50,
        "flag": lambda: i % _TRUE_EVERY.get(column, 10) == 0,
    }
    return simple[kind]()


def _landed(name: str) -> pa.Table:
    rows = []
    for i in range(ROWS):
        late = i >= ROWS // 2
        row = {
            "source": "crm",
            "source_file_sha256": SHA[late],
            "source_record": f"{i + 1}/data",
            "observed_at": OBSERVED[late],
            "ingested_at": RUN_AT,
            "record_hash": 1000 + i,
        }
        for column in TABLES[name].columns:
            words = _WORDS.get(column.name, column.values)
            is_word = column.kind in ("one_of", "optional_one_of")
            value = words[i % len(words)] if is_word else _value(column.name, column.kind, i)
            row[column.name] = [value] if column.is_list else value
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=TABLES[name].schema)


# The build around the lake: `create table` statements, run in order over what is there already.
_BUILT = Path(__file__).with_name("healthy_build.sql")

SCHEMAS = (
    *("landed", "inputs", "identity", "staging", "intermediate", "marts", "people"),
    *("previous", "previous_people", "previous_identity", "previous_landed"),
)


@cache
def healthy_tables() -> dict[str, pa.Table]:
    """Relation → rows, of every relation of a build in which nothing is wrong."""
    connection = _with_schemas()
    for name in TABLES:
        put(connection, f"landed.{name}", _landed(name))
    connection.execute(_BUILT.read_text(encoding="utf-8"))
    names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    return {name: connection.execute(f"from {qualified(name)}").to_arrow_table() for (name,) in names}


def in_memory(tables: Mapping[str, pa.Table]) -> Relations:
    """The tables in a DuckDB of their own, as the checks see a build."""
    connection = _with_schemas()
    for relation, table in tables.items():
        put(connection, relation, table)
    connection.execute(
        "create table landed.all_files as"
        " select distinct source, source_file_sha256, observed_at from landed.contacts"
    )
    return Relations(connection)


def write_build(home: Home, run_id: str, tables: Mapping[str, pa.Table]) -> Path:
    """The tables as a run leaves them: a lake, inputs and identity as Parquet, dbt's database."""
    build = home.build(run_id)
    empty = home.lake / "_schema" / "_schema"
    empty.mkdir(parents=True, exist_ok=True)
    for canonical in TABLES.values():
        pq.write_table(canonical.schema.empty_table(), empty / f"{canonical.name}.parquet")
    (build / "warehouse.duckdb").unlink(missing_ok=True)
    change_build(home, build, tables)
    return build


def change_build(home: Home, build: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write these tables of a build anew."""
    folders = {
        "landed": home.lake / "crm" / SHA[0],
        "inputs": build / "inputs",
        "identity": build / "identity",
    }
    of_dbt = {}
    for relation, table in tables.items():
        schema, name = relation.split(".")
        if schema in folders:
            folders[schema].mkdir(parents=True, exist_ok=True)
            pq.write_table(table, folders[schema] / f"{name}.parquet")
        elif schema in DBT_SCHEMAS:
            of_dbt[relation] = table
    database = build / "warehouse.duckdb"
    if of_dbt or not database.exists():
        with connect() as connection:
            connection.execute(f"attach {quote_text(database)} as warehouse; use warehouse")
            for schema in DBT_SCHEMAS:
                connection.execute(f"create schema if not exists {schema}")
            for relation, table in of_dbt.items():
                put(connection, relation, table)


def shape_of(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, dict[str, str]]]:
    """Schema → table → column → type of the marts among the tables."""
    relations = in_memory({k: v for k, v in tables.items() if k.startswith(("marts.", "people.", "landed."))})
    return {schema: relations.columns(schema) for schema in ("marts", "people")}


def with_rows(table: pa.Table, *changes: Mapping[str, Any]) -> pa.Table:
    """The table with the first rows changed: the n-th mapping of values to the n-th row."""
    rows = table.to_pylist()
    for row, change in zip(rows, changes, strict=False):
        row.update(change)
    return pa.Table.from_pylist(rows, schema=table.schema)


def put(connection: duckdb.DuckDBPyConnection, relation: str, table: pa.Table) -> None:
    """Let the relation hold the table's rows."""
    connection.register("incoming", table)
    connection.execute(f"create or replace table {qualified(relation)} as select * from incoming")
    connection.unregister("incoming")


def _with_schemas() -> duckdb.DuckDBPyConnection:
    connection = connect(threads=1)
    for schema in SCHEMAS:
        connection.execute(f"create schema {schema}")
    return connection
