"""What the mart `publication` can say only at the end: what the checks found, the last of which look at the marts.

Must not live here: every other column of it (dbt_project/models/marts/audit/publication.sql).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.engine import connect


def write_last_word(database: Path, checks: Mapping[str, Any]) -> None:
    """Fill in what the checks found, as the manifest counts it; a build without the mart stays as it is."""
    found = {
        "checks_run": checks["run"],
        "checks_passed": checks["passed"],
        "checks_warned": len(checks["warnings"]),
        "checks_contained": len(checks["contained"]),
        "checks_accepted": len(checks["accepted"]),
    }
    with connect(database) as connection:
        is_there = connection.execute(
            "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'publication'"
        ).fetchone()
        if is_there:
            told = ", ".join(f"{column} = ${column}" for column in found)
            connection.execute(f"update marts.publication set {told}", found)
