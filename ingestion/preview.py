"""What landing would read, before it reads it: each file's look, and what is wrong with its beginning.

Reads the first records of each content and sorts them as landing would, on a connection of its own; writes
nothing. Must not live here: landing itself, and how a preview is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from ingestion.containers.compression import Content, contents
from ingestion.files import FoundFile, find_files, observed_at
from ingestion.format import Format, UnreadableFile
from ingestion.mapping import Scope
from ingestion.quarantine import sentence
from ingestion.reading import refuse_foreign, values_named
from ingestion.recognise import HEAD_BYTES, look_of
from ingestion.registry import format_of
from ingestion.rejections import too_many, too_many_sentence
from ingestion.sorting import Sorting, Tally
from ingestion.text import define_macros
from warehouse.engine import connect
from warehouse.settings import Settings, Source

# Records of the beginning that are sorted; what follows is landing's to find out.
MOST_RECORDS = 1_000


@dataclass(frozen=True)
class FilePreview:
    """A file as its beginning shows it. `problem` is a sentence where landing would refuse the file.

    `looks_like` is empty where that says nothing beside the problem. `rejected` counts records of the beginning
    by reason.
    """

    name: str
    bytes: int
    looks_like: str
    records_seen: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    problem: str | None = None

    @property
    def reasons(self) -> list[str]:
        """Say why records would be rejected, each reason with its count."""
        return [f"{count:,} × {code}: {sentence(code)}" for code, count in self.rejected.items()]


@dataclass(frozen=True)
class SourcePreview:
    """What a source would read. `problem` is a sentence where it would read nothing."""

    source: str
    format: str
    path: str
    files: tuple[FilePreview, ...] = ()
    problem: str | None = None

    @property
    def is_fine(self) -> bool:
        return self.problem is None and all(f.problem is None and not f.rejected for f in self.files)


def preview(source: Source, settings: Settings) -> SourcePreview:
    """Look at every file of a source. Raises UnknownFormat."""
    form = format_of(source)
    found = find_files(source, settings.folder)
    problem = None
    if not found:
        problem = (
            f"no file is found at {settings.folder / source.path}; "
            "put exports there, mend the path, or delete the source."
        )
    with connect(memory_limit=settings.memory_limit, threads=1) as connection:
        define_macros(connection)
        files = [f for each in found for f in _file(each, source, settings, form, connection)]
    return SourcePreview(source.name, source.format, source.path, tuple(files), problem)


def _file(
    found: FoundFile,
    source: Source,
    settings: Settings,
    form: Format,
    connection: duckdb.DuckDBPyConnection,
) -> list[FilePreview]:
    try:
        if found.problem:
            raise found.problem
        held = contents(found.path, str(source.options.get("members", "*")))
    except UnreadableFile as error:
        return [FilePreview(found.name, 0, "", problem=error.sentence)]
    return [_content(found, content, source, settings, form, connection) for content in held]


def _content(
    found: FoundFile,
    content: Content,
    source: Source,
    settings: Settings,
    form: Format,
    connection: duckdb.DuckDBPyConnection,
) -> FilePreview:
    name = found.name if content.member is None else f"{found.name}!{content.member}"
    head, looks, tally, problem = b"", "", Tally(), None
    try:
        with content.open() as stream:
            head = stream.read(HEAD_BYTES)
        looks = str(look_of(head))
        scope = Scope(
            network=source.network or form.network,
            file_name=(content.member or content.path.name).rpartition("/")[2],
            observed_at=observed_at(source, name, content.path),
            visibilities=settings.privacy.landed_visibilities,
            options={key: str(value) for key, value in source.options.items()},
            ids=source.ids,
        )
        sorting = Sorting(connection, form, scope)
        with content.open() as stream, values_named(form):
            for batch in form.container.read(stream):
                sorting.take(batch.slice(0, MOST_RECORDS - sorting.tally.read))
                if sorting.tally.read >= MOST_RECORDS:
                    break
            tally = sorting.settle([])
        refuse_foreign(tally, form, content, "begins with" if tally.read >= MOST_RECORDS else "holds")
        most = settings.quality.max_rejected_share
        if too_many(tally.read, tally.rejected, most):
            problem = f"at its beginning, {too_many_sentence(tally.read, tally.rejected, most)}"
    except UnreadableFile as error:
        problem = error.sentence
        looks = "" if looks in problem else looks  # a guess is of use once
    return FilePreview(name, content.size, looks, tally.read, dict(tally.rejected), problem)
