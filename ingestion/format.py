"""What a format is: the words in which `formats/<format>.py` says how an export becomes canonical rows.

A format is data, not code: it names the container its records lie in, the kinds of record it knows, and
for each the canonical columns as SQL over the record. Landing (landing.py) reads, compiles and runs it.
Must not live here: reading of bytes (containers), the canonical columns (schemas.py).

In the SQL of a column these names stand for:
    r            the record, a struct of text with the fields named in `shape`, NULL where absent
    page         fields of the page around the record (`page_shape`), such as X's `includes`
    network      the source's network
    observed_at  when the platform was asked (the file's time), an instant
    each         the element, where `Rows.each` unnests a list
Text is cast to the type of the canonical column: a value that does not cast rejects the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Protocol

import pyarrow as pa

# What a reader hands over, in batches: a place in the file, the record's bytes, and, where the reader
# itself found it unusable, the reason code (such as not_json, wrong_column_count, bad_encoding).
# Tabular containers add `fields`: a struct of text, one field a column. Paged containers add `page`.
RECORD_BATCH = pa.schema(
    [
        pa.field("source_record", pa.string(), nullable=False),
        pa.field("raw", pa.binary(), nullable=False),
        pa.field("problem", pa.string()),
    ]
)


class UnreadableFile(Exception):
    """A file that cannot be read at all. Costs this file alone.

    `code` is one word for the ledger, `sentence` says what was wrong, the value seen and what to do.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Container(Protocol):
    """How records lie in a file: lines of JSON, a JSON document, CSV, XML, Parquet."""

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the records in the order of the file, in bounded memory. Raises UnreadableFile."""

    def count(self, stream: IO[bytes]) -> int:
        """Count the records by a pass of its own over the bytes, sharing no code with `read`."""


@dataclass(frozen=True)
class Rows:
    """What a record becomes in one canonical table: column → SQL. `when` and `each` are SQL, too."""

    table: str
    columns: Mapping[str, str]
    when: str | None = None
    each: str | None = None


@dataclass(frozen=True)
class RecordKind:
    """A kind of record. `is_a` tells it from the others; a kind without rows is known and counted."""

    name: str
    is_a: str
    rows: tuple[Rows, ...] = ()
    observed_at: str | None = None


@dataclass(frozen=True)
class Observes:
    """What a format can observe at all: where it is False, the marts say NULL, not zero."""

    views: bool = False
    counters: bool = False
    connections: bool = False
    reshares: bool = False


@dataclass(frozen=True)
class Format:
    """An export's layout. `version` enters the ledger: raise it when the mapping changes.

    `shape` names the fields read, as a DuckDB JSON structure whose leaves are 'VARCHAR'.
    `refused` names other endpoints by SQL over `r` or the document's keys, so that they are refused by
    name. `reference` is the address of the platform's published schema.
    """

    name: str
    version: int
    description: str
    reference: str
    network: str | None
    container: Container
    kinds: tuple[RecordKind, ...]
    shape: Mapping[str, object]
    page_shape: Mapping[str, object] | None = None
    refused: Mapping[str, str] | None = None
    observes: Observes = Observes()
