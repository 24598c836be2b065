"""What is published explains itself: in the files, in the mart `publication`, on the pages of dbt."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.fixtures.companies import HandMade

pytestmark = pytest.mark.integration
SCHEMAS = ("marts", "people")


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_published_table_and_column_is_explained_in_the_duckdb_file(
    hand_made: HandMade, schema: str
) -> None:
    with duckdb.connect(str(hand_made.current / f"{schema}.duckdb"), read_only=True) as client:
        tables = client.execute(
            "select table_name, comment from duckdb_tables() where not internal"
        ).fetchall()
        columns = client.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    assert len(tables) > 8
    assert [name for name, said in tables if not said] == []
    assert [(table, name) for table, name, said in columns if not said] == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_field_of_the_published_parquet_is_explained(hand_made: HandMade, schema: str) -> None:
    files = sorted((hand_made.current / schema).glob("*.parquet"))
    assert files
    for path in files:
        read = pq.read_schema(path)
        assert read.metadata[b"description"], path.name
        assert [f.name for f in read if not (f.metadata or {}).get(b"description")] == [], path.name
        # what is said of the types is true: pyarrow reads what DuckDB does
        assert pq.read_table(path).num_rows == pq.read_metadata(path).num_rows


def test_a_column_says_the_same_in_both_files_as_in_the_yaml(hand_made: HandMade) -> None:
    said = "customers_present / customers"
    with duckdb.connect(str(hand_made.current / "marts.duckdb"), read_only=True) as client:
        comment = client.execute(
            "select comment from duckdb_columns()"
            " where table_name = 'segment_presence' and column_name = 'presence_rate'"
        ).fetchone()
    field = pq.read_schema(hand_made.current / "marts" / "segment_presence.parquet").field("presence_rate")
    assert comment == (said,)
    assert field.metadata[b"description"].decode() == said


def test_the_publication_says_what_it_is_in_one_row(hand_made: HandMade) -> None:
    """The company has as_of 30 June 2026 and months 2; its smallest cell is 1; nobody audited a link."""
    manifest = json.loads((hand_made.current / "manifest.json").read_text(encoding="utf-8"))
    path = hand_made.current / "marts" / "publication.parquet"
    (row,) = pq.read_table(path).to_pylist()
    assert row["publication_id"] == manifest["publication_id"]
    assert row["as_of_on"] == dt.date.fromisoformat(manifest["as_of"])
    assert row["last_month"] == dt.date(2026, 6, 1)
    assert (row["months"], row["min_cell"]) == (manifest["months"], manifest["min_cell"])
    assert (row["links_audited"], row["persons_held_back"], row["records_set_apart"]) == (0, 0, 0)
    assert row["records_rejected"] == hand_made.report["records_rejected"]
    checks = manifest["checks"]
    found = {name: row[f"checks_{name}"] for name in ("run", "passed", "warned", "contained", "accepted")}
    assert found == {
        "run": checks["run"],
        "passed": checks["passed"],
        **{"warned": len(checks["warnings"]), "contained": 0, "accepted": 0},
    }
    assert checks["run"] == checks["passed"] + len(checks["warnings"])


def documentation(hand_made: HandMade) -> dict[str, Any]:
    """What dbt's page shows, from the page itself."""
    page = (hand_made.current / "dbt_docs" / "index.html").read_text(encoding="utf-8")
    found = re.search(r'manifest:(?=\{"metadata")', page)
    assert found is not None
    return json.JSONDecoder().raw_decode(page, found.end())[0]  # type: ignore[no-any-return]


def test_the_pages_of_dbt_begin_with_this_project_and_name_schemas_as_they_are(hand_made: HandMade) -> None:
    shown = documentation(hand_made)
    assert "marts.duckdb" in shown["docs"]["doc.social_crm.__overview__"]["block_contents"]
    everything = {**shown["nodes"], **shown["sources"]}
    assert {n["schema"] for n in everything.values() if n["resource_type"] != "test"} == {
        *("staging", "intermediate", "marts", "people"),
        *("lake", "inputs", "identity"),
    }
    assert all(source["columns"] for source in shown["sources"].values())


def test_lineage_goes_from_a_figure_through_the_links_to_the_lake(hand_made: HandMade) -> None:
    shown = documentation(hand_made)
    above, waiting = set(), ["model.social_crm.customers"]
    while waiting:
        parents = set(shown["parent_map"].get(waiting.pop(), ())) - above
        above |= parents
        waiting.extend(parents)
    assert {
        "source.social_crm.identity.personas",
        "model.social_crm.int_personas",
        "source.social_crm.lake.profiles",
        "source.social_crm.lake.contacts",
    } <= above
    for name in ("report", "dashboard", "bi_tools"):
        assert shown["parent_map"][f"exposure.social_crm.{name}"]
