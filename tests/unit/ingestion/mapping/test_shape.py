"""Shapes as text: what they compile to, and what is no shape."""

from __future__ import annotations

import json

import duckdb
import pytest

from ingestion.mapping.shape import shape

USER = shape("id username counts: followers posts")


def test_a_shape_reads_like_a_table() -> None:
    assert shape(
        """
        @id text
        tags[]                       # lists of texts
        urls[]: url title
        entities:
            hashtags[]: tag
            description: *user
                since
        name
        """,
        user=USER,
    ) == {
        "@id": "VARCHAR",
        "text": "VARCHAR",
        "tags": ["VARCHAR"],
        "urls": [{"url": "VARCHAR", "title": "VARCHAR"}],
        "entities": {
            "hashtags": [{"tag": "VARCHAR"}],
            "description": {**USER, "since": "VARCHAR"},
        },
        "name": "VARCHAR",
    }


def test_a_field_of_its_own_overrides_one_taken_over() -> None:
    assert shape("counts: likes\n*user", user=USER)["counts"] == {"likes": "VARCHAR"}


def test_duckdb_reads_by_it() -> None:
    structure = json.dumps(shape("id\nentities: urls[]: url"))
    record = json.dumps({"id": 7, "entities": {"urls": [{"url": "u", "more": 1}]}})
    (found,) = duckdb.execute("select from_json(?, ?)", [record, structure]).fetchall()[0]
    assert found == {"id": "7", "entities": {"urls": [{"url": "u"}]}}


@pytest.mark.parametrize(
    ("text", "said"),
    [("id name id", "id stands twice"), ("author: *user", "user"), ("id\n    name", "indented under id")],
)
def test_what_is_no_shape_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shape(text)
