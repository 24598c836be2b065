"""A file's name says nothing of a person where it is shown, and an auditor finds the file all the same."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.builds.file_names import NamedFile, files_behind, kind_of_file, mask_in_sentence, mask_name
from warehouse.ledger import Entry


def entry(name: str, sha256: str | None = "ab", outcome: str = "landed") -> Entry:
    payload = {"source": "blogs", "file_name": name, "source_file_sha256": sha256, "outcome": outcome}
    return Entry(1, "file", payload, "", "", "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("exports/blogs/ada_l-2026-07-01.xml", "-2026-07-01.xml"),
        ("exports/blogs/ada.lovelace", ""),  # no ending that is known: nothing of it is shown
        ("ada20010203.json", ".json"),  # digits within a word may be anything
        ("posts.20260701.jsonl.gz", "-20260701.jsonl.gz"),
        ("ada.zip!ada/outbox.json", ".json"),
    ],
)
def test_a_mask_shows_the_day_and_the_kind_of_file_alone(name: str, shown: str) -> None:
    assert mask_name(name, "ab" * 32) == "abababababab" + shown
    unread = hashlib.sha256(name.encode()).hexdigest()[:12]
    assert mask_name(name, None) == unread + shown


@given(st.text(st.characters(categories=["L"]), min_size=13, max_size=30))
def test_no_handle_survives_in_a_mask(handle: str) -> None:
    assert handle.lower() not in mask_name(f"blogs/{handle}.{handle}-2026-07-01.{handle}.csv", None).lower()


def test_reasons_name_the_mask_wherever_they_named_the_file() -> None:
    name = "exports/blogs/ada.zip!outbox/ada.json"
    sentence = f"{name}: cut off. ada.zip holds ada.json, see exports/blogs/ada.zip"
    assert "ada" not in mask_in_sentence(sentence, name, "mask.json")


def test_files_of_one_kind_differ_in_day_number_and_ending_alone() -> None:
    kind = kind_of_file("forum", "forum/topics-2026-07-01.json")
    assert kind == kind_of_file("forum", "forum/topics-2026-08-01.json.gz")
    assert kind == kind_of_file("forum", "forum/topics_20260801.json")
    assert kind != kind_of_file("forum", "forum/latest-2026-07-01.json")
    assert kind != kind_of_file("other", "forum/topics-2026-07-01.json")


def test_a_mask_leads_back_to_the_file() -> None:
    entries = [entry("ada.xml"), entry("ada.xml"), entry("ben.xml", None, "failed")]
    assert files_behind(entries, mask_name("ada.xml", "ab")) == [
        NamedFile("blogs", "ada.xml", "ab", "landed")
    ]
    assert files_behind(entries, mask_name("ben.xml", None)) == [
        NamedFile("blogs", "ben.xml", None, "failed")
    ]
    assert files_behind(entries, mask_name("cem.xml", "cd")) == []
