"""Lands one content of a file: loaded, written beside its places, entered into the ledger, moved.

Must not live here: which contents there are and whether they are known (landing.py), what becomes of its
records (loading/).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.containers.compression import Content, contents, damage_named
from ingestion.containers.container import UnreadableFile
from ingestion.discovery.files import (
    DigestCache,
    FoundFile,
    Stamp,
    digest,
    find_files,
    observed_at,
    observed_by,
)
from ingestion.lake.data_files import Parts, written_beside
from ingestion.loading.loader import Loader
from ingestion.loading.rejection_limit import TOO_MANY, too_many, too_many_sentence
from ingestion.loading.tally import Tally
from ingestion.loading.verified_load import changed_while_read, load_content
from ingestion.mapping.compiler import Scope
from ingestion.mapping.format import Format
from ingestion.quarantine import write_quarantine
from ingestion.report import FailedFile, LandedFile
from warehouse.lake import Home
from warehouse.settings import Settings, Source


@dataclass(frozen=True)
class Copy:
    """A content as it lies in the landing folder, and what it was when it was hashed."""

    content: Content
    name: str
    sha256: str
    size: int
    stamp: Stamp


@dataclass(frozen=True)
class Target:
    """What a content lands as, and where; the connection is used for one content after the other."""

    source: Source
    settings: Settings
    home: Home
    form: Format
    connection: duckdb.DuckDBPyConnection


def copies_in(found: FoundFile, stamp: Stamp, source: Source, digests: DigestCache) -> list[Copy]:
    """Give the contents of a file (a zip has several) with their SHA-256. Raises UnreadableFile."""
    held = contents(found.path, str(source.options.get("members", "*")))
    known = digests.get(found.path, stamp)
    if known is None or [m for m, _, _ in known] != [c.member for c in held]:
        known = []
        for content in held:
            with content.open_hashed() as stream:
                known.append((content.member, *digest(stream)))
        digests.put(found.path, stamp, known)
    return [
        Copy(content, found.name if member is None else f"{found.name}!{member}", sha256, size, stamp)
        for content, (member, sha256, size) in zip(held, known, strict=True)
    ]


def landing_copies(source: Source, settings: Settings, home: Home) -> dict[str, str]:
    """Give the contents that lie in a source's landing folder and can be read: name by SHA-256."""
    digests = DigestCache.load(home, source.name)
    copies: dict[str, str] = {}
    for found in find_files(source, settings.folder):
        with suppress(UnreadableFile, OSError):  # landing names such a file; no content of it can be had
            if found.problem is None:
                held = copies_in(found, Stamp.of(found.path), source, digests)
                copies |= {copy.sha256: copy.name for copy in held}
    return copies


def load_and_write(
    copy: Copy,
    target: Target,
    landed_before: Callable[[str, dt.datetime], list[Path]],
    enter: Callable[[LandedFile | FailedFile, Parts], None],
) -> LandedFile | FailedFile:
    """Load a content and put its parts in place; too many rejected records set it aside, all but these.

    `landed_before` gives the records of earlier files for a SHA-256 and a time of observation; `enter` writes
    the report into the ledger. Raises UnreadableFile.
    """
    source, home = target.source.name, target.home
    with damage_named(copy.content.path.name):
        seen_at = observed_at(target.source, copy.name, copy.content.path)
    ingested_at = dt.datetime.now(dt.UTC)
    loader = Loader(target.connection, target.form, scope_of(copy, target, seen_at))
    with written_beside(home, source, copy.sha256) as beside:
        tally = load_content(
            loader, target.form, copy.content, copy.sha256, landed_before(copy.sha256, seen_at)
        )
        with damage_named(copy.content.path.name):
            stamp_after = Stamp.of(copy.content.path)
        if stamp_after != copy.stamp:
            raise changed_while_read()
        write_quarantine(
            target.connection, beside.quarantine / f"{copy.sha256}.parquet", copy.name, target.form.options
        )
        most = target.settings.quality.max_rejected_share
        report: LandedFile | FailedFile
        if too_many(tally.read, tally.rejected, most):
            report = _set_aside(copy, target, tally)
        else:
            loader.write(beside.lake, source, copy.sha256, ingested_at)
            report = landed_file(copy, target.source, tally, seen_at)
        beside.put_in_place(lambda parts: enter(report, parts))
    return report


def scope_of(copy: Copy, target: Target, seen_at: dt.datetime) -> Scope:
    """Give what the SQL of a format may ask for beside a record."""
    return Scope(
        target.source.network or target.form.network,
        (copy.content.member or copy.content.path.name).rpartition("/")[2],
        seen_at,
        target.settings.privacy.landed_visibilities,
        {key: str(value) for key, value in target.source.options.items()},
        target.source.ids,
    )


def landed_file(copy: Copy, source: Source, tally: Tally, seen_at: dt.datetime) -> LandedFile:
    """Report a file of which no more was rejected than may be."""
    return LandedFile(
        source=source.name,
        file_name=copy.name,
        source_file_sha256=copy.sha256,
        bytes=copy.size,
        records_read=tally.read,
        records_accepted=tally.accepted,
        records_duplicate=tally.duplicate,
        records_rejected=sum(tally.rejected.values()),
        rejected_by_reason=tally.rejected,
        duplicates_of={path.parent.name: count for path, count in sorted(tally.duplicates_of.items())},
        rows=tally.rows,
        unknown_fields=tuple(sorted(tally.unknown_fields)),
        missing_columns=tally.missing_columns,
        envelopes=tally.envelopes,
        observed_at=seen_at.isoformat(),
        observed_by=observed_by(source, copy.name),
        reason=None if tally.read else "holds no record",
        reason_code=None if tally.read else "empty",
    )


def _set_aside(copy: Copy, target: Target, tally: Tally) -> FailedFile:
    most = target.settings.quality.max_rejected_share
    return FailedFile(
        source=target.source.name,
        file_name=copy.name,
        source_file_sha256=copy.sha256,
        bytes=copy.size,
        reason_code=TOO_MANY,
        reason=f"{copy.name}: {too_many_sentence(tally, most, target.form.options)}",
        rejected_by_reason=tally.rejected,
        max_rejected_share=most,
    )
