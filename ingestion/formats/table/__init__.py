"""`table`: a CSV or Parquet file as the source maps it: canonical column → column of the file.

    source.table        the canonical table the rows become
    source.columns      {canonical column: column of the file}; `observed_at` may be mapped, too
    source.constants    {canonical column: value}, in place of a column or where its cell is empty
    source.time_zone    of times without an offset
    source.options      header_row, timestamps, timestamp_format, decimal_separator, thousands_separator,
                        currency_sign, list_separator, null_values, handles ({network: column of the file}),
                        longest_record

Names of columns are compared without regard to case. A file without a column that a required canonical column
is mapped to fails; another mapped column that the file lacks is NULL, and said. Where the table's key is one
column (its network and time of observation apart) and that is not mapped, the key is the hash of the record's
bytes: the same row twice is one. Must not live here: how a cell and a file are read (cell_values.py, containers/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ingestion.containers.delimited.reader import LONGEST_RECORD, Delimited
from ingestion.containers.header import listed, nearest
from ingestion.containers.parquet import Parquet
from ingestion.containers.tabular import Tabular
from ingestion.mapping.cell_values import ISO, TIMESTAMPS, Cells, handles, null_values_of, refuse_format
from ingestion.mapping.format import Format, Observes, RecordKind, Rows, Sign
from warehouse.canonical.kinds import INSTANT, TEXTS
from warehouse.canonical.register import TABLES, CanonicalTable
from warehouse.canonical.words import PASSIVE, wrong_word
from warehouse.engine import quote_identifier, quote_text
from warehouse.settings import SettingsError, Source

SIGNS = (
    Sign(rb"\APAR1", "a Parquet file"),
    Sign(rb"\A[^\n{}<>]+[,;\t][^\n{}<>]*\r?\n", "a table of delimited text", is_general=True),
)

OBSERVED_AT = "observed_at"
OPTIONS: Mapping[str, type | tuple[type, ...]] = {
    "header_row": int,
    "timestamps": str,
    "timestamp_format": (str, list),
    "decimal_separator": str,
    "thousands_separator": str,
    "currency_sign": str,
    "list_separator": str,
    "null_values": list,
    "handles": dict,
    "longest_record": int,
}
OPTIONS_SAY = {
    "header_row": "which line holds the names of the columns; what stands above is left out",
    "timestamps": "how times without a format of their own are written: ISO 8601, or seconds or "
    "milliseconds since 1970",
    "timestamp_format": "how times are written, as strptime says it: %d/%m/%Y; or a list of such",
    "decimal_separator": "sign before decimals, such as a comma",
    "thousands_separator": "sign between thousands, such as a point",
    "currency_sign": "sign beside amounts that is no part of the number",
    "list_separator": "sign between several values of one cell; without it |",
    "null_values": "words that mean nothing; null, NULL and \\N always do",
    "handles": "map of network to the column of the file with the person's handle there",
    "longest_record": "bytes that a record may have",
}
# Columns of activity_counters that say how a post was answered; its views are nobody's.
_ANSWERS = {"likes", "shares", "replies", "quotes"}


def format_of(source: Source) -> Format:
    """Build the format of a source. Raises SettingsError where the map does not fit the table."""
    table = _canonical_table(source)
    _check_options(source)
    _check_columns(source, table)
    cells = cells_of(source)
    given = {c: _value(source, cells, table, c) for c in _given(source)}
    accounts: dict[str, str] = source.options.get("handles", {})
    if accounts:
        given["handles"] = handles({network: _cell(column) for network, column in accounts.items()})
    observed_at = given.pop(OBSERVED_AT, None)
    wanted = tuple(dict.fromkeys((*source.columns.values(), *accounts.values())))
    made_of = {
        column: {c: _kind(table, c) for c, mapped in source.columns.items() if mapped == column}
        or {"handles": TEXTS}
        for column in wanted
    }
    required = frozenset(
        column
        for canonical, column in source.columns.items()
        if canonical in table.required and canonical not in source.constants
    )
    return Format(
        name="table",
        description=f"{table.name} by a map of columns",
        reference="RFC 4180 (CSV), https://parquet.apache.org/docs/file-format/ (Parquet)",
        network=source.network,
        container=Tabular(
            Delimited(
                columns=wanted,
                required=required,
                delimiter=source.delimiter,
                encoding=source.encoding,
                header_row=source.options.get("header_row", 1),
                longest_record=source.options.get("longest_record", LONGEST_RECORD),
                null_values=cells.nothing,
            ),
            Parquet(columns=wanted, required=required, null_values=cells.nothing),
        ),
        kinds=(
            RecordKind(
                name=table.name,
                is_a="true",
                mapped={column: " and ".join(made_of[column]) for column in wanted},
                rows=(Rows(table.name, _with_key(table, given)),),
                observed_at=observed_at,
            ),
        ),
        shape=dict.fromkeys(wanted, "VARCHAR"),
        observes=_observes(source, table),
        options={**dict.fromkeys(OPTIONS, ()), "timestamps": TIMESTAMPS},
        read_cell=lambda column, cell: cells.read(cell, made_of[column]),
        deletions_by="author",
    )


def cells_of(source: Source) -> Cells:
    """Read the conventions of a source's text from its options. Raises SettingsError for what says nothing."""
    options = source.options
    formats = options.get("timestamp_format", ())
    formats = (formats,) if isinstance(formats, str) else tuple(formats)
    for form in formats:
        refuse_format(source, str(form))
    return Cells(
        time_zone=source.time_zone,
        timestamps=options.get("timestamps", ISO),
        timestamp_formats=formats,
        decimal_sign=options.get("decimal_separator", "."),
        thousands_sign=options.get("thousands_separator", ""),
        currency_sign=options.get("currency_sign", ""),
        list_separator=options.get("list_separator", "|"),
        null_values=null_values_of(source),
    )


def _given(source: Source) -> list[str]:
    return list(dict.fromkeys((*source.columns, *source.constants)))


def _cell(column: str) -> str:
    return f"r.{quote_identifier(column)}"


def _kind(table: CanonicalTable, column: str) -> pa.DataType:
    return INSTANT if column == OBSERVED_AT else table.types[column]


def _value(source: Source, cells: Cells, table: CanonicalTable, column: str) -> str:
    kind = _kind(table, column)
    constant = source.constants.get(column)
    if column not in source.columns:
        return Cells().value(quote_text(constant or ""), column, kind)
    value = cells.value(_cell(source.columns[column]), column, kind)
    return (
        value
        if constant is None
        else f"coalesce({value}, {Cells().value(quote_text(constant), column, kind)})"
    )


def _with_key(table: CanonicalTable, given: dict[str, str]) -> dict[str, str]:
    key = table.own_key
    return given if key is None or key in given else {key: "cast(record_hash as varchar)", **given}


def _canonical_table(source: Source) -> CanonicalTable:
    found = TABLES.get(source.table or "")
    if found is None:
        near = nearest(source.table or "", TABLES)
        hint = f"did you mean {near!r}? " if near else ""
        raise SettingsError(
            f"source {source.name!r}: no canonical table is called {source.table!r}; "
            f"{hint}known are {', '.join(TABLES)}"
        )
    return found


def _check_columns(source: Source, table: CanonicalTable) -> None:
    for column in _given(source):
        if column not in table.types and column != OBSERVED_AT:
            near = nearest(column, table.types)
            hint = f"did you mean {near!r}? " if near else ""
            raise SettingsError(
                f"source {source.name!r}: {table.name} has no column {column!r}; {hint}"
                f"its columns are {', '.join(table.types)} ('scrm tables {table.name}' says what each means)"
            )
    _check_constants(source, table)
    spelt: dict[str, str] = {}
    for column in source.columns.values():
        other = spelt.setdefault(column.casefold(), column)
        if other != column:
            raise SettingsError(
                f"source {source.name!r}: columns names {other!r} and {column!r}; names of columns are compared "
                "without regard to case, so spell them alike"
            )
    if source.options.get("handles") and "handles" not in table.types:
        raise SettingsError(f"source {source.name!r}: {table.name} has no handles; leave options.handles out")
    without = {*_given(source), *(["network"] if source.network else []), table.own_key}
    missing = [c.name for c in table.columns if c.required and c.name not in without]
    if missing:
        raise SettingsError(
            f"source {source.name!r}: {table.name} needs {listed(missing)}; name the file's column under "
            "'columns', or a value under 'constants'"
            + ("; or set 'network'" if "network" in missing else "")
            + f" ('scrm tables {table.name}' says what each column means)"
        )


def _check_constants(source: Source, table: CanonicalTable) -> None:
    """Raise SettingsError for a constant that is no word of its column."""
    for column in table.columns:
        constant = source.constants.get(column.name)
        if constant is None or (said := wrong_word(column, constant)) is None:
            continue
        raise SettingsError(
            f"source {source.name!r}: constants.{column.name} is {said}. Correct it in scrm.yml."
        )


def _check_options(source: Source) -> None:
    for name, value in source.options.items():
        if name in OPTIONS and not _fits(value, OPTIONS[name]):
            raise SettingsError(f"source {source.name!r}: options.{name} is {value!r}; {_valid(name)}")
    decimal, thousands = (source.options.get(name) for name in ("decimal_separator", "thousands_separator"))
    for name, sign in (("decimal_separator", decimal), ("thousands_separator", thousands)):
        if sign is not None and (len(sign) != 1 or sign.isalnum() or sign in "+-]^\\"):
            raise SettingsError(
                f"source {source.name!r}: options.{name} is {sign!r}; valid is one sign, such as ',' or '.'"
            )
    if thousands is not None and thousands == (decimal or "."):
        raise SettingsError(
            f"source {source.name!r}: options.thousands_separator is {thousands!r}, and so is the decimal "
            "separator; set options.decimal_separator to the other one, such as ','"
        )


def _fits(value: Any, kind: type | tuple[type, ...]) -> bool:
    if not isinstance(value, kind) or isinstance(value, bool):
        return False
    if isinstance(value, dict):
        return all(isinstance(text, str) for text in (*value, *value.values()))
    return not isinstance(value, int) or value >= 1


def _valid(option: str) -> str:
    kind = OPTIONS[option]
    kinds: tuple[Any, ...] = kind if isinstance(kind, tuple) else (kind,)
    words = {
        int: "a whole number from 1",
        str: "a text",
        list: "a list of texts",
        dict: "a map of network to column",
    }
    return "valid is " + " or ".join(words[k] for k in kinds)


def _observes(source: Source, table: CanonicalTable) -> Observes:
    activity_type = source.constants.get("activity_type") if table.name == "activities" else None
    return Observes(
        views=activity_type in PASSIVE,
        counters=table.name == "activity_counters" and not _ANSWERS.isdisjoint(_given(source)),
        connections=table.name == "connections",
        reshares=activity_type == "Announce",
    )
