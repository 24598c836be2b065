"""A company with one source of posts, its files written by the test: what landing makes of them on disk.

Must not live here: what tests ask of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from ingestion.landing import land
from ingestion.report import FailedFile, LandingReport
from warehouse.canonical.register import TABLES
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source


class Company:
    """A folder with a configuration of one source of posts, and its home."""

    def __init__(self, folder: Path, **source: Any) -> None:
        self.folder = folder
        (folder / "in").mkdir(parents=True, exist_ok=True)
        given = {"name": "posts", "format": "x_api_v2", "path": "in/*", **source}
        self.settings = Settings(brand=Brand(name="B"), sources=(Source(**given),))
        self.settings._path = folder / "scrm.yml"
        self.home = Home(folder / "home")

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / "in" / name
        path.write_bytes(data)
        return path

    def land(self) -> LandingReport:
        return land(self.settings.sources[0], self.settings, self.home)

    def only_failure(self) -> FailedFile:
        (failed,) = self.land().failed
        return failed

    def keys(self, table: str = "activities", column: str | None = None) -> list[str]:
        """The values of a column, by default the key beside the network, in their order."""
        key = column or TABLES[table].key[1]
        glob = self.home.table_glob(table)
        rows = duckdb.execute(f"select {key} from read_parquet('{glob}', union_by_name = true) order by 1")
        return [row[0] for row in rows.fetchall()]

    def quarantined(self) -> list[dict[str, Any]]:
        parts = sorted((self.home.quarantine / "posts").glob("*.parquet"))
        return [row for part in parts for row in pq.read_table(part).to_pylist()]

    def everything(self) -> dict[str, bytes]:
        """The names and bytes of all that landed, what merely saves reading left out."""
        left_out = {"digests", "locks"}
        paths = [p for p in self.home.root.rglob("*") if p.is_file()]
        return {
            str(p.relative_to(self.home.root)): p.read_bytes()
            for p in paths
            if p.relative_to(self.home.root).parts[0] not in left_out
        }


def has_news(report: LandingReport) -> bool:
    return any(file.is_new for file in (*report.landed, *report.failed))


def post(number: int, **changes: Any) -> bytes:
    return json.dumps(
        {"id": str(number), "text": "t", "author_id": "7", "created_at": "2026-05-01T10:00:00Z", **changes}
    ).encode()


def undated(count: int) -> bytes:
    """Posts that are rejected, each with another number: their time is none."""
    return b"".join(post(9_000 + n, created_at="soon") + b"\n" for n in range(count))


def lines(*numbers: int) -> bytes:
    return b"".join(post(n) + b"\n" for n in numbers)
