"""Delimited text: which records come out, which are bad and why, and that none is ever lost."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.containers.container import UnreadableFile
from ingestion.containers.delimited.reader import MOST_UNCLOSED, Delimited

OK = None


def read(data: bytes, **how: object) -> list[tuple[str, bytes, str | None, dict[str, str | None] | None]]:
    """Read, and prove on the way that the independent count agrees."""
    container = Delimited(**how)  # type: ignore[arg-type]
    rows = [tuple(row.values()) for table in container.read(io.BytesIO(data)) for row in table.to_pylist()]
    assert container.count(io.BytesIO(data)) == len(rows)
    return rows  # type: ignore[return-value]


def cells(data: bytes, **how: object) -> list[list[str | None] | str]:
    """The cells of good records, the reason of bad ones."""
    return [problem or list((fields or {}).values()) for _, _, problem, fields in read(data, **how)]


def refusal(data: bytes, **how: object) -> tuple[str, str]:
    with pytest.raises(UnreadableFile) as refused:
        read(data, **how)
    return refused.value.code, refused.value.sentence


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,b\n1,2\n", [["1", "2"]]),
        (b"a,b\n1,2", [["1", "2"]]),
        (b"a,b\r\n1,2\r\n", [["1", "2"]]),
        (b"a,b\n", []),
        (b"a,b", []),
        (b'a,b\n1,\n1,""\n', [["1", None], ["1", None]]),
        (b"a,b\n\n1,2\n\r\n3,4\n\n", [["1", "2"], ["3", "4"]]),
        # a spreadsheet writes an empty row as delimiters alone; a quoted field may hold such a line
        (b"a,b\n,\n1,2\n,,,\r\n3,4\n,", [["1", "2"], ["3", "4"]]),
        (b'a,b\n,\n"x\n,\ny",2\n,\r\n', [["x\n,\ny", "2"]]),
        (b'a,b\n,\n1,"open\n,\n2,3\n', ["unclosed_quote", ["2", "3"]]),
        (b'a\n""\nx\n', [[None], ["x"]]),
        (b'a,b\n"x\r\ny","say ""hi"", ok"\n', [["x\r\ny", 'say "hi", ok']]),
        (b'a,b\n5" pipe,"6"" pipe"\n', [['5" pipe', '6" pipe']]),
        (b'a,b\n=1+1,"@SUM(A1)"\n', [["=1+1", "@SUM(A1)"]]),
        (b"a,b\n1,2,3\n1\n1,2\n", ["wrong_column_count", "wrong_column_count", ["1", "2"]]),
        (b"a,b\n1,\xff\n1,2\n", ["bad_encoding", ["1", "2"]]),
        (b"a,b\n1,x\ry\n1,2\n", ["stray_carriage_return", ["1", "2"]]),
        (b'a,b\n1,"x\ry"\n', [["1", "x\ry"]]),
        (b'a,b\n1,"open\n2,3\n4,5\n', ["unclosed_quote", ["2", "3"], ["4", "5"]]),
        (b'a,b\n1,"open', ["unclosed_quote"]),
        (b"\xef\xbb\xbfa,b\n1,2\n", [["1", "2"]]),
        ("a,b\n1,\u00e9\n".encode("utf-16"), [["1", "\u00e9"]]),
        ("a,b\n1,\u00e9\n".encode("utf-32"), [["1", "\u00e9"]]),
    ],
)
def test_golden(data: bytes, expected: list[list[str | None] | str]) -> None:
    assert cells(data) == expected


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(delimiter: str) -> None:
    data = f'a{delimiter}b\n"1{delimiter}1"{delimiter}1,5\n'.encode()
    assert cells(data, delimiter=delimiter) == [[f"1{delimiter}1", "1,5"]]


def test_encoding_of_the_source_is_read_and_what_it_does_not_know_is_named() -> None:
    assert cells("a\nJ\u00c9SUS\n".encode("latin-1"), encoding="latin-1") == [["J\u00c9SUS"]]
    # 0x81 is no character of Windows-1252
    assert cells(b"a\n\x80\n\x81\n", encoding="cp1252") == [["\u20ac"], "bad_encoding"]


def test_place_and_raw_bytes_of_each_record() -> None:
    data = b'a,b\n\n1,"x\ny"\r\n2,3,4\n5,6'
    assert [row[:2] for row in read(data)] == [
        ("1", b'1,"x\ny"'),
        ("2", b"2,3,4"),
        ("3", b"5,6"),
    ]


def test_only_the_columns_asked_for_come_and_the_header_is_told_whole() -> None:
    (table,) = Delimited(columns=("c", "zz", "a")).read(io.BytesIO(b"a,b,c\n1,2,3\n"))
    assert table["fields"].to_pylist() == [{"a": "1", "c": "3"}]
    assert json.loads(table.schema.metadata[b"header"]) == ["a", "b", "c"]


def test_lines_above_the_header_are_no_records() -> None:
    assert cells(b"junk,junk\na,b\n1,2\n", header_row=2) == [["1", "2"]]


def test_a_quote_nothing_closes_within_the_bound_costs_its_line_only() -> None:
    lines = b"".join(b"%d,x\n" % i for i in range(100))
    data = b'a,b\n0,"open\n' + lines + b'7,"closes it here\n8,y\n'
    # 12 + 590 bytes lie between the two quotes: within 1,000 bytes they make one record, within 100 none
    assert len(read(data, longest_record=1_000)) == 2
    rows = read(data, longest_record=100)
    assert len(rows) == 103
    assert [row[2] for row in rows if row[2]] == ["unclosed_quote", "unclosed_quote"]


def test_a_long_record_on_one_line_is_not_bounded() -> None:
    assert cells(b'a,b\n1,"' + b"x" * 500 + b'"\n', longest_record=100) == [["1", "x" * 500]]


@pytest.mark.parametrize(
    ("data", "how", "code", "said"),
    [
        (b"", {}, "empty_file", "not even a header"),
        (b"\n\r\n", {}, "empty_file", "not even a header"),
        (b"a,b,a,b\n", {"columns": ("a", "b")}, "duplicate_header", "names 'a', 'b' more than once"),
        (b"Id,Nmae\n", {"required": frozenset({"Name"})}, "missing_column", "Is column 2 meant?"),
        (
            b"Id,Name\n",
            {"columns": ("Name", "Id"), "required": frozenset({"Zip"})},
            "missing_column",
            "its columns are 'Id', 'Name'",
        ),
        (b"id;name\n", {"required": frozenset({"id"})}, "missing_column", "seems to be ';', not ','"),
        (b"x\nid,name\n", {"required": frozenset({"id"})}, "missing_column", "Set options.header_row: 2"),
        (b"a\n", {"header_row": 3}, "empty_file", "has 1 lines"),
        (b"\xff\n1\n", {}, "bad_encoding", "header that is not utf-8"),
        (
            "a,b\n".encode("utf-16-le"),
            {},
            "bad_encoding",
            "UTF-16-LE without the mark that says so: set 'encoding'",
        ),
        (b"\xff\xfea\x00\n\x00\x00", {}, "bad_encoding", "breaks its encoding"),
        (b"PK\x03\x04...", {}, "not_delimited", "Excel workbook"),
        (b'{"a": 1}\n', {}, "not_delimited", "JSON"),
        (b"<html>", {}, "not_delimited", "XML or HTML"),
        (
            b"a,b\n" + b'x"y,"z\n' * (MOST_UNCLOSED + 1),
            {"longest_record": 64},
            "unclosed_quotes",
            "never closed",
        ),
    ],
)
def test_refusals(data: bytes, how: dict[str, object], code: str, said: str) -> None:
    found, sentence = refusal(data, **how)
    assert (found, said in sentence) == (code, True), sentence


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"Id,Jane Doe,jane@doe.example\n", "its columns are 'Id' and 2 columns with names not known here."),
        (b"Id,Jane Doe,Jane Doe\n", "its columns are 'Id' and 2 columns with names not known here."),
        (b"Id,Jane Doe,Nam\n", "Is column 3 meant?"),
    ],
)
def test_a_file_without_a_header_row_gives_no_persons_data_away(row: bytes, said: str) -> None:
    _, sentence = refusal(row, columns=("Id", "Name"), required=frozenset({"Name"}))
    assert said in sentence
    assert not any(word in sentence for word in ("Jane", "jane", "'Nam'"))


def test_a_line_without_end_is_refused_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.containers.delimited.reader.LONGEST_LINE", 1_000)
    assert refusal(b"a\n" + b"x" * 5_000, block_bytes=100)[0] == "line_too_long"


PIECES = st.sampled_from([b"a", b"b", b",", b'"', b"\n", b"\r\n", b'""', b'"x"', b"\r", b"\xc3\xa9", b"\xff"])


@given(st.lists(PIECES, max_size=60).map(b"".join), st.sampled_from([5, 8, 1_000]), st.integers(1, 12))
@example(b'"\n"', 5, 1)
def test_wild_bytes_are_all_accounted_for_whatever_the_blocks(body: bytes, longest: int, block: int) -> None:
    data = b"h1,h2\n" + body
    rows = read(data, longest_record=longest)
    assert rows == read(data, longest_record=longest, block_bytes=block)

    # no byte is lost but line ends and the commas of blank lines; and none is read twice
    def bare(data: bytes) -> bytes:
        return data.translate(None, b"\r\n,")

    assert bare(b"".join(row[1] for row in rows)) == bare(body)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=12), st.sampled_from(",;\t|"), st.booleans())
def test_what_a_csv_writer_wrote_is_read_as_python_reads_it(
    rows: list[tuple[str, str, str]], delimiter: str, quote_all: bool
) -> None:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerows([("h1", "h2", "h3"), *rows])
    data = text.getvalue().encode()
    python = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))[1:]
    # A row of empty cells that are not quoted is a blank line.
    expected = [[cell or None for cell in row] for row in python if quote_all or any(row)]
    assert cells(data, delimiter=delimiter, block_bytes=16) == expected
