"""The JSON container: every value found, with its place and its very bytes, and counted twice."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.containers.container import UnreadableFile
from ingestion.containers.json.lines import JsonRecords

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
        # two lists of one name: the last that is not empty counts
        (b'{"data":[1],"data":[2]}', [("1#/data/0", b"2", None)]),
        (b'{"data":null,"data":[2],"data":[ ]}', [("1#/data/0", b"2", None)]),
        # blanks before a page, and a page's name with escapes in it, are valid JSON
        (b'{"a":1}\n \t{"data":[{"t":1}]}', [("1", b'{"a":1}', None), ("2#/data/0", b'{"t":1}', None)]),
        (b'{"a":1}\n [{"t":1}]', [("1", b'{"a":1}', None), ("2#/0", b'{"t":1}', None)]),
        (
            rb'{"d\u0061ta":[{"t":1},{"t":2}]}',
            [("1#/data/0", b'{"t":1}', None), ("1#/data/1", b'{"t":2}', None)],
        ),
        (rb'{"\u0064ata":[1],"data":[2]}', [("1#/data/0", b"2", None)]),
        # a value that never closes ahead of lines that begin with blanks
        (b'{\n {"a":1}\n', [("1", b"{", "not_json"), ("2", b'{"a":1}', None)]),
        (
            b'{broken\n{"a":1}\n\xff\n',
            [("1", b"{broken", "not_json"), ("2", b'{"a":1}', None), ("3", b"\xff", "bad_encoding")],
        ),
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
    with pytest.raises(UnreadableFile, match="it was cut off"):
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


@st.composite
def written(draw: st.DrawFn, value: Any, blanks: str) -> str:
    """A value as any writer may write it: blanks between all tokens, characters escaped at will."""

    def blank() -> str:
        return draw(st.text(alphabet=blanks, max_size=2))

    def text(words: str) -> str:
        escaped = draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
        plain = (json.dumps(letter, ensure_ascii=False)[1:-1] for letter in words)
        coded = ("".join(f"\\u{unit:04x}" for unit in _utf16(letter)) for letter in words)
        return '"' + "".join(c if e else p for e, p, c in zip(escaped, plain, coded, strict=True)) + '"'

    def write(inner: Any) -> str:
        if isinstance(inner, str):
            body = text(inner)
        elif isinstance(inner, list):
            body = "[" + ",".join(map(write, inner)) + (blank() if not inner else "") + "]"
        elif isinstance(inner, dict):
            members = (f"{blank()}{text(name)}{blank()}:{write(held)}" for name, held in inner.items())
            body = "{" + ",".join(members) + (blank() if not inner else "") + "}"
        else:
            body = json.dumps(inner)
        return blank() + body + blank()

    return write(value)


def _utf16(letter: str) -> list[int]:
    data = letter.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def records_of(value: Any) -> int:
    """Count as the container's docstring says, over what Python's json makes of the text."""
    if isinstance(value, list):
        return len(value)
    if not isinstance(value, dict):
        return 1
    includes = value.get("includes")
    held = [value.get("data"), includes.get("users") if isinstance(includes, dict) else None]
    if any(isinstance(each, list | dict) for each in held):
        return sum(len(each) if isinstance(each, list) else isinstance(each, dict) for each in held)
    is_envelope = value.keys() & {"data", "includes", "errors"} and value.keys() <= {
        "data",
        "includes",
        "errors",
        "meta",
    }
    return 0 if is_envelope else 1


odd_pages = st.fixed_dictionaries(
    {},
    optional={
        "data": st.lists(json_values, max_size=3) | records | st.none(),
        "includes": st.dictionaries(st.sampled_from(["users", "x"]), st.lists(records, max_size=2))
        | st.none(),
        "errors": json_values,
        "meta": json_values,
        "new": json_values,
    },
)


@given(st.data(), st.lists(odd_pages | json_values, min_size=1, max_size=5))
def test_as_many_records_land_as_python_counts_however_they_are_written(
    data: st.DataObject, values: list[Any]
) -> None:
    text = "\n".join(data.draw(written(value, " \t")) for value in values)
    found = read(text.encode())
    assert sum(problem != "envelope" for _, _, problem in found) == sum(
        records_of(json.loads(line)) for line in text.split("\n")
    )
    document = data.draw(written(data.draw(odd_pages | st.lists(json_values)), " \t\r\n"))
    found = read(document.encode())
    assert sum(problem != "envelope" for _, _, problem in found) == records_of(json.loads(document))


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_count_of_a_file_of_a_few_bytes_is_right(size: int) -> None:
    """A byte order mark is looked for in the first three bytes, which may be all there is."""
    for data, count in ((b"1234"[:size], 1), (b"\n" * size, 0), ((b"{}\n" * 2)[:size], 1 if size < 4 else 2)):
        assert JsonRecords().count(io.BytesIO(data)) == count


@given(st.lists(st.binary(max_size=40) | records.map(lambda r: json.dumps(r).encode()), max_size=12))
@example([b"{}["])
@example([b"{}{} "])
def test_no_bytes_are_lost_whatever_stands_among_the_lines(lines: list[bytes]) -> None:
    data = b'{"id":"first"}\n' + b"\n".join(lines)
    kept = [bare for line in data.split(b"\n") if (bare := line.strip())]
    found = read(data, JsonRecords())
    arrays = [k for k in kept if k[:1] == b"["]
    if not arrays:
        # a line may hold several records, several lines one that is damaged
        assert _without_blanks(raw for _, raw, _ in found) == _without_blanks(kept)
        assert JsonRecords().count(io.BytesIO(data)) == len(found)


def _without_blanks(parts: Iterable[bytes]) -> bytes:
    return b"".join(b"".join(parts).split())
