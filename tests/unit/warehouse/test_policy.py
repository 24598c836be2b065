"""Numbers of policy are said once: in warehouse/policy.py, and nowhere else in code, SQL or YAML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from warehouse import policy

ROOT = Path(__file__).parents[3]


def test_sql_reads_the_numbers_as_they_are() -> None:
    assert policy.MACRO.read_text(encoding="utf-8") == policy.macro(), "run `python -m warehouse.policy`"


@pytest.mark.parametrize("suffix", ["py", "sql", "yml"])
def test_the_highest_probability_is_said_nowhere_else(suffix: str) -> None:
    folders = ("ingestion", "orchestration", "quality", "warehouse", "dbt_project")
    said = re.compile(rf"(?<![\d.]){re.escape(str(policy.HIGHEST_PROBABILITY))}(?!\d)")
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob(f"*.{suffix}")
        if said.search(path.read_text(encoding="utf-8"))
    }
    assert found <= {"warehouse/policy.py", "dbt_project/macros/policy.sql"}
