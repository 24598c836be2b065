"""Personas from tables at hand: runs the dbt identity models alone, over staging tables given as Arrow.

For evaluation and tests, where there is no lake: the same SQL standardises as in a run. Must not live here:
standardisation itself (dbt_project/models/intermediate/identity).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import environment
from warehouse.builds.inputs import SCHEMAS
from warehouse.engine import connect, quote_identifier

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
PERSONAS = "intermediate.int_personas"

_INSTANT = pa.timestamp("us", tz="UTC")
_LISTS = {"other_emails", "other_phones", "handles", "urls", "also_known_as", "links", "hashtags"}
_TYPES: dict[str, pa.DataType] = {
    "birth_year": pa.int32(),
    **dict.fromkeys(_LISTS, pa.list_(pa.string())),
    **dict.fromkeys(("created_at", "deleted_at", "at", "published_at"), _INSTANT),
    **dict.fromkeys(("is_deleted", "is_verified", "is_bot", "is_organization", "is_staff"), pa.bool_()),
    **dict.fromkeys(("is_time_observed", "is_reversed"), pa.bool_()),
}

# The columns of the staging tables that the identity models read.
_READ = {
    "contacts": """
        contact_id contact_type account_id full_name given_name middle_name family_name former_family_name
        nickname email other_emails phone other_phones city country time_zone language title employer handles
        website birth_year merged_into_id is_deleted created_at
    """,
    "accounts": "account_id name account_type website domain phone country",
    "profiles": """
        network profile_id handle display_name bio urls also_known_as location country time_zone language
        employer job_title email is_verified is_bot is_organization is_staff created_at deleted_at
        source source_file_sha256 source_record
    """,
    "touchpoints": "touchpoint_id contact_id full_name email phone handles at",
    "activities": """
        network activity_id actor_profile_id activity_type object_type published_at is_time_observed language
        links hashtags place is_reversed source source_file_sha256 source_record
    """,
    "users": "user_id email handles",
    "consents": "contact_id purpose status at",
    "connections": "network follower_profile_id followed_profile_id",
}
READ_COLUMNS = {table: tuple(columns.split()) for table, columns in _READ.items()}


class StandardisationFailed(Exception):
    """dbt could not build the identity models; the message names the model and its error."""


def build_personas(
    build: Path,
    tables: Mapping[str, pa.Table],
    *,
    configured_accounts: pa.Table | None = None,
    configured_words: pa.Table | None = None,
    avatars: pa.Table | None = None,
    linking_basis: str = "legitimate_interest",
    linking_purpose: str = "linking",
) -> Path:
    """Write `int_personas` into `build`/warehouse.duckdb from rows of canonical tables.

    `tables` maps names of canonical tables (contacts, profiles …) to rows; columns left out are NULL.
    Returns the path of the database. Raises StandardisationFailed.
    """
    (build / "inputs").mkdir(parents=True, exist_ok=True)
    inputs = {
        "configured_accounts": configured_accounts or _none("owner_kind", "network", "account"),
        "configured_words": configured_words or _none("kind", "value"),
        "avatars": avatars or SCHEMAS["avatars"].empty_table(),
        "set_apart": SCHEMAS["set_apart"].empty_table(),
        "parameters": pa.table({"linking_basis": [linking_basis], "linking_purpose": [linking_purpose]}),
    }
    for name, table in inputs.items():
        pq.write_table(table, build / "inputs" / f"{name}.parquet")
    database = build / "warehouse.duckdb"
    with connect(database) as connection:
        connection.execute("create schema if not exists staging")
        for name, columns in READ_COLUMNS.items():
            rows = _completed(tables.get(name), columns)  # noqa: F841 - read by DuckDB by its name
            connection.execute(
                f"create or replace table staging.{quote_identifier('stg_' + name)} as select * from rows"
            )
    _run_dbt(build)
    return database


def _completed(rows: pa.Table | None, columns: tuple[str, ...]) -> pa.Table:
    length = 0 if rows is None else rows.num_rows
    arrays = []
    for column in columns:
        kind = _TYPES.get(column, pa.string())
        given = rows.column(column) if rows is not None and column in rows.column_names else None
        arrays.append(pa.nulls(length, kind) if given is None else given.cast(kind))
    return pa.table(dict(zip(columns, arrays, strict=True)))


def _none(*columns: str) -> pa.Table:
    return pa.table({column: pa.array([], pa.string()) for column in columns})


def _run_dbt(build: Path) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    wanted = {"SCRM_BUILD": build, "SCRM_LAKE": build / "lake"}
    with environment.variables({name: str(path) for name, path in wanted.items()}):
        result: Any = dbtRunner().invoke(
            [
                *("--quiet", "--no-use-colors", "build"),
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(build / "target"), "--log-path", str(build / "logs")),
                *("--select", "path:seeds/identity", "activity_modes", "path:models/intermediate/identity"),
                *("--exclude", "resource_type:test", "resource_type:unit_test"),
            ]
        )
    DuckDBConnectionManager.close_all_connections()  # dbt keeps the file open, and so locked
    if not result.success:
        problems = [f"{r.node.name}: {r.message}" for r in getattr(result.result, "results", []) if r.message]
        failed = [p for p in problems if "rror" in p] or [str(result.exception)]
        raise StandardisationFailed("the identity models did not build: " + "; ".join(failed))
