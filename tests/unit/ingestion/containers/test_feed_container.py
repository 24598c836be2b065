"""Feeds: entries with their blog, hostile documents by name, a count of its own."""

from __future__ import annotations

import io
from typing import Any

import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.containers.feed.reader import Feed, home_address
from ingestion.formats.feed import FORMAT
from tests.unit.ingestion.conftest import LoadBytes

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
    assert [row["only_author_name"] for row in (a, b, again)] == ["Ann", None, "Ann"]


def test_a_blog_whose_first_entry_is_rejected_keeps_its_profile(load_records: LoadBytes) -> None:
    when = b"Mon, 01 Jul 2024 10:00:00 +0200"
    done = load_records(FORMAT, RSS.replace(when, b"one day").replace(b"some day", when))
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


def feed(*items: str, link: str = "<link>https://blog.example/</link>", title: str = "Blog") -> bytes:
    return (
        f'<rss version="2.0"><channel><title>{title}</title>{link}{"".join(items)}</channel></rss>'.encode()
    )


def item(title: str, **fields: str) -> str:
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    return f"<item><title>{title}</title>{inside}</item>"


def test_a_blog_that_several_write_is_called_by_its_title() -> None:
    one, _ = entries(feed(item("a", author="jo@b.example (Jo)"), item("b", author="ann@b.example (Ann)")))
    assert (one["only_author_name"], one["only_author_email"]) == (None, None)


def test_nobodys_address_is_no_address() -> None:
    (one,) = entries(feed(item("a", author="noreply@blogger.com (Jane Plum)")))
    assert (one["only_author_name"], one["only_author_email"]) == ("Jane Plum", None)


def test_articles_that_share_a_guid_or_a_link_are_told_apart_and_stay_so() -> None:
    shared = [item("C", guid="same"), item("D", guid="same"), item("F", link="https://b.example/p")]
    shared += [item("G", link="https://b.example/p"), item("E", description="words")]
    ids = [entry["id"] for entry in entries(feed(*shared))]
    assert len(set(ids)) == 5
    assert ids == [entry["id"] for entry in entries(feed(*shared))]
    # the same article twice is one
    twice = [entry["id"] for entry in entries(feed(item("C", guid="same"), item("C", guid="same")))]
    assert twice == ["https://blog.example/#same"] * 2


def test_blogs_that_tell_no_address_are_kept_apart_by_their_titles() -> None:
    ids = {
        title: entries(feed(item("a", guid="1"), link="<link>/</link>", title=title))[0]["blog_id"]
        for title in ("Bees", "Trees")
    }
    assert ids["Bees"] != ids["Trees"]
    assert all(blog.startswith("urn:feed:") for blog in ids.values())


@pytest.mark.parametrize("section", ["tag/x", "category/a/b", "feed", "search/label/y", "comments/feed"])
def test_a_part_of_a_blog_is_the_blog(section: str) -> None:
    (one,) = entries(feed(item("a", guid="1"), link=f"<link>https://blog.example/jo/{section}/</link>"))
    assert (one["blog_home"], one["id"]) == ("https://blog.example/jo", "https://blog.example/jo#1")


def test_links_are_resolved_against_where_the_article_lies() -> None:
    hrefs = ("/shop", "#n", "mailto:a@b.example")
    words = " ".join(f"&lt;a href='{href}'&gt;a&lt;/a&gt;" for href in hrefs)
    (one,) = entries(feed(item("a", link="https://blog.example/1", description=words)))
    assert one["links"] == '["https://blog.example/shop"]'


def test_an_article_without_a_date_counts_in_no_month(load_records: LoadBytes) -> None:
    dated = item("b", guid="2", pubDate="Mon, 01 Jul 2024 10:00:00 GMT")
    done = load_records(FORMAT, feed(item("a", guid="1"), dated))
    assert [reason for _, _, reason in done.rejected()] == ["missing_published_at"]
    assert [row["title"] for row in done.rows("activities")] == ["b"]


def test_characters_written_as_two_halves_are_whole() -> None:
    (one,) = entries(feed(item("wink &#55357;&#56841; and &#55357; alone", guid="1")))
    assert one["title"] == "wink \U0001f609 and \ufffd alone"


def test_brackets_in_a_title_that_is_no_markup_stay(load_records: LoadBytes) -> None:
    at = "<updated>2024-01-02T03:04:05Z</updated>"
    plain = f"<entry><id>urn:1</id><title>Using &lt;template&gt;</title>{at}</entry>"
    marked = f'<entry><id>urn:2</id><title type="html">&lt;em&gt;Blue&lt;/em&gt;</title>{at}</entry>'
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><id>https://a.example/</id><title>A</title>'
    done = load_records(FORMAT, f"{head}{plain}{marked}</feed>".encode())
    assert [row["title"] for row in done.rows("activities")] == ["Using <template>", "Blue"]
