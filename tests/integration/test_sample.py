"""The sample company as files: same seed same bytes, planted differences, broken records where truth says."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.sample import Noise, write_sample
from warehouse.settings import load_settings

SCALE = 0.01


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, SCALE, 11)
    return out


def digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        yield from stream


def truth(sample: Path, query: str) -> list[tuple[object, ...]]:
    files = {p.stem: f"'{p}'" for p in (sample / "truth").glob("*.parquet")}
    return duckdb.sql(query.format(**files)).fetchall()


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        write_sample(tmp_path / name, 0.002, seed)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    other = digests(tmp_path / "other")
    same = {f for f, d in digests(tmp_path / "one").items() if other.get(f) == d}
    assert not {f for f in same if f.startswith("exports") and "Product2" not in f and "Campaign_" not in f}


def test_too_small_a_scale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 100"):
        write_sample(tmp_path, 0.0001, 1)


def test_configuration_is_valid_and_covers_every_file(sample: Path) -> None:
    settings = load_settings(sample / "scrm.yml")
    covered = {p for source in settings.sources for p in sample.glob(source.path)}
    assert covered == {p for p in (sample / "exports").rglob("*") if p.is_file()}


def test_volume_is_that_of_the_scale(sample: Path) -> None:
    (customers,), (profiles,) = truth(
        sample,
        "select count(*) from {persons} where kind = 'customer' union all "
        "select count(*) from {personas} where network <> 'crm'",
    )
    assert customers == 1000
    assert 2300 <= int(str(profiles)) <= 2700
    assert 44_000 <= activities(sample / "exports") <= 56_000


def activities(exports: Path) -> int:
    """Count distinct activities of all networks, without what takes back."""
    found: set[tuple[str, object]] = set()
    for path in sorted(exports.glob("*/*.json*")):
        for line in lines(path):
            try:
                answer = json.loads(line)
            except ValueError:
                continue  # a broken record
            if not isinstance(answer, dict):
                continue
            if path.parent.name == "x":
                found.update(("x", p["id"]) for p in answer.get("data", []) if "text" in p and "id" in p)
            elif path.parent.name == "fediverse" and "actor" in answer:
                found.add((answer["type"], answer["id"]))
            else:
                stream = answer.get("post_stream", {}).get("posts", [])
                found.update(("forum", p["id"]) for p in stream)
                liked = answer.get("user_actions", [])
                found.update(("like", f"{a['acting_user_id']} {a['post_id']}") for a in liked)
    views = sum(sum(1 for _ in lines(p)) - 1 for p in (exports / "forum_views").iterdir())
    entries = sum(
        p.read_text().count("<pubDate>") + p.read_text().count("<entry>")
        for p in (exports / "blogs").iterdir()
    )
    return len([f for f in found if f[0] not in ("Delete", "Undo")]) + views + entries


def test_broken_records_are_where_truth_says(sample: Path) -> None:
    planted = truth(sample, "select file, line, reason, records from {records}")
    assert len(planted) == 13 * Noise().broken_per_kind
    for file, line, reason, records in planted:
        content = list(lines(sample / str(file)))[int(str(line)) - 1]
        assert records == 1
        if reason == "not_json":
            with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
                json.loads(content)
        elif reason == "bad_encoding":
            with pytest.raises(UnicodeDecodeError):
                content.decode()
        elif reason == "wrong_column_count":
            assert content.count(b",") + 1 != 27
        elif reason in ("bad_published_at", "bad_at"):
            assert b"53000-" in content


def test_landing_rejects_the_broken_records_and_no_other(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.landing import land

    monkeypatch.setenv("SCRM_HOME", str(tmp_path / "home"))
    settings = load_settings(sample / "scrm.yml")
    rejected: Counter[tuple[str, str]] = Counter()
    for source in settings.sources:
        report = land(source, settings)
        assert not report.failed, [f.reason for f in report.failed]
        for file in report.landed:
            assert file.records_read == file.records_accepted + file.records_duplicate + file.records_rejected
            for reason, count in file.rejected_by_reason.items():
                rejected[(file.file_name, reason)] += count
    planted = truth(sample, "select file, reason, sum(records) from {records} group by all")
    assert rejected == {(str(f), str(r)): int(str(n)) for f, r, n in planted}


@pytest.mark.parametrize(
    ("network", "order"),
    [
        ("x", ["top", "high", "medium", "low", "inactive"]),
        ("forum", ["top", "high", "medium", "low", "inactive"]),
        ("fediverse", ["low", "medium", "high", "top"]),
    ],
)
def test_presence_differs_by_value_in_the_planted_order(sample: Path, network: str, order: list[str]) -> None:
    rows = truth(
        sample,
        f"""select segment, avg(presence_rate_actual), avg(presence_rate_observable), min(customers)
        from {{segment_presence}} where segmentation = 'value' and network = '{network}' group by 1""",
    )
    for column in (1, 2):
        rates = {str(r[0]): float(str(r[column])) for r in rows}
        ordered = [rates[s] for s in order]
        assert ordered == sorted(ordered, reverse=True)
        assert ordered[0] - ordered[-1] > 0.05
    assert min(int(str(r[3])) for r in rows) >= 50


def test_connections_differ_by_value_in_the_planted_order(sample: Path) -> None:
    rows = truth(
        sample,
        """select segment, avg(connections_avg_actual) from {segment_presence}
        where segmentation = 'value' and network = 'x' group by 1""",
    )
    found = {str(segment): float(str(mean)) for segment, mean in rows}
    assert found["top"] > found["high"] > found["medium"] > found["low"]


def test_observable_is_never_more_than_actual(sample: Path) -> None:
    rows = truth(
        sample,
        """select count(*) from {segment_presence} where presence_rate_observable > presence_rate_actual
        or active_rate_observable > active_rate_actual or activities_active > activities_active_actual""",
    )
    assert rows == [(0,)]


def test_the_most_active_tenth_makes_about_seventy_percent(sample: Path) -> None:
    authors: Counter[str] = Counter()
    for path in (sample / "exports" / "x").glob("posts_*"):
        for line in lines(path):
            try:
                page = json.loads(line)
            except ValueError:
                continue  # a broken record
            authors.update(Counter(p["author_id"] for p in page["data"] if "author_id" in p))
    accounts = truth(sample, "select count(*) from {personas} where network = 'x'")[0][0]
    tenth = int(str(accounts)) // 10
    assert 0.60 <= sum(n for _, n in authors.most_common(tenth)) / authors.total() <= 0.80


def test_hours_of_the_classes_are_apart(sample: Path) -> None:
    rows = truth(
        sample,
        """select segment, hour_local, sum(activities_actual) from {segment_active_hours}
        where segmentation = 'value' and mode = 'active' group by all""",
    )
    hours: dict[str, Counter[int]] = {}
    for segment, hour, count in rows:
        hours.setdefault(str(segment), Counter())[int(str(hour))] += int(str(count))
    start = {
        s: max(range(24), key=lambda h: sum(c[(h + i) % 24] for i in range(3))) for s, c in hours.items()
    }
    assert start["top"] < start["high"] < start["medium"] < start["low"]


def test_overlapping_exports_repeat_records_unchanged_and_changed(sample: Path) -> None:
    seen: dict[str, set[str]] = {}
    for path in sorted((sample / "exports" / "x").glob("posts_*")):
        for line in lines(path):
            try:
                posts = json.loads(line)["data"]
            except ValueError:
                continue
            for post in posts:
                seen.setdefault(post.get("id", ""), set()).add(json.dumps(post, sort_keys=True))
    versions = Counter(len(v) for v in seen.values())
    assert versions[2] > 50  # counters changed
    assert versions[1] > 10_000


def test_what_is_written_of_an_employer_is_in_the_exports(sample: Path) -> None:
    """Every lead's company of the truth stands in the CRM's file, in the truth's spelling."""
    leads = next((sample / "exports" / "salesforce").glob("Lead_*.csv")).read_text(encoding="utf-8")
    written = truth(sample, "select written from {affiliations} where source = 'crm_employer'")
    assert written
    assert [name for (name,) in written if f'"{name}"' not in leads] == []


def test_employers_are_spelt_in_several_ways(sample: Path) -> None:
    ((names, organizations),) = truth(
        sample, "select count(distinct written), count(distinct organization_id) from {affiliations}"
    )
    assert isinstance(names, int)
    assert isinstance(organizations, int)
    assert names > organizations
