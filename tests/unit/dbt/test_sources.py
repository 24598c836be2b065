"""What Python hands to dbt is documented as it is, and lineage does not end there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from orchestration.dbt.graph import READ_BY_IDENTITY
from tests.integration.hand_made_lake import IDENTITY
from tests.unit.dbt.project import PROJECT, sql_files
from warehouse.builds.inputs import SCHEMAS
from warehouse.canonical.register import PROVENANCE, TABLES


def tables_of(source: str) -> dict[str, dict[str, Any]]:
    """Tables of a source by their names."""
    for path in sorted((PROJECT / "models").rglob("*.yml")):
        for found in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []):
            if found["name"] == source:
                return {table["name"]: table for table in found["tables"]}
    raise AssertionError(f"no source {source}")


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ("inputs", {name: schema.names for name, schema in SCHEMAS.items()}),
        ("identity", {name: schema.names for name, schema in IDENTITY.items()}),
        ("lake", {t.name: [c.name for c in (*t.columns, *PROVENANCE)] for t in TABLES.values()}),
    ],
)
def test_every_column_of_a_source_is_described(source: str, columns: dict[str, list[str]]) -> None:
    tables = tables_of(source)
    assert {name: [c["name"] for c in table["columns"]] for name, table in tables.items()} == columns
    assert all(c["description"] for table in tables.values() for c in table["columns"])


def test_what_linkage_wrote_is_read_with_its_lineage() -> None:
    """Else the graph of dbt's documentation would end at the links."""
    for name, path in sql_files().items():
        assert not re.search(r"source\(\s*'identity'", path.read_text(encoding="utf-8")), name
    macro = (PROJECT / "macros" / "linked.sql").read_text(encoding="utf-8")
    named = re.search(r"for read in \[(.*?)\]", macro)
    assert named is not None
    assert tuple(re.findall(r"'(\w+)'", named[1])) == READ_BY_IDENTITY
