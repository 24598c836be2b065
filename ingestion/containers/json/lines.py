"""JSON as platforms and tools write it: values one a line, or laid out over lines, one after another.

A value is a record, unless it is a page: an object with arrays (or one object) of records at the places
the format names, such as X's `data` and `includes`. An array holds records, or pages. Every record keeps
its own bytes and its place: '12' for the value that begins in line 12, '12:80' for a further one that
begins in its column 80, '12#/data/3' for the fourth element of `data` in the page of line 12, '12#/0' for
the first element of the array of line 12. Where a page gives a list twice, the last that is not empty
counts. Must not live here: fields of any platform.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import pyarrow as pa

from ingestion.containers.container import UnreadableFile
from ingestion.containers.json.classification import ARRAY, PAGE, Classifier, Told
from ingestion.containers.json.count import count_records
from ingestion.containers.json.pages import elements, page_batch
from ingestion.containers.json.values import BLOCK_BYTES, cut_values

MAX_VALUE_BYTES = 256 * 2**20
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class JsonRecords:
    """Container of JSON records.

    `pages` are JSON pointers to the records of a page. An object that has one of the fields `signs`, and
    beside them nothing but `envelope`, holds no record (an answer with nothing but errors).
    `max_value_bytes` bounds a single value; a larger one refuses the file.
    """

    pages: tuple[str, ...] = ()
    signs: frozenset[str] = frozenset()
    envelope: frozenset[str] = frozenset()
    max_value_bytes: int = MAX_VALUE_BYTES

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the records with line number and JSON pointer. Raises UnreadableFile."""
        classifier = Classifier(self.pages, self.envelope, self.signs)
        first = stream.read(BLOCK_BYTES).removeprefix(_BOM)
        _refuse_wide_encodings(first)
        is_first = True
        for found in cut_values(stream, first, self.max_value_bytes, classifier.are_json):
            told = classifier.told(found.raw, found.lines)
            if is_first and found.is_last:
                classifier.refuse_a_broken_document(told)
            is_first = False
            yield from self._batches(told, classifier)

    def count(self, stream: IO[bytes]) -> int:
        """Count by values of its own cutting and DuckDB's own arrays, which have no part in `read`."""
        return count_records(stream, self.pages, self.signs, self.envelope, self.max_value_bytes)

    def _batches(self, told: Told, classifier: Classifier) -> Iterator[pa.Table]:
        """Give plain records, pages and arrays apart, in the order of the file."""
        for part in told.runs():
            if part.verdicts[0] == PAGE:
                yield from page_batch(part.raw, part.texts, part.places, self.pages)
            elif part.verdicts[0] == ARRAY:
                held, places = elements(part.raw, part.texts, part.places)
                yield from self._batches(classifier.told_elements(held, places), classifier)
            else:
                yield part.plain_batch()


def _refuse_wide_encodings(text: bytes) -> None:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(text) > 3 and text[:4].count(0) >= 2):
        raise UnreadableFile(
            "bad_encoding",
            "is written in UTF-16 or UTF-32, but JSON must be UTF-8; convert it "
            "(iconv -f UTF-16 -t UTF-8) and land it again.",
        )
