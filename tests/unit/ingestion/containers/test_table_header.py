"""A table's header: names without regard to case, told only where the line is shown to be a header."""

from __future__ import annotations

import pytest

from ingestion.containers.delimited.header_row import names_in
from ingestion.containers.header import each_once, is_header, respelt
from ingestion.containers.likely_encoding import likely_encoding


@pytest.mark.parametrize(
    ("names", "known", "expected"),
    [
        (["ID", "lastname"], ["Id", "LastName"], ["Id", "LastName"]),
        ([" Id\u00a0", "\ufeffName"], ["Id", "Name"], ["Id", "Name"]),
        (["Id", "ID"], ["Id"], ["Id", "ID"]),  # the one that is spelt so is meant
        (["id", "ID"], ["Id"], ["Id", "Id"]),  # which cannot be told: refused as a name given twice
        (["STRASSE"], ["Straße"], ["Straße"]),
        (["Other"], ["Id"], ["Other"]),
    ],
)
def test_names_are_spelt_as_the_map_spells_them(
    names: list[str], known: list[str], expected: list[str]
) -> None:
    assert respelt(names, known) == expected


def test_columns_of_one_name_are_told_apart_where_none_is_read() -> None:
    assert each_once(["a", "b", "a"], {"b"}) == ["a@1", "b", "a@3"]


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        (["Id", "Name"], [["1", "Doe"], ["2", "Roe"]], True),
        (["No", "Mail"], [["x", "jo@doe.example"]], True),
        (["Jane Doe", "Berlin"], [["Joe Roe", "Bonn"]], False),
        (["7", "Jane Doe"], [["8", "Joe Roe"]], False),
        (["Jane Doe", "jane@doe.example"], [["Joe", "joe@roe.example"]], False),
        (["Id", "Jane Doe"], [], False),
    ],
)
def test_a_line_is_a_header_where_the_rows_below_show_it(
    header: list[str], rows: list[list[str]], expected: bool
) -> None:
    assert is_header(header, rows) is expected


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (b'a,"b ""c""",', ["a", 'b "c"', ""]),
        (b'""', [""]),
        (b"a\rb,c", ["a b", "c"]),
        (b"\xff,b", ["\ufffd", "b"]),
        (b'5" pipe,x', ['5" pipe', "x"]),
        (b"x" * 200_000, ["x" * 200_000]),
        (b" ", [" "]),
    ],
)
def test_any_line_can_be_looked_at(line: bytes, names: list[str]) -> None:
    assert names_in(line, ",") == names


GERMAN = "Grüße aus Köln, schöne Straße, Müller, Jäger, Ökonomie"
FRENCH = "Été à la plage, élève, garçon, où êtes-vous, François"
TEXTS = {
    "cp1252": [GERMAN, FRENCH, "señor Núñez está en España – “sí”"],
    "mac_roman": [GERMAN, FRENCH],
    "cp850": [GERMAN, FRENCH],
    "cp1250": ["Příliš žluťoučký kůň, Wałęsa, Łódź, Dvořák"],
    "cp1251": ["Иван Петров, Москва, Ёлкина"],
    "cp932": ["山田太郎、東京都、ありがとう"],
    "gb18030": ["张伟，北京市，谢谢你"],
}


@pytest.mark.parametrize(("encoding", "text"), [(e, text) for e, texts in TEXTS.items() for text in texts])
def test_the_likely_encoding_is_named(encoding: str, text: str) -> None:
    assert likely_encoding(text.encode(encoding)) == encoding
