"""Lake and quarantine are as the ledger lists them: what is not is named, made anew, or set aside."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.lake import data_files
from ingestion.lake.data_files import FILE_KIND
from ingestion.lake.guard import LakeAltered, faults_of, guard_rest
from ingestion.report import LandingReport
from tests.integration.posts_company import Company, lines
from warehouse.ledger import Ledger


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Two files that share a post; the first one has a broken line. Post 3 is in the second alone."""
    company = Company(tmp_path)
    company.put("a_2026-05-01.jsonl", lines(1, 2) + b"{broken\n")
    company.put("b_2026-05-02.jsonl", lines(2, 3))
    company.land()
    return company


def flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])


def replace_by_a_link(path: Path) -> None:
    kept = path.with_name(".kept")
    path.rename(kept)
    path.symlink_to(kept)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "one byte": flip,
    "gone": Path.unlink,
    "cut off": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: os.truncate(path, 0),
    "a link to the same bytes": replace_by_a_link,
}


def all_parts(company: Company) -> list[Path]:
    """Every file of lake and quarantine; of the empty parts, two."""
    lake = sorted(p for p in company.home.lake.glob("posts/*/*") if p.is_file())
    empty = sorted(company.home.lake.glob("_schema/_schema/*.parquet"))
    return [*lake, *sorted(company.home.quarantine.rglob("*.parquet")), empty[0], empty[-1]]


@pytest.mark.parametrize("how", DAMAGE)
def test_whatever_happens_to_a_part_is_named_and_made_anew_from_its_source(
    company: Company, how: str
) -> None:
    assert faults_of(company.home) == ([], len(list(company.home.lake.rglob("*.parquet"))) + 1)
    chosen = all_parts(company) if how in ("one byte", "gone") else all_parts(company)[:2]
    assert len(chosen) in (2, 7)  # tables and records of two files, a quarantine file, two empty parts
    for part in chosen:
        name = str(part.relative_to(company.home.root))
        DAMAGE[how](part)
        (fault,) = faults_of(company.home)[0]
        assert fault.startswith(f"{name} ")
        (said,) = company.land().mended
        assert said.startswith(fault)
        assert "anew" in said
        assert faults_of(company.home)[0] == []
        assert company.keys() == ["1", "2", "3"]
        assert len(company.quarantined()) == 1
    assert company.land().mended == ()


def outcomes(report: LandingReport) -> dict[str, str]:
    return {file.file_name: file.outcome for file in (*report.landed, *report.failed)}


def test_where_the_source_is_gone_a_damaged_file_is_lost_by_name_and_the_rest_stays(company: Company) -> None:
    """Post 2, which b had told as a duplicate of a's, comes back with b, which lands again."""
    source = company.folder / "in" / "a_2026-05-01.jsonl"
    data, (a, b) = source.read_bytes(), sorted(company.land().landed, key=lambda f: f.file_name)
    assert b.duplicates_of == {a.source_file_sha256: 1}
    source.unlink()
    folder = company.home.landed_folder("posts", a.source_file_sha256)
    whole = (folder / "activities.parquet").read_bytes()
    flip(folder / "activities.parquet")
    report = company.land()
    (lost,) = report.failed
    assert (lost.outcome, lost.file_name, lost.is_new) == ("lost", a.file_name, True)
    assert f"lake/posts/{a.source_file_sha256}/activities.parquet was altered" in lost.reason
    assert a.source_file_sha256 in lost.reason
    assert company.keys() == ["2", "3"]
    assert faults_of(company.home)[0] == []
    again = company.land()
    assert [(f.outcome, f.is_new) for f in again.failed] == [("lost", False)]  # every run says so
    kept = company.home.set_aside / "posts" / a.source_file_sha256
    names = {p.name for p in kept.rglob("*.parquet")}
    assert names == {f"{a.source_file_sha256}.parquet", "_records.parquet", "activities.parquet"}
    # a copy of the lake brings it back, and so does the source file
    shutil.copytree(kept / "lake" / "posts" / a.source_file_sha256, folder)
    (folder / "activities.parquet").write_bytes(whole)
    back = company.land()
    assert any("is back as the ledger lists it" in said for said in back.mended)
    assert (back.failed, company.keys()) == ((), ["1", "2", "2", "3"])  # b lands it by itself since
    flip(folder / "activities.parquet")
    assert [f.outcome for f in company.land().failed] == ["lost"]
    source.write_bytes(data)
    assert company.land().failed == ()
    assert sorted(set(company.keys())) == ["1", "2", "3"]


def test_a_wrong_copy_brings_nothing_back(company: Company) -> None:
    sha256 = next(f.source_file_sha256 for f in company.land().landed if "b_" in f.file_name)
    (company.folder / "in" / "b_2026-05-02.jsonl").unlink()
    folder = company.home.landed_folder("posts", sha256)
    flip(folder / "activities.parquet")
    company.land()
    folder.mkdir()
    (folder / "activities.parquet").write_bytes(b"PAR1")
    report = company.land()
    assert ["is in no line of the ledger; it was set aside" in said for said in report.mended] == [True]
    assert [f.outcome for f in report.failed] == ["lost"]
    assert company.keys() == ["1", "2"]


@pytest.mark.parametrize("name", ["quarantine", "records"])
def test_what_no_build_reads_costs_no_rows_where_the_source_is_gone(company: Company, name: str) -> None:
    (company.folder / "in" / "a_2026-05-01.jsonl").unlink()
    part = next(
        p
        for p in all_parts(company)
        if "quarantine" in p.parts or (name == "records" and p.name == "_records.parquet")
        if name in str(p)
    )
    flip(part)
    report = company.land()
    (said,) = report.mended
    assert said.startswith(str(part.relative_to(company.home.root)))
    assert "No figure rests on it" in said
    assert (report.failed, sorted(set(company.keys()))) == ((), ["1", "2", "3"])
    assert faults_of(company.home)[0] == []
    assert company.land().mended == ()


def test_strangers_in_the_lake_are_named_and_never_read(company: Company, tmp_path: Path) -> None:
    sha256 = company.land().landed[0].source_file_sha256
    own = company.home.landed_folder("posts", sha256)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(own, elsewhere / "x")
    shutil.copy(own / "activities.parquet", own / "profiles.parquet")
    shutil.copytree(own, company.home.lake / "posts" / ("f" * 64))
    (company.home.lake / "posts" / "linked").symlink_to(elsewhere / "x")
    (company.home.quarantine / "posts" / "stray.parquet").write_bytes(b"x")
    report = company.land()
    named = {said.partition(" ")[0] for said in report.mended}
    assert named == {
        f"lake/posts/{sha256}/profiles.parquet",
        *(f"lake/posts/{'f' * 64}/{p.name}" for p in (elsewhere / "x").iterdir()),
        f"lake/posts/{'f' * 64}/profiles.parquet",
        "lake/posts/linked",
        "quarantine/posts/stray.parquet",
    }
    assert company.keys() == ["1", "2", "3"]
    assert faults_of(company.home)[0] == []


def test_of_a_source_that_is_no_longer_configured_altered_parts_are_set_aside(company: Company) -> None:
    (company.home.lake / "strange" / "a").mkdir(parents=True)
    (company.home.lake / "strange" / "a" / "orders.parquet").write_bytes(b"no Parquet at all")
    part = all_parts(company)[-3]
    assert "posts" in part.parts
    victim = next(p for p in all_parts(company) if p.name == "activities.parquet")
    flip(victim)
    with pytest.raises(LakeAltered, match=r"activities\.parquet was altered"):
        guard_rest(company.home, ["posts"])
    said = guard_rest(company.home, ["crm"])
    assert len(said) == 2
    assert any("lake/strange/a/orders.parquet is in no line of the ledger" in sentence for sentence in said)
    assert any(
        f"lake/posts/{victim.parent.name}/activities.parquet was altered" in sentence for sentence in said
    )
    assert not victim.exists()
    assert guard_rest(company.home, ["crm"]) == []
    company.land()  # the source is back, with its files
    assert company.keys() == ["1", "2", "3"]


MOVES = range(6)


@pytest.mark.parametrize("before", MOVES)
@pytest.mark.parametrize("again", [False, True], ids=["first landing", "landing anew"])
def test_a_kill_before_any_move_is_no_alarm_and_is_finished_without_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int, again: bool
) -> None:
    """Three parts are moved: rows, records, quarantine; then what lay there before goes."""

    class Killed(BaseException):
        pass

    left = iter(range(before))

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if next(left, None) is None:
                raise Killed
            return real(*arguments, **named)

        return call

    company = Company(tmp_path)
    path = company.put("a.jsonl", lines(1, 2) + b"{broken\n")
    if again:
        company.land()
        company = Company(tmp_path, network="other")
    else:
        Company(tmp_path).home.root.mkdir()
        guarded = Company(tmp_path, path="elsewhere/*")
        guarded.land()  # writes the empty parts
    monkeypatch.setattr(data_files, "_move", counted(data_files._move))
    monkeypatch.setattr(data_files, "remove_parts", counted(data_files.remove_parts))
    if before < 4:
        with pytest.raises(Killed):
            company.land()
    else:
        company.land()
    monkeypatch.undo()
    assert faults_of(company.home)[0] == []
    path.unlink()
    report = company.land()
    assert (report.mended, report.failed) == ((), ())
    assert company.keys() == ["1", "2"]
    assert len(company.quarantined()) == 1
    assert not list(company.home.lake.rglob(".*"))
    assert faults_of(company.home)[0] == []


def rewrite_as_before_parts_were_hashed(company: Company) -> None:
    """Write the ledger anew as homes of before have it: no parts, no empty ones, another fingerprint."""
    entries = [e for e in Ledger(company.home.ledger).entries(FILE_KIND) if e.payload]
    shutil.rmtree(company.home.ledger)
    left_out = {"parts", "duplicates_of"}
    for entry in entries:
        payload = {k: v for k, v in (entry.payload or {}).items() if k not in left_out}
        Ledger(company.home.ledger).append(FILE_KIND, {**payload, "fingerprint": "of before"})
    (company.home.ledger / "head.json").unlink()


def test_a_home_of_before_lands_anew_and_what_is_gone_is_trusted_on_first_sight(company: Company) -> None:
    (company.folder / "in" / "a_2026-05-01.jsonl").unlink()
    rewrite_as_before_parts_were_hashed(company)
    assert faults_of(company.home)[0] == []
    report = company.land()
    assert (report.mended, report.failed) == ((), ())
    assert company.keys() == ["1", "2", "3"]
    last = {p["file_name"]: p for e in Ledger(company.home.ledger).entries(FILE_KIND) if (p := e.payload)}
    assert last["in/a_2026-05-01.jsonl"]["is_trusted_on_first_sight"]
    assert last["in/b_2026-05-02.jsonl"]["duplicates_of"]
    sha256 = last["in/a_2026-05-01.jsonl"]["source_file_sha256"]
    flip(company.home.landed_folder("posts", sha256) / "activities.parquet")
    assert len(faults_of(company.home)[0]) == 1
    assert [f.outcome for f in company.land().failed] == ["lost"]


def test_a_home_of_before_that_lacks_a_part_says_so(company: Company) -> None:
    (company.folder / "in" / "a_2026-05-01.jsonl").unlink()
    rewrite_as_before_parts_were_hashed(company)
    next(p for p in all_parts(company) if p.name == "activities.parquet" and is_of(company, p, "a_")).unlink()
    (lost,) = company.land().failed
    assert "is missing" in lost.reason
    assert company.keys() == ["2", "3"]


def is_of(company: Company, part: Path, name: str) -> bool:
    entries = Ledger(company.home.ledger).entries(FILE_KIND)
    return any(
        e.payload["source_file_sha256"] == part.parent.name and name in e.payload["file_name"]
        for e in entries
        if e.payload
    )


def test_digests_that_were_altered_cost_one_run_and_no_file(company: Company) -> None:
    path = company.home.root / "digests" / "posts.json"
    seen = json.loads(path.read_text())
    for _, digests in seen.values():
        digests[0][1] = "0" * 64
    path.write_text(json.dumps(seen))
    (failed, *_) = company.land().failed
    assert failed.reason_code == "changed_while_read"
    assert company.land().failed == ()
    assert company.keys() == ["1", "2", "3"]
