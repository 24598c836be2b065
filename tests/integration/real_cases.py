"""The small real cases: each folder lands as the source in its case.md says, read from where they lie.

Must not live here: what is right (the tests say it, as the case.md does).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ingestion.landing import land
from ingestion.report import LandingReport
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source

DATA = Path(os.environ.get("SCRM_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
CASES = DATA / "cases"

needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"the real cases are not at {CASES}")


@dataclass(frozen=True)
class LandedCase:
    """A case that landed in a home of its own."""

    home: Home
    report: LandingReport

    def rows(self, table: str, columns: str, order: str = "all") -> list[tuple[Any, ...]]:
        """Rows of a canonical table of the lake; none where nothing landed in it."""
        parts = list(self.home.lake.glob(f"case/*/{table}.parquet"))
        if not parts:
            return []
        files = ", ".join(f"'{part}'" for part in parts)
        return duckdb.sql(f"select {columns} from read_parquet([{files}]) order by {order}").fetchall()


def land_case(name: str, home: Path) -> LandedCase:
    """Land the files of a case with the source that its case.md holds, and no others."""
    folder = CASES / name
    said = re.search(r"```yaml\n(.*?)```", (folder / "case.md").read_text(encoding="utf-8"), re.DOTALL)
    assert said is not None, f"{folder}/case.md holds no source"
    (source,) = yaml.safe_load(said[1])
    settings = Settings(brand=Brand(name="B"), sources=(Source(**{**source, "name": "case"}),))
    settings._path = folder / "scrm.yml"
    return LandedCase(Home(home), land(settings.sources[0], settings, Home(home)))
