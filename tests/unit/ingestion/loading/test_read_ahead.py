"""Batches that are read ahead come in their order, and what reading raises comes at its place."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.loading.verified_load import read_ahead


def batches(count: int, told: list[str]) -> Iterator[pa.Table]:
    for number in range(count):
        told.append(f"read {number}")
        yield pa.table({"n": [number]})
    raise UnreadableFile("cut_off", "ends too early.")


def test_what_was_read_before_a_file_breaks_is_loaded_and_then_it_is_told() -> None:
    reading = read_ahead(batches(3, []))
    assert [next(reading)["n"].to_pylist() for _ in range(3)] == [[0], [1], [2]]
    with pytest.raises(UnreadableFile, match="ends too early"):
        next(reading)


def test_who_stops_loading_stops_the_reading_too() -> None:
    told: list[str] = []
    reading = read_ahead(batches(100, told))
    next(reading)
    reading.close()
    assert told[:2] == ["read 0", "read 1"]
    assert len(told) == 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]
