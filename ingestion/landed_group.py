"""Lands several small files at once: read whole, loaded together, each written and entered by itself.

What becomes of each is what landing it alone would make of it; where that cannot be told of all at once, or one
of them is broken, LandsAlone says so before anything is written. Must not live here: which files there are, and
what is done then (landing.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.containers.compression import damage_named
from ingestion.containers.container import ENVELOPE, UnreadableFile
from ingestion.discovery.files import Stamp, observed_at
from ingestion.lake.data_files import Parts, put_all_in_place, written_beside
from ingestion.landed_content import Copy, Target, landed_file, scope_of
from ingestion.loading.group import GroupLoader, SmallFile
from ingestion.loading.loader import header_of
from ingestion.loading.rejection_limit import too_many
from ingestion.loading.tally import Tally
from ingestion.loading.verified_load import count_and_digest, values_named
from ingestion.quarantine import write_quarantine
from ingestion.report import LandedFile

# A larger file lands alone: what it costs beside its records is little then.
LARGEST_FILE = 2**20
# Of a group; what is read of it is held in memory.
MOST_FILES, MOST_BYTES = 256, 32 * 2**20


class LandsAlone(Exception):
    """A file, or one of several, has to land by itself: nothing was written of any."""


@dataclass(frozen=True)
class ReadCopy:
    """A copy with its records."""

    copy: Copy
    file: SmallFile

    @cached_property
    def bytes(self) -> int:
        return 0 if self.file.records is None else int(self.file.records.nbytes)

    def goes_with(self, other: ReadCopy) -> bool:
        """Say whether the records of both are laid out alike."""
        schemas = [each.file.records.schema for each in (self, other) if each.file.records is not None]
        return len(schemas) < 2 or bool(schemas[0] == schemas[1])


def read_small(copy: Copy, target: Target) -> ReadCopy:
    """Read a small file whole, and prove its count. Raises LandsAlone."""
    if copy.content.size > LARGEST_FILE:
        raise LandsAlone
    try:
        with damage_named(copy.content.path.name):
            seen_at = observed_at(target.source, copy.name, copy.content.path)
        batches = _batches(copy, target)
        count, again = count_and_digest(target.form, copy.content)
    except UnreadableFile as error:
        raise LandsAlone from error
    header = header_of(batches[0]) if batches else []
    if len({_layout(batch) for batch in batches}) > 1:
        raise LandsAlone
    plain = [batch.replace_schema_metadata(None) for batch in batches]
    held = [batch.filter(_is_record(batch)) for batch in plain]
    records = pa.concat_tables(held) if any(map(len, held)) else None
    envelopes = sum(map(len, plain)) - sum(map(len, held))
    name = scope_of(copy, target, seen_at).file_name or ""
    file = SmallFile(name, copy.sha256, seen_at, records, header, envelopes)
    if again != copy.sha256 or count != file.count:
        raise LandsAlone
    return ReadCopy(copy, file)


def _batches(copy: Copy, target: Target) -> list[pa.Table]:
    batches: list[pa.Table] = []
    with copy.content.open() as stream, values_named(target.form):
        for batch in target.form.container.read(stream):
            batches.append(batch)
            if sum(each.nbytes for each in batches) > 8 * LARGEST_FILE:
                raise LandsAlone
    return batches


def _layout(batch: pa.Table) -> str:
    return str(batch.schema)


def _is_record(batch: pa.Table) -> pa.ChunkedArray:
    return pc.fill_null(pc.not_equal(batch["problem"], ENVELOPE), fill_value=True)


def land_together(
    read: Sequence[ReadCopy],
    target: Target,
    landed_before: Sequence[Path],
    enter: Callable[[list[LandedFile], list[Parts]], None],
) -> list[LandedFile]:
    """Load files that were read and put the parts of each in place, in their order; see load_and_write.

    Raises LandsAlone before anything is written where one of several has to land by itself.
    """
    ingested_at, source, home = dt.datetime.now(dt.UTC), target.source.name, target.home
    scope = replace(scope_of(read[0].copy, target, ingested_at), file_name=None, observed_at=None)
    loader = GroupLoader(target.connection, target.form, scope, [each.file for each in read])
    try:
        with values_named(target.form):
            loader.load_all()
            tallies = loader.tell(landed_before)
        for each, tally in zip(read, tallies, strict=True):
            _check(each, tally, target)
    except UnreadableFile as error:
        raise LandsAlone from error
    with ExitStack() as stack:
        places = [stack.enter_context(written_beside(home, source, each.copy.sha256)) for each in read]
        loader.write_all([place.lake for place in places], source, ingested_at)
        for number, (each, place, tally) in enumerate(zip(read, places, tallies, strict=True)):
            if tally.rejected:
                write_quarantine(
                    target.connection,
                    place.quarantine / f"{each.copy.sha256}.parquet",
                    each.copy.name,
                    target.form.options,
                    loader.rejected_of(number),
                )
        reports = [
            landed_file(each.copy, target.source, tally, each.file.observed_at)
            for each, tally in zip(read, tallies, strict=True)
        ]
        put_all_in_place(places, lambda parts: enter(reports, parts))
    return reports


def _check(each: ReadCopy, tally: Tally, target: Target) -> None:
    """Raise LandsAlone where a file has to be refused, or looked at once more."""
    with damage_named(each.copy.content.path.name):
        has_changed = Stamp.of(each.copy.content.path) != each.copy.stamp
    is_refused = tally.is_foreign or (tally.read and tally.rejected.get("bad_encoding", 0) == tally.read)
    is_set_aside = too_many(tally.read, tally.rejected, target.settings.quality.max_rejected_share)
    ended = tally.accepted + tally.duplicate + sum(tally.rejected.values())
    if has_changed or is_refused or is_set_aside or ended != tally.read:
        raise LandsAlone
