"""Landing: the files of a source become canonical rows in the lake, every record accounted for.

A file is complete in the lake or absent: its rows are written beside and renamed, then its rejected
records, then its ledger entry; what lies in the lake without an entry is removed by the next run. Must not
live here: how a format reads (formats/, containers/), how records are sorted (sorting.py).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.containers.compression import NOT_PERMITTED, Content, contents, damage_named
from ingestion.files import DigestCache, FoundFile, Stamp, digest, find_files, observed_at, observed_by
from ingestion.format import Format, UnreadableFile
from ingestion.mapping import Scope
from ingestion.quarantine import quarantine_path, write_quarantine
from ingestion.reading import CHANGED, changed_while_read, sort_content
from ingestion.registry import format_of
from ingestion.report import FailedFile, LandedFile, LandingReport, from_payload, to_payload
from ingestion.schemas import TABLES
from ingestion.sorting import RECORDS_FILE, Sorting
from ingestion.text import define_macros
from warehouse.engine import connect
from warehouse.lake import FILE_MODE, Home, folder_beside, make_folder, sweep
from warehouse.ledger import Ledger
from warehouse.settings import Settings, Source

LEDGER_KIND = "file"
# Failures that say nothing of the bytes: the same ones may land the next time.
PASSING = (CHANGED, "gone", NOT_PERMITTED, "not_readable")


class LandingBusy(Exception):
    """Another run is landing the same source."""


def land(source: Source, settings: Settings, home: Home | None = None) -> LandingReport:
    """Land every file of a source that is not known yet; report on every file, known ones included.

    A file is known by its SHA-256, the format's version and what the configuration says of the source. A
    file that cannot be read fails alone. Raises LandingBusy, UnknownFormat, and what is no file's fault
    (a full disk, memory).
    """
    home = home or Home(settings.home)
    form = format_of(source)
    with _alone(home, source.name):
        write_empty_tables(home)
        landing = _Landing(source, settings, home, form)
        landing.sweep()
        reports = [r for found in find_files(source, settings.folder) for r in landing.land_file(found)]
        landing.drop_failures_of_files_gone(reports)
        landing.digests.save()
    return LandingReport(
        source.name,
        tuple(r for r in reports if isinstance(r, LandedFile)),
        tuple(r for r in reports if isinstance(r, FailedFile)),
    )


def write_empty_tables(home: Home) -> None:
    """Keep an empty part of every canonical table in the lake, so that reading a table always works."""
    target = home.lake / "_schema" / "_schema"
    if all(_has_schema(target / f"{t.name}.parquet", t.schema) for t in TABLES.values()):
        return
    with folder_beside(target) as folder:
        for table in TABLES.values():
            path = folder / f"{table.name}.parquet"
            pq.write_table(table.schema.empty_table(), path)
            os.chmod(path, FILE_MODE)


def _has_schema(path: Path, schema: pa.Schema) -> bool:
    return path.exists() and pq.read_schema(path).equals(schema)


@dataclass
class _Landing:
    """The landing of one source: what is known of it, and one connection for all of its files."""

    source: Source
    settings: Settings
    home: Home
    form: Format
    digests: DigestCache = field(init=False)
    ledger: Ledger = field(init=False)
    connection: duckdb.DuckDBPyConnection = field(init=False)

    def __post_init__(self) -> None:
        self.digests = DigestCache.load(self.home, self.source.name)
        self.ledger = Ledger(self.home.ledger)
        self.known, self.last_said = _known(self.ledger, self.source.name)
        self.fingerprint = fingerprint(self.source, self.settings, self.form)
        self.connection = connect(memory_limit=self.settings.memory_limit, spill_folder=self.home.spill)
        define_macros(self.connection)

    def sweep(self) -> None:
        """Remove what a killed run left: half-written parts, and whole ones that no ledger entry names."""
        for folder in (self.home.lake / self.source.name, self.home.quarantine / self.source.name):
            sweep(folder)
            for path in folder.iterdir() if folder.exists() else ():
                entry = self.known.get(path.name.removesuffix(".parquet"))
                if entry is None or entry["outcome"] != "landed":
                    shutil.rmtree(path) if path.is_dir() else path.unlink()

    def land_file(self, found: FoundFile) -> Iterator[LandedFile | FailedFile]:
        """Land each content of a file (a zip has several), or say why not."""
        stamp = None
        try:
            if found.problem:
                raise found.problem
            with damage_named(found.path.name):
                stamp = Stamp.of(found.path)
            for content, sha256, size in self._digested(found.path, stamp):
                name = found.name if content.member is None else f"{found.name}!{content.member}"
                yield self._land_content(content, name, sha256, size, stamp)
        except UnreadableFile as error:
            if stamp:
                self.digests.put_failure(found.path, stamp, error.code)
            yield self._fail_unread(found, error)

    def _digested(self, path: Path, stamp: Stamp) -> list[tuple[Content, str, int]]:
        """Give the contents with their SHA-256: of the file as found, or of a zip's member."""
        held = contents(path, str(self.source.options.get("members", "*")))
        known = self.digests.get(path, stamp)
        if known is None or [m for m, _, _ in known] != [c.member for c in held]:
            known = []
            for content in held:
                with content.open_hashed() as stream:
                    known.append((content.member, *digest(stream)))
            self.digests.put(path, stamp, known)
        return [(content, sha256, size) for content, (_, sha256, size) in zip(held, known, strict=True)]

    def _land_content(
        self, content: Content, name: str, sha256: str, size: int, stamp: Stamp
    ) -> LandedFile | FailedFile:
        before = self.known.get(sha256)
        folder = self.home.landed_folder(self.source.name, sha256)
        is_same = before is not None and before["fingerprint"] == self.fingerprint
        ended = before["outcome"] if before else None
        if before and is_same and (ended == "failed" or (ended == "landed" and folder.exists())):
            known = from_payload(before, name)
            return self._record(known) if self._is_out_of_date(name, before) else known
        try:
            return self._record(self._sort_and_write(content, name, sha256, size, stamp))
        except UnreadableFile as error:
            known_by = None if error.code in PASSING else sha256
            if known_by:
                shutil.rmtree(folder, ignore_errors=True)
                quarantine_path(self.home, self.source.name, sha256).unlink(missing_ok=True)
            sentence = f"{name} {error.sentence}" if not error.sentence.startswith(name) else error.sentence
            report = FailedFile(self.source.name, name, known_by, size, error.code, sentence)
        return self._record(report) if known_by else self._record_unread(report)

    def _is_out_of_date(self, name: str, known: dict[str, Any]) -> bool:
        """Say whether the ledger's last word on a name is another one than what is known of its bytes."""
        said = [self.last_said[n] for n in (name, _archive(name)) if n in self.last_said]
        return any(
            last["source_file_sha256"] != known["source_file_sha256"]
            and "failed" in (last["outcome"], known["outcome"])
            for last in said
        )

    def _sort_and_write(
        self, content: Content, name: str, sha256: str, size: int, stamp: Stamp
    ) -> LandedFile:
        with damage_named(content.path.name):
            seen_at = observed_at(self.source, name, content.path)
        short_name = (content.member or content.path.name).rpartition("/")[2]
        scope = Scope(
            self.source.network or self.form.network,
            short_name,
            seen_at,
            self.settings.privacy.landed_visibilities,
            {key: str(value) for key, value in self.source.options.items()},
        )
        ingested_at = dt.datetime.now(dt.UTC)
        sorting = Sorting(self.connection, self.form, scope)
        with folder_beside(self.home.landed_folder(self.source.name, sha256)) as folder:
            landed_before = self._landed_before(sha256, seen_at)
            tally = sort_content(sorting, self.form, content, sha256, landed_before)
            with damage_named(content.path.name):
                stamp_after = Stamp.of(content.path)
            if stamp_after != stamp:
                raise changed_while_read()
            sorting.write(folder, self.source.name, sha256, ingested_at)
        write_quarantine(self.connection, self.home, self.source.name, sha256, name)
        return LandedFile(
            source=self.source.name,
            file_name=name,
            source_file_sha256=sha256,
            bytes=size,
            records_read=tally.read,
            records_accepted=tally.accepted,
            records_duplicate=tally.duplicate,
            records_rejected=sum(tally.rejected.values()),
            rejected_by_reason=tally.rejected,
            rows=tally.rows,
            unknown_fields=tuple(sorted(tally.unknown_fields)),
            envelopes=tally.envelopes,
            observed_at=seen_at.isoformat(),
            observed_by=observed_by(self.source, name),
            reason=None if tally.read else "holds no record",
            reason_code=None if tally.read else "empty",
        )

    def _landed_before(self, sha256: str, seen_at: dt.datetime) -> list[Path]:
        """List the records of files observed no later: an older export found late is no duplicate of them."""
        others = (
            self.home.landed_folder(self.source.name, other) / RECORDS_FILE
            for other, entry in self.known.items()
            if other != sha256
            and entry["outcome"] == "landed"
            and dt.datetime.fromisoformat(entry["observed_at"]) <= seen_at
        )
        return sorted(part for part in others if part.exists())

    def _fail_unread(self, found: FoundFile, error: UnreadableFile) -> FailedFile:
        """Report a file whose bytes could not even be had; the ledger says so once."""
        try:
            size = found.path.lstat().st_size
        except OSError:  # the error that is being reported, or the next of its kind
            size = 0
        sentence = error.sentence if found.name in error.sentence else f"{found.name}: {error.sentence}"
        return self._record_unread(FailedFile(self.source.name, found.name, None, size, error.code, sentence))

    def drop_failures_of_files_gone(self, reports: Iterable[LandedFile | FailedFile]) -> None:
        """Say in the ledger which files that could not be read are there no more, under whatever name."""
        there = {name for r in reports for name in (r.file_name, r.source_file_sha256) if name}
        for name, said in list(self.last_said.items()):
            if said["outcome"] == "failed" and there.isdisjoint(
                (name, _archive(name), said["source_file_sha256"])
            ):
                self._append({**said, "outcome": "gone"})

    def _record(self, report: LandedFile | FailedFile) -> LandedFile | FailedFile:
        payload = to_payload(report) | {
            "format": self.form.name,
            "format_version": self.form.version,
            "fingerprint": self.fingerprint,
        }
        self._append(payload)
        return report

    def _append(self, payload: dict[str, Any]) -> None:
        payload = {**payload, "landed_at": dt.datetime.now(dt.UTC).isoformat()}
        self.ledger.append(LEDGER_KIND, payload)
        if payload["source_file_sha256"]:
            self.known[payload["source_file_sha256"]] = payload
        _say(self.last_said, payload)

    def _record_unread(self, report: FailedFile) -> FailedFile:
        before = self.last_said.get(report.file_name)
        told = ("outcome", "source_file_sha256", "reason_code", "bytes")
        if before and all(before[name] == getattr(report, name) for name in told):
            return replace(report, is_new=False)
        self._record(report)
        return report


def fingerprint(source: Source, settings: Settings, form: Format) -> str:
    """Give a hash of all that decides what a file becomes: the format's version and the source's words."""
    said = source.model_dump(mode="json", exclude={"name", "path", "deletions_by"})
    said |= {"version": form.version, "visibilities": settings.privacy.landed_visibilities}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _known(ledger: Ledger, source: str) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Give the last entry of each SHA-256 of a source, and the last of each file name."""
    by_sha256: dict[str, dict[str, Any]] = {}
    by_name: dict[str, dict[str, Any]] = {}
    for entry in ledger.entries(LEDGER_KIND):
        payload = entry.payload
        if payload is None or payload["source"] != source:
            continue
        if payload["source_file_sha256"]:
            by_sha256[payload["source_file_sha256"]] = payload
        _say(by_name, payload)
    return by_sha256, by_name


def _say(by_name: dict[str, dict[str, Any]], payload: dict[str, Any]) -> None:
    """Enter the last word on a name; one on a zip's member takes back that the zip could not be read."""
    by_name.pop(_archive(payload["file_name"]), None)
    by_name[payload["file_name"]] = payload


def _archive(name: str) -> str:
    return name.partition("!")[0]


@contextmanager
def _alone(home: Home, source: str) -> Iterator[None]:
    """Hold the source's lock; a killed run's goes with it."""
    path = make_folder(home.root / "locks") / f"{source}.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LandingBusy(
                f"another run is landing the source {source!r} in {home.root}; wait until it has ended"
            ) from error
        yield
