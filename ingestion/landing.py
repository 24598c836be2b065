"""Landing: the files of a source become canonical rows in the lake, every record accounted for.

A file counts once its ledger entry is written, which lists its parts by hash; until then they lie beside
(lake/data_files.py). Must not live here: how a format reads (formats/, containers/), what becomes of its records
(loading/), what is done where the lake is not as the ledger says (lake/guard.py).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingestion.containers.compression import NOT_PERMITTED, damage_named
from ingestion.containers.container import UnreadableFile
from ingestion.discovery.files import DigestCache, FoundFile, Stamp, find_files
from ingestion.discovery.skipped_files import notes_on
from ingestion.formats.registry import format_of
from ingestion.lake.data_files import FILE_KIND, LOST, RECORDS_FILE, Parts, remove_parts
from ingestion.lake.guard import Mended, give_up, hash_on_first_sight, mend, write_empty_tables
from ingestion.lake.known_files import WITHDRAWN, KnownFiles, Payload, archive_of
from ingestion.landed_content import Copy, Target, copies_in, load_and_write
from ingestion.landed_group import MOST_BYTES, MOST_FILES, LandsAlone, ReadCopy, land_together, read_small
from ingestion.loading.rejection_limit import TOO_MANY, too_many
from ingestion.loading.verified_load import CHANGED
from ingestion.mapping.format import Format
from ingestion.mapping.macros import define_macros
from ingestion.report import (
    FailedFile,
    FileReport,
    LandedFile,
    LandingReport,
    WithdrawnFile,
    from_payload,
    to_payload,
)
from ingestion.version import version_of
from warehouse.engine import connect
from warehouse.errors import ExitCode, ScrmError
from warehouse.homes.version import claim
from warehouse.lake import FILE_MODE, Home, make_folder
from warehouse.ledger import Ledger
from warehouse.settings import Settings, Source

LEDGER_KIND = FILE_KIND
# Failures that say nothing of the bytes: the same ones may land the next time.
PASSING = (CHANGED, "gone", NOT_PERMITTED, "not_readable")


class LandingBusy(ScrmError):
    """Another run is landing the same source."""

    exit_code = ExitCode.BUSY


def land(source: Source, settings: Settings, home: Home | None = None) -> LandingReport:
    """Land every file of a source that is not known yet; report on every file, known ones included.

    A file is known by its SHA-256, the format's version and what the configuration says of the source. A
    file that cannot be read fails alone. Parts of the lake that are not as the ledger lists them land again.
    Raises LandingBusy, UnknownFormat, LedgerBroken, and what is no file's fault (a full disk, memory).
    """
    home = home or Home(settings.home)
    form = format_of(source)
    with alone(home, source.name):
        said = write_empty_tables(home)
        return _Landing(source, settings, home, form).run(said)


@dataclass
class _Landing:
    """The landing of one source: what is known of it, and one connection for all of its files."""

    source: Source
    settings: Settings
    home: Home
    form: Format
    digests: DigestCache = field(init=False)
    known: KnownFiles = field(init=False)
    mended: Mended = field(init=False)
    target: Target = field(init=False)
    copies: dict[str, Copy] = field(default_factory=dict)
    reports: dict[tuple[str, str | None], FileReport] = field(default_factory=dict)
    waiting: list[ReadCopy] = field(default_factory=list)
    landed_at: list[dt.datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.digests = DigestCache.load(self.home, self.source.name)
        self.known = KnownFiles(Ledger(self.home.ledger), self.source.name)
        self.mended = mend(self.home, self.known)
        self.version = version_of(self.form)
        self.fingerprint = fingerprint(self.source, self.settings, self.version)
        connection = connect(memory_limit=self.settings.memory_limit, spill_folder=self.home.spill)
        define_macros(connection)
        self.target = Target(self.source, self.settings, self.home, self.form, connection)

    def run(self, said: Iterable[str] = ()) -> LandingReport:
        """Land what is new or has to land again; report on all."""
        for found in find_files(self.source, self.settings.folder):
            self._land_file(found)
        self._land_waiting()
        self._give_up_what_cannot_land_again()
        self._land_again_what_lost_its_first_telling()
        hash_on_first_sight(self.home, self.known)
        self._drop_failures_of_files_gone()
        self.digests.save()
        reports = self.reports.values()
        return LandingReport(
            self.source.name,
            tuple(r for r in reports if isinstance(r, LandedFile)),
            tuple(r for r in reports if isinstance(r, FailedFile)),
            tuple(r for r in reports if isinstance(r, WithdrawnFile)),
            (*said, *self.mended.said),
            notes_on(self.source, self.settings, reports),
        )

    def _note(self, report: FileReport) -> None:
        self.reports[report.file_name, report.source_file_sha256] = report

    def _land_file(self, found: FoundFile) -> None:
        """Land each content of a file (a zip has several), or say why not."""
        stamp = None
        try:
            if found.problem:
                raise found.problem
            with damage_named(found.path.name):
                stamp = Stamp.of(found.path)
            for copy in copies_in(found, stamp, self.source, self.digests):
                self.copies.setdefault(copy.sha256, copy)
                if not self._let_wait(copy):
                    self._land_waiting()
                    self._note(self._land_content(copy))
        except UnreadableFile as error:
            self._land_waiting()
            if stamp:
                self.digests.put_failure(found.path, stamp, error.code)
            self._note(self._fail_unread(found, error))

    def _let_wait(self, copy: Copy) -> bool:
        """Let a small file that has to land wait for others that land with it; say whether it does.

        It goes with those that wait where the same files landed before it: theirs are the records it may repeat.
        """
        before = self.known.by_sha256.get(copy.sha256)
        if (before and self._is_done(before)) or any(
            copy.sha256 == each.copy.sha256 for each in self.waiting
        ):
            return False
        try:
            read = read_small(copy, self.target)
        except LandsAlone:
            return False
        if self.waiting and not self._goes_along(read):
            self._land_waiting()
        if not self.waiting:
            self.landed_at = sorted(map(_observed_at, self.known.with_outcome("landed")))
        self.waiting.append(read)
        return True

    def _goes_along(self, read: ReadCopy) -> bool:
        first = self.waiting[0]
        places = [bisect_right(self.landed_at, each.file.observed_at) for each in (first, read)]
        has_room = len(self.waiting) < MOST_FILES and sum(each.bytes for each in self.waiting) < MOST_BYTES
        alike = next((each for each in self.waiting if each.file.records is not None), first)
        return has_room and places[0] == places[1] and read.goes_with(alike)

    def _land_waiting(self) -> None:
        waiting, self.waiting = self.waiting, []
        self._land_group(waiting)

    def _land_group(self, group: Sequence[ReadCopy]) -> None:
        """Land files together; where one of them has to land by itself, each half of them."""
        if len(group) < 2:
            for each in group:
                self._note(self._land_content(each.copy))
            return
        before = self._landed_before({each.copy.sha256 for each in group}, group[0].file.observed_at)
        try:
            reports = land_together(group, self.target, before, self._enter_all)
        except LandsAlone:
            for half in (group[: len(group) // 2], group[len(group) // 2 :]):
                self._land_group(half)
            return
        for each, report in zip(group, reports, strict=True):
            self._say_made_anew(each.copy)
            self._note(report)

    def _land_content(self, copy: Copy) -> FileReport:
        before = self.known.by_sha256.get(copy.sha256)
        if before and self._is_done(before):
            known = from_payload(before, copy.name)
            if isinstance(known, WithdrawnFile) or not self.known.is_out_of_date(copy.name, before):
                return known
            self._enter(known, before.get("parts", {}))
            return known
        try:
            report = load_and_write(
                copy, self.target, lambda sha256, at: self._landed_before({sha256}, at), self._enter
            )
        except UnreadableFile as error:
            return self._fail(copy, error)
        self._say_made_anew(copy)
        return report

    def _say_made_anew(self, copy: Copy) -> None:
        for fault in self.mended.damaged.pop(copy.sha256, ()):
            self.mended.said.append(f"{fault.sentence}; it was made anew from {copy.name}")

    def _is_done(self, before: Payload) -> bool:
        """Say whether nothing is to be done about a content: it was withdrawn, or ended as it would end now."""
        sha256, outcome = before["source_file_sha256"], before["outcome"]
        if outcome == WITHDRAWN:
            return True
        has_changed = before["fingerprint"] != self.fingerprint or before.get("lands_again", False)
        if has_changed or sha256 in self.mended.damaged:
            return False
        most = self.settings.quality.max_rejected_share
        if outcome == "failed":
            return bool(before["reason_code"] != TOO_MANY or before["max_rejected_share"] == most)
        if outcome != "landed" or self.known.is_stale(sha256):
            return False
        return not too_many(before["records_read"], before["rejected_by_reason"], most)

    def _fail(self, copy: Copy, error: UnreadableFile) -> FailedFile:
        is_passing = error.code in PASSING
        if error.code == CHANGED:
            self.digests.forget(copy.content.path)
        is_named = error.sentence.startswith(copy.name)
        sentence = error.sentence if is_named else f"{copy.name} {error.sentence}"
        known_by = None if is_passing else copy.sha256
        report = FailedFile(self.source.name, copy.name, known_by, copy.size, error.code, sentence)
        if is_passing:
            self.copies.pop(copy.sha256, None)
            return self._enter_unread(report)
        self._enter(report, {})
        remove_parts(self.home, (self.source.name, copy.sha256))
        self.mended.damaged.pop(copy.sha256, None)
        return report

    def _landed_before(self, landing: Set[str], seen_at: dt.datetime) -> list[Path]:
        """List the records of files observed no later: an older export found late is no duplicate of them.

        `landing` are those that are landing now.
        """
        others = (
            self.home.landed_folder(self.source.name, entry["source_file_sha256"]) / RECORDS_FILE
            for entry in self.known.with_outcome("landed")
            if entry["source_file_sha256"] not in landing
            and entry["source_file_sha256"] not in self.mended.damaged
            and _observed_at(entry) <= seen_at
        )
        return sorted(part for part in others if part.exists())

    def _give_up_what_cannot_land_again(self) -> None:
        """Lose what was damaged in the lake and is not in the landing folder; report all that is lost."""
        for sha256, faults in self.mended.damaged.items():
            told = give_up(self.home, self.known, sha256, faults)
            self.mended.said += [told] if told else []
        damaged, self.mended.damaged = self.mended.damaged, {}
        for payload in self.known.with_outcome(LOST):
            report = from_payload(payload, payload["file_name"])
            is_new = payload["source_file_sha256"] in damaged
            self._note(replace(report, is_new=is_new) if isinstance(report, FailedFile) else report)

    def _land_again_what_lost_its_first_telling(self) -> None:
        """Land again the files that told records as duplicates of one that is no more; say where they cannot."""
        while again := [self.copies[sha256] for sha256 in self.known.stale() if sha256 in self.copies]:
            for copy in again:
                self._note(self._land_content(copy))
        for sha256 in self.known.stale():
            payload = self.known.by_sha256[sha256]
            held = self.known.still_landed(payload["duplicates_of"])
            lost = {other: n for other, n in payload["duplicates_of"].items() if other not in held}
            entry = {**payload, "duplicates_of": held, "duplicates_lost": lost}
            self.known.enter(entry, is_landed_now=False)
            self.mended.said.append(
                f"{payload['file_name']} told {sum(lost.values()):,} records as duplicates of files that do not "
                "count any more, and is gone from the landing folder: these records count nowhere. Put the file "
                f"with the SHA-256 {sha256} back, and run again"
            )

    def _fail_unread(self, found: FoundFile, error: UnreadableFile) -> FailedFile:
        """Report a file whose bytes could not even be had; the ledger says so once."""
        try:
            size = found.path.lstat().st_size
        except OSError:  # the error that is being reported, or the next of its kind
            size = 0
        sentence = error.sentence if found.name in error.sentence else f"{found.name}: {error.sentence}"
        return self._enter_unread(FailedFile(self.source.name, found.name, None, size, error.code, sentence))

    def _drop_failures_of_files_gone(self) -> None:
        """Say in the ledger which files that could not be read are there no more, under whatever name."""
        there = {name for key in self.reports for name in key if name}
        for said in self.known.failures():
            name = said["file_name"]
            if there.isdisjoint((name, archive_of(name), said["source_file_sha256"])):
                self.known.enter({**said, "outcome": "gone"})

    def _enter(self, report: LandedFile | FailedFile, parts: Parts) -> None:
        self.known.enter(self._payload(report, parts))

    def _enter_all(self, reports: Sequence[LandedFile], parts: Sequence[Parts]) -> None:
        self.known.enter_landed([self._payload(*each) for each in zip(reports, parts, strict=True)])

    def _payload(self, report: LandedFile | FailedFile, parts: Parts) -> Payload:
        return to_payload(report) | {
            "format": self.form.name,
            "format_version": self.version,
            "fingerprint": self.fingerprint,
            "parts": parts,
        }

    def _enter_unread(self, report: FailedFile) -> FailedFile:
        before = self.known.last_said(report.file_name)
        told = ("outcome", "source_file_sha256", "reason_code", "bytes")
        if before and all(before[name] == getattr(report, name) for name in told):
            return replace(report, is_new=False)
        self._enter(report, {})
        return report


def _observed_at(entry: Payload) -> dt.datetime:
    return dt.datetime.fromisoformat(entry["observed_at"])


def fingerprint(source: Source, settings: Settings, version: str) -> str:
    """Give a hash of all that decides what a file becomes: the format's version and the source's words."""
    said = source.model_dump(mode="json", exclude={"name", "path", "deletions_by"})
    said |= {
        "version": version,
        "visibilities": settings.privacy.landed_visibilities,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def alone(home: Home, source: str) -> Iterator[None]:
    """Hold the source's lock; a killed run's goes with it. A later version's home is left alone."""
    path = make_folder(home.root / "locks") / f"{source}.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LandingBusy(
                f"another run is landing the source {source!r} in {home.root}; wait until it has ended"
            ) from error
        claim(home)
        yield
