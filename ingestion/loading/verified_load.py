"""Reads one content of a file into a loader, a batch ahead, while a second pass counts and hashes it again.

Must not live here: which files there are and what is written (landing.py).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.containers.compression import Content
from ingestion.containers.container import UnreadableFile
from ingestion.discovery.files import digest
from ingestion.formats.recognition import HEAD_BYTES, look_of
from ingestion.loading.loader import Loader
from ingestion.loading.tally import Tally
from ingestion.mapping.format import Format

CHANGED = "changed_while_read"
# Batches are gathered to about this size, since each costs some twenty statements.
_BATCH_BYTES = 48 * 2**20
# A file whose first records are all of no known kind is another format's; no need to read on.
ENOUGH_TO_TELL = 1_000
# What a value, not the machine, can make DuckDB say; the message may quote the value.
_VALUE_ERRORS = (duckdb.DataError, duckdb.InvalidInputException, duckdb.NotImplementedException)


def load_content(
    loader: Loader, form: Format, content: Content, sha256: str, landed_before: Iterable[Path]
) -> Tally:
    """Load every record of a content and prove the count. Raises UnreadableFile.

    `landed_before` are the files that name the records landed already. Of `sha256` the content must
    still be when it has been read.
    """
    with ThreadPoolExecutor(1) as other:
        second = other.submit(count_and_digest, form, content)
        with (
            content.open() as stream,
            values_named(form),
            closing(read_ahead(_gathered(form.container.read(stream)))) as batches,
        ):
            for number, batch in enumerate(batches):
                loader.load(batch)
                if number == 0 and len(batch) >= ENOUGH_TO_TELL:
                    refuse_foreign(loader.tally, form, content)
            tally = loader.deduplicate(landed_before)
        refuse_foreign(tally, form, content)
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


def count_and_digest(form: Format, content: Content) -> tuple[int, str]:
    """Count the records by the second pass, and give the SHA-256 that the content has by now."""
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


def read_ahead(batches: Iterator[pa.Table]) -> Generator[pa.Table, None, None]:
    """Give batches while the next one is read: reading keeps one core busy, loading the others."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = reader.submit(next, batches, None)
            yield batch


@contextmanager
def values_named(form: Format) -> Iterator[None]:
    """Raise UnreadableFile in place of what a value of a file makes DuckDB say."""
    try:
        yield
    except _VALUE_ERRORS as error:
        raise UnreadableFile(
            "not_mapped",
            f"holds a value that the format {form.name} cannot map ({type(error).__name__}); "
            "report it with the file's SHA-256.",
        ) from None


def refuse_foreign(tally: Tally, form: Format, content: Content, held: str = "holds") -> None:
    """Raise UnreadableFile where not one record was of a kind the format knows, for it is another's file; or
    where not one of a table is in its encoding.

    Records of the format itself that are all damaged make no other format of it: each is rejected.
    """
    if tally.read and tally.likely_encoding and tally.read == tally.rejected.get("bad_encoding"):
        raise UnreadableFile(
            "bad_encoding",
            f"is not in the encoding that it should be: of {tally.read:,} records not one is. They read as "
            f"{tally.likely_encoding}: set 'encoding' of the source to that.",
        )
    if not tally.is_foreign:
        return
    with content.open() as stream:
        look = look_of(stream.read(HEAD_BYTES))
    said = f"{held} no record that this format knows ({tally.rejected_in_words})"
    if look.format != form.name:
        raise UnreadableFile(
            "another_format",
            f"{said} ({form.name}: {form.description}); it looks like {look}. "
            "Take it out of the source's path, or give it a source of its own.",
        )
    if not tally.is_damaged:
        raise UnreadableFile(
            "no_known_record",
            f"is laid out as {look}, but {said}. Nothing of it can be used: mend its records, or take it out of "
            "the source's path.",
        )
