"""Cells of a table as values: each convention with what it reads and what it must not read."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from ingestion.cells import Cells, handles
from ingestion.schemas import AMOUNT, DATE, FLAG, INSTANT, TEXT, TEXTS
from ingestion.text import define_macros
from warehouse.engine import connect

BERLIN = Cells(time_zone="Europe/Berlin")
US = Cells(timestamp_formats=("%m/%d/%Y %H:%M", "%m/%d/%Y"))
SECONDS = Cells(timestamps="epoch_seconds", time_zone="Europe/Berlin")
COMMA = Cells(decimal_sign=",", thousands_sign=".")
SWISS = Cells(thousands_sign="'")
BAD = None


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = connect(threads=1)
    define_macros(connection)
    return connection


@pytest.mark.parametrize(
    ("cells", "column", "kind", "cell", "expected"),
    [
        (Cells(), "at", INSTANT, "2024-07-01T10:00:00Z", "2024-07-01 10:00:00+00"),
        (Cells(), "at", INSTANT, "2024-07-01", "2024-07-01 00:00:00+00"),
        (Cells(), "at", INSTANT, "last week", BAD),
        (BERLIN, "at", INSTANT, "2024-07-01 10:00", "2024-07-01 08:00:00+00"),
        (BERLIN, "at", INSTANT, "2024-01-01", "2023-12-31 23:00:00+00"),
        (BERLIN, "at", INSTANT, "2024-07-01T10:00:00-05:00", "2024-07-01 15:00:00+00"),
        (BERLIN, "at", INSTANT, "last week", BAD),
        (US, "at", INSTANT, "12/31/2024 23:59", "2024-12-31 23:59:00+00"),
        (US, "at", INSTANT, "31/12/2024", BAD),
        (US, "day", DATE, "12/31/2024", "2024-12-31"),
        (SECONDS, "at", INSTANT, "1719828000.5", "2024-07-01 10:00:00.5+00"),
        (SECONDS, "at", INSTANT, "1e400", BAD),
        (SECONDS, "day", DATE, "1719871200", "2024-07-02"),  # 22:00 UTC is midnight in Berlin
        (
            Cells(timestamps="epoch_milliseconds"),
            "at",
            INSTANT,
            "1719828000123",
            "2024-07-01 10:00:00.123+00",
        ),
        (Cells(), "birth_year", pa.int32(), "1966-04-08", "1966"),
        (US, "birth_year", pa.int32(), "04/08/1966", "1966"),
        (Cells(), "birth_year", pa.int32(), "1966", "1966"),
        (Cells(), "birth_year", pa.int32(), "E", BAD),
        (Cells(), "amount", AMOUNT, " 12.50 ", "12.5000"),
        (Cells(), "amount", AMOUNT, "1,250.00", BAD),
        (COMMA, "amount", AMOUNT, "1.250,75", "1250.7500"),
        (COMMA, "amount", AMOUNT, "7,5", "7.5000"),
        (COMMA, "amount", AMOUNT, "1.5", BAD),  # no group of three: not what was configured
        (SWISS, "amount", AMOUNT, "1'250.75", "1250.7500"),
        (Cells(), "flag", FLAG, "Yes", "true"),
        (Cells(), "flag", FLAG, "f", "false"),
        (Cells(), "flag", FLAG, "0", "false"),
        (Cells(), "flag", FLAG, "maybe", BAD),
        (Cells(), "tags", TEXTS, "a| b |c", "[a, b, c]"),
        (Cells(), "tags", TEXTS, '["a|b", "c"]', "[a|b, c]"),
        (Cells(), "tags", TEXTS, "[not json", "['[not json']"),
        (Cells(null_values=("N/A",)), "text", TEXT, "N/A", None),
    ],
)
def test_cell(
    connection: duckdb.DuckDBPyConnection,
    cells: Cells,
    column: str,
    kind: pa.DataType,
    cell: str,
    expected: str,
) -> None:
    types = {
        INSTANT: "timestamptz",
        DATE: "date",
        AMOUNT: "decimal(18, 4)",
        FLAG: "boolean",
        TEXTS: "varchar[]",
    }
    sql_type = types.get(kind, "integer" if pa.types.is_integer(kind) else "varchar")
    # the value is used twice, as in landing: DuckDB then computes shared parts once, outside of try()
    value = cells.value("cell", column, kind)
    cast = f"cast(try_cast(v as {sql_type}) as varchar)"
    query = f"select {cast}, {cast} from (select {value} as v from (select cast($1 as varchar) as cell))"
    assert connection.execute(query, [cell]).fetchall() == [(expected, expected)]


def test_a_bad_cell_stays_a_text_so_that_landing_can_reject_it(connection: duckdb.DuckDBPyConnection) -> None:
    for cells, kind in ((US, INSTANT), (BERLIN, INSTANT), (SECONDS, INSTANT), (COMMA, AMOUNT), (US, DATE)):
        sql = f"select ({cells.value('cell', 'x', kind)}) is not null from (select 'nonsense' as cell)"
        assert connection.execute(sql).fetchall() == [(True,)]


def test_handles_are_written_with_their_network(connection: duckdb.DuckDBPyConnection) -> None:
    sql = handles({"x": "a", "mastodon": "b"})
    rows = connection.execute(f"select {sql} from (values ('@jo', null), (' ', 'ann@s.example')) as t(a, b)")
    assert rows.fetchall() == [(["x:jo"],), (["mastodon:ann@s.example"],)]
