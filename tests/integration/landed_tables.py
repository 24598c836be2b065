"""Lands files in a folder of their own, for the tests of tables and feeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

from ingestion.landing import land
from ingestion.report import LandingReport
from warehouse.engine import quote_text
from warehouse.lake import Home
from warehouse.settings import load_settings


class Warehouse:
    """A home folder with its landing files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def land(self, **source: Any) -> LandingReport:
        text = yaml.safe_dump({"brand": {"name": "Kettle"}, "sources": [{"name": "it", **source}]})
        (self.folder / "scrm.yml").write_text(text)
        settings = load_settings(self.folder)
        return land(settings.sources[0], settings)

    def rows(self, table: str, columns: str = "*", order: str = "1") -> list[tuple[Any, ...]]:
        glob = quote_text(Home(self.folder / ".scrm").table_glob(table))
        query = f"select {columns} from read_parquet({glob}, union_by_name = true) order by {order}"
        return duckdb.execute(query).fetchall()

    def quarantined(self) -> list[tuple[Any, ...]]:
        glob = quote_text(self.folder / ".scrm" / "quarantine" / "*" / "*.parquet")
        records = f"select source_record, reason_code, raw from read_parquet({glob})"
        return duckdb.execute(f"{records} order by cast(source_record as integer)").fetchall()
