"""A full disk is told as such, with the place, what is left, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.running import full_disk
from orchestration.running.full_disk import full_disk_sentence, is_full_disk

HOME = Path("/")


@pytest.mark.parametrize(
    "said",
    [
        "[Errno 28] No space left on device: '/data/lake/x'",
        'IO Error: Could not write file "/data/lake/x.parquet": No space left on device',
        "[Errno 122] Disk quota exceeded",
        "(sqlite3.OperationalError) database or disk is full",
        "Out of Memory Error: failed to offload data block … set by the 'max_temp_directory_size' setting",
    ],
)
def test_every_part_says_it_in_words_of_its_own(said: str) -> None:
    assert is_full_disk(said, HOME)


def test_another_error_is_none() -> None:
    assert not is_full_disk("Binder Error: no column disk", HOME)


def test_a_broken_disk_is_no_full_one(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "(sqlite3.OperationalError) disk I/O error"
    assert not is_full_disk(said, HOME)
    monkeypatch.setattr(full_disk, "_HARDLY_ANYTHING", 2**62)
    assert is_full_disk(said, HOME)


def test_the_disk_is_that_of_the_path_that_the_error_names() -> None:
    said = full_disk_sentence("No space left on device: '/proc/no/such/file'", HOME)
    assert said.startswith("The disk that holds /proc ran full.")
    assert "$SCRM_HOME" in said
    assert "publication.keep" in said
