"""The quarantine: every rejected record with its place, its bytes, a reason code and a sentence.

Rejected records can be read here, mended, and landed again. A record that was rejected because it is not
public keeps no bytes. Must not live here: what is a reason to reject (compiler.py, the containers).
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.mapping.casts import EARLIEST, LATEST
from ingestion.mapping.compiler import NOT_PUBLIC
from warehouse.canonical.kinds import INSTANT
from warehouse.canonical.register import TABLES
from warehouse.engine import quote_text
from warehouse.lake import Home, make_folder

REASONS = {
    "not_json": "The line is not valid JSON, so it was cut off or damaged; export it again or mend it.",
    "not_an_object": "The value is valid JSON but no object, so it has no fields; export records as objects.",
    "duplicate_names": "A field stands twice in a record too deeply nested to choose the right one; mend it.",
    "half_character": "A text holds half of a character (\\ud83d without its other half); export it again.",
    "bad_encoding": "The bytes are not of the encoding that they should be, UTF-8 if the source names none: "
    "export in UTF-8, or set 'encoding' of the source (files of Windows and Excel are mostly cp1252).",
    "unknown_record": "The record is of no kind that this format knows; see the format's kinds.",
    "wrong_column_count": "The row has more or fewer cells than the header: a text with the delimiter in it must "
    "be quoted; or set another 'delimiter' of the source.",
    "header_again": "The row is the header once more, as in files that were put one after another: no record.",
    "unclosed_quote": "The row opens a quote that nothing closes; double the quotes inside of fields.",
    "stray_carriage_return": "The row holds a carriage return outside of quotes; quote that field.",
    "bad_observed_at": f"The record's own time of retrieval is no instant between {EARLIEST} and {LATEST}.",
    NOT_PUBLIC: (
        "The record's visibility is none of privacy.landed_visibilities, which are public and unlisted where "
        "scrm.yml says nothing; its bytes were not kept."
    ),
}


_COLUMNS = {column.name: column for table in TABLES.values() for column in table.columns}


def sentence(code: str, options: Container[str] = ()) -> str:
    """Say a reason code in a sentence, with those of the source's `options` to set. Never holds a value."""
    if code in REASONS:
        return REASONS[code]
    what, _, name = code.partition("_")
    if what == "missing" and name:
        where = (
            "map it under 'columns', or give it a value under 'constants'"
            if "timestamps" in options
            else ("ask the platform for that field")
        )
        return f"The record gives no {name}, which is required: {where}."
    if what == "bad" and name:
        return f"The record's {name} {_wrong(name, options)}."
    return f"The record was rejected: {code.replace('_', ' ')}."


def kind_of(name: str) -> pa.DataType:
    """Return the type of the canonical column of a name: it is the same in every table that has one."""
    return _COLUMNS[name].type if name in _COLUMNS else INSTANT if name == "observed_at" else pa.string()


def _wrong(name: str, options: Container[str]) -> str:
    """Say what is wrong with a value that is none of its column's type, and which option says how to read it."""
    column, kind = _COLUMNS.get(name), kind_of(name)
    is_year = name == "birth_year"
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind) or is_year:
        layout = (
            "if it is written otherwise, set options.timestamp_format, such as '%d/%m/%Y' for 31/12/2024, or "
            "options.timestamps for seconds since 1970"
            if "timestamp_format" in options
            else "check its unit and layout"
        )
        what = "a year or a day" if is_year else f"a time between {EARLIEST} and {LATEST}"
        return (
            f"is not {what} that can be read in one way only, as 2024-12-31, 2024-12-31 23:59 and "
            f"2024-12-31T23:59:00+01:00 can; {layout}"
        )
    if pa.types.is_boolean(kind):
        return "is no yes or no: valid are true and false, yes and no, t and f, y and n, 1 and 0"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        signs = (
            "; if it is written otherwise, set options.decimal_separator, options.thousands_separator or "
            "options.currency_sign"
            if "decimal_separator" in options
            else ""
        )
        return f"is no number as 1234.50 is one{signs}"
    if column and column.is_id:
        return (
            "was made a number with a fraction or exponent, as 1.2E+17 is, and lost digits: export it as text"
        )
    return "is not of the type that it must have"


def quarantine_path(home: Home, source: str, sha256: str) -> Path:
    """Give the path of a file's rejected records."""
    return home.quarantine / source / f"{sha256}.parquet"


def write_quarantine(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    file_name: str,
    options: Container[str] = (),
    rejected: str = "rejected",
) -> None:
    """Write the relation `rejected` (ordinal, source_record, raw, reason_code); no file where it is empty.

    `options` are those of the source's format, which the sentences may name.
    """
    codes = connection.execute(f"select reason_code, count(*) from {rejected} group by all").fetchall()
    if not codes:
        return
    said = ", ".join(f"{quote_text(code)}: {quote_text(sentence(code, options))}" for code, _ in codes)
    make_folder(path.parent)
    connection.execute(f"""
        copy (
            select {quote_text(file_name)} as file, source_record, raw, reason_code,
                map {{{said}}}[reason_code] as sentence
            from {rejected} order by ordinal
        ) to {quote_text(path)} (format parquet, compression zstd)
    """)
