"""The JSON container: every value found, with its place and its very bytes, and counted twice."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.containers.json_lines import JsonRecords
from ingestion.format import UnreadableFile

X_LIKE = JsonRecords(
    ("/data", "/includes/users"),
    signs=frozenset({"data", "includes", "errors"}),
    envelope=frozenset({"meta"}),
)


def read(data: bytes, container: JsonRecords = X_LIKE) -> list[tuple[str, bytes, str | None]]:
    rows = [row for table in container.read(io.BytesIO(data)) for row in table.to_pylist()]
    assert container.count(io.BytesIO(data)) == sum(row["problem"] != "envelope" for row in rows)
    return [(row["source_record"], row["raw"], row["problem"]) for row in rows]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a":1}\n{"a":2}\n', [("1", b'{"a":1}', None), ("2", b'{"a":2}', None)]),
        # blank lines are no records, and still count as lines; CRLF is not part of the record
        (b'\n  \n{"a":1}\r\n\n{"a":2}', [("3", b'{"a":1}', None), ("5", b'{"a":2}', None)]),
        (b'\xef\xbb\xbf{"a":1}', [("1", b'{"a":1}', None)]),
        (b'{"a":1}\n{"a":\n', [("1", b'{"a":1}', None), ("2", b'{"a":', "not_json")]),
        (b'{"a":1}\n\xff\n', [("1", b'{"a":1}', None), ("2", b"\xff", "bad_encoding")]),
        (b'{"a":1}\n"text"\n', [("1", b'{"a":1}', None), ("2", b'"text"', "not_an_object")]),
        # quotes, brackets and backslashes inside strings mislead nobody
        (
            b'{"data": [ {"t": "]}\\\\\\"," } , {"t":"\\\\"}]}',
            [("1#/data/0", b'{"t": "]}\\\\\\"," }', None), ("1#/data/1", b'{"t":"\\\\"}', None)],
        ),
        (
            b'{"includes":{"users":[{"u":1}],"x":[9]},"data":{"t":1}}',
            [("1#/includes/users/0", b'{"u":1}', None), ("1#/data", b'{"t":1}', None)],
        ),
        # an answer with errors alone is no record; one with a field nobody knows is
        (b'{"errors":[{}],"meta":{}}', [("1", b'{"errors":[{}],"meta":{}}', "envelope")]),
        (b'{"errors":[{}],"new":[1]}', [("1", b'{"errors":[{}],"new":[1]}', None)]),
        (b'{"data":[],"meta":{}}', []),
        # one document over many lines
        (b'[\n {"a":1},\n {"a":2}\n]\n', [("1#/0", b'{"a":1}', None), ("1#/1", b'{"a":2}', None)]),
        (b'{\n "data": [\n  {"a": 1}\n ]\n}', [("1#/data/0", b'{"a": 1}', None)]),
        # two lists of one name: taking either would lose the other
        (b'{"data":[1],"data":[2]}', [("1", b'{"data":[1],"data":[2]}', "duplicate_names")]),
        (b"", []),
        (b"\n\n", []),
    ],
)
def test_every_value_keeps_its_place_and_bytes(
    data: bytes, expected: list[tuple[str, bytes, str | None]]
) -> None:
    assert read(data) == expected


def test_ids_beyond_2_to_the_53_keep_every_digit() -> None:
    assert read(b'{"id":9007199254740993123}') == [("1", b'{"id":9007199254740993123}', None)]


def test_a_value_over_the_limit_refuses_the_file_by_name() -> None:
    small = JsonRecords(max_value_bytes=1_000)
    data = b'{"a":1}\n' + b'{"a":"' + b"x" * (32 * 2**20) + b'"}\n'
    with pytest.raises(UnreadableFile, match="line 2 is a single JSON value over"):
        read(data, small)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_wide_encoding_is_named(encoding: str) -> None:
    with pytest.raises(UnreadableFile, match="must be UTF-8") as caught:
        read('{"a": 1}\n'.encode(encoding))
    assert caught.value.code == "bad_encoding"


def test_a_document_cut_off_fails_as_a_whole() -> None:
    with pytest.raises(UnreadableFile, match="may be cut off"):
        read(b'{\n "data": [\n  {"a": 1},\n')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
records = st.dictionaries(st.sampled_from(["id", "t", "é", '"']), json_values, max_size=3)
pages = st.fixed_dictionaries(
    {"data": st.lists(records, max_size=4)}, optional={"includes": st.just({"users": [{"u": '"[{'}]})}
)


@settings(max_examples=60, deadline=None)
@given(st.lists(records | pages, max_size=8), st.sampled_from([None, 1]), st.booleans())
def test_pages_and_lines_are_cut_as_python_cuts_them(
    values: list[Any], indent: int | None, ascii_only: bool
) -> None:
    lines = [json.dumps(v, ensure_ascii=ascii_only, separators=(" , ", " : ")) for v in values]
    data = "\n".join(lines).encode()
    if indent and values:
        data = json.dumps(values[0], indent=indent, ensure_ascii=ascii_only).encode()
        values = values[:1]
    expected: list[Any] = []
    for value in values:
        if "data" not in value:
            expected.append(value)
            continue
        for name, held in value.items():  # in the order of the text
            expected += held if name == "data" else held["users"]
    assert [json.loads(raw) for _, raw, _ in read(data)] == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=40) | records.map(lambda r: json.dumps(r).encode()), max_size=12))
def test_no_bytes_are_lost_whatever_stands_among_the_lines(lines: list[bytes]) -> None:
    data = b'{"id":"first"}\n' + b"\n".join(lines)
    kept = [bare for line in data.split(b"\n") if (bare := line.strip())]
    found = read(data, JsonRecords())
    arrays = [k for k in kept if k[:1] == b"["]
    if not arrays:
        assert [raw.strip() for _, raw, _ in found] == kept
