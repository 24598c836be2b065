"""What a file's time of observation rests on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ingestion.discovery.files import observed_at, observed_by
from warehouse.settings import Source

SOURCE = Source(name="posts", format="feed", path="in/*")
DATED = SOURCE.model_copy(update={"observed_on": dt.date(2024, 1, 31)})


@pytest.mark.parametrize(
    ("source", "name", "told_by"),
    [
        (SOURCE, "in/blog.atom", "file_clock"),
        (SOURCE, "in/blog_2024-02-30.atom", "file_clock"),  # no date after all
        (SOURCE, "in/blog_2024-02-29.atom", "file_name"),
        (SOURCE, "in/20240229/blog.atom", "file_name"),
        (DATED, "in/blog_2024-02-29.atom", "observed_on"),
    ],
)
def test_the_configured_day_goes_before_that_in_the_name_and_that_before_the_clock(
    source: Source, name: str, told_by: str
) -> None:
    assert observed_by(source, name) == told_by


def test_an_export_of_a_day_is_seen_at_its_end(tmp_path: Path) -> None:
    assert observed_at(SOURCE, "blog_2024-02-29.atom", tmp_path) == dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    assert observed_at(DATED, "blog_2024-02-29.atom", tmp_path) == dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
