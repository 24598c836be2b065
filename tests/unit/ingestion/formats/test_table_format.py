"""`table`: what a map of columns becomes, and how a wrong map is said."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.containers.tabular import Tabular
from ingestion.formats.registry import SourceInvalid
from ingestion.formats.registry import format_of as registered
from ingestion.formats.table import format_of
from tests.unit.ingestion.conftest import LoadBytes
from warehouse.settings import SettingsError, Source


def source(**given: Any) -> Source:
    return Source.model_validate({"name": "shop", "format": "table", "path": "*.csv", **given})


def mapping(**given: Any) -> dict[str, str]:
    return dict(format_of(source(**given)).kinds[0].rows[0].columns)


def test_a_column_of_the_file_is_quoted_whatever_it_is_called() -> None:
    columns = mapping(table="products", columns={"product_id": 'id"; drop table x; --', "name": "Name"})
    assert columns["product_id"] == 'r."id""; drop table x; --"'


def test_a_constant_fills_where_the_cell_is_empty() -> None:
    columns = mapping(
        table="orders",
        columns={"order_id": "id", "ordered_at": "at", "amount": "sum", "currency": "cur"},
        constants={"currency": "EUR", "status": "it's paid"},
    )
    assert columns["currency"].startswith("coalesce(")
    assert "'EUR'" in columns["currency"]
    assert columns["status"] == "'it''s paid'"


def test_a_constant_that_is_no_word_of_its_column_is_refused_with_the_one_meant() -> None:
    columns = {"activity_id": "id", "actor_profile_id": "who", "published_at": "at"}
    for constant, said in (
        ({"activity_type": "create"}, "activity_type is 'create'; did you mean 'Create'?"),
        ({"activity_type": "Create", "attachment_types": "photo"}, "known are image, video, audio"),
    ):
        with pytest.raises(SettingsError, match=said.replace("?", r"\?")):
            mapping(table="activities", network="forum", columns=columns, constants=constant)


def test_a_single_key_that_is_not_mapped_is_the_hash_of_the_record() -> None:
    touchpoints = {"at": "When"}
    columns = mapping(table="touchpoints", columns=touchpoints, constants={"touchpoint_type": "survey"})
    assert columns["touchpoint_id"] == "cast(record_hash as varchar)"
    reads = mapping(
        table="activities",
        network="forum",
        columns={"published_at": "at"},
        constants={"activity_type": "View"},
    )
    assert reads["activity_id"] == "cast(record_hash as varchar)"


def test_only_columns_of_required_values_must_be_in_the_file() -> None:
    built = format_of(
        source(
            table="orders",
            columns={"order_id": "No", "ordered_at": "Date", "amount": "Sum", "currency": "Cur"},
            constants={"amount": "0"},
        )
    )
    assert isinstance(built.container, Tabular)
    assert built.container.delimited.required == built.container.parquet.required == {"No", "Date"}
    assert built.container.delimited.columns == ("No", "Date", "Sum", "Cur")


def test_the_records_own_time_of_observation_can_be_mapped() -> None:
    columns = {"profile_id": "id", "followers": "f", "observed_at": "seen"}
    built = format_of(source(table="profile_counters", network="x", columns=columns))
    assert 'r."seen"' in str(built.kinds[0].observed_at)
    assert "observed_at" not in built.kinds[0].rows[0].columns
    assert not built.observes.counters  # followers are no answers to posts


def test_a_source_of_views_says_that_it_observes_them() -> None:
    given = {"table": "activities", "network": "forum", "columns": {"published_at": "at"}}
    assert format_of(source(**given, constants={"activity_type": "View"})).observes.views
    assert not format_of(source(**given, constants={"activity_type": "Create"})).observes.views


@pytest.mark.parametrize(("counted", "observes"), [("likes", True), ("views", False)])
def test_a_table_of_counters_observes_answers_where_it_counts_them(counted: str, observes: bool) -> None:
    columns = {"activity_id": "id", counted: "n"}
    built = format_of(source(table="activity_counters", network="x", columns=columns))
    assert (built.observes.counters, built.observes.views) == (
        observes,
        False,
    )  # a count of views is no reader


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"table": "order", "columns": {"a": "b"}}, "called 'order'; did you mean 'orders'?"),
        ({"table": "orders", "columns": {"ammount": "b"}}, "no column 'ammount'; did you mean 'amount'?"),
        (
            {"table": "orders", "columns": {"order_id": "b"}},
            "needs 'ordered_at', 'amount'; name the file's column",
        ),
        ({"table": "connections", "columns": {"since": "b"}}, "or set 'network'"),
        (
            {"table": "products", "columns": {"name": "b"}, "options": {"header_row": "two"}},
            "options.header_row is 'two'; valid is a whole number",
        ),
        (
            {"table": "products", "columns": {"name": "b"}, "options": {"header_row": 0}},
            "options.header_row is 0; valid is a whole number from 1",
        ),
        (
            {"table": "contacts", "columns": {"email": "b"}, "options": {"handles": {"x": 3}}},
            "options.handles is {'x': 3}; valid is a map of network to column",
        ),
        (
            {"table": "products", "columns": {"name": "b"}, "options": {"handles": {"x": "c"}}},
            "products has no handles",
        ),
    ],
)
def test_a_map_that_does_not_fit_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        format_of(source(**given))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"timestamp": "iso"}, "no option 'timestamp'"), ({"timestamps": "unix"}, "one of iso, epoch_seconds")],
)
def test_an_option_that_is_not_known_is_said(options: dict[str, str], said: str) -> None:
    with pytest.raises(SourceInvalid) as refused:
        registered(source(table="products", columns={"name": "b"}, options=options))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"encoding": "nope"}, "encoding is 'nope', but must be one that Python knows"),
        ({"encoding": "hex"}, "encoding is 'hex'"),
        ({"delimiter": ";;"}, "delimiter is ';;', but must be one ASCII character"),
        ({"delimiter": ""}, "delimiter is ''"),
        ({"delimiter": "\u00a6"}, "must be one ASCII character"),
        ({"delimiter": '"'}, "no quote and no line end"),
    ],
)
def test_text_that_cannot_be_read_so_is_said_before_any_file_is(given: dict[str, str], said: str) -> None:
    with pytest.raises(SourceInvalid) as refused:
        registered(source(table="products", columns={"name": "b"}, **given))
    assert said in str(refused.value)


def test_columns_that_the_map_does_not_know_are_news(load_records: LoadBytes) -> None:
    form = format_of(source(table="products", columns={"product_id": "id", "name": "Name"}))
    csv = load_records(form, b"id,Name,Margin class,a" + b"\xc3\xa9", b"1,Kettle,high,x")
    assert csv.tally.unknown_fields == {"Margin class", "(a name that is no plain word)"}
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"], "Name": ["Kettle"], "margin": [1]}), sink)
    parquet = load_records(form, sink.getvalue())
    assert parquet.tally.unknown_fields == {"margin"}
    assert parquet.rows("products")[0]["name"] == "Kettle"


def test_a_first_row_that_is_no_header_refuses_the_file_and_gives_no_persons_data_away(
    load_records: LoadBytes,
) -> None:
    given = {"touchpoint_type": "survey", "at": "2026-05-01T00:00:00Z"}
    form = format_of(source(table="touchpoints", columns={"text": "answer"}, constants=given))
    with pytest.raises(UnreadableFile) as refused:
        load_records(form, b"7,Jane Doe,jane@doe.example", b"8,a,b")
    assert "has no column 'answer'; its columns are 3 columns with names not known here." in str(
        refused.value
    )
