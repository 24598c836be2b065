"""Sheets back from reviewers, whatever a spreadsheet made of them, and words that name a persona."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from warehouse.engine import connect
from warehouse.identity.decisions import read_decisions
from warehouse.identity.explain.lookup import NoSuchPersona, find_persona
from warehouse.identity.review.links_at_hand import PublishedLinks
from warehouse.identity.review.sheet import _cell
from warehouse.identity.review.sheet_import import Imported, SheetInvalid, import_sheet
from warehouse.identity.review.unmerge import CannotUnmerge, unmerge
from warehouse.lake import Home

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
PEOPLE = [
    ("contact:1", "p1", "contact", "crm", "1", "Jo Fox", None),
    ("contact:2", "p2", "contact", "crm", "2", "Jo Fox", None),
    ("profile:x:10", "p1", "profile", "x", "10", "Josephine", "jofox"),
    ("profile:forum:10", "p1", "profile", "forum", "10", None, "jofox"),
    ("profile:x:11", "p3", "profile", "x", "11", "Will", "will.i"),
]
HEADER = "left_persona_id,right_persona_id,decision,reviewer,reason"

Import = Callable[..., Imported]


@pytest.fixture
def published(tmp_path: Path) -> Iterator[PublishedLinks]:
    with connect(threads=1) as connection:
        connection.execute(
            "create temp table personas (persona_id varchar, person_id varchar, persona_type varchar,"
            " network varchar, native_id varchar, name varchar, handle varchar, place varchar)"
        )
        connection.executemany("insert into personas values (?, ?, ?, ?, ?, ?, ?, null)", PEOPLE)
        read_decisions(connection, tmp_path / "identity")
        yield PublishedLinks(connection, "pub", "model")


@pytest.fixture
def take(tmp_path: Path, published: PublishedLinks) -> Import:
    """Imports a sheet given as text or bytes."""

    def run(sheet: str | bytes, reviewer: str | None = None) -> Imported:
        path = tmp_path / "sheet.csv"
        path.write_bytes(sheet.encode() if isinstance(sheet, str) else sheet)
        read_decisions(published.connection, tmp_path / "identity")
        return import_sheet(Home(tmp_path), published, path, NOW, reviewer)

    return run


def decisions(folder: Path) -> list[tuple[str, ...]]:
    path = folder / "identity" / "decisions.parquet"
    if not path.exists():
        return []
    rows = pq.read_table(path).to_pylist()
    return [(r["left_persona_id"], r["right_persona_id"], r["decision"], r["reviewer"]) for r in rows]


@pytest.mark.parametrize(
    "sheet",
    [
        f"{HEADER}\nprofile:x:10,contact:2,match,ann,same face\n",
        f"\ufeff{HEADER}\r\nprofile:x:10,contact:2, Match ,ann,\r\n",
        "\ufeff" + HEADER.replace(",", ";") + '\r\nprofile:x:10;contact:2;match;ann;"a; b"\r\n;;;;\r\n',
        "sep=;\r\n" + HEADER.replace(",", ";") + "\r\nprofile:x:10;contact:2;match;ann;\r\n",
        HEADER.replace(",", "\t") + "\nprofile:x:10\tcontact:2\tmatch\tann\t\n",
        f"{HEADER}\nprofile:x:10,contact:2,match,ann,\ncontact:2,profile:x:10,match,ann,\n",
    ],
    ids=["plain", "mark and CRLF", "semicolons", "sep line", "tabs", "said twice"],
)
def test_a_decision_arrives_however_it_was_saved(take: Import, tmp_path: Path, sheet: str) -> None:
    assert take(sheet).decided == {"match": 1, "no_match": 0, "unsure": 0}
    assert decisions(tmp_path) == [("contact:2", "profile:x:10", "match", "ann")]


def test_windows_encoding_is_understood(take: Import, tmp_path: Path) -> None:
    take(f"{HEADER}\nprofile:x:10,contact:2,no_match,Jürgen,\n".encode("cp1252"))
    assert decisions(tmp_path)[0][3] == "Jürgen"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("profile:x:10,contact:9,match,ann,", "line 3: right_persona_id 'contact:9' is no persona"),
        ("profile:x:10,contact:1,yes,ann,", "line 3: decision 'yes' is none of match, no_match, unsure"),
        ("profile:x:10,contact:1,match,,", "line 3: the reviewer is missing"),
        ("contact:1,contact:1,match,ann,", "line 3: both sides are the same persona"),
        ("profile:x:10,contact:2,no_match,bob,", "lines 2 and 3 contradict each other: match and no_match"),
    ],
)
def test_one_wrong_row_stops_the_whole_sheet(take: Import, tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(SheetInvalid, match="nothing was imported") as refused:
        take(f"{HEADER}\ncontact:2,profile:x:10,match,ann,\n{row}\n")
    assert problem in str(refused.value)
    assert decisions(tmp_path) == []


def test_a_file_that_is_no_sheet_says_so(take: Import) -> None:
    with pytest.raises(SheetInvalid, match="lacks the columns left_persona_id"):
        take("name,age\nJo,7\n")


def test_lines_are_counted_over_cells_of_several_lines(take: Import) -> None:
    with pytest.raises(SheetInvalid, match="line 4: decision 'maybe'"):
        take(f'{HEADER}\ncontact:2,profile:x:10,match,ann,"two\nlines"\ncontact:1,profile:x:10,maybe,ann,\n')


def test_a_later_sheet_adds_and_the_same_sheet_changes_nothing(take: Import, tmp_path: Path) -> None:
    first = f"{HEADER}\ncontact:2,profile:x:10,match,ann,\ncontact:1,profile:x:11,,,\n"
    assert take(first).empty == 1
    assert take(first).unchanged == 1
    take(f"{HEADER}\ncontact:2,profile:x:10,unsure,bob,\n")
    assert [d[2:] for d in decisions(tmp_path)] == [("match", "ann"), ("unsure", "bob")]


def test_a_reviewer_may_be_named_once_for_all(take: Import, tmp_path: Path) -> None:
    take(f"{HEADER}\ncontact:2,profile:x:10,match,,\n", reviewer="ann")
    assert decisions(tmp_path)[0][3] == "ann"


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-x", "@jo", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert _cell(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("words", "persona"),
    [
        ("profile:x:10", "profile:x:10"),
        ("2", "contact:2"),
        ("x:@JoFox", "profile:x:10"),
        ("@will.i", "profile:x:11"),
        ("josephine", "profile:x:10"),
    ],
)
def test_a_persona_goes_by_many_names(published: PublishedLinks, words: str, persona: str) -> None:
    assert find_persona(published, words) == persona


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("jofox", "may be any of these"),
        ("Jo Fox", "contact:2 \\(Jo Fox\\)"),
        ("nobody", "no persona goes by"),
    ],
)
def test_words_that_name_none_or_several_say_what_would(
    published: PublishedLinks, words: str, said: str
) -> None:
    with pytest.raises(NoSuchPersona, match=said):
        find_persona(published, words)


def test_unmerge_sets_those_that_leave_against_all_that_remain(
    published: PublishedLinks, tmp_path: Path
) -> None:
    done = unmerge(
        Home(tmp_path),
        published,
        ["profile:x:10"],
        reviewer="ann",
        reason="another Jo",
        now=NOW,
        person_id="p1",
    )
    assert done.remaining == ("contact:1", "profile:forum:10")
    assert decisions(tmp_path) == [
        ("contact:1", "profile:x:10", "no_match", "ann"),
        ("profile:forum:10", "profile:x:10", "no_match", "ann"),
    ]


@pytest.mark.parametrize(
    ("personas", "person", "said"),
    [
        (["profile:x:10", "contact:2"], None, "2 persons"),
        (["profile:x:10"], "p2", "stand in p1, not in p2"),
        (["contact:2"], None, "nobody of p2 would remain"),
    ],
)
def test_unmerge_refuses_what_makes_no_sense(
    published: PublishedLinks, tmp_path: Path, personas: list[str], person: str | None, said: str
) -> None:
    with pytest.raises(CannotUnmerge, match=said):
        unmerge(Home(tmp_path), published, personas, reviewer="ann", reason="x", now=NOW, person_id=person)
    assert decisions(tmp_path) == []
