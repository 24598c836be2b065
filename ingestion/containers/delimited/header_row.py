"""The header of delimited text: where it stands, what it names, and what is said of one that does not do.

Must not live here: the records below it (delimited.py), and what is said of a table's header however it was
written (header.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.csv as pacsv

from ingestion.containers.container import UnreadableFile
from ingestion.containers.delimited.block import Block, has_stray_carriage_return
from ingestion.containers.header import check_columns, each_once, is_header, listed, respelt, told
from ingestion.containers.likely_encoding import likely_encoding

# Lines at the beginning of a file that are looked at to say what is wrong with its header.
_LOOKED_AT = 20


@dataclass(frozen=True)
class HeaderRules:
    """What a file's header must hold, and how it is written.

    `columns` names the fields to hand over, as far as the file has them (all where empty); a file without
    one of `required`, or with none of `columns`, is refused. Names are compared without regard to case: they,
    and those of `known`, come out spelt as here. `header_row` is the header's place among the lines that are
    not blank. `recognise` names the table by its header, or refuses the file; it is also given what may be told
    of the columns.
    """

    columns: tuple[str, ...] = ()
    required: frozenset[str] = field(default_factory=frozenset)
    known: frozenset[str] = field(default_factory=frozenset)
    delimiter: str = ","
    encoding: str = "utf-8"
    header_row: int = 1
    recognise: Callable[[list[str], str], str] | None = None

    def header(self, block: Block) -> tuple[list[str], str | None]:
        """Read the names of the columns, and name the table by them. Raises UnreadableFile."""
        lines = range(min(len(block.starts), self.header_row + _LOOKED_AT))
        if len(block.starts) < self.header_row:
            raise UnreadableFile(
                "empty_file",
                f"has {len(block.starts)} lines, but options.header_row says that line {self.header_row} is its "
                "header.",
            )
        self._refuse_line(block)
        try:
            return self._named(names_in(block.record(self.header_row - 1), self.delimiter))
        except UnreadableFile:  # only then do the lines below count, for what they say of the header
            rows = [[] if i in block.unclosed else names_in(block.record(i), self.delimiter) for i in lines]
        names = rows[self.header_row - 1]
        return self._named(names, self._hint(rows, self._respelt(names)), rows[self.header_row :])

    def _respelt(self, names: list[str]) -> list[str]:
        found = respelt(names, (*self.known, *self.required, *self.columns))
        return [name or f"column_{place}" for place, name in enumerate(found, start=1)]

    def _named(
        self, names: list[str], hint: str | None = None, below: Sequence[list[str]] = ()
    ) -> tuple[list[str], str | None]:
        """Give columns and table. The rows below say whether the names may be told where something is wrong."""
        header = each_once(self._respelt(names), self.columns, hint)
        shown = is_header(header, below)
        if self.recognise is None:
            check_columns(header, self.required, self.columns, hint, all_names=shown)
            return header, None
        try:
            return header, self.recognise(header, told(header, self.columns, all_names=shown))
        except UnreadableFile as error:
            raise UnreadableFile(error.code, f"{error.sentence} {hint}" if hint else error.sentence) from None

    def _refuse_line(self, block: Block) -> None:
        """Raise UnreadableFile for a header that is no line of text."""
        line, place = block.record(self.header_row - 1), self.header_row
        if has_stray_carriage_return(line, self.delimiter):
            raise carriage_returns(f"in its header (line {place})" if b"\n" in block.data else None)
        if place - 1 in block.unclosed:
            raise UnreadableFile(
                "unclosed_quotes",
                f"opens a quote in its header (line {place}) that nothing closes; mend that line.",
            )
        try:
            line.decode()
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                "bad_encoding",
                f"has a header that is not {self.encoding} (byte {error.start}); it reads as "
                f"{likely_encoding(line)}: set 'encoding' of the source to that.",
            ) from None
        if b"\0" in line:
            raise UnreadableFile(
                "bad_encoding",
                "has NUL characters in its header: it is no text, or set 'encoding' of the source.",
            )

    def _hint(self, rows: list[list[str]], header: list[str]) -> str | None:
        """Say what a header is that does not hold what it should."""
        wanted = {name.casefold(): name for name in (*self.columns, *self.required)}
        found = [wanted.keys() & {name.strip().casefold() for name in names} for names in rows]
        best = max(range(len(rows)), key=lambda i: len(found[i]))
        if self.recognise is None and len(found[best]) > len(found[self.header_row - 1]):
            lacks = [name for fold, name in wanted.items() if fold not in found[best]]
            others = told(rows[best], self.columns, all_names=is_header(rows[best], rows[best + 1 :]))
            but = f", though it has no column {listed(lacks)}: its columns are {others}" if lacks else ""
            return f"Line {best + 1} looks like the header{but}. Set options.header_row: {best + 1}."
        for other in ",;\t|":
            if len(header) == 1 and other in header[0]:
                return f"The delimiter seems to be {other!r}, not {self.delimiter!r}: set 'delimiter'."
        return None


def carriage_returns(where: str | None = None) -> UnreadableFile:
    """Say that a file has carriage returns where lines must end otherwise; everywhere, if no place is given."""
    said = (
        f"has a carriage return {where} that ends no line"
        if where
        else "ends its lines with a carriage return alone"
    )
    return UnreadableFile(
        "carriage_returns",
        f"{said}: save it with line feeds (LF or CRLF), which every program of today writes.",
    )


def names_in(line: bytes, delimiter: str) -> list[str]:
    """Read the cells of a line as names; bytes that are no UTF-8 come out as replacement characters."""
    text = line.replace(b"\r", b" ").decode(errors="replace").encode() + b"\n"
    table = pacsv.read_csv(
        pa.BufferReader(text),
        pacsv.ReadOptions(block_size=len(text) + 1, use_threads=False),
        pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
    )
    return list(table.column_names)
