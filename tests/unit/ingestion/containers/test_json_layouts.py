"""JSON however it is laid out and damaged: each value is found, and damage costs the record it is in."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.containers.container import UnreadableFile
from ingestion.containers.json import count as json_count
from ingestion.containers.json import lines as json_lines
from ingestion.containers.json import values as json_values
from ingestion.containers.json.lines import JsonRecords

X_LIKE = JsonRecords(
    ("/data", "/includes/users"),
    signs=frozenset({"data", "includes", "errors"}),
    envelope=frozenset({"meta"}),
)


def read(data: bytes) -> list[tuple[str, bytes]]:
    """The places and bytes of the records; the second count and the uniqueness of places are held, too."""
    rows = [row for table in X_LIKE.read(io.BytesIO(data)) for row in table.to_pylist()]
    records = [(row["source_record"], row["raw"]) for row in rows if row["problem"] != "envelope"]
    assert X_LIKE.count(io.BytesIO(data)) == len(records)
    assert len({place for place, _ in records}) == len(records)
    return records


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # an array of pages, records and an answer without records
        (
            b'[{"data":[{"t":1},{"t":2}]}, 3, {"errors":[]}, {"data":{"t":4}}]',
            [
                ("1#/0/data/0", b'{"t":1}'),
                ("1#/0/data/1", b'{"t":2}'),
                ("1#/1", b"3"),
                ("1#/3/data", b'{"t":4}'),
            ],
        ),
        # pages laid out over lines, one after another, a blank line between
        (
            b'{\n "data": [\n  {"t": 1}\n ]\n}\n\n{\n "data": [\n  {"t": 2}\n ]\n}\n{"t":3}\n',
            [("1#/data/0", b'{"t": 1}'), ("7#/data/0", b'{"t": 2}'), ("12", b'{"t":3}')],
        ),
        # without indentation a line may be an object by itself
        (b'{\n"data": [\n{"t":1},\n{"t":2}\n]\n}', [("1#/data/0", b'{"t":1}'), ("1#/data/1", b'{"t":2}')]),
        # one right after another: the column tells them apart
        (
            b'{"t":1}{"data":[{"t":2}]} {"t":"}{"}\n{"t":4}',
            [("1", b'{"t":1}'), ("1:8#/data/0", b'{"t":2}'), ("1:27", b'{"t":"}{"}'), ("2", b'{"t":4}')],
        ),
        (b'{\n"t":1\n}{\n"t":2\n}', [("1", b'{\n"t":1\n}'), ("3:2", b'{\n"t":2\n}')]),
        # a broken line costs itself, whatever stands around
        (b'{"a":\n{"a":1}\n', [("1", b'{"a":'), ("2", b'{"a":1}')]),
        (b'{"a":1}\n---\n{"a":2}\n', [("1", b'{"a":1}'), ("2", b"---"), ("3", b'{"a":2}')]),
        (b'{"a":{"b":1}\n{"a":2}{"a":\n', [("1", b'{"a":{"b":1}'), ("2", b'{"a":2}'), ("2:8", b'{"a":')]),
        # a page that is cut off costs itself
        (b'{"data":[{"t":1}]}\n{"data":[{"t":2},', [("1#/data/0", b'{"t":1}'), ("2", b'{"data":[{"t":2},')]),
        # the last list that is not empty counts, of records as of what holds them
        (b'{"data":[],"data":[{"t":1}]}', [("1#/data/0", b'{"t":1}')]),
        (
            b'{"includes":{"users":[7]},"includes":{"users":null,"users":[8],"users":[]},"includes":{}}',
            [("1#/includes/users/0", b"8")],
        ),
        (b'[{"data":[1],"data":[2,3]}]', [("1#/0/data/0", b"2"), ("1#/0/data/1", b"3")]),
        (b'{"errors":[1],"errors":[]}', []),
    ],
)
def test_every_value_is_found_with_its_place(data: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert read(data) == expected


@pytest.mark.parametrize(
    "damage", [b'"\\ud83d"', b'"\xff"', b'"\xc3("', b'"\x01"', b'"\\q"', b"tr\xffe", b"1\xff2", b"+"]
)
@pytest.mark.parametrize(
    "page",
    [
        b'{"data":[{"t":1},{"t":%s},{"t":3}],"includes":{"users":[{"u":1}]}}',
        b'{\n"data":[\n{"t":1},\n{"t":%s},\n{"t":3}\n],\n"includes":{"users":[{"u":1}]}\n}',
        b'[{"t":1},{"t":%s},{"t":3},{"u":1}]',
        b'[{"data":[{"t":1},{"t":%s},{"t":3}]},{"u":1}]',
        b'{"data":[{"t":1},{"t":%s}]}{"data":[{"t":3},{"u":1}]}',
    ],
)
def test_damage_costs_the_record_that_it_stands_in(page: bytes, damage: bytes) -> None:
    found = [raw for _, raw in read(page % damage)]
    assert found == [b'{"t":1}', b'{"t":%s}' % damage, b'{"t":3}', b'{"u":1}']


def test_damage_between_the_records_of_a_page_costs_none() -> None:
    assert [raw for _, raw in read(b'{"errors":[{"detail":"\xff\\ud800"}],"data":[{"t":1}]}')] == [b'{"t":1}']


def test_the_page_around_good_records_still_tells_what_a_damaged_one_says_of_them() -> None:
    """A user whose name is damaged may be protected: what is said of that stays readable."""
    data = b'{"data":[{"t":1}],"includes":{"users":[{"name":"\xff","protected":true}]}}'
    (table,) = X_LIKE.read(io.BytesIO(data))
    page = json.loads(table["page"].to_pylist()[0])
    assert page["includes"]["users"][0]["protected"] is True


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"data":[{"t":1},{"t":', "is not closed at its end, so it was cut off"),
        (b'[\n{"t":1},\n{"t"', "is not closed at its end, so it was cut off"),
        (b'{\n"data":[\n{"t" 1}\n]\n}', "see line 3 of it"),
    ],
)
def test_a_file_that_is_one_broken_value_is_refused_with_the_place(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read(data)


values = st.sampled_from(
    [{"t": 1}, {"t": "}{"}, {"t": "é\n[{"}, {"data": [{"t": 1}, {"t": "]\n["}]}]
) | st.lists(st.sampled_from([{"t": 1}, {"t": '"'}, {"data": [{"t": 2}], "meta": {}}]), max_size=3)


def records_of(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [record for element in value for record in records_of(element)]
    return value.get("data", [value])  # type: ignore[no-any-return]


@given(
    st.lists(
        st.tuples(values, st.sampled_from([None, 0, 2]), st.sampled_from(["\n", "\r\n", "\n\n ", "", " "]))
    ),
    st.sampled_from([24, 96, 2**20]),
)
def test_values_of_any_layout_are_found_in_blocks_of_any_size(
    written: list[tuple[Any, int | None, str]], block: int
) -> None:
    data = "".join(json.dumps(value, indent=indent) + after for value, indent, after in written).encode()
    with pytest.MonkeyPatch.context() as patch:
        for module in (json_values, json_lines):
            patch.setattr(module, "BLOCK_BYTES", block)
        patch.setattr(json_count, "_BYTES_AT_ONCE", block)
        found = read(data)
    assert [json.loads(raw) for _, raw in found] == [r for value, _, _ in written for r in records_of(value)]


@given(
    st.lists(st.sampled_from([b"1", b'"\\ud800"', b'"\xff"', b'"\\z"', b"nul"]), min_size=1, max_size=6),
    st.binary(max_size=3),
)
def test_whatever_is_damaged_no_other_record_is_lost(words: list[bytes], letters: bytes) -> None:
    """The letters fall into a text, so that they may be anything but what ends it."""
    letters = letters.translate(None, b'"\\\n')
    expected = [b'{"t":%s,"x":"%s"}' % (word, letters) for word in words]
    assert [raw for _, raw in read(b'{"data":[' + b",".join(expected) + b"]}")] == expected
