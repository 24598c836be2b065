"""Dates of feeds are read whole, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.containers.feed.dates import instant_of


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Mon, 01 Jul 2024 10:00:00 +0200", "2024-07-01T08:00:00Z"),
        ("1 July 2024 10:00 GMT", "2024-07-01T10:00:00Z"),
        ("Thu, 03 Sep 15 00:01:01 +0200", "2015-09-02T22:01:01Z"),
        ("Thu, 03 Sep 98 00:01:01 Z", "1998-09-03T00:01:01Z"),
        ("Mo, 25 Jun 2018 11:41:36", "2018-06-25T11:41:36Z"),  # no zone: UTC
        ("Sun, 06 Sep 2009 16:18:00 EST", "2009-09-06T21:18:00Z"),  # UTC - 5
        ("Mon, 01 Jul 2024 12:00:00 CEST", "2024-07-01T10:00:00Z"),
        ("Mon, 01 Jul 2024 12:00:00 GMT+0200", "2024-07-01T10:00:00Z"),
        ("Fri, 01 Mar 2024 10:00:00 +0530", "2024-03-01T04:30:00Z"),
        ("2024-03-01T10:00:00.250-03:30", "2024-03-01T13:30:00Z"),
        ("2024-03-01 10:00:00", "2024-03-01T10:00:00Z"),
        ("2024-03-01", "2024-03-01T00:00:00Z"),
        ("2016/6/29 15:07:41", "2016-06-29T15:07:41Z"),
    ],
)
def test_a_date_is_read_whole(text: str, instant: str) -> None:
    assert instant_of(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "29/06/2016 15:07",  # an order that 03/04/2016 leaves open
        "12/31/2023 11:30:00 PM",
        "2016",
        "2024-13-01T10:00:00Z",
        "2024-02-30T10:00:00Z",
        "Mon, 01 Foo 2024 12:00:00 GMT",
        "Mon, 01 Jul 2024 25:00:00 GMT",
        "Mon, 01 Jul 2024 12:00:00 BST",  # British summer or Bangladesh
        "Mon, 01 Jul 2024 12:00:00 XYZ",
        "Mon, 01 Jul 2024 12:00:00 CET+0200",
        "2024-03/01 10:00:00",
        "March 1, 2024",
        "yesterday",
        "",
    ],
)
def test_what_cannot_be_read_whole_is_not_read(text: str) -> None:
    assert instant_of(text) is None


@given(st.text(alphabet="0123456789:-/+ TZJanFebGMTEST,.", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    found = instant_of(text)
    assert found is None or found.endswith("Z")
