"""Runs a format over bytes in memory and gives back its rows and its tally."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from ingestion.loading.loader import Loader
from ingestion.loading.tally import Tally
from ingestion.mapping.compiler import Scope
from ingestion.mapping.format import Format
from ingestion.mapping.macros import define_macros
from warehouse.engine import connect

OBSERVED_AT = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


@dataclass
class Loaded:
    """What became of some bytes."""

    connection: duckdb.DuckDBPyConnection
    tally: Tally

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table that accepted records became, in their order; NULLs left out."""
        query = f"""select * exclude (record_hash, problem, part) from "gathered_{table}"
            where ordinal in (select ordinal from accepted) order by ordinal"""
        found = self.connection.execute(query).to_arrow_table().to_pylist()
        return [{k: v for k, v in row.items() if v is not None and k != "ordinal"} for row in found]

    def rejected(self) -> list[tuple[str, bytes | None, str]]:
        return self.connection.execute(
            "select source_record, raw, reason_code from rejected order by ordinal"
        ).fetchall()


LoadBytes = Callable[..., Loaded]


@pytest.fixture(scope="session")
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(threads=1)
    connection.execute("pragma disable_optimizer")  # planning is what a load of three records costs
    define_macros(connection)
    yield connection
    connection.close()


@pytest.fixture
def load_records(_connection: duckdb.DuckDBPyConnection) -> LoadBytes:
    """Load records given as bytes, or as Python objects to be written one a line."""

    def load(
        form: Format, *records: Any, file_name: str = "export.jsonl", ids: str | None = None, **options: str
    ) -> Loaded:
        data = b"\n".join(r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)
        scope = Scope("n", file_name, OBSERVED_AT, ("public", "unlisted"), options, ids)
        loader = Loader(_connection, form, scope)
        for batch in form.container.read(io.BytesIO(data)):
            loader.load(batch)
        assert form.container.count(io.BytesIO(data)) == loader.tally.read
        return Loaded(_connection, loader.deduplicate(()))

    return load
