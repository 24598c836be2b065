"""Landing keeps its promises on disk: nothing lost, once, said clearly, nothing half-written."""

from __future__ import annotations

import datetime as dt
import errno
import gzip
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion import landed_content, landing
from ingestion.containers import compression
from ingestion.formats import x_api_v2
from ingestion.lake.guard import faults_of
from ingestion.landing import LandingBusy
from ingestion.loading.loader import Loader
from ingestion.preview import preview
from tests.integration.posts_company import Company, has_news, lines, post, undated
from warehouse.builds.inputs import Run, SourceFacts, input_tables
from warehouse.canonical.register import TABLES
from warehouse.ledger import Ledger


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_every_record_is_accepted_duplicate_or_rejected_and_the_counts_add_up(company: Company) -> None:
    company.put("a.jsonl", lines(1, 2, 1) + b"{broken\n" + post(3, created_at="soon") + b"\n\xff\n")
    (file,) = company.land().landed
    assert file.records_read == 6
    assert (file.records_accepted, file.records_duplicate, file.records_rejected) == (2, 1, 3)
    assert file.rejected_by_reason == {"bad_encoding": 1, "bad_published_at": 1, "not_json": 1}
    assert company.keys() == ["1", "2"]
    rejected = company.quarantined()
    assert [(r["source_record"], r["reason_code"]) for r in rejected] == [
        ("4", "not_json"),
        ("5", "bad_published_at"),
        ("6", "bad_encoding"),
    ]
    assert [r["raw"] for r in rejected] == [b"{broken", post(3, created_at="soon"), b"\xff"]
    assert all(r["sentence"].endswith(".") and r["file"] == "in/a.jsonl" for r in rejected)


def test_a_file_with_too_many_rejected_records_is_set_aside_whole_and_the_others_go_on(
    company: Company,
) -> None:
    """20 of 120 records have no time: 17 %."""
    company.put("a_2026-05-01.jsonl", lines(*range(100, 200)) + undated(20))
    company.put("b_2026-05-02.jsonl", lines(1, 2) + undated(19))  # too few to tell
    report = company.land()
    (failed,) = report.failed
    assert (failed.file_name, failed.reason_code) == ("in/a_2026-05-01.jsonl", "too_many_rejected")
    assert failed.rejected_by_reason == {"bad_published_at": 20}
    assert (
        "of 120 records 20 are rejected (20 bad_published_at), more than the share of 0.05" in failed.reason
    )
    assert "quality.max_rejected_share" in failed.reason
    assert company.keys() == ["1", "2"]
    assert len(company.quarantined()) == 39
    assert not has_news(company.land())
    assert faults_of(company.home)[0] == []
    for share, expected in ((0.2, 102), (0.1, 2)):  # the setting alone decides, either way
        quality = company.settings.quality.model_copy(update={"max_rejected_share": share})
        company.settings = company.settings.model_copy(update={"quality": quality})
        company.land()
        assert len(company.keys()) == expected
    assert faults_of(company.home)[0] == []


def test_rows_carry_where_they_came_from(company: Company) -> None:
    path = company.put("posts_2026-05-31.jsonl", b"\n" + lines(1))
    (file,) = company.land().landed
    part = company.home.landed_folder("posts", file.source_file_sha256) / "activities.parquet"
    (row,) = pq.read_table(part).to_pylist()
    assert pq.read_schema(part).names == TABLES["activities"].schema.names
    assert (row["source"], row["source_file_sha256"], row["source_record"]) == (
        "posts",
        file.source_file_sha256,
        "2",
    )
    assert str(row["observed_at"]) == "2026-06-01 00:00:00+00:00"  # the midnight after the day in the name
    assert path.exists()


def test_running_again_changes_nothing(company: Company) -> None:
    company.put("a.jsonl", lines(1, 2) + b"{broken\n")
    company.put("b.jsonl", b"a,b\n1,2\n")
    first, before = company.land(), company.everything()
    again = company.land()
    assert company.everything() == before
    assert not has_news(again)
    assert [f.records_read for f in again.landed] == [f.records_read for f in first.landed]
    assert [f.reason for f in again.failed] == [f.reason for f in first.failed]


def test_a_format_that_maps_otherwise_lands_its_files_anew_and_no_other(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody counts a version up: one expression that is another one is enough."""
    company.put("a.jsonl", lines(1, 2))
    company.land()
    (place,) = (i for i, kind in enumerate(x_api_v2.FORMAT.kinds) if kind.name == "post")
    kinds = list(x_api_v2.FORMAT.kinds)
    activity, *more = kinds[place].rows
    louder = replace(activity, columns={**activity.columns, "content": "upper(r.text)"})
    kinds[place] = replace(kinds[place], rows=(louder, *more))
    changed = replace(x_api_v2.FORMAT, kinds=tuple(kinds))
    reworded = replace(x_api_v2.FORMAT, description="other words")

    monkeypatch.setattr(x_api_v2, "FORMAT", reworded)
    assert not has_news(company.land())
    assert [text.isupper() for text in company.keys("activities", "content")] == [False, False]

    monkeypatch.setattr(x_api_v2, "FORMAT", changed)
    assert [file.is_new for file in company.land().landed] == [True]
    assert [text.isupper() for text in company.keys("activities", "content")] == [True, True]
    assert not has_news(company.land())


def test_a_grown_file_brings_only_what_is_new(company: Company) -> None:
    company.put("a.jsonl", lines(1, 2))
    company.land()
    company.put("a.jsonl", lines(1, 2, 3))
    (file,) = company.land().landed
    assert (file.records_accepted, file.records_duplicate) == (1, 2)
    assert company.keys() == ["1", "2", "3"]


def test_the_same_bytes_under_another_name_are_known(company: Company) -> None:
    company.put("a.jsonl", lines(1))
    company.put("b.jsonl", lines(1))
    report = company.land()
    assert [f.is_new for f in report.landed] == [True, False]
    assert company.keys() == ["1"]


def test_another_observation_of_a_post_is_no_duplicate(company: Company) -> None:
    company.put("a.jsonl", lines(1) + post(1, lang="en") + b"\n")
    (file,) = company.land().landed
    assert (file.records_accepted, file.records_duplicate) == (2, 0)


def test_a_changed_mapping_of_the_source_lands_its_files_again(company: Company) -> None:
    company.put("a.jsonl", lines(1))
    company.land()
    changed = Company(company.folder, network="other")
    assert has_news(changed.land())
    assert changed.keys() == ["1"]
    (network,) = duckdb.execute(
        f"select distinct network from read_parquet('{changed.home.table_glob('activities')}')"
    ).fetchall()
    assert network == ("other",)


def packed(kind: str, data: bytes) -> bytes:
    if kind == "gz":
        return gzip.compress(data)
    if kind == "zst":
        return zstandard.compress(data[:50]) + zstandard.compress(data[50:])  # two frames
    return data


@pytest.mark.parametrize("kind", ["gz", "zst", "plain"])
def test_compressed_files_land_as_their_contents(company: Company, kind: str) -> None:
    company.put(f"a.jsonl.{kind}", packed(kind, lines(1, 2, 3)))
    company.land()
    assert company.keys() == ["1", "2", "3"]


def test_each_member_of_a_zip_is_a_file_of_its_own(company: Company) -> None:
    with zipfile.ZipFile(company.folder / "in" / "all.zip", "w") as archive:
        archive.writestr("x/a.jsonl", lines(1))
        archive.writestr("../../b.jsonl", b"not,json\n")
    report = company.land()
    assert [f.file_name for f in report.landed] == ["in/all.zip!x/a.jsonl"]
    assert [f.file_name for f in report.failed] == ["in/all.zip!../../b.jsonl"]
    assert not (company.folder.parent / "b.jsonl").exists()


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_truncated_archive_fails_and_leaves_nothing(company: Company, kind: str, kept: int) -> None:
    data = packed(kind, lines(*range(500)))
    company.put(f"a.jsonl.{kind}", data[: len(data) * kept // 4])
    company.put("b.jsonl", lines(1))
    report = company.land()
    (failed,) = report.failed
    assert failed.reason_code == "truncated"
    assert "fetch or export it again" in failed.reason
    assert company.keys() == ["1"]  # the others go on


def test_a_truncated_zip_fails(company: Company) -> None:
    path = company.folder / "in" / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jsonl", lines(1))
    path.write_bytes(path.read_bytes()[:-30])
    assert company.only_failure().reason_code == "truncated"


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_bomb_is_refused_before_it_fills_the_memory(
    company: Company, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "ALWAYS_ALLOWED_BYTES", 2**20)
    company.put(f"a.{kind}", packed(kind, b" " * 50 * 2**20))
    failed = company.only_failure()
    assert failed.reason_code == "zip_bomb"


def test_an_empty_file_is_a_fact_and_no_error(company: Company) -> None:
    company.put("empty.json", b"")
    (file,) = company.land().landed
    assert (file.records_read, file.reason) == (0, "holds no record")


@pytest.mark.parametrize(
    ("data", "guess"),
    [
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', "RSS or Atom"),
        (b"id,text,when\n1,a,b\n", "delimited text"),
        (b'{"data":[{"id":"1","message":"m"}],"paging":{"next":"n"}}', "Graph API"),
        (b'{"kind":"youtube#videoListResponse","items":[]}', "YouTube"),
        (b'{"post_stream":{"posts":[]},"id":1}', "Discourse"),
        (b'{"a":1}', "not known here"),
    ],
)
def test_another_format_is_named(company: Company, data: bytes, guess: str) -> None:
    company.put("a.json", data)
    failed = company.only_failure()
    assert failed.reason_code == "another_format"
    assert guess in failed.reason


def test_a_file_of_the_very_format_without_a_usable_record_is_not_called_another_one(
    company: Company,
) -> None:
    company.put("a.jsonl", b'{"author_id": "1", "text": "a"}\n{"author_id": "2", "text": "b"}\n')
    failed = company.only_failure()
    (looked_at,) = preview(company.settings.sources[0], company.settings).files
    assert failed.reason_code == "no_known_record"
    for said in (failed.reason, looked_at.problem or ""):
        assert "2 × unknown_record" in said
        assert "is laid out as posts or users of the X API v2" in said
        assert "looks like" not in said
    assert looked_at.looks_like == ""  # said already


def test_a_link_out_of_the_folder_is_not_followed(company: Company) -> None:
    outside = company.folder / "secret.jsonl"
    outside.write_bytes(lines(9))
    (company.folder / "in" / "a.jsonl").symlink_to(outside)
    failed = company.only_failure()
    assert failed.reason_code == "outside_folder"
    assert company.keys() == []
    assert not has_news(company.land())  # said once in the ledger


def test_a_pipe_is_named_and_not_waited_for(company: Company) -> None:
    os.mkfifo(company.folder / "in" / "a.jsonl")
    failed = company.only_failure()
    assert (failed.reason_code, "a pipe" in failed.reason) == ("not_readable", True)


def test_a_file_that_may_not_be_read_is_named(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    path = company.put("a.jsonl", lines(1))
    company.put("b.jsonl", lines(2))
    real = Path.open

    def refusing(self: Path, *arguments: Any, **named: Any) -> Any:
        if self == path:
            raise PermissionError(13, "denied")
        return real(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", refusing)
    assert company.only_failure().reason_code == "not_permitted"
    assert company.keys() == ["2"]


@pytest.mark.parametrize("error", [RuntimeError, PermissionError, FileNotFoundError, EOFError, OSError])
def test_what_the_reader_itself_runs_into_is_not_taken_for_a_fault_of_the_file(
    company: Company, error: type[Exception]
) -> None:
    packed = company.put("a.jsonl.gz", gzip.compress(lines(1)))
    for path in (company.put("a.jsonl", lines(1)), packed):
        (content,) = compression.contents(path)
        for opened in (content.open, content.open_hashed):
            with pytest.raises(error, match="of the caller"), opened():
                raise error("of the caller")


def test_the_failure_of_a_file_that_was_deleted_is_taken_back(company: Company) -> None:
    broken = company.put("broken.jsonl", b"a,b\n1,2\n")
    cut = company.put("cut.zip", b"PK\x03\x04 cut off")
    company.put("a.jsonl", lines(1))
    assert len(company.land().failed) == 2

    def listed() -> dict[str, str]:
        facts = {"posts": SourceFacts("x")}
        run = Run("r", dt.datetime(2026, 7, 1, tzinfo=dt.UTC), "1")
        entries = Ledger(company.home.ledger).entries("file")
        files = input_tables(company.settings, entries, facts, run)["files"].to_pylist()
        return {file["file_name"]: file["outcome"] for file in files}

    everything = listed()  # by masked names
    assert sorted(everything.values()) == ["failed", "failed", "landed"]
    broken_ones = {path: path.read_bytes() for path in (broken, cut)}
    for path in broken_ones:
        path.unlink()
    company.land()
    assert listed() == {name: "landed" for name, outcome in everything.items() if outcome == "landed"}
    before = company.everything()
    company.land()
    assert company.everything() == before  # said once
    for path, data in broken_ones.items():
        path.write_bytes(data)
    assert all(failed.is_new for failed in company.land().failed)
    assert listed() == everything


def test_a_link_to_nothing_and_a_loop_of_links_fail_alone(company: Company) -> None:
    (company.folder / "in" / "a.jsonl").symlink_to(company.folder / "in" / "nothing.jsonl")
    (company.folder / "in" / "b.jsonl").symlink_to(company.folder / "in" / "b.jsonl")
    company.put("c.jsonl", lines(1))
    report = company.land()
    assert {f.file_name: f.reason_code for f in report.failed} == {
        "in/a.jsonl": "gone",
        "in/b.jsonl": "not_readable",
    }
    assert "a.jsonl is a link to nothing" in next(f.reason for f in report.failed if f.reason_code == "gone")
    assert company.keys() == ["1"]


def test_a_file_that_vanishes_after_it_was_listed_fails_alone(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = company.put("a.jsonl", lines(1))
    company.put("b.jsonl", lines(2))
    real = Path.glob

    def vanishing(self: Path, pattern: str) -> Any:
        found = list(real(self, pattern))
        path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(Path, "glob", vanishing)
    assert company.only_failure().reason_code == "gone"
    assert company.keys() == ["2"]


def test_a_disk_that_fails_on_a_file_costs_that_file_alone(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = company.put("a.jsonl", lines(1))
    company.put("b.jsonl", lines(2))
    real = Path.open

    def failing(number: int) -> Callable[..., Any]:
        def open_(self: Path, *arguments: Any, **named: Any) -> Any:
            if self == path:
                raise OSError(number, os.strerror(number))
            return real(self, *arguments, **named)

        return open_

    monkeypatch.setattr(Path, "open", failing(errno.EIO))
    failed = company.only_failure()
    assert (failed.reason_code, "Input/output error" in failed.reason) == ("not_readable", True)
    assert company.keys() == ["2"]
    monkeypatch.setattr(Path, "open", failing(errno.EMFILE))  # no fault of the file
    with pytest.raises(OSError, match="Too many open files"):
        company.land()


def test_a_known_file_that_could_not_be_read_for_a_while_is_said_to_have_landed_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = company.put("a.jsonl", lines(1))
    company.land()
    data = path.read_bytes()
    path.unlink()
    path.symlink_to(company.folder / "in" / "nothing.jsonl")
    assert company.only_failure().reason_code == "gone"
    path.unlink()
    path.write_bytes(data)
    assert company.land().failed == ()
    outcomes = [e.payload["outcome"] for e in Ledger(company.home.ledger).entries("file") if e.payload]
    assert outcomes == ["landed", "failed", "landed"]
    before = company.everything()
    company.land()
    assert company.everything() == before


def test_a_broken_file_replaced_by_known_bytes_is_said_to_have_landed(company: Company) -> None:
    company.put("a.jsonl", lines(1))
    company.put("b.jsonl", b"a,b\n1,2\n")
    company.land()
    company.put("b.jsonl", lines(1))
    company.land()
    last = list(Ledger(company.home.ledger).entries())[-1].payload
    assert last is not None
    assert (last["file_name"], last["outcome"]) == ("in/b.jsonl", "landed")
    before = company.everything()
    company.land()
    assert company.everything() == before


def test_a_name_that_is_not_utf_8_is_refused_by_name(company: Company) -> None:
    company.put(os.fsdecode(b"caf\xe9.jsonl"), lines(1))
    company.put("b.jsonl", lines(2))
    failed = company.only_failure()
    assert (failed.file_name, failed.reason_code) == ("in/caf\\xe9.jsonl", "bad_name")
    assert failed.reason.startswith("in/caf\\xe9.jsonl is a name that is not UTF-8")
    assert company.keys() == ["2"]


def test_a_file_that_changes_while_it_lands_again_stays_as_it_landed_before(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = company.put("a.jsonl", lines(1, 2) + b"{broken\n")
    (landed,) = company.land().landed
    folder = company.home.landed_folder("posts", landed.source_file_sha256)
    before = {part.name: part.read_bytes() for part in folder.iterdir()}
    rejected = company.quarantined()
    real = landed_content.load_content

    def growing(*arguments: Any) -> Any:
        tally = real(*arguments)
        with path.open("ab") as file:
            file.write(lines(3))
        return tally

    monkeypatch.setattr(landed_content, "load_content", growing)
    changed = Company(company.folder, network="other")  # the source says something else: land again
    assert changed.only_failure().reason_code == "changed_while_read"
    assert {part.name: part.read_bytes() for part in folder.iterdir()} == before
    assert company.quarantined() == rejected


def test_a_file_that_changes_while_it_is_read_is_not_landed(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = company.put("a.jsonl", lines(1, 2))
    real = landed_content.load_content

    def growing(*arguments: Any) -> Any:
        tally = real(*arguments)
        with path.open("ab") as file:
            file.write(lines(3))
        return tally

    monkeypatch.setattr(landed_content, "load_content", growing)
    assert company.only_failure().reason_code == "changed_while_read"
    assert company.keys() == []
    monkeypatch.undo()
    company.land()
    assert company.keys() == ["1", "2", "3"]


KILLED_AT: list[tuple[Any, str]] = [
    (landed_content, "write_quarantine"),
    (Ledger, "append"),
    (Loader, "deduplicate"),
    (Loader, "write"),
]


@pytest.mark.parametrize(("owner", "name"), KILLED_AT)
def test_a_killed_run_leaves_nothing_half_written(
    company: Company, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    company.put("a.jsonl", lines(1, 2) + b"{broken\n")
    monkeypatch.setattr(owner, name, die)
    with pytest.raises(Killed):
        company.land()
    monkeypatch.undo()
    left = company.home.landed_folder("posts", "0" * 64).parent
    (left / ".half.abc").mkdir(parents=True, exist_ok=True)  # what kill -9 leaves of a folder written beside
    company.land()
    assert company.keys() == ["1", "2"]
    assert len(company.quarantined()) == 1
    assert not list(company.home.lake.rglob(".*"))
    assert len(list(Ledger(company.home.ledger).entries("file"))) == 1
    assert faults_of(company.home)[0] == []


def test_one_source_is_landed_by_one_run_at_a_time(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.put("a.jsonl", lines(1))
    real = landing.find_files

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(landing, "find_files", real)
        with pytest.raises(LandingBusy, match="another run is landing"):
            company.land()
        return real(*arguments)

    monkeypatch.setattr(landing, "find_files", meanwhile)
    company.land()
    assert company.keys() == ["1"]


def test_a_disagreement_of_the_two_counts_fails_the_file(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.containers.json.lines import JsonRecords

    company.put("a.jsonl", lines(1, 2))
    monkeypatch.setattr(JsonRecords, "count", lambda *_: 3)
    assert company.only_failure().reason_code == "count_mismatch"
    assert company.keys() == []


def test_everything_written_is_for_its_owner_alone(company: Company) -> None:
    company.put("a.jsonl", lines(1) + b"{broken\n")
    company.land()
    for path in company.home.root.rglob("*"):
        assert oct(os.stat(path).st_mode & 0o077) == "0o0", path


def test_reports_and_ledger_hold_no_content(company: Company) -> None:
    company.put("a.jsonl", post(1, text="SECRETWORD", created_at="SECRETWORD") + b"\n" + lines(2))
    report = company.land()
    ledger = (company.home.ledger / "ledger.jsonl").read_text()
    assert "SECRETWORD" not in repr(report) + ledger


line = st.one_of(
    st.integers(1, 5).map(post),
    st.integers(1, 5).map(lambda n: post(n, created_at=None)),
    st.integers(1, 5).map(lambda n: b'{"data":[' + post(n) + b"," + post(n + 1) + b"]}"),
    st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"").replace(b"\r", b"")),
)
COUNTER = iter(range(10**9))


@hypothesis_settings(
    max_examples=hypothesis_settings.default.max_examples // 3,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(line, min_size=1, max_size=10), st.integers(0, 10))
def test_whatever_the_lines_the_account_holds_and_splitting_changes_no_row(
    tmp_path: Path, rows: list[bytes], at: int
) -> None:
    case = tmp_path / str(next(COUNTER))
    whole, split = Company(case / "whole"), Company(case / "split")
    whole.put("a.jsonl", b"\n".join([post(99), *rows]))
    split.put("a.jsonl", b"\n".join([post(99), *rows[:at]]))
    split.put("b.jsonl", b"\n".join([post(99), *rows[at:]]))
    report = whole.land()
    for file in report.landed:
        assert file.records_read == file.records_accepted + file.records_duplicate + file.records_rejected
        assert len(whole.quarantined()) == file.records_rejected
    halves = split.land()
    assert (len(report.failed), len(halves.failed)) == (0, 0)
    assert split.keys() == whole.keys()
    rejected: Callable[[Company], list[bytes]] = lambda c: sorted(r["raw"] for r in c.quarantined())  # noqa: E731
    assert rejected(split) == rejected(whole)
