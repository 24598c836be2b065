"""What a file looks like, said of its first bytes."""

from __future__ import annotations

import pytest

from ingestion.formats.recognition import UNKNOWN, UNKNOWN_JSON, look_of
from ingestion.formats.registry import format_names


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b'{"category_list": {"categories": []}}', "Discourse's list of categories"),
        # a page of Facebook has a list of that name, too
        (b'{"data": [{"id": "1", "category_list": [{"name": "Shop"}]}], "paging": {}}', "Graph API"),
        (b'[{"id": 1, "username": "ewa", "trust_level": 2}]', "a Discourse forum"),
        (b'{"id": "1", "action": "delete", "redacted_at": "2026-06-15T00:00:00Z"}', "the X API v2"),
        (b'{"id": "1"}', UNKNOWN_JSON),
        (b"\x00\x01", UNKNOWN),
    ],
)
def test_a_layout_is_named_by_what_only_it_has(head: bytes, said: str) -> None:
    assert said in str(look_of(head))


@pytest.mark.parametrize(
    ("head", "said", "read_by"),
    [
        (b"window.YTD.tweets.part0 = [{}]", "a part of an X archive", None),
        (b"<posts>\n  <row Id='1'/>", "a Stack Exchange dump", None),
        (b'{"$type": "app.bsky.feed.post"}', "AT protocol records", None),
        (b'{"kind": "youtube#video"}', "an answer of the YouTube Data API", None),
        (b"From a@b.example Mon\n", "an mbox of e-mails", None),
        (b"<html></html>", "XML or HTML", None),
        (b"<rss version='2.0'>", "an RSS or Atom feed", "feed"),
        (b"PAR1", "a Parquet file", "table"),
        (b"Id,Name\n1,Ann\n", "a table of delimited text", "table"),
        (
            b'{"@context": "https://www.w3.org/ns/activitystreams"}',
            "ActivityStreams 2.0",
            "activitystreams",
        ),
    ],
)
def test_only_a_format_that_there_is_is_suggested(head: bytes, said: str, read_by: str | None) -> None:
    look = look_of(head)
    assert (look.words, look.format) == (said, read_by)
    assert read_by is None or read_by in format_names()
