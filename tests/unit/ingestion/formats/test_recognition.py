"""What a file looks like, said of its first bytes."""

from __future__ import annotations

import pytest

from ingestion.formats.recognition import UNKNOWN, UNKNOWN_JSON, look_of


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
