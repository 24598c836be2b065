"""X's API and archives of JSON as they were really written come out as their case.md says is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.real_cases import land_case, needs_cases

pytestmark = needs_cases


@pytest.mark.parametrize(
    ("name", "posts"), [("x-array-of-pages", 2), ("x-pretty-pages", 2), ("a-duplicate-items-key", 2)]
)
def test_pages_land_however_they_are_written(name: str, posts: int, tmp_path: Path) -> None:
    case = land_case(name, tmp_path)
    assert case.report.failed == ()
    assert case.report.records_rejected == 0
    assert case.rows("activities", "count(distinct activity_id)") == [(posts,)]


def test_a_long_post_has_the_entities_of_its_whole_text(tmp_path: Path) -> None:
    rows = land_case("x-note-tweet-entities", tmp_path).rows("activities", "hashtags, mentions, links")
    ((hashtags, mentions, links),) = rows
    assert (sorted(hashtags), mentions) == (["early", "late"], ["42"])
    assert links == ["https://shop.example/offer"]


def test_the_address_of_a_quoted_post_is_no_link_of_the_author(tmp_path: Path) -> None:
    rows = land_case("x-quote-only", tmp_path).rows("activities", "links, attachment_types", "activity_id")
    assert all(links is None and "link" not in (attached or []) for links, attached in rows)
