"""Staging is the canonical tables, column by column: documented so, keyed so, and none forgotten."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.unit.dbt.project import PROJECT, column_names, grain
from warehouse.canonical.register import ACTIVITY_CONTENT, TABLES


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_staging_model_documents_the_columns_of_its_table(name: str) -> None:
    assert column_names(f"stg_{name}") == TABLES[name].schema.names


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_staging_model_is_unique_by_the_key_of_its_table(name: str) -> None:
    assert grain(f"stg_{name}") == list(TABLES[name].key)


@pytest.mark.parametrize(
    "path", ["models/staging/social/stg_activities.sql", "tests/assert_withdrawn_posts_keep_no_text.sql"]
)
def test_of_what_is_withdrawn_staging_shows_none_of_what_leaves_the_lake(path: str) -> None:
    """Else a figure would hang on whether the lake still has it."""
    said = re.search(r"set content = \[(.*?)\]", (PROJECT / path).read_text(encoding="utf-8"))
    assert said is not None
    assert re.findall(r"'(\w+)'", said[1]) == list(ACTIVITY_CONTENT)


def test_the_lake_is_declared_whole() -> None:
    sources = yaml.safe_load((PROJECT / "models" / "staging" / "sources.yml").read_text(encoding="utf-8"))
    lake = next(source for source in sources["sources"] if source["name"] == "lake")
    assert {table["name"] for table in lake["tables"]} == set(TABLES)


def test_reconciliation_counts_every_table() -> None:
    macro = (PROJECT / "macros" / "canonical_tables.sql").read_text(encoding="utf-8")
    assert all(f"'{name}'" in macro for name in TABLES)
