"""Real exports, as platforms and archiving tools wrote them: accounted for, or refused by name."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ingestion.landing import land
from ingestion.report import LandedFile, LandingReport
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source

DATA = Path(os.environ.get("SCRM_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
EXPORTS = DATA / "exports"

pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason=f"the real exports are not at {EXPORTS}")

X_PLACES = [("data",), *(("includes", n) for n in ("users", "tweets", "media", "places", "polls"))]
DISCOURSE_PLACES = [("post_stream", "posts"), ("topic_list", "topics"), ("latest_posts",), ("users",)]


# Refusing a file costs as much as reading one of its format; of a folder of many like files some are tried.
MOST_FILES = 10


def landed(home: Path, form: str, path: str, folder: Path = EXPORTS) -> LandingReport:
    settings = Settings(
        brand=Brand(name="B"), sources=(Source(name="s", format=form, path=path, network="n"),)
    )
    settings._path = folder / "scrm.yml"
    return land(settings.sources[0], settings, Home(home))


def count(path: Path, places: list[tuple[str, ...]]) -> int:
    """Count the records of a file with nothing but Python's own JSON."""
    text = path.read_text()
    values: list[Any] = []
    try:
        values = [json.loads(text)] if text.strip() else []
    except ValueError:
        for line in filter(str.strip, text.splitlines()):
            try:
                values.append(json.loads(line))
            except ValueError:
                values.append("bad line")
    return sum(_records(value, places) for value in values)


def _records(value: Any, places: list[tuple[str, ...]]) -> int:
    if isinstance(value, list):
        return len(value)
    if not isinstance(value, dict):
        return 1
    held = []
    for place in places:
        inner: Any = value
        for name in place:
            inner = inner.get(name) if isinstance(inner, dict) else None
        held += inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else []
    return len(held) if any(place[0] in value for place in places) else 1


@pytest.mark.parametrize(
    ("form", "pattern", "places"),
    [("x_api_v2", "x_api_v2/*.json*", X_PLACES), ("discourse", "discourse/*.json", DISCOURSE_PLACES)],
)
def test_every_record_of_every_file_is_accounted_for(
    tmp_path: Path, form: str, pattern: str, places: list[tuple[str, ...]]
) -> None:
    report = landed(tmp_path, form, pattern)
    assert report.files == len(list(EXPORTS.glob(pattern)))
    for file in report.landed:
        expected = count(EXPORTS / file.file_name, places)
        assert (file.file_name, file.records_read) == (file.file_name, expected)
        assert expected == file.records_accepted + file.records_duplicate + file.records_rejected
    rejected = {f.file_name: dict(f.rejected_by_reason) for f in report.landed if f.records_rejected}
    # the one record that is truly broken: a stream cut off in the middle of its last line
    assert rejected == (
        {"x_api_v2/streaming_output_with_error.jsonl": {"not_json": 1}} if form == "x_api_v2" else {}
    )
    refused = {f.file_name: f.reason_code for f in report.failed}
    assert refused == ({"discourse/categories.json": "other_endpoint"} if form == "discourse" else {})


def test_flattened_posts_bring_the_posts_inside_them(tmp_path: Path) -> None:
    # 100 lines, and 86 posts that they refer to, written out inside
    (file,) = landed(tmp_path, "x_api_v2", "x_api_v2/flat.jsonl").landed
    assert isinstance(file, LandedFile)
    assert (file.records_accepted, file.rows["activities"]) == (100, 186)


FOREIGN = ("facebook_page", "instagram_business", "youtube_data_api", "bluesky", "stack_exchange", "reddit")


@pytest.mark.parametrize("form", ["x_api_v2", "discourse", "activitystreams"])
@pytest.mark.parametrize("folder", FOREIGN)
def test_files_of_another_platform_are_refused_by_a_clear_sentence(
    tmp_path: Path, form: str, folder: str
) -> None:
    paths = sorted(p for p in (EXPORTS / folder).rglob("*") if p.suffix in {".json", ".xml", ".csv"})
    chosen = paths[:: -(-len(paths) // MOST_FILES)]
    for number, path in enumerate(chosen):
        shutil.copy(path, tmp_path / f"{number}_{path.name}")
    report = landed(tmp_path / "home", form, "*.[jxc]*", tmp_path)
    assert report.files == len(chosen) > 0
    assert [f.file_name for f in report.landed if f.records_accepted] == []
    for failed in report.failed:
        assert failed.reason_code in {"another_format", "other_endpoint", "not_json"}
        assert failed.file_name in failed.reason
