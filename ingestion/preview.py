"""What landing would read, before it reads it: each file's look, and what is wrong with its beginning.

Reads the first records of each content and loads them as landing would, on a connection of its own; writes
nothing. Must not live here: landing itself, and how a preview is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from ingestion.containers.compression import Content, contents
from ingestion.containers.container import UnreadableFile
from ingestion.discovery.files import FoundFile, digest, find_files, observed_at
from ingestion.discovery.skipped_files import same_bytes, unread_folders, without_column
from ingestion.formats.recognition import HEAD_BYTES, Look, look_of
from ingestion.formats.registry import format_of
from ingestion.loading.loader import Loader
from ingestion.loading.rejection_limit import too_many, too_many_sentence
from ingestion.loading.tally import Tally
from ingestion.loading.verified_load import refuse_foreign, values_named
from ingestion.mapping.cell_hints import layout_of
from ingestion.mapping.compiler import NOT_PUBLIC, Scope
from ingestion.mapping.format import Format
from ingestion.mapping.macros import define_macros
from ingestion.quarantine import kind_of, sentence
from ingestion.seen_rows import Seen, seen_rows, together
from warehouse.canonical.register import TABLES, Column
from warehouse.canonical.words import has_list, wrong_word
from warehouse.engine import connect
from warehouse.settings import Settings, Source

# Records of the beginning that are loaded; what follows is landing's to find out.
MOST_RECORDS = 1_000
# Columns whose words decide what a row counts for, as scrm.yml names them.
_DECIDING = (
    ("contacts", "stage"),
    ("orders", "status"),
    ("orders", "currency"),
    ("segment_assignments", "segmentation"),
    ("consents", "purpose"),
)
# What a word that is not known in its column does; in others it counts for nothing.
_REQUIRED_WRONG = (
    "a check sets such rows apart where they are few, and refuses the publication where they are not"
)
_CONSEQUENCES = {"consent_status": "such a word counts as an objection"}


@dataclass(frozen=True)
class FilePreview:
    """A file as its beginning shows it. `problem` is a sentence where landing would refuse the file.

    `looks_like` is empty where that says nothing beside the problem. `rejected` counts records of the beginning
    by reason, `reasons` says each in a sentence; `notes` say what is left empty, or read once only.
    """

    name: str
    bytes: int
    looks_like: str
    records_seen: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    problem: str | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourcePreview:
    """What a source would read. `problem` is a sentence where it would read nothing; `notes` are of its path.

    `words` are those seen in the columns that decide what counts, by table.column; None for an empty one.
    `seen` counts the rows that the beginning of its files gave.
    `has_wrong_words` says that a column whose words decide what a row is holds words that are not known in it.
    """

    source: str
    format: str
    path: str
    files: tuple[FilePreview, ...] = ()
    problem: str | None = None
    notes: tuple[str, ...] = ()
    words: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    has_wrong_words: bool = False
    seen: tuple[Seen, ...] = ()

    @property
    def is_fine(self) -> bool:
        files_are_fine = self.problem is None and all(
            f.problem is None and not f.rejected for f in self.files
        )
        return files_are_fine and not self.has_wrong_words


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
        looking = _Looking(source, settings, form, connection)
        files = [preview for each in found for preview in looking.at_file(each)]
        notes = (
            *unread_folders(source, settings),
            *same_bytes(looking.digests()),
            *looking.wrong_words_said(),
        )
    words = {column: tuple(sorted(seen, key=str)) for column, seen in looking.words.items()}
    return SourcePreview(
        source.name,
        source.format,
        source.path,
        tuple(files),
        problem,
        notes,
        words,
        has_wrong_words=any(required for _, _, required in looking.wrong_words),
        seen=together(looking.seen),
    )


@dataclass
class _Looking:
    """The look at the files of one source, with one connection for all of them."""

    source: Source
    settings: Settings
    form: Format
    connection: duckdb.DuckDBPyConnection
    by_size: dict[int, list[tuple[str, Content]]] = field(default_factory=dict)
    words: dict[str, set[str | None]] = field(default_factory=dict)
    wrong_words: dict[tuple[str, str, bool], list[str]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def at_file(self, found: FoundFile) -> list[FilePreview]:
        try:
            if found.problem:
                raise found.problem
            held = contents(found.path, str(self.source.options.get("members", "*")))
        except UnreadableFile as error:
            return [FilePreview(found.name, 0, "", problem=error.sentence)]
        return [self._at_content(found, content) for content in held]

    def digests(self) -> dict[str, list[str]]:
        """Give the names of each content; only those of one size are read for it."""
        names: dict[str, list[str]] = {}
        for name, content in (each for alike in self.by_size.values() if len(alike) > 1 for each in alike):
            try:
                with content.open_hashed() as stream:
                    names.setdefault(digest(stream)[0], []).append(name)
            except UnreadableFile:  # which was told when its beginning was looked at
                continue
        return names

    def _at_content(self, found: FoundFile, content: Content) -> FilePreview:
        name = found.name if content.member is None else f"{found.name}!{content.member}"
        self.by_size.setdefault(content.size, []).append((name, content))
        look, looks, tally, problem = Look(""), "", Tally(), None
        loader = Loader(self.connection, self.form, self._scope(name, content))
        try:
            with content.open() as stream:
                look = look_of(stream.read(HEAD_BYTES))
            looks = str(look)
            tally = self._loaded(loader, content)
            most = self.settings.quality.max_rejected_share
            if too_many(tally.read, tally.rejected, most):
                problem = f"at its beginning, {too_many_sentence(tally, most, self.form.options)}"
        except UnreadableFile as error:
            problem = error.sentence
            # a guess is of use once, and no use where it names the very format that refuses the file
            looks = "" if looks in problem or look.format == self.form.name else looks
        reasons = tuple(self._reason(code, count, loader) for code, count in tally.rejected.items())
        notes = tuple(
            without_column(column, made, tally.unknown_fields, name)
            for column, made in sorted(tally.missing_columns.items())
        )
        return FilePreview(
            name, content.size, looks, tally.read, dict(tally.rejected), problem, reasons, notes
        )

    def _loaded(self, loader: Loader, content: Content) -> Tally:
        """Load the beginning of a content. Raises UnreadableFile where landing would."""
        with content.open() as stream, values_named(self.form):
            for batch in self.form.container.read(stream):
                loader.load(batch.slice(0, MOST_RECORDS - loader.tally.read))
                if loader.tally.read >= MOST_RECORDS:
                    break
            tally = loader.deduplicate([])
        for rows in {rows.table for kind in self.form.kinds for rows in kind.rows}:
            for said in filter(has_list, TABLES[rows].columns):
                self._note_wrong_words(rows, said, loader)
        for table, column in _DECIDING:
            if seen := loader.words_of(table, column):
                self.words.setdefault(f"{table}.{column}", set()).update(seen)
        self.seen += seen_rows(
            self.connection, (rows.table for kind in self.form.kinds for rows in kind.rows)
        )
        refuse_foreign(tally, self.form, content, "begins with" if tally.read >= MOST_RECORDS else "holds")
        return tally

    def _note_wrong_words(self, table: str, column: Column, loader: Loader) -> None:
        """Note each word of a column that none of those known in it is."""
        for word in loader.words_of(table, column.name):
            if word is not None and (said := wrong_word(column, word)):
                self.wrong_words.setdefault((table, column.name, column.kind == "one_of"), []).append(said)

    def wrong_words_said(self) -> list[str]:
        """Say of each column which words in it are not known, and what becomes of them."""
        sentences = []
        for (table, column, required), said in sorted(self.wrong_words.items()):
            mapped = self.source.columns.get(column)
            where = f"column {mapped!r}, mapped to {table}.{column}," if mapped else f"{table}.{column}"
            what = _CONSEQUENCES.get(
                column, _REQUIRED_WRONG if required else "such a word counts for nothing"
            )
            more = f" (and {len(set(said)) - 3} more words)" if len(set(said)) > 3 else ""
            sentences.append(f"{where} holds {'; '.join(sorted(set(said))[:3])}{more}: {what}.")
        return sentences

    def _scope(self, name: str, content: Content) -> Scope:
        return Scope(
            network=self.source.network or self.form.network,
            file_name=(content.member or content.path.name).rpartition("/")[2],
            observed_at=observed_at(self.source, name, content.path),
            visibilities=self.settings.privacy.landed_visibilities,
            options={key: str(value) for key, value in self.source.options.items()},
            ids=self.source.ids,
        )

    def _reason(self, code: str, count: int, loader: Loader) -> str:
        """Say why records are rejected, and how the cells are written that were not read."""
        begins = f"{count:,} × {code} (the first is record {loader.first_rejected(code)})"
        said = f"{begins}: {sentence(code, self.form.options)}"
        if code == "bad_encoding" and loader.tally.likely_encoding:
            return f"{said} They read as {loader.tally.likely_encoding}."
        if code == NOT_PUBLIC and (words := loader.withheld_visibilities()):
            return f"{said} They say {', '.join(map(repr, words))}."
        if code.startswith("missing_") and (header := self.source.columns.get(code.removeprefix("missing_"))):
            return (
                f"{begins}: column {header!r} is empty there, or holds what stands for nothing, and "
                f"{code.removeprefix('missing_')} is required. Fill it in, or give a value for all such rows "
                "under 'constants'."
            )
        column = code.removeprefix("bad_")
        mapped = self.source.columns.get(column) if code.startswith("bad_") else None
        are_times = column == "birth_year" or pa.types.is_temporal(kind_of(column))
        layout = layout_of(loader.cells_of(mapped, code), are_times=are_times) if mapped else None
        if layout is None:
            return said
        return f"{begins}: column {mapped!r} is {layout}." if ": " in layout else f"{said} It is {layout}."
