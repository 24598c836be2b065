"""Feeds: entries with their blog, hostile documents by name, a count of its own."""

from __future__ import annotations

import io
from typing import Any

import pytest

from ingestion.containers.feed import Feed, home_address
from ingestion.format import UnreadableFile
from ingestion.formats.feed import FORMAT
from tests.unit.ingestion.conftest import SortBytes

RSS = b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
  <title>Blog</title><link>http://WWW.blog.example</link>
  <managingEditor>jo@blog.example (Jo Doe)</managingEditor>
  <atom:link rel="me" href="https://social.example/@jo"/>
  <!-- <item> in a comment is none -->
  <item><title>One</title><guid isPermaLink="false">17</guid>
    <pubDate>Mon, 01 Jul 2024 10:00:00 +0200</pubDate>
    <description><![CDATA[<item> is text]]></description></item>
  <item><title>Two</title><link>https://blog.example/2</link><pubDate>some day</pubDate></item>
</channel></rss>"""

PLANET = b"""<feed xmlns="http://www.w3.org/2005/Atom"><id>https://planet.example/</id><title>Planet</title>
<entry><id>tag:a,1</id><title>t</title><updated>2024-01-02T03:04:05-05:00</updated>
  <author><name>Ann</name><uri>https://a.example/</uri></author>
  <source><id>https://a.example/</id><title>A</title><link rel="alternate" href="https://a.example/"/></source></entry>
<entry><id>tag:b,1</id><title>t</title><updated>2024-01-02T03:04:05Z</updated>
  <source><id>https://b.example/</id><title>B</title></source></entry>
</feed>"""


def entries(document: bytes) -> list[dict[str, Any]]:
    rows = [row for table in Feed().read(io.BytesIO(document)) for row in table["fields"].to_pylist()]
    assert Feed().count(io.BytesIO(document)) == len(rows)
    return rows


def test_entries_carry_their_blog_author_and_time() -> None:
    one, two = entries(RSS)
    assert one["id"] == "https://blog.example/#17"  # a guid that is no address is one within its blog
    assert one["published"] == "2024-07-01T08:00:00Z"  # 10:00 at +02:00
    assert one["published_text"].endswith("+0200")
    assert (one["blog_home"], one["blog_author"], one["blog_email"]) == (
        "https://blog.example/",
        "Jo Doe",
        "jo@blog.example",
    )
    assert one["blog_me"] == '["https://social.example/@jo"]'
    assert two["id"] == "https://blog.example/2"
    assert two["published"] == "some day"  # stays, so that landing rejects it


def test_an_entry_of_a_planet_belongs_to_the_blog_it_names() -> None:
    a, b = entries(PLANET)
    assert (a["blog_home"], a["author_name"], a["published"]) == (
        "https://a.example/",
        "Ann",
        "2024-01-02T08:04:05Z",
    )
    assert (b["blog_home"], b["blog_title"]) == ("https://b.example/", "B")


def test_the_author_of_a_blog_is_the_same_whichever_of_its_entries_is_looked_at() -> None:
    anonymous = PLANET.replace(b"</feed>", b"") + (
        b"<entry><id>tag:a,2</id><title>t</title><updated>2024-01-02T03:04:05Z</updated>"
        b"<source><id>https://a.example/</id><title>A</title></source></entry></feed>"
    )
    a, b, again = entries(anonymous)
    assert [row["first_author_name"] for row in (a, b, again)] == ["Ann", None, "Ann"]


def test_a_blog_whose_first_entry_is_rejected_keeps_its_profile(sort_records: SortBytes) -> None:
    when = b"Mon, 01 Jul 2024 10:00:00 +0200"
    done = sort_records(FORMAT, RSS.replace(when, b"one day").replace(b"some day", when))
    assert [reason for _, _, reason in done.rejected()] == ["bad_published_at"]
    assert [row["profile_id"] for row in done.rows("profiles")] == ["https://blog.example/"]


def test_a_feed_without_entries_has_no_records() -> None:
    assert entries(b'<rss version="2.0"><channel><title>t</title></channel></rss>') == []


@pytest.mark.parametrize(
    ("document", "code", "said"),
    [
        (b"", "empty_file", "is empty"),
        (b"<html><body/></html>", "not_a_feed", "its root is <html>"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "not_a_feed", "not XML"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"></rss>', "entity_declaration", "entities"),
        (RSS[:-30], "cut_off", "no closing tag"),
        (b"<rss>" + b" " * 2_000, "feed_too_large", "more than"),
    ],
)
def test_refusals(document: bytes, code: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as refused:
        list(Feed(largest=1_500).read(io.BytesIO(document)))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://WWW.Blog.example", "https://blog.example/"),
        ("https://blog.example:443/a/b/?utm_source=x#top", "https://blog.example/a/b"),
        ("https://blog.example:8080/", "https://blog.example:8080/"),
        ("https://blog.example:port/", None),
        ("tag:blog.example,2024:1", None),
        (None, None),
    ],
)
def test_a_home_address_is_written_one_way(address: str | None, expected: str | None) -> None:
    assert home_address(address) == expected
