"""Cells of a CSV that somebody opens in a spreadsheet: none of them is run as a formula.

Must not live here: which rows are written, or where to.
"""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

# A spreadsheet takes what begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BEGINS = r"^([=+\-@\t\r])"
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads the file as Windows-1252


def plain_text(text: str) -> str:
    """The text, made plain where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_of(table: pa.Table) -> bytes:
    """A table as CSV: heads and texts made plain; numbers stay numbers, since no number is a formula."""
    columns = [_plain(column) for column in table.columns]
    names = [plain_text(name) for name in table.column_names]
    out = io.BytesIO(BYTE_ORDER_MARK.encode())
    out.seek(0, io.SEEK_END)
    pa_csv.write_csv(pa.Table.from_arrays(columns, names=names), out)
    return out.getvalue()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pc.replace_substring_regex(column, pattern=_BEGINS, replacement=r"'\1")
    return column
