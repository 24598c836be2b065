"""Reads one content of a file into a sorting, while a second pass counts and hashes it again.

Must not live here: which files there are and what is written (landing.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.containers.compression import Content
from ingestion.files import digest
from ingestion.format import Format, UnreadableFile
from ingestion.recognise import ANOTHER_FORMAT, HEAD_BYTES, with_a_look
from ingestion.sorting import Sorting, Tally

CHANGED = "changed_while_read"
# Batches are gathered to about this size, since each costs some twenty statements.
_BATCH_BYTES = 48 * 2**20
# What a value, not the machine, can make DuckDB say; the message may quote the value.
_VALUE_ERRORS = (duckdb.DataError, duckdb.InvalidInputException, duckdb.NotImplementedException)


def sort_content(
    sorting: Sorting, form: Format, content: Content, sha256: str, landed_before: Iterable[Path]
) -> Tally:
    """Sort every record of a content and prove the count. Raises UnreadableFile.

    `landed_before` are the files that name the records landed already. Of `sha256` the content must
    still be when it has been read.
    """
    with ThreadPoolExecutor(1) as other:
        second = other.submit(_count_and_digest, form, content)
        try:
            with content.open() as stream:
                for batch in _gathered(form.container.read(stream)):
                    sorting.take(batch)
            tally = sorting.settle(landed_before)
        except UnreadableFile as error:
            if error.code != ANOTHER_FORMAT:
                raise
            with content.open() as stream:
                raise with_a_look(error, form, stream.read(HEAD_BYTES)) from error
        except _VALUE_ERRORS as error:
            raise UnreadableFile(
                "not_mapped",
                f"holds a value that the format {form.name} cannot map ({type(error).__name__}); "
                "report it with the file's SHA-256.",
            ) from None
        count, again = second.result()
    if again != sha256:
        raise changed_while_read()
    ended = tally.accepted + tally.duplicate + sum(tally.rejected.values())
    if not count == tally.read == ended:
        raise UnreadableFile(
            "count_mismatch",
            f"was read as {tally.read} records, of which {ended} were sorted, but a second count finds "
            f"{count}; nothing of it was landed. Report it with the file's SHA-256.",
        )
    return tally


def changed_while_read() -> UnreadableFile:
    """Say that a file is no longer what it was when landing began."""
    return UnreadableFile(
        CHANGED, "changed while it was read; nothing of it was landed. Run again when it is complete."
    )


def _count_and_digest(form: Format, content: Content) -> tuple[int, str]:
    with content.open() as stream:
        count = form.container.count(stream)
    with content.open_hashed() as stream:
        return count, digest(stream)[0]


def _gathered(batches: Iterator[pa.Table]) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    size = 0
    for batch in batches:
        if held and (size > _BATCH_BYTES or batch.schema != held[0].schema):
            yield pa.concat_tables(held)
            held, size = [], 0
        held.append(batch)
        size += batch.nbytes
    if held:
        yield pa.concat_tables(held)
