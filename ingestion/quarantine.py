"""The quarantine: every rejected record with its place, its bytes, a reason code and a sentence.

Rejected records can be read here, mended, and landed again. A record that was rejected because it is not
public keeps no bytes. Must not live here: what is a reason to reject (mapping.py, the containers).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.mapping import EARLIEST, LATEST, NOT_PUBLIC
from warehouse.engine import quote_text
from warehouse.lake import Home, make_folder

REASONS = {
    "not_json": "The line is not valid JSON, so it was cut off or damaged; export it again or mend it.",
    "not_an_object": "The value is valid JSON but no object, so it has no fields; export records as objects.",
    "duplicate_names": "A field stands twice in a record too deeply nested to choose the right one; mend it.",
    "half_character": "A text holds half of a character (\\ud83d without its other half); export it again.",
    "bad_encoding": "The bytes are not valid UTF-8; export in UTF-8, or name the encoding in the source.",
    "unknown_record": "The record is of no kind that this format knows; see the format's kinds.",
    "wrong_column_count": "The row has more or fewer cells than the header; check quotes and delimiter.",
    "unclosed_quote": "The row opens a quote that nothing closes; double the quotes inside of fields.",
    "stray_carriage_return": "The row holds a carriage return outside of quotes; quote that field.",
    "bad_observed_at": f"The record's own time of retrieval is no instant between {EARLIEST} and {LATEST}.",
    NOT_PUBLIC: (
        "The record is not public, and the configuration lands public content only "
        "(privacy.landed_visibilities); its bytes were not kept."
    ),
}


def sentence(code: str) -> str:
    """Say a reason code in a sentence. Never holds a value of the record."""
    if code in REASONS:
        return REASONS[code]
    what, _, column = code.partition("_")
    if what == "missing" and column:
        return f"The record gives no {column}, which is required; ask the platform for that field."
    if what == "bad" and column.endswith(("_at", "at", "since", "until")):
        return (
            f"The record's {column} is no instant between {EARLIEST} and {LATEST}; check its unit and layout."
        )
    if what == "bad" and column:
        return f"The record's {column} is not of the type that it must have; see ingestion/schemas.py."
    return f"The record was rejected: {code.replace('_', ' ')}."


def quarantine_path(home: Home, source: str, sha256: str) -> Path:
    """Give the path of a file's rejected records."""
    return home.quarantine / source / f"{sha256}.parquet"


def write_quarantine(connection: duckdb.DuckDBPyConnection, path: Path, file_name: str) -> None:
    """Write the relation `rejected` (ordinal, source_record, raw, reason_code); no file where it is empty."""
    codes = connection.execute("select reason_code, count(*) from rejected group by all").fetchall()
    if not codes:
        return
    said = ", ".join(f"{quote_text(code)}: {quote_text(sentence(code))}" for code, _ in codes)
    make_folder(path.parent)
    connection.execute(f"""
        copy (
            select {quote_text(file_name)} as file, source_record, raw, reason_code,
                map {{{said}}}[reason_code] as sentence
            from rejected order by ordinal
        ) to {quote_text(path)} (format parquet, compression zstd)
    """)
