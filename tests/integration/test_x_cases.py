"""X's API and archives of JSON as they were really written come out as their case.md says is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.landing import land
from tests.integration.real_cases import CASES, land_case, needs_cases
from warehouse.canonical.register import TABLES
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source

pytestmark = needs_cases


EXPORTS = CASES.parent / "exports" / "x_api_v2"


@pytest.mark.parametrize(
    ("name", "posts", "users"),
    [("x-array-of-pages", 2, 1), ("x-pretty-pages", 2, 0), ("a-duplicate-items-key", 2, 0)],
)
def test_pages_land_however_they_are_written(name: str, posts: int, users: int, tmp_path: Path) -> None:
    case = land_case(name, tmp_path)
    assert case.report.failed == ()
    assert case.report.records_rejected == 0
    assert case.rows("activities", "count(distinct activity_id)") == [(posts,)]
    assert len(case.rows("profiles", "profile_id")) == users


def test_a_list_given_twice_is_said(tmp_path: Path) -> None:
    (file,) = land_case("a-duplicate-items-key", tmp_path).report.landed
    assert file.unknown_fields == ("(twice) orderedItems",)


def test_a_long_post_has_the_entities_of_its_whole_text(tmp_path: Path) -> None:
    rows = land_case("x-note-tweet-entities", tmp_path).rows("activities", "hashtags, mentions, links")
    assert rows == [(["early", "late"], ["42"], ["https://shop.example/offer"])]


def test_the_address_of_a_quoted_post_is_no_link_of_the_author(tmp_path: Path) -> None:
    rows = land_case("x-quote-only", tmp_path).rows("activities", "quote_of_id, links, attachment_types")
    assert rows == [("8000", None, None)]


@pytest.mark.skipif(not EXPORTS.is_dir(), reason=f"the real exports are not at {EXPORTS}")
def test_of_a_real_record_every_key_lands_once(tmp_path: Path) -> None:
    """A flattened post holds an author up to three times. Of 67 quotes one links more than what it quotes."""
    settings = Settings(brand=Brand(name="B"), sources=(Source(name="s", format="x_api_v2", path="*.json*"),))
    settings._path = EXPORTS / "scrm.yml"
    assert land(settings.sources[0], settings, Home(tmp_path)).failed == ()

    def asked(table: str, what: str) -> list[tuple[Any, ...]]:
        rows = f"read_parquet('{tmp_path}/lake/s/*/{table}.parquet')"
        return duckdb.sql(what.format(rows)).fetchall()

    for table in ("activities", "profiles", "activity_counters", "profile_counters"):
        place = ", ".join(["source_file_sha256", "source_record", *TABLES[table].key])
        assert asked(table, f"select {place} from {{}} group by all having count(*) > 1") == []
    quotes = asked("activities", "select count(*), count(links) from {} where quote_of_id is not null")
    assert quotes == [(67, 1)]
