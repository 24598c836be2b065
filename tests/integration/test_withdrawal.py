"""A landed file is withdrawn: its rows go, what others told as duplicates of it comes back, and it stays away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.lake.guard import faults_of
from ingestion.report import LandedFile
from ingestion.withdrawal import CannotWithdraw, restore, withdraw
from tests.integration.posts_company import Company, has_news, lines, undated
from warehouse.ledger import Ledger

A, B, C = "a_2026-05-01.jsonl", "b_2026-05-02.jsonl", "c_2026-05-03.jsonl"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def landed(company: Company) -> dict[str, LandedFile]:
    return {file.file_name.removeprefix("in/"): file for file in company.land().landed}


def take_out(company: Company, *names: str, **how: Any) -> Any:
    files = landed(company)
    chosen = [files[name].source_file_sha256 for name in names]
    return withdraw("posts", chosen, company.settings, company.home, **how)


def rows(company: Company) -> pa.Table:
    """All rows of the lake but what says when they were read."""
    parts = sorted(company.home.lake.glob("posts/*/activities.parquet"))
    tables = [pq.read_table(part).drop_columns(["ingested_at"]) for part in parts]
    return pa.concat_tables(tables).sort_by("activity_id") if tables else None


def test_what_others_told_as_duplicates_comes_back_with_them(company: Company, tmp_path: Path) -> None:
    """Of a's posts 1 to 3, b has 2 and 3 again; without a it must be as if there had been b alone."""
    company.put(A, lines(1, 2, 3))
    company.put(B, lines(2, 3, 4))
    files = landed(company)
    assert files[B].duplicates_of == {files[A].source_file_sha256: 2}
    done = take_out(company, A)
    assert (done.landed_again, done.still_there) == ((f"in/{B}",), (f"in/{A}",))
    alone = Company(tmp_path / "alone")
    alone.put(B, lines(2, 3, 4))
    alone.land()
    assert rows(company).equals(rows(alone))
    assert faults_of(company.home)[0] == []
    report = company.land()  # it still lies there, and does not land
    assert [f.file_name for f in report.withdrawn] == [f"in/{A}"]
    assert not has_news(report)
    company.put("renamed.jsonl", lines(1, 2, 3))  # nor under another name
    assert len(company.land().withdrawn) == 2
    assert company.keys() == ["2", "3", "4"]
    assert Ledger(company.home.ledger).verify()


def test_where_those_are_gone_it_is_refused_by_name_unless_the_loss_is_meant(company: Company) -> None:
    company.put(A, lines(1, 2))
    path = company.put(B, lines(2, 3))
    files = landed(company)
    path.unlink()
    before = company.everything()
    chosen = [files[A].source_file_sha256]
    with pytest.raises(CannotWithdraw, match=rf"in/{B}  SHA-256 {files[B].source_file_sha256}"):
        withdraw("posts", chosen, company.settings, company.home)
    assert company.everything() == before
    done = withdraw("posts", chosen, company.settings, company.home, lose_duplicates=True)
    assert done.landed_again == ()
    assert ["told 1 records as duplicates" in said for said in done.said] == [True]
    assert company.keys() == ["3"]
    assert company.land().mended == ()  # said once


def test_files_withdrawn_together_need_nothing_of_each_other(company: Company) -> None:
    company.put(A, lines(1, 2))
    company.put(B, lines(2, 3))
    chosen = [file.source_file_sha256 for file in landed(company).values()]
    for path in (company.folder / "in").iterdir():
        path.unlink()
    withdraw("posts", chosen, company.settings, company.home)
    assert rows(company) is None
    assert faults_of(company.home)[0] == []


def test_a_file_of_a_source_that_is_gone_from_the_configuration_is_withdrawn(company: Company) -> None:
    company.put(A, lines(1, 2))
    company.put(B, lines(2, 3))
    files = landed(company)
    elsewhere = Company(company.folder, name="others", path="others/*")
    with pytest.raises(CannotWithdraw, match=r"scrm\.yml has no source 'posts'"):
        withdraw("posts", [files[A].source_file_sha256], elsewhere.settings, company.home)
    withdraw("posts", [files[B].source_file_sha256], elsewhere.settings, company.home)
    assert company.keys() == ["1", "2"]


def test_a_withdrawn_file_is_let_in_again_in_so_many_words(company: Company) -> None:
    path = company.put(A, lines(1))
    done = take_out(company, A)
    sha256 = done.files[0]["source_file_sha256"]
    path.unlink()
    with pytest.raises(CannotWithdraw, match="put the file with the SHA-256"):
        restore("posts", [sha256], company.settings, company.home)
    path.write_bytes(lines(1))
    restore("posts", [sha256], company.settings, company.home)
    assert [f.is_new for f in company.land().landed] == [True]
    assert company.keys() == ["1"]


def test_a_kill_between_the_entry_and_all_else_is_finished_by_the_next_run(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any) -> None:
        raise Killed

    company.put(A, lines(1, 2) + b"{broken\n")
    company.put(B, lines(2, 3))
    monkeypatch.setattr("ingestion.withdrawal.remove_parts", die)
    with pytest.raises(Killed):
        take_out(company, A)
    monkeypatch.undo()
    assert faults_of(company.home)[0] == []
    company.land()
    assert company.keys() == ["2", "3"]
    assert company.quarantined() == []
    assert faults_of(company.home)[0] == []


def test_of_a_withdrawn_file_nothing_stays_set_aside(company: Company) -> None:
    """Its lake part was altered while its source file was gone, and mended when that came back."""
    path = company.put(A, lines(1, 2))
    sha256 = landed(company)[A].source_file_sha256
    path.unlink()
    part = company.home.landed_folder("posts", sha256) / "activities.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    company.land()
    path.write_bytes(lines(1, 2))
    company.land()
    assert list(company.home.set_aside.rglob("activities.parquet"))
    withdraw("posts", [sha256], company.settings, company.home)
    assert list(company.home.set_aside.rglob("*.parquet")) == []
    stray = company.home.landed_folder("posts", sha256) / "activities.parquet"
    stray.parent.mkdir()
    stray.write_bytes(b"put back by hand")
    company.land()
    assert list(company.home.root.rglob(f"{sha256}/*")) == []


def test_a_file_that_stops_being_readable_gives_back_what_was_told_against_it(company: Company) -> None:
    """The source allows no rejected records any more: a, with its 20 undated ones, is set aside."""
    company.put(A, lines(1, 2, *range(100, 200)) + undated(20))
    company.put(B, lines(2, 3))
    company.settings = company.settings.model_copy(
        update={"quality": company.settings.quality.model_copy(update={"max_rejected_share": 0.5})}
    )
    assert company.land().failed == ()
    company.settings = Company(company.folder).settings
    report = company.land()
    assert [f.reason_code for f in report.failed] == ["too_many_rejected"]
    assert company.keys() == ["2", "3"]


posts = st.lists(st.integers(1, 6), max_size=5)


@hypothesis_settings(
    max_examples=hypothesis_settings.default.max_examples // 3,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=st.tuples(posts, posts, posts), number=st.integers(0, 2))
def test_whatever_the_overlap_the_rest_holds_what_it_would_have_held(
    tmp_path_factory: pytest.TempPathFactory, files: tuple[list[int], ...], number: int
) -> None:
    company, rest = (Company(tmp_path_factory.mktemp(name)) for name in ("all", "rest"))
    names = (A, B, C)
    for own, (name, numbers) in enumerate(zip(names, files, strict=True), start=10):
        company.put(name, lines(own, *numbers))  # no two files are the same
        if name != names[number]:
            rest.put(name, (company.folder / "in" / name).read_bytes())
    rest.land()
    take_out(company, names[number])
    assert rows(company).equals(rows(rest))
    assert [f.records_accepted for f in company.land().landed] == [
        f.records_accepted for f in rest.land().landed
    ]
