"""Ids of every format, JSON and tables alike: fillers and guards undone, ruined ones rejected."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.containers.json.lines import JsonRecords
from ingestion.formats.registry import format_of
from ingestion.mapping.format import Format, RecordKind, Rows
from tests.unit.ingestion.conftest import LoadBytes
from warehouse.settings import Source

LIKES = Format(
    name="likes",
    description="likes, one a line",
    reference="",
    network=None,
    container=JsonRecords(),
    shape={"id": "VARCHAR", "who": "VARCHAR", "what": "VARCHAR"},
    kinds=(
        RecordKind(
            "like",
            "true",
            (
                Rows(
                    "activities",
                    {
                        "activity_id": "r.id",
                        "actor_profile_id": "r.who",
                        "object_id": "r.what",
                        "activity_type": "'Like'",
                        "published_at": "observed_at",
                    },
                ),
            ),
        ),
    ),
)
ORDERS = format_of(
    Source(
        name="shop",
        format="table",
        path="*",
        table="orders",
        columns={"order_id": "No", "contact_id": "Customer", "ordered_at": "Day", "amount": "Sum"},
    )
)


def test_ids_of_json_are_freed_from_fillers_as_well(load_records: LoadBytes) -> None:
    found = load_records(
        LIKES,
        {"id": "1", "who": " ann\u00a0", "what": "null"},
        {"id": "2", "who": "undefined", "what": "https://a.example/1"},
        {"id": "null", "who": "ann", "what": "3"},
        {"id": 123456789012345678, "who": "1.2345678E+17", "what": "3"},
    )
    rows = [
        (row["activity_id"], row.get("actor_profile_id"), row.get("object_id"))
        for row in found.rows("activities")
    ]
    assert rows == [("1", "ann", None), ("2", None, "https://a.example/1")]
    assert [code for _, _, code in found.rejected()] == ["missing_activity_id", "bad_actor_profile_id"]


@pytest.mark.parametrize("written", ["csv", "parquet"])
def test_ids_of_tables_join_however_the_tool_guarded_them(load_records: LoadBytes, written: str) -> None:
    customers = ['="00028"', "00028\u200b", "\u00a000028", "'00028", "#N/A", "null", "000", "1.5E+10"]
    rows = [(f"o{i}", customer, "2024-01-02", "1.50") for i, customer in enumerate(customers)]
    if written == "csv":
        lines = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
        data = "\n".join(["no,CUSTOMER,Day,sum", *lines]).encode()
    else:
        sink = io.BytesIO()
        table = pa.table(dict(zip(("no", "CUSTOMER", "Day", "sum"), zip(*rows, strict=True), strict=True)))
        pq.write_table(table, sink)
        data = sink.getvalue()
    found = load_records(ORDERS, data)
    assert [row.get("contact_id") for row in found.rows("orders")] == ["00028"] * 4 + [None] * 3
    assert [code for _, _, code in found.rejected()] == ["bad_contact_id"]
