"""What lies under a source's path and is not read, or read once only: said, never passed over in silence.

Must not live here: which files are a source's (files.py), and how they are read.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from ingestion.containers.header import nearest
from ingestion.discovery.files import find_files, split_path
from ingestion.mapping.compiler import NOT_PUBLIC
from ingestion.report import FileReport, LandedFile
from warehouse.settings import Settings, Source

# A path that begins so far up is not looked through to its end.
_MOST_ENTRIES = 20_000


def notes_on(source: Source, settings: Settings, reports: Iterable[FileReport]) -> tuple[str, ...]:
    """Say, a sentence each, what there is under a source's path, or in its new files, and was not read."""
    reports = list(reports)
    names: dict[str, list[str]] = {}
    for report in reports:
        if report.source_file_sha256:
            names.setdefault(report.source_file_sha256, []).append(report.file_name)
    new = [file for file in reports if isinstance(file, LandedFile) and file.is_new]
    lacking = [
        without_column(column, made, file.unknown_fields, file.file_name)
        for file in new
        for column, made in sorted(file.missing_columns.items())
    ]
    return (
        *unread_folders(source, settings),
        *same_bytes(names),
        *lacking,
        *filter(None, map(_rejected, new)),
    )


def unread_folders(source: Source, settings: Settings) -> list[str]:
    """Say of each folder under a source's path that files in it, named like the source's, are not read.

    What another source reads is passed over, and so is what is hidden.
    """
    fixed, pattern = split_path(source.path)
    base = settings.folder / fixed
    if not pattern or not base.is_dir():
        return []
    found = Counter(path.parent for path in _named_like(base, PurePath(pattern).name))
    named_as_file = {path for path in base.glob(pattern) if path.is_dir()}
    if not found and not named_as_file:
        return []
    read = {found.path for each in settings.sources for found in find_files(each, settings.folder)}
    read_in = Counter(path.parent for path in read)
    above = {folder for path in read for folder in path.parents}
    wide = str(fixed / "**" / PurePath(pattern).name)
    sentences = []
    for folder in sorted(named_as_file.difference(above)):
        sentences.append(
            f"{_name(folder, settings)} is a folder, though it is named like a file of {source.path}: nothing in "
            "it is read. Move its files up, or set another 'path'."
        )
    for folder, count in sorted(found.items()):
        if (unread := count - read_in[folder]) > 0 and folder != base and folder not in named_as_file:
            files = "1 file" if unread == 1 else f"{unread:,} files"
            sentences.append(
                f"{_name(folder, settings)} is a folder under the path {source.path}, and {files} in it "
                f"{'is' if unread == 1 else 'are'} not read. To read folders, too, set path: {wide}"
            )
    return sentences


def same_bytes(names_by_digest: Mapping[str, Iterable[str]]) -> list[str]:
    """Say which files are the bytes of another one, from the names of each digest."""
    sentences = []
    for names in names_by_digest.values():
        first, *others = dict.fromkeys(names)
        sentences += [f"{other} has the very bytes of {first}: they are read once." for other in others]
    return sentences


def without_column(column: str, made: str, others: Iterable[str], file_name: str) -> str:
    """Say that a file lacks a column that the source maps, and what is empty therefore. `others` nobody maps."""
    near = nearest(column, others)
    hint = f"is {near!r} meant?" if near else "is it spelt otherwise there?"
    return f"{file_name} has no column {column!r}, so {made} stays empty; {hint}"


def _rejected(file: LandedFile) -> str | None:
    """Say how many records of a file were rejected, and why; those that are not public were to be."""
    reasons = {code: count for code, count in file.rejected_by_reason.items() if code != NOT_PUBLIC}
    if not reasons:
        return None
    said = ", ".join(f"{count:,} × {code}" for code, count in sorted(reasons.items()))
    total = sum(reasons.values())
    return (
        f"{file.file_name}: of {file.records_read:,} records {total:,} {'is' if total == 1 else 'are'} rejected "
        f"({said}); the quarantine keeps {'it' if total == 1 else 'them'}, and scrm check says more."
    )


def _named_like(base: Path, last: str) -> Iterator[Path]:
    """Yield the files in folders under `base` that a path's last part names; hidden ones are left out."""
    entries = 0
    for folder, folders, files in os.walk(base):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        entries += len(folders) + len(files)
        if entries > _MOST_ENTRIES:
            return
        if Path(folder) != base:
            yield from (
                Path(folder, name) for name in files if fnmatchcase(name, last) and not name.startswith(".")
            )


def _name(path: Path, settings: Settings) -> str:
    name = str(path.relative_to(settings.folder) if path.is_relative_to(settings.folder) else path)
    return os.fsencode(name).decode("utf-8", "backslashreplace")
