"""What somebody deleted goes from the lake, byte for byte, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion.lake import data_files
from ingestion.lake.content_removal import WITHDRAWN, Removed, land_revived_again, remove_content
from ingestion.lake.data_files import FILE_KIND
from ingestion.lake.guard import faults_of
from tests.integration.posts_company import Company, post
from warehouse.canonical.register import ACTIVITY_CONTENT, TABLES
from warehouse.ledger import Ledger

SECRET = "Blausternchen"
ENTITIES = {"hashtags": [{"tag": SECRET}], "urls": [{"expanded_url": f"https://{SECRET}.example/"}]}


def said(*numbers: int, text: str = SECRET, **more: Any) -> bytes:
    return (
        b"\n".join(post(n, text=f"{text} {n}", lang="de", entities=ENTITIES, **more) for n in numbers) + b"\n"
    )


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Posts 1 to 3; 2 was seen twice, in other words; and a file without any of them."""
    company = Company(tmp_path)
    company.put("a_2026-05-01.jsonl", said(1, 2, 3))
    company.put("b_2026-05-02.jsonl", said(2, text=f"{SECRET} again"))
    company.put("c_2026-05-03.jsonl", said(4))
    company.land()
    return company


def delete(company: Company, *ids: int) -> Removed:
    return with_withdrawn(company, ids, remove_content)


def with_withdrawn(company: Company, ids: Iterable[int], call: Any) -> Any:
    with duckdb.connect() as connection:
        connection.execute(f"create table {WITHDRAWN} (network varchar, activity_id varchar)")
        for number in ids:
            connection.execute(f"insert into {WITHDRAWN} values ('x', '{number}')")
        return call(company.home, connection)


def rows(company: Company) -> list[dict[str, Any]]:
    found = company.home.lake.glob("posts/*/activities.parquet")
    return sorted(
        (row for part in found for row in pq.read_table(part).to_pylist()),
        key=lambda row: (row["activity_id"], row["observed_at"]),
    )


def words(company: Company) -> set[str]:
    return {row["activity_id"] for row in rows(company) if row["content"]}


def test_content_goes_from_every_observation_and_all_else_stays(company: Company) -> None:
    before = rows(company)
    kept = {p: p.read_bytes() for p in company.home.lake.rglob("*.parquet")}
    assert delete(company, 2) == Removed(parts=2, rows=2)
    after = rows(company)
    assert [{k: v for k, v in row.items() if k not in ACTIVITY_CONTENT} for row in after] == [
        {k: v for k, v in row.items() if k not in ACTIVITY_CONTENT} for row in before
    ]
    for row, whole in zip(after, before, strict=True):
        empty = dict.fromkeys(ACTIVITY_CONTENT)
        assert row == (whole | empty if row["activity_id"] == "2" else whole)
    changed = {p.name for p, data in kept.items() if p.read_bytes() != data}
    assert changed == {"activities.parquet"}
    assert faults_of(company.home)[0] == []
    part = next(company.home.lake.glob("posts/*/activities.parquet"))
    assert pq.read_schema(part).names == TABLES["activities"].schema.names


def test_the_ledger_says_which_bytes_took_the_place_of_which(company: Company) -> None:
    listed = {p["file_name"]: p for e in Ledger(company.home.ledger).entries(FILE_KIND) if (p := e.payload)}
    delete(company, 1)
    last = list(Ledger(company.home.ledger).entries(FILE_KIND))[-1].payload or {}
    before = listed["in/a_2026-05-01.jsonl"]
    (name,) = (n for n in last["parts"] if n.endswith("/activities.parquet"))
    assert last["rewritten"][name] == {
        "old": before["parts"][name]["sha256"],
        "new": last["parts"][name]["sha256"],
    }
    assert last["landed_at"] == before["landed_at"]


def test_again_changes_nothing_and_a_file_that_lands_again_is_done_again(company: Company) -> None:
    delete(company, 2, 3)
    before = company.everything()
    assert delete(company, 2, 3) == Removed(0, 0)
    assert company.land().mended == ()
    assert company.everything() == before
    other = Company(
        company.folder, observed_on="2026-06-01"
    )  # the source says something else: all land again
    other.land()
    assert "2" in words(other)
    delete(other, 2, 3)
    assert words(other) == {"1", "4"}
    assert faults_of(company.home)[0] == []


def test_content_that_was_removed_is_in_no_file_of_the_home(company: Company) -> None:
    delete(company, 1, 2, 3, 4)
    assert words(company) == set()
    for path in company.home.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert SECRET.encode() not in data, path
            if path.suffix == ".parquet":
                assert SECRET not in str(pq.read_table(path).to_pylist()), path


def test_what_is_deleted_no_more_comes_back_from_its_source(company: Company) -> None:
    delete(company, 1, 2)
    assert with_withdrawn(company, [1, 2], land_revived_again) == 0
    assert with_withdrawn(company, [1], land_revived_again) == 2  # post 2 in a and in b
    assert [f.is_new for f in company.land().landed] == [True, True, False]
    assert words(company) == {"1", "2", "3", "4"}
    delete(company, 1)
    assert with_withdrawn(company, [1], land_revived_again) == 0
    assert not any(f.is_new for f in company.land().landed)


def test_an_altered_part_is_not_read(company: Company) -> None:
    part = next(
        p for p in company.home.lake.glob("posts/*/activities.parquet") if pq.read_table(p).num_rows == 3
    )
    table = pq.read_table(part)
    pq.write_table(table, part)
    assert delete(company, 1) == Removed(0, 0)
    assert len(faults_of(company.home)[0]) == 1
    company.land()
    assert delete(company, 1) == Removed(1, 1)


@pytest.mark.parametrize("before", range(2))
def test_a_killed_one_is_finished_by_the_next_run(
    company: Company, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    class Killed(BaseException):
        pass

    left, real = iter(range(before)), data_files._move

    def die(*arguments: Any) -> None:
        if next(left, None) is None:
            raise Killed
        real(*arguments)

    monkeypatch.setattr(data_files, "_move", die)
    with pytest.raises(Killed):
        delete(company, 1)
    monkeypatch.undo()
    assert faults_of(company.home)[0] == []
    assert company.land().mended == ()
    assert words(company) == {"2", "3", "4"}
    assert delete(company, 1) == Removed(0, 0)
