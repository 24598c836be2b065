"""What a model may select from, must say of itself, and must not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dbt.project import column_names, grain, layer, models, references, sql_files
from warehouse.mart_register import MartUnsaid, marts

OWN = sorted(name for name, path in sql_files().items() if "identity" not in path.parts)
MARTS = [name for name in OWN if layer(name).startswith("marts")]
FOR_BI = [name for name in MARTS if layer(name) != "marts/people"]

# What points to a person: kept to the schema that can be withheld.
DIRECT_IDENTIFIERS = {
    "person_id",
    "persona_id",
    "profile_id",
    "contact_id",
    "name",
    "full_name",
    "display_name",
    "handle",
    "email",
    "phone",
    "title",
    "content",
    "place",
    "bio",
}


@pytest.mark.parametrize("name", OWN)
def test_a_model_says_what_one_of_its_rows_is_and_tests_it(name: str) -> None:
    description = models()[name]["description"].strip()
    last = description.split(". ")[-1]
    assert last.startswith("One row"), description
    columns = grain(name)
    assert columns
    if not last.startswith("One row in all"):
        said = last.removeprefix("One row per ").rstrip(".").replace(" and ", ", ").split(", ")
        assert said == columns
    assert all(column.get("description") for column in models()[name]["columns"])


@pytest.mark.parametrize("name", [n for n in OWN if layer(n) == "staging"])
def test_staging_reads_the_lake_alone(name: str) -> None:
    refs, sources = references(name)
    if name == "stg_withdrawals":  # whose withdrawals count is said of the source
        sources.discard(("inputs", "configured_sources"))
    assert {source for source, _ in sources} <= {"lake"}
    assert all(ref in {"activity_modes"} or layer(ref) == "staging" for ref in refs)


@pytest.mark.parametrize("name", [n for n in OWN if layer(n) != "staging"])
def test_only_staging_reads_the_lake(name: str) -> None:
    _, sources = references(name)
    if name not in ("int_staged_rows", "int_observations"):  # these look at every row that landed
        assert "lake" not in {source for source, _ in sources}


@pytest.mark.parametrize("name", FOR_BI)
def test_marts_for_bi_point_to_nobody(name: str) -> None:
    assert not DIRECT_IDENTIFIERS & set(column_names(name))
    refs, _ = references(name)
    assert all(ref not in sql_files() or layer(ref) != "marts/people" for ref in refs)


@pytest.mark.parametrize("name", MARTS)
def test_a_mart_types_every_column_and_requires_its_grain(name: str) -> None:
    columns = {column["name"]: column for column in models()[name]["columns"]}
    assert all(column.get("data_type") for column in columns.values())
    for key in grain(name) or []:
        assert {"type": "not_null"} in columns[key].get("constraints", [])


def test_the_register_knows_every_mart() -> None:
    assert sorted(marts()) == MARTS


@pytest.mark.parametrize("name", MARTS)
def test_what_a_mart_says_of_itself_fits_its_columns(name: str) -> None:
    mart, tests = marts()[name], models()[name]["data_tests"]
    assert list(mart.grain) == grain(name)
    assert (mart.guarded_along is not None) == ("is_suppressed" in mart.columns)
    assert mart.guarded_along is None or (mart.guarded_along in mart.grain and mart.counts_customers)
    assert ("segments_add_up" in tests) == ({"segmentation", "customers"} <= mart.columns.keys())


def test_a_mart_without_its_say_is_named(tmp_path: Path) -> None:
    (tmp_path / "marts").mkdir()
    (tmp_path / "marts" / "_new.yml").write_text(
        "models: [{name: crises, config: {meta: {grain: [crisis_id], may_be_empty: true}}, columns: []}]"
    )
    with pytest.raises(MartUnsaid, match=r"'crises' does not say counts_customers, guarded_along"):
        marts(tmp_path)
