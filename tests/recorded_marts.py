"""Digests of the published content of fixed companies, so that a change of structure provably moves no figure.

    python -m tests.recorded_marts            # sample 0.02, seed 113: compares with what is recorded
    python -m tests.recorded_marts --record   # after a change that moves figures on purpose

Two smaller companies are compared by the tests that publish them (`test_run.py`, `test_hand_made_company.py`);
with SCRM_RECORD_MARTS set these record instead. Exit codes: 0 the same, or recorded · 1 something differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

import duckdb

from tests.integration.command_line import run_scrm
from warehouse.engine import quote_identifier, quote_text

RECORDED = Path(__file__).with_name("recorded_marts.json")
# Which run landed a row, from which place of which file, and which ids were kept since the run before.
PROVENANCE_TABLES = {"reconciliation", "identity_quality", "publication"}
PROVENANCE_COLUMNS = {"run_id", "source_file_sha256", "source_record", "model_version"}


def digests(published: Path) -> dict[str, str]:
    """SHA-256 of the rows of every published table, ordered, without provenance, floats to 9 digits."""
    tables = sorted(path for schema in ("marts", "people") for path in (published / schema).glob("*.parquet"))
    return {
        f"{path.parent.name}.{path.stem}": _digest(path)
        for path in tables
        if path.stem not in PROVENANCE_TABLES
    }


def differences(company: str, published: Path) -> list[str]:
    """Give the tables whose content is not what is recorded; record instead where the caller asks for it."""
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    found = digests(published)
    if os.environ.get("SCRM_RECORD_MARTS"):
        RECORDED.write_text(json.dumps({**recorded, company: found}, indent=2, sort_keys=True) + "\n")
        return []
    expected = recorded[company]
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def _digest(path: Path) -> str:
    table = f"read_parquet({quote_text(path)})"
    columns = [
        (name, kind)
        for name, kind, *_ in duckdb.sql(f"describe select * from {table}").fetchall()
        if name not in PROVENANCE_COLUMNS
    ]
    values = [
        f"printf('%.9g', {quote_identifier(name)})"
        if kind in ("DOUBLE", "FLOAT")
        else f"cast({quote_identifier(name)} as varchar)"
        for name, kind in columns
    ]
    row = ", ".join(f"coalesce({value}, chr(0))" for value in values)
    rows = duckdb.sql(f"select md5(concat_ws('|', {row})) from {table}")
    content = "".join(sorted(row for (row,) in rows.fetchall()))
    return hashlib.sha256((repr(columns) + content).encode()).hexdigest()


def main() -> int:
    """Publish the sample company at 0.02 in a folder of its own; return the exit code."""
    if "--record" in sys.argv:
        os.environ["SCRM_RECORD_MARTS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        company = Path(folder) / "company"
        run_scrm("sample", "--scale", "0.02", "--seed", "113", "--out", str(company))
        run_scrm("run", "--config", str(company), "--json")
        moved = differences("sample_0.02_113", company / ".scrm" / "published" / "current")
    print("\n".join(f"{name} differs" for name in moved) or "the same")
    return 1 if moved else 0


if __name__ == "__main__":
    sys.exit(main())
