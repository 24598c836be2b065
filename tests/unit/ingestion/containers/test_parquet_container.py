"""Parquet rows as records: text of every type, bytes of a row, damaged files by name."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.containers.delimited.reader import Delimited
from ingestion.containers.parquet import Parquet
from ingestion.containers.tabular import Tabular

EITHER = Tabular(Delimited(), Parquet())


class Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise OSError("a stream that was compressed cannot seek")


def written(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def test_every_type_becomes_the_text_that_landing_casts() -> None:
    table = pa.table(
        {
            "id": [2**60 + 1],
            "at": pa.array([dt.datetime(2024, 7, 1, 10)], pa.timestamp("us", tz="Europe/Berlin")),
            "local": [dt.datetime(2024, 7, 1, 10)],
            "day": [dt.date(2024, 7, 1)],
            "amount": [Decimal("12.50")],
            "tags": [["a", "b|c"]],
            "yes": [True],
            "empty": [""],
            'name"; drop table x; --': ["x"],
        }
    )
    (batch,) = Parquet().read(io.BytesIO(written(table)))
    assert batch["fields"].to_pylist() == [
        {
            "id": "1152921504606846977",
            "at": "2024-07-01 10:00:00+00",
            "local": "2024-07-01 10:00:00",
            "day": "2024-07-01",
            "amount": "12.50",
            "tags": '["a","b|c"]',
            "yes": "true",
            "empty": None,
            'name"; drop table x; --': "x",
        }
    ]
    assert json.loads(batch["raw"][0].as_py())["tags"] == ["a", "b|c"]
    assert batch["source_record"].to_pylist() == ["1"]


@pytest.mark.parametrize("stream", [io.BytesIO, Unseekable])
def test_a_table_is_read_in_whichever_way_it_was_written(stream: type[io.BytesIO]) -> None:
    parquet = written(pa.table({"a": ["1", "2"]}))
    for data in (parquet, b"a\n1\n2\n"):
        (batch,) = EITHER.read(stream(data))
        assert [row["a"] for row in batch["fields"].to_pylist()] == ["1", "2"]
        assert EITHER.count(stream(data)) == 2


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"PAR1 cut off", "not_parquet", r"^begins as Parquet, .* cut off or damaged. Export it again\.$"),
        (written(pa.table({"Nmae": ["x"]})), "missing_column", "Is 'Nmae' meant?"),
    ],
)
def test_refusals(data: bytes, code: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as refused:
        list(Parquet(required=frozenset({"Name"})).read(io.BytesIO(data)))
    assert refused.value.code == code


def test_a_damaged_part_is_said_without_the_words_of_the_library() -> None:
    data = bytearray(written(pa.table({"a": [str(number) * 50 for number in range(500)]})))
    data[4:200] = bytes(196)  # where the first page begins
    with pytest.raises(UnreadableFile) as refused:
        list(Parquet().read(io.BytesIO(bytes(data))))
    assert refused.value.sentence == "is Parquet with a damaged part after row 0. Export it again."
