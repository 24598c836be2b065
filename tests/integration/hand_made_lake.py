"""A lake, inputs and links written by hand: what dbt reads, without landing and linkage before it.

Lives here: the writing of rows as Parquet with the canonical schemas, and a dbt build over them in process.
Must not live here: any people or figures (golden_company.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.dbt.in_process import Dbt, NodeResult
from warehouse.builds.inputs import SCHEMAS as INPUTS
from warehouse.canonical.kinds import INSTANT
from warehouse.canonical.register import TABLES
from warehouse.engine import quote_text
from warehouse.lake import Home

Row = Mapping[str, Any]

TEXT = pa.string()
IDENTITY = {
    "personas": pa.schema(
        [
            ("persona_id", TEXT),
            ("person_id", TEXT),
            ("person_probability", pa.float64()),
            ("link_status", TEXT),
            ("decided_by", TEXT),
            ("rule", TEXT),
        ]
    ),
    "link_candidates": pa.schema(
        [
            ("profile_persona_id", TEXT),
            ("network", TEXT),
            ("profile_id", TEXT),
            ("person_id", TEXT),
            ("best_persona_id", TEXT),
            ("pair_probability", pa.float64()),
            ("probability", pa.float64()),
            ("link_status", TEXT),
            ("graph_ratio", pa.float64()),
        ]
    ),
    "person_id_history": pa.schema(
        [
            ("from_person_id", TEXT),
            ("to_person_id", TEXT),
            ("run_id", TEXT),
            ("reason", TEXT),
            ("changed_at", INSTANT),
        ]
    ),
    "violations": pa.schema(
        [("left_persona_id", TEXT), ("right_persona_id", TEXT), ("probability", pa.float64()), ("rule", TEXT)]
    ),
    "organizations": pa.schema(
        [("record_id", TEXT), ("organization_id", TEXT), ("probability", pa.float64())]
    ),
    "quality": pa.schema(
        [
            ("model_version", TEXT),
            ("measure", TEXT),
            ("stratum_kind", TEXT),
            ("stratum", TEXT),
            ("segment", TEXT),
            ("network", TEXT),
            ("value", pa.float64()),
            ("low", pa.float64()),
            ("high", pa.float64()),
            ("pairs", pa.int64()),
            ("basis", TEXT),
        ]
    ),
    "link_evidence": pa.schema(
        [
            *((name, TEXT) for name in ("left_persona_id", "right_persona_id", "comparison")),
            *((name, TEXT) for name in ("meaning", "level", "label")),
            ("weight", pa.float64()),
        ]
    ),
    "review_queue": pa.schema(
        [
            *((name, TEXT) for name in ("left_persona_id", "right_persona_id")),
            *((name, TEXT) for name in ("left_person_id", "right_person_id")),
            *((name, TEXT) for name in ("reason", "rule", "rule_sentence")),
            *((name, pa.float64()) for name in ("pair_probability", "probability", "uncertainty")),
            ("evidence", TEXT),
        ]
    ),
}
PARAMETERS: Row = {
    "brand_name": "Domatik",
    "currency": "EUR",
    "months": 1,
    "min_cell": 1,
    "join_threshold": 0.95,
    "keep_threshold": 0.9,
    "review_threshold": 0.5,
    "max_accounts_per_network": 5,
    "linking_basis": "legitimate_interest",
    "linking_purpose": "linking",
    "code_version": "test",
    "config_fingerprint": "0",
    "run_id": "run",
    "run_at": dt.datetime(2026, 7, 6, tzinfo=dt.UTC),
}


def instant(text: str) -> dt.datetime:
    """'2026-06-01' or '2026-06-01T10:30' as a UTC instant."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def write_lake(home: Path, tables: Mapping[str, Sequence[Row]], *, observed_at: dt.datetime) -> None:
    """Write canonical rows under `home`/lake, one file a table; absent tables are empty.

    A row may give its own provenance; else it comes from source 'export', observed at `observed_at`.
    """
    unknown = sorted(set(tables) - set(TABLES))
    if unknown:
        raise ValueError(f"{unknown} are no canonical tables; known are {sorted(TABLES)}")
    folder = home / "lake" / "export" / ("f" * 64)
    for ordinal, (name, table) in enumerate(TABLES.items()):
        rows = [
            {
                "source": "export",
                "source_file_sha256": f"{ordinal:064x}",
                "source_record": str(number),
                "observed_at": observed_at,
                "ingested_at": observed_at,
                "record_hash": number,
                **row,
            }
            for number, row in enumerate(tables.get(name, ()), start=1)
        ]
        _write(folder / f"{name}.parquet", rows, table.schema)


def write_inputs(home: Path, parameters: Row, **inputs: Sequence[Row]) -> None:
    """Write the build's inputs; `parameters` over the defaults above."""
    rows: dict[str, Sequence[Row]] = {**inputs, "parameters": [{**PARAMETERS, **parameters}]}
    for name, schema in INPUTS.items():
        _write(build_folder(home) / "inputs" / f"{name}.parquet", rows.get(name, ()), schema)


def write_identity(home: Path, **outputs: Sequence[Row]) -> None:
    """Write what linkage would have found."""
    for name, schema in IDENTITY.items():
        _write(build_folder(home) / "identity" / f"{name}.parquet", outputs.get(name, ()), schema)


def build_folder(home: Path) -> Path:
    return home / "builds" / "run"


def database(home: Path) -> Path:
    return build_folder(home) / "warehouse.duckdb"


def run_dbt(home: Path, *arguments: str, sources: Sequence[str] = ()) -> list[NodeResult]:
    """Run `dbt build` over `home` as a run of the job does, of all sources or of some."""
    lake = quote_text(home / "lake" / "*" / "*" / "*.parquet")
    found = duckdb.sql(f"select distinct source from read_parquet({lake}, union_by_name = true)")
    dbt = Dbt(Home(home), "2GB", sources or [source for (source,) in found.fetchall()])
    return dbt.build(build_folder(home), arguments, lambda *_: None)


def _write(path: Path, rows: Sequence[Row], schema: pa.Schema) -> None:
    known = set(schema.names)
    for row in rows:
        if not set(row) <= known:
            raise ValueError(
                f"{sorted(set(row) - known)} are no columns of {path.stem}; known are {sorted(known)}"
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), path)
