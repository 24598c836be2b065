"""Delimited files that are not what they should be: each costs itself alone, by name, and `check` foretells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.landing import land
from ingestion.preview import SourcePreview, preview
from ingestion.report import LandingReport
from tests.integration.landed_tables import Warehouse
from warehouse.settings import load_settings

CONTACTS = {
    "format": "table",
    "path": "in/*.csv",
    "table": "contacts",
    "columns": {"contact_id": "Id", "family_name": "Name", "city": "Town"},
}
GOOD = b"Id,Name,Town\n1,Doe,Berlin\n2,Roe,Bonn\n"
UMLAUTS = "Id,Name,Town\n" + "".join(f"{i},Müller,Köln\n" for i in range(30))


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    monkeypatch.delenv("SCRM_HOME", raising=False)
    return Warehouse(tmp_path)


def both(warehouse: Warehouse, **source: object) -> tuple[SourcePreview, LandingReport]:
    report = warehouse.land(**{**CONTACTS, **source})
    settings = load_settings(warehouse.folder)
    return preview(settings.sources[0], settings), report


# name → bytes, reason code, part of the sentence
BAD: dict[str, tuple[bytes, str, str]] = {
    "cr_only": (
        b"Id,Name,Town\r1,Doe,Bonn\r2,Roe,Kiel\r",
        "carriage_returns",
        "with a carriage return alone",
    ),
    "cr_in_header": (b"Id,Na\rme,Town\n1,Doe,Bonn\n", "carriage_returns", "in its header (line 1)"),
    "cr_and_semicolons": (b"Id;Nam\re\n1;Doe\n", "carriage_returns", "in its header (line 1)"),
    "cr_above_header": (b"x\ry,z\nId,Other\n1,Doe\n", "carriage_returns", "in its header (line 1)"),
    "windows": (
        UMLAUTS.encode("cp1252"),
        "bad_encoding",
        "They read as cp1252: set 'encoding' of the source",
    ),
    "mac": (UMLAUTS.encode("mac_roman"), "bad_encoding", "They read as mac_roman"),
    "dos": (UMLAUTS.encode("cp850"), "bad_encoding", "They read as cp850"),
    "utf_32_le": (UMLAUTS.encode("utf-32-le"), "bad_encoding", "is UTF-32-LE without the mark that says so"),
    "utf_32_be": (UMLAUTS.encode("utf-32-be"), "bad_encoding", "set 'encoding' of the source to utf-32-be"),
    "utf_16_be": (UMLAUTS.encode("utf-16-be"), "bad_encoding", "is UTF-16-BE without"),
    "twice": (b"Id,Name,Name,Town\n1,a,b,c\n", "duplicate_header", "names 'Name' more than once"),
    "twice_but_for_case": (
        b"Id,NAME,name,Town\n1,a,b,c\n",
        "duplicate_header",
        "names 'Name' more than once",
    ),
    "open_quote": (b'Id,"Name,Town\n1,Doe,Bonn\n', "unclosed_quotes", "opens a quote in its header"),
    "semicolons": (
        b"Id;Name;Town\n1;Doe;Bonn\n",
        "missing_column",
        "seems to be ';', not ',': set 'delimiter'",
    ),
    "long_name": (b"No," + b"x" * 200_000 + b"\n1,2\n", "missing_column", "has no column 'Id'"),
    "blank": (b"\n\n", "empty_file", "has not even a header"),
}
FINE = {
    "long_first_line": b"Id,Name,Town," + b"x" * 200_000 + b"\n7,Doe,Bonn,y\n",
    "names_alike": b"ID,name,Name,NAME,Town\n8,a,b,c,d\n",
    "good": GOOD,
}


def test_each_costs_itself_alone_and_is_foretold(warehouse: Warehouse) -> None:
    for name, data in [*((name, bad[0]) for name, bad in BAD.items()), *FINE.items()]:
        warehouse.put(f"in/{name}.csv", data)
    seen, report = both(warehouse)
    assert {file.file_name for file in report.landed} == {f"in/{name}.csv" for name in FINE}
    failed = {Path(file.file_name).stem: file for file in report.failed}
    problems = {Path(file.name).stem: file.problem or "" for file in seen.files}
    for name, (_, code, said) in BAD.items():
        assert (name, failed[name].reason_code) == (name, code)
        assert said in failed[name].reason
        assert said in problems[name]
        assert (
            "looks like" not in failed[name].reason
        )  # a table is what it is: nothing that could contradict it
    assert not any(problems[name] for name in FINE)
    # of the names alike but for case it is the one that is spelt as the map spells it
    assert ("8", "b") in warehouse.rows("contacts", "contact_id, family_name")


def test_rows_that_do_not_fit_and_headers_in_between_cost_themselves(warehouse: Warehouse) -> None:
    warehouse.put("in/a.csv", GOOD + b"3,Poe\n4,Loe,Kiel,more\n" + GOOD.replace(b"1,", b"5,"))
    seen, report = both(warehouse)
    (landed,) = report.landed
    assert landed.rejected_by_reason == {"wrong_column_count": 2, "header_again": 1}
    assert (landed.records_accepted, landed.records_duplicate) == (3, 1)
    assert dict(seen.files[0].rejected) == {"wrong_column_count": 2, "header_again": 1}
    assert report.notes == (
        "in/a.csv: of 7 records 3 are rejected (1 × header_again, 2 × wrong_column_count); the quarantine keeps "
        "them, and scrm check says more.",
    )
    assert not seen.is_fine


def test_an_encoding_of_some_rows_is_named_before_the_run(warehouse: Warehouse) -> None:
    warehouse.put("in/a.csv", GOOD + "3,Müller,Köln\n".encode("cp1252"))
    seen, report = both(warehouse)
    assert report.landed[0].rejected_by_reason == {"bad_encoding": 1}
    assert "They read as cp1252." in seen.files[0].reasons[0]


TIMES = {
    "03/04/2024 05/06/2024": "set options.timestamp_format to '%d/%m/%Y' or '%m/%d/%Y'",
    "03/04/2024 13/04/2024": "set options.timestamp_format: '%d/%m/%Y'",
    "12/31/2024 01/02/2024": "set options.timestamp_format: '%m/%d/%Y'",
    "1719828000 1719828001": "set options.timestamps: epoch_seconds",
    "2024-13-01 2024-02-30": "It is written as 9999-99-99.",
    "2024-07-01T10:00+25:00 2024-07-01T10:00+99:00": "It is written as 9999-99-99a99:99+99:99.",
    "today now": "is not a time",
    "10:30 22:47": "It is written as 99:99.",
}


def test_a_time_that_is_not_read_is_said_with_its_layout_and_the_key(warehouse: Warehouse) -> None:
    for place, cells in enumerate(TIMES):
        first, second = cells.split()
        data = f"Id,Since\n{place}1,{first}\n{place}2,{second}\n{place}3,2024-01-01\n"
        warehouse.put(f"in/{place}.csv", data.encode())
    seen, report = both(warehouse, columns={"contact_id": "Id", "created_at": "Since"})
    assert [dict(file.rejected_by_reason) for file in report.landed] == [{"bad_created_at": 2}] * len(TIMES)
    for file, (cells, said) in zip(seen.files, TIMES.items(), strict=True):
        assert said in file.reasons[0]
        assert not any(cell in file.reasons[0] for cell in cells.split() if cell[0].isdigit())


def test_what_is_not_read_is_said(warehouse: Warehouse) -> None:
    warehouse.put("in/a.csv", b"Id,Name,Twon\n1,Doe,Bonn\n")
    warehouse.put("in/b.csv", b"Id,Name,Twon\n1,Doe,Bonn\n")
    warehouse.put("in/2024/c.csv", GOOD)
    warehouse.put("in/2024/notes.txt", b"x")
    warehouse.put("in/d.csv/e.txt", b"x")
    warehouse.put("in/.hidden/f.csv", GOOD)
    seen, report = both(warehouse)
    expected = [
        "in/d.csv is a folder, though it is named like a file of in/*.csv: nothing in it is read. Move its files "
        "up, or set another 'path'.",
        "in/2024 is a folder under the path in/*.csv, and 1 file in it is not read. To read folders, too, set "
        "path: in/**/*.csv",
        "in/b.csv has the very bytes of in/a.csv: they are read once.",
    ]
    without = "in/a.csv has no column 'Town', so city stays empty; is 'Twon' meant?"
    assert report.notes == (*expected, without)
    assert seen.notes == tuple(expected)
    assert seen.files[0].notes == (without,)
    assert seen.is_fine


def test_folders_that_another_source_reads_are_not_said(warehouse: Warehouse) -> None:
    warehouse.put("in/a.csv", GOOD)
    warehouse.put("in/more/b.csv", GOOD)
    warehouse.land(**CONTACTS)
    text = (warehouse.folder / "scrm.yml").read_text()
    other = "- {name: more, format: table, path: in/more/*.csv, table: contacts, columns: {contact_id: Id}}\n"
    (warehouse.folder / "scrm.yml").write_text(text.rstrip() + "\n" + other)
    settings = load_settings(warehouse.folder)
    assert land(settings.sources[0], settings).notes == ()
