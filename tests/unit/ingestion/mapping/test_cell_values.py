"""Cells of a table as values: each convention with what it reads and what it must not read."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.containers.delimited.reader import Delimited
from ingestion.containers.parquet import Parquet
from ingestion.formats.registry import format_of
from ingestion.mapping.cell_values import Cells, handles, null_values_of
from ingestion.mapping.macros import define_macros
from warehouse.canonical.kinds import AMOUNT, DATE, FLAG, INSTANT, TEXT, TEXTS
from warehouse.engine import connect
from warehouse.settings import SettingsError, Source

BERLIN = Cells(time_zone="Europe/Berlin")
US = Cells(timestamp_formats=("%m/%d/%Y %H:%M", "%m/%d/%Y"))
SECONDS = Cells(timestamps="epoch_seconds", time_zone="Europe/Berlin")
COMMA = Cells(decimal_sign=",", thousands_sign=".")
SWISS = Cells(thousands_sign="'")
FRENCH = Cells(decimal_sign=",", thousands_sign=" ", currency_sign="€")
EITHER = Cells(timestamp_formats=("%d/%m/%Y", "%m/%d/%Y"))
SHORT = Cells(timestamp_formats=("%d/%m/%y", "%d/%m/%Y"))
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
        (US, "day", DATE, "epoch", BAD),
        (Cells(), "day", DATE, "2024-07-01 and more", BAD),
        (Cells(), "day", DATE, "infinity", BAD),
        (Cells(), "at", INSTANT, " 2024-07-01\u00a0", "2024-07-01 00:00:00+00"),
        (Cells(), "at", INSTANT, "n/a", None),
        (EITHER, "at", INSTANT, "31/12/2024", "2024-12-31 00:00:00+00"),
        (EITHER, "at", INSTANT, "12/31/2024", "2024-12-31 00:00:00+00"),
        (EITHER, "at", INSTANT, "11/12/2024", BAD),  # 11 December or 12 November
        (EITHER, "at", INSTANT, "11/11/2024", "2024-11-11 00:00:00+00"),
        (SHORT, "at", INSTANT, "1/2/15", "2015-02-01 00:00:00+00"),  # 15 is no year of four digits
        (SHORT, "at", INSTANT, "1/2/2015", "2015-02-01 00:00:00+00"),
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
        (Cells(), "birth_year", pa.int32(), "1966-13-08", BAD),
        (US, "birth_year", pa.int32(), "13/13/1966", BAD),
        (Cells(), "birth_year", pa.int32(), "E", BAD),
        (Cells(), "amount", AMOUNT, " 12.50 ", "12.5000"),
        (Cells(), "amount", AMOUNT, "1,250.00", BAD),
        (COMMA, "amount", AMOUNT, "1.250,75", "1250.7500"),
        (COMMA, "amount", AMOUNT, "7,5", "7.5000"),
        (COMMA, "amount", AMOUNT, "1.5", BAD),  # no group of three: not what was configured
        (SWISS, "amount", AMOUNT, "1'250.75", "1250.7500"),
        (FRENCH, "amount", AMOUNT, "1\u202f250,75 €", "1250.7500"),
        (FRENCH, "amount", AMOUNT, "-€ 3,00", "-3.0000"),
        (FRENCH, "amount", AMOUNT, "$3,00", BAD),
        (Cells(currency_sign="$"), "amount", AMOUNT, "$3.50", "3.5000"),
        (Cells(), "amount", AMOUNT, "nan", None),
        (Cells(), "currency", TEXT, "000", None),
        (Cells(), "currency", TEXT, " EUR", "EUR"),
        (Cells(), "flag", FLAG, "Yes", "true"),
        (Cells(), "flag", FLAG, "f", "false"),
        (Cells(), "flag", FLAG, "0", "false"),
        (Cells(), "flag", FLAG, "maybe", BAD),
        (Cells(), "tags", TEXTS, "a| b |c", "[a, b, c]"),
        (Cells(), "tags", TEXTS, '["a|b", "c"]', "[a|b, c]"),
        (Cells(), "tags", TEXTS, "[not json", "['[not json']"),
        (Cells(), "city", TEXT, " Berlin ", " Berlin "),
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
    read = cells.read("given", {column: kind})
    value = cells.value("cell", column, kind)
    # landing reads a day as a time, for as a day itself DuckDB takes whatever follows it
    cast = f"cast(try_cast(v as {sql_type}) as varchar)"
    if kind == DATE:
        cast = "cast(cast(try_cast(v as timestamp) as date) as varchar)"
        cast = f"case when {cast} between '1990' and '2100' then {cast} end"
    query = f"""select {cast}, {cast} from (
        select {value} as v from (select {read} as cell from (select cast($1 as varchar) as given))
    )"""
    assert connection.execute(query, [cell]).fetchall() == [(expected, expected)]


def test_a_bad_cell_stays_a_text_so_that_landing_can_reject_it(connection: duckdb.DuckDBPyConnection) -> None:
    for cells, kind in ((US, INSTANT), (BERLIN, INSTANT), (SECONDS, INSTANT), (COMMA, AMOUNT), (US, DATE)):
        sql = f"select ({cells.value('cell', 'x', kind)}) is not null from (select 'nonsense' as cell)"
        assert connection.execute(sql).fetchall() == [(True,)]


CELLS = [
    ("null", None),
    ("NULL", None),
    ("Null", "Null"),  # people are called so
    ("\\N", None),
    ("#N/A", None),
    ("-", None),  # as configured
    ("N/A", "N/A"),
    ("Nullarbor", "Nullarbor"),
    ('="00028"', "00028"),
    (' ="01234" ', "01234"),
    ("=1+1", "=1+1"),
]


@pytest.mark.parametrize("written", ["csv", "quoted csv", "parquet"])
def test_fillers_and_guards_of_any_cell_are_undone(written: str) -> None:
    nothing = Cells(null_values=("-",)).nothing
    if written == "parquet":
        sink = io.BytesIO()
        pq.write_table(pa.table({"a": [cell for cell, _ in CELLS]}), sink)
        container: Delimited | Parquet = Parquet(null_values=nothing)
        data = sink.getvalue()
    else:
        container = Delimited(null_values=nothing)
        quoted = [
            '"' + cell.replace('"', '""') + '"' if written == "quoted csv" else cell for cell, _ in CELLS
        ]
        data = "\n".join(["a", *quoted]).encode()
    found = [row["a"] for table in container.read(io.BytesIO(data)) for row in table["fields"].to_pylist()]
    assert found == [expected for _, expected in CELLS]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("00028", "00028"),
        ('="00028"', "00028"),
        (' ="00028" ', "00028"),
        ("'00028", "00028"),
        ("00029\u200b", "00029"),
        ("\ufeff00029", "00029"),
        ("000\u200b29", "00029"),
        ("\u00a000029\u00a0", "00029"),
        (" 00029\t", "00029"),
        ("a b", "a b"),
        ("\u5317\u4eac", "\u5317\u4eac"),
        ("https://a.example/u?x=1", "https://a.example/u?x=1"),
        ("0", "0"),
        ("0000", "0000"),
        ("nancy", "nancy"),
        *(
            (word, None)
            for word in ("null", "NULL", "None", "nan", "undefined", "n/a", "#N/A", "#REF!", "\\N")
        ),
        *((zeros, None) for zeros in ("000", "000000000000000", "000000000000000AAA", '="000"', " 000 ")),
        (None, None),
    ],
)
def test_an_id_is_freed_from_fillers_and_guards(
    connection: duckdb.DuckDBPyConnection, given: str | None, expected: str | None
) -> None:
    assert connection.execute("select plain_id($1)", [given]).fetchall() == [(expected,)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([None], ("null", "NULL", "Null", "~")),
        (["N/A", 0, dt.date(1900, 1, 1)], ("N/A", "0", "1900-01-01")),
        ([False], "options.null_values is [False]; valid is a list of texts, in quotes"),
        ("N/A", "options.null_values is 'N/A'; valid is a list of texts"),
        (None, "options.null_values is None; valid is a list of texts"),
    ],
)
@pytest.mark.parametrize("form", ["salesforce_export", "table"])
def test_null_values_are_read_as_meant_or_refused(
    given: Any, expected: tuple[str, ...] | str, form: str
) -> None:
    table = {"table": "products", "columns": {"name": "b"}} if form == "table" else {}
    source = Source.model_validate(
        {"name": "crm", "format": form, "path": "*", "options": {"null_values": given}, **table}
    )
    if isinstance(expected, tuple):
        assert null_values_of(source) == expected
        return
    with pytest.raises(SettingsError) as refused:
        format_of(source)
    assert expected in str(refused.value)


def test_handles_are_written_with_their_network(connection: duckdb.DuckDBPyConnection) -> None:
    sql = handles({"x": "a", "mastodon": "b"})
    rows = connection.execute(f"select {sql} from (values ('@jo', null), (' ', 'ann@s.example')) as t(a, b)")
    assert rows.fetchall() == [(["x:jo"],), (["mastodon:ann@s.example"],)]
