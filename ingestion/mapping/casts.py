"""How text becomes a value of a canonical column, as SQL, and how it is told that it does not.

Every value of every format goes through these. Must not live here: what a cell of a table says before
(cell_values.py), which column a value is of (compiler.py).
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from warehouse.engine import quote_text as text

# A time outside of these is a mistake of the exporting tool: seconds taken for milliseconds, a year 53000.
EARLIEST, LATEST = "1990-01-01", "2100-01-01"


def is_wrong(raw: str, kind: pa.DataType) -> str | None:
    """Give the SQL that holds where a value is there but is none of the type; None where all text is."""
    if pa.types.is_string(kind) or pa.types.is_list(kind):
        return None
    cast = f"try_cast({not_empty(raw)} as {sql_type(kind)})"
    blank = f"{not_empty(raw)} is not null"
    if pa.types.is_timestamp(kind):
        return f"({blank} and (not coalesce({in_range(cast)}, false) or {_has_impossible_offset(raw)}))"
    if pa.types.is_date(kind):
        return f"({blank} and not coalesce({in_range(f'try_cast({not_empty(raw)} as timestamp)')}, false))"
    if pa.types.is_floating(kind):
        return f"({blank} and not coalesce(isfinite({cast}), false))"
    return f"({blank} and {cast} is null)"


def cast_to(raw: str, kind: pa.DataType) -> str:
    """Give the SQL of a value as the type of its column; NULL where it does not cast."""
    if pa.types.is_list(kind):
        filled = f"list_filter(try_cast({raw} as varchar[]), lambda v: v is not null and v <> '')"
        return f"case when {raw} is not null then nullif({filled}, []) end"
    if pa.types.is_string(kind):
        return f"nullif(cast({raw} as varchar), '')"
    if pa.types.is_date(kind):  # as a date itself DuckDB reads a day with whatever follows it
        return f"cast(try_cast({not_empty(raw)} as timestamp) as date)"
    return f"try_cast({not_empty(raw)} as {sql_type(kind)})"


def not_empty(raw: str) -> str:
    """Give the SQL of a value as text; NULL where it is empty."""
    return f"nullif(cast({raw} as varchar), '')"


def _has_impossible_offset(raw: str) -> str:
    """SQL of whether a time ends in an offset from UTC that no place on earth has. Most end in none, or in UTC."""
    said = f"cast({raw} as varchar)"
    offset = "[+-](1[5-9]|[2-9][0-9])(:?[0-9][0-9])*$"
    return (
        f"(strlen({said}) > 18 and not ({said} like '%Z' or {said} like '%+00') "
        f"and regexp_matches({said}, {text(offset)}))"
    )


def is_float(raw: str) -> str:
    """SQL of whether an id was made a number with a fraction or an exponent: its digits are lost."""
    return (
        f"({raw} < ':' and (contains({raw}, '.') or contains({raw}, '+')) "
        f"and regexp_matches({raw}, '^[0-9]+(\\.[0-9]+)?[eE]\\+?[0-9]+$|^[0-9]+\\.[0-9]+$'))"
    )


def in_range(instant: str) -> str:
    """Give the SQL of whether an instant lies where one can."""
    return (
        f"({instant} >= timestamptz '{EARLIEST} 00:00:00Z' and {instant} < timestamptz '{LATEST} 00:00:00Z')"
    )


def instant(at: dt.datetime) -> str:
    """Give an instant as SQL."""
    return f"cast({text(at.astimezone(dt.UTC).isoformat())} as timestamptz)"


def sql_type(kind: pa.DataType) -> str:
    """Give the type of a column in DuckDB."""
    if pa.types.is_list(kind):
        return "varchar[]"
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    known = {pa.string(): "varchar", pa.int64(): "bigint", pa.int32(): "integer", pa.float64(): "double"}
    return {**known, pa.bool_(): "boolean", pa.date32(): "date"}[kind]
