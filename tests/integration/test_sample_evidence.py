"""What the sample company shows of its people's looks and interests can be told from the files alone."""

from __future__ import annotations

import itertools
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from ingestion.sample import write_sample
from warehouse.builds.avatars import hash_avatars
from warehouse.identity.evidence.avatar import LARGEST_DISTANCE
from warehouse.lake import Home
from warehouse.settings import load_settings


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, 0.01, 5)
    return out


def test_one_persons_pictures_are_close_more_often_than_two_persons(sample: Path) -> None:
    settings = load_settings(sample / "scrm.yml")
    found = hash_avatars(settings, Home(sample / "home"))
    assert found.problems == ()
    truth = duckdb.sql(
        f"select network, native_id, person_id from '{sample}/truth/personas.parquet'"
    ).fetchall()
    person = {(network, native_id): person_id for network, native_id, person_id in truth}
    hashes = [
        (person[row["network"], row["profile_id"]], row["avatar_hash"])
        for row in found.hashes.to_pylist()
        if row["avatar_hash"] is not None
    ]
    close: dict[bool, list[bool]] = defaultdict(list)
    common = {h for _, h in hashes if sum(h == other for _, other in hashes) > 8}  # default avatars
    for (one, a), (other, b) in itertools.combinations([h for h in hashes if h[1] not in common], 2):
        close[one == other].append((a ^ b).bit_count() <= LARGEST_DISTANCE)
    assert len(close[True]) >= 20
    assert sum(close[True]) / len(close[True]) > 0.4
    assert sum(close[False]) / len(close[False]) < 0.01


def test_pictures_are_of_a_tenth_of_the_people_at_most(sample: Path) -> None:
    pictures = [p for p in (sample / "avatars").rglob("*") if p.is_file()]
    profiles = duckdb.sql(f"select * from '{sample}/truth/personas.parquet' where network <> 'crm'")
    assert 0.05 < len(pictures) / len(profiles) < 0.15
