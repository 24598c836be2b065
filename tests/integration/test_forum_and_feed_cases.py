"""Forums and feeds as they were really written come out as their case.md says is right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.integration.real_cases import land_case, needs_cases

pytestmark = needs_cases


def test_quotes_within_quotes_are_anothers_words(tmp_path: Path) -> None:
    assert land_case("d-nested-quote", tmp_path).rows("activities", "content") == [("my own words",)]


def test_the_preview_of_a_page_is_not_the_authors(tmp_path: Path) -> None:
    ((content, attachments, links),) = land_case("d-onebox", tmp_path).rows(
        "activities", "content, attachment_types, links"
    )
    assert content == "look here\nwhat do you think?"
    assert (attachments, links) == (["link"], ["https://news.example/a"])


def test_mentions_in_a_forum_below_a_folder_and_in_other_scripts(tmp_path: Path) -> None:
    assert land_case("d-mentions", tmp_path).rows("activities", "mentions") == [(["lee", "max", "élo"],)]


def test_a_topic_over_two_files_names_its_posts_so_that_staging_finds_them(tmp_path: Path) -> None:
    """Staging puts 900 and 901 in the place of the second and first number (dbt unit test of stg_activities)."""
    rows = land_case("d-thread-over-pages", tmp_path).rows(
        "activities", "activity_id, alias_id, in_reply_to_id, root_id"
    )
    assert rows == [
        ("900", "topic:77:1", None, "900"),
        ("901", "topic:77:2", "900", "900"),
        ("902", "topic:77:3", "topic:77:2", "topic:77:1"),
        ("903", "topic:77:4", "topic:77:1", "topic:77:1"),
    ]


def test_a_blog_of_many_hands_is_nobodys(tmp_path: Path) -> None:
    rows = land_case("f-author-kinds", tmp_path).rows("profiles", "distinct display_name, email")
    assert rows == [("Many hands", None)]


def test_dates_are_read_whole_or_not_at_all(tmp_path: Path) -> None:
    case = land_case("f-dates", tmp_path)
    wall_clock = "strftime(published_at at time zone 'UTC', '%Y-%m-%d %H:%M:%S')"
    assert dict(case.rows("activities", f"title, {wall_clock}", "title")) == {
        "slashes": "2016-06-29 15:07:41",
        "two digit year": "2015-09-02 22:01:01",
        "german day": "2018-06-25 11:41:36",
        "EST": "2009-09-06 21:18:00",
        "PST": "2019-07-04 12:00:00",
        "no zone": "2024-03-01 10:00:00",
        "offset": "2024-03-01 04:30:00",
        "cest": "2024-07-01 10:00:00",
        "gmt+": "2024-07-01 10:00:00",
    }
    (file,) = case.report.landed
    # day first, us slashes, year only, named month: none of them a date that can be read in one way
    assert file.rejected_by_reason == {"bad_published_at": 4, "missing_published_at": 1}


def test_feeds_that_tell_no_home(tmp_path: Path) -> None:
    rows = land_case("f-feed-no-home", tmp_path).rows("activities", "actor_profile_id, activity_id")
    assert rows[0] == ("https://alerts.example/", "tag:alerts.example,2013:feed:3")
    blog, article = rows[1]
    assert blog.startswith("urn:feed:")
    assert article == f"{blog}#1"


def test_guids_that_name_several_articles(tmp_path: Path) -> None:
    case = land_case("f-guids", tmp_path)
    rows = case.rows("activities", "activity_id, title", "title")
    assert len({article for article, _ in rows}) == 7
    assert {title[-1] for _, title in rows} == set("ABCDEFG")
    assert case.report.records_rejected == 0


def test_pictures_of_media_rss(tmp_path: Path) -> None:
    ((attachments,),) = land_case("f-media", tmp_path).rows("activities", "attachment_types")
    assert sorted(attachments) == ["audio", "image"]


def test_relative_links(tmp_path: Path) -> None:
    ((links,),) = land_case("f-relative", tmp_path).rows("activities", "links")
    assert sorted(links) == ["https://abs.example/", "https://rel.example/shop"]


def test_one_article_in_two_feeds_of_a_blog(tmp_path: Path) -> None:
    rows = land_case("f-same-article-two-feeds", tmp_path).rows(
        "activities", "distinct activity_id, actor_profile_id"
    )
    assert rows == [("https://two.example/#1 at https://two.example", "https://two.example/")]


def test_titles_of_each_type(tmp_path: Path) -> None:
    rows = land_case("f-title-kinds", tmp_path).rows("activities", "title, published_at", "activity_id")
    assert [title for title, _ in rows] == ["Using <template> in Vue", "Blue & red", "Head & line", "<3 tea"]
    assert rows[0][1] == dt.datetime(2024, 3, 1, 9, tzinfo=dt.UTC)  # 10:00 at +01:00
