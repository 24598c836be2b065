"""A name given twice in a JSON object: the last value that is not empty counts, and it is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.containers.json.duplicate_keys import NestedTooDeeply, resolved
from ingestion.formats import activitystreams, discourse, x_api_v2

POST = b'"id":"1500000000000000003","author_id":"7","created_at":"2026-05-01T10:00:00Z"'
NOTE = '"type":"Create","actor":"https://a.example/u","published":"2026-05-01T10:00:00Z"'


@pytest.mark.parametrize(
    ("record", "column", "expected", "names"),
    [
        (b'"text":"a","text":"b"', "content", "b", {"text"}),
        (b'"text":"a","text":"","text":null', "content", "a", {"text"}),
        (b'"text":"","t\\u0065xt":"b"', "content", "b", {"text"}),
        (b'"text":"a","note_tweet":{"text":"b","text":"c"}', "content", "c", {"text"}),
        # at any depth, in lists, too
        (b'"text":"a","entities":{"hashtags":[{"tag":"x","tag":"y"}]}', "hashtags", ["y"], {"tag"}),
        (b'"text":"a","entities":{},"entities":{"hashtags":[{"tag":"x"}]}', "hashtags", ["x"], {"entities"}),
        # a field that nobody reads is said, and changes nothing
        (b'"text":"a","source":1.10,"source":[{"x":[]}]', "content", "a", {"source"}),
    ],
)
def test_the_last_that_is_not_empty_counts(
    load_records: Any, record: bytes, column: str, expected: Any, names: set[str]
) -> None:
    data = b"{" + POST + b"," + record + b"}"
    plain = data.replace(b"0003", b"0004", 1)[: -len(record) - 1] + b'"text":"other"}'
    done = load_records(x_api_v2.FORMAT, plain, data)
    assert [r.get(column) for r in done.rows("activities")][1] == expected
    assert done.tally.unknown_fields == {f"(twice) {name}" for name in names}
    assert (done.tally.accepted, done.tally.rejected) == (2, {})


def test_the_bytes_of_a_rejected_record_stay_as_they_were(load_records: Any) -> None:
    bad = b'{"id":"5","text":"a","text":"b","author_id":"7","created_at":"soon"}'
    assert load_records(x_api_v2.FORMAT, bad).rejected() == [("1", bad, "bad_published_at")]


def test_what_a_page_says_of_its_records_is_read_by_the_same_rule(load_records: Any) -> None:
    """The author is protected by the list of users that counts."""
    page = (
        b'{"data":[],"data":[{"text":"a",'
        + POST
        + b'}],"includes":{"users":[{"id":"7","username":"u","name":"U"}],'
        b'"users":[{"id":"7","username":"u","name":"U","protected":true}]}}'
    )
    done = load_records(x_api_v2.FORMAT, page)
    assert done.rejected() == [("1#/data/0", None, "not_public")]
    assert done.tally.unknown_fields == {"(twice) data", "(twice) users"}


def test_every_format_of_json_keeps_the_rule(load_records: Any) -> None:
    activity = '{"id":"https://a.example/1",%s,"object":{"id":"https://a.example/2","type":"Note",%s}}'
    outbox = f'{{"type":"OrderedCollection","orderedItems":[],"orderedItems":[{activity}]}}'
    outbox %= (NOTE, '"content":"a","content":"b"')
    done = load_records(activitystreams.FORMAT, outbox.encode())
    assert [r["content"] for r in done.rows("activities")] == ["b"]
    assert {"(twice) orderedItems", "(twice) content"} <= done.tally.unknown_fields
    post = (
        '{"id":3,"topic_id":1,"post_number":2,"cooked":"<p>a</p>","cooked":"<p>b</p>","user_id":7,"username":"u",'
        '"created_at":"2026-05-01T10:00:00Z","actions_summary":[{"id":2,"count":1,"count":4}]}'
    )
    done = load_records(discourse.FORMAT, f'{{"post_stream":{{"posts":[],"posts":[{post}]}}}}'.encode())
    assert [r["content"] for r in done.rows("activities")] == ["b"]
    assert [r["likes"] for r in done.rows("activity_counters")] == [4]


def test_numbers_keep_every_digit() -> None:
    text, twice = resolved('{"a":1,"a":9007199254740993123,"b":1.10,"c":[1e400]}')
    assert json.loads(text) == {"a": "9007199254740993123", "b": "1.10", "c": ["1e400"]}
    assert twice == {"a"}


def test_what_is_nested_too_deeply_costs_itself(load_records: Any) -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    bad = b'{"id":"5","text":"a","text":"b","x":' + deep + b"}"
    done = load_records(x_api_v2.FORMAT, b'{"text":"a",' + POST + b"}", bad)
    assert done.tally.rejected == {"duplicate_names": 1}
    with pytest.raises(NestedTooDeeply):
        resolved(bad.decode())
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        load_records(x_api_v2.FORMAT, b'{"meta":1,"meta":' + deep + b',"data":[{"text":"a",' + POST + b"}]}")
