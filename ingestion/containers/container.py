"""What a container is: how records lie in a file, and what is said of a file that cannot be read.

Must not live here: any one container, and what a record means (formats/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Protocol

import pyarrow as pa

# What a reader hands over, in batches: a place in the file, the record's bytes, and, where the reader
# itself found it unusable, the reason code (such as not_json, wrong_column_count, bad_encoding).
# Columns that may stand beside these:
#     fields   tabular containers: a struct of text, one field a column
#     pointer  paged containers: where in the page the record lay, text
#     page     paged containers: dictionary<int32, binary>, the bytes of the page around the record
RECORD_BATCH = pa.schema(
    [
        pa.field("source_record", pa.string(), nullable=False),
        pa.field("raw", pa.binary(), nullable=False),
        pa.field("problem", pa.string()),
    ]
)

# The `problem` of what is no record at all: an answer of the platform that holds only errors. Reported
# beside the records, never counted among them.
ENVELOPE = "envelope"


class UnreadableFile(Exception):
    """A file that cannot be read at all. Costs this file alone.

    `code` is one word for the ledger, `sentence` says what was wrong, the value seen and what to do.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Container(Protocol):
    """How records lie in a file: lines of JSON, a JSON document, CSV, XML, Parquet.

    The stream is uncompressed already. It can seek only where the file lay uncompressed.
    """

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the records in the order of the file, in bounded memory. Raises UnreadableFile."""

    def count(self, stream: IO[bytes]) -> int:
        """Count the records by a pass of its own over the bytes, sharing no code with `read`."""
