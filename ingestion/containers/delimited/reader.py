"""Delimited text (CSV and its kin) as records: ordinal, raw bytes, fields as a struct of text.

A block is split by `record_split`, then parsed by Arrow as a whole. Where the parse fails or a block holds
what Arrow would read otherwise, that block alone is taken carefully: its bad records are named and the
others parsed again. Reason codes of a record:
    unclosed_quote          a quote that nothing closes (record_split says how it is bounded)
    wrong_column_count      more or fewer fields than the header
    bad_encoding            bytes that are not of the source's encoding
    stray_carriage_return   a carriage return outside quotes that does not end a line
    header_again            the header once more, as in files that were put one after another

The ordinal counts data records from 1: the header, what stands above it (`header_row`) and blank lines
(no character, or delimiters alone) are none. Raw bytes are the record in UTF-8 without its line end. Empty
text is NULL, quoted or not. Must not live here: the header (header_row.py), what a column means (formats/),
and counting (record_count.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ingestion.containers.container import UnreadableFile
from ingestion.containers.delimited.block import Block, Problems, parse_block
from ingestion.containers.delimited.header_row import HeaderRules, carriage_returns
from ingestion.containers.delimited.record_count import count_records
from ingestion.containers.delimited.record_split import split_records
from ingestion.containers.text_stream import utf8_parts

BLOCK_BYTES = 8 << 20
LONGEST_RECORD = 256 << 10  # twice the longest text area Salesforce knows (131,072 characters)
LONGEST_LINE = 64 << 20
MOST_UNCLOSED = 1_000
TABLE = "table"


@dataclass(frozen=True)
class Delimited(HeaderRules):
    """A container of delimited records (see containers.container.Container).

    The name of the table, where it is recognised by its header, stands in every record as the field `table`; the
    header in the schema metadata of the batches, `header`, as JSON. A cell that holds one of `null_values` is
    NULL; a text that a guard keeps spreadsheets from taking for a number (="00028") is that text.
    """

    null_values: tuple[str, ...] = ("",)
    longest_record: int = LONGEST_RECORD
    block_bytes: int = BLOCK_BYTES

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the data records in the order of the file. Raises UnreadableFile."""
        header: list[str] | None = None
        line, name = b"", None
        ordinal, unclosed = 1, 0
        for block in self._blocks(stream):
            if header is None:
                header, name = self.header(block)
                line = block.record(self.header_row - 1)
                block = block.without_first(self.header_row)
            unclosed += len(block.unclosed)
            if unclosed > MOST_UNCLOSED:
                raise UnreadableFile(
                    "unclosed_quotes",
                    f"has more than {MOST_UNCLOSED:,} quotes that are never closed: not CSV with fields "
                    'quoted by " and quotes inside doubled. Export it again with quoting.',
                )
            if len(block.starts):
                yield self._table(block, header, line, ordinal, name)
                ordinal += len(block.starts)
        if header is None:
            raise UnreadableFile("empty_file", "is empty: it has not even a header. Export it again.")

    def count(self, stream: IO[bytes]) -> int:
        """Count the data records by a pass of its own."""
        records = count_records(stream, self.delimiter, self.encoding, self.longest_record)
        return max(0, records - self.header_row)

    def _table(
        self, block: Block, header: list[str], line: bytes, ordinal: int, name: str | None
    ) -> pa.Table:
        fields, problems = parse_block(block, header, self._convert(header), self.delimiter)
        count, raw = len(block.starts), block.raw()
        again = np.flatnonzero(pc.equal(raw, pa.scalar(line, pa.binary())))
        problems |= dict.fromkeys(again.tolist(), "header_again")
        if name is not None:
            fields = _with_constant(fields, name)
        problem = pa.nulls(count, pa.string()) if not problems else _codes(problems, count)
        table = pa.Table.from_arrays(
            [
                pa.array(np.arange(ordinal, ordinal + count)).cast(pa.string()),
                raw,
                problem,
                fields,
            ],
            names=["source_record", "raw", "problem", "fields"],
        )
        return table.replace_schema_metadata({"header": json.dumps(header)})

    def _convert(self, header: list[str]) -> pacsv.ConvertOptions:
        """All text; Arrow's own look for bad UTF-8 is off, since `parse_block` looks at whole records."""
        names = [name for name in header if name in self.columns] if self.columns else header
        return pacsv.ConvertOptions(
            check_utf8=False,
            column_types={name: pa.string() for name in names},
            include_columns=names,
            null_values=self.null_values,
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )

    def _blocks(self, stream: IO[bytes]) -> Iterator[Block]:
        """Yield the file in blocks of whole records; the first has the header, if the file has one."""
        data, first = b"", True
        for part, final in utf8_parts(stream, self.encoding, self.block_bytes):
            data += part
            split = split_records(data, self.delimiter, self.longest_record, final=final)
            block = Block.of(data, split, self.delimiter)
            wanted = self.header_row if first else 1
            if len(block.starts) < wanted and not final:
                if len(data) > LONGEST_LINE:
                    if b"\n" not in data and b"\r" in data:
                        raise carriage_returns()
                    raise UnreadableFile(
                        "line_too_long",
                        f"has a line of more than {LONGEST_LINE >> 20} MiB: not text with a newline after each "
                        "record.",
                    )
                continue
            if len(block.starts):
                yield block
                first = False
            data = data[block.consumed :]


def _codes(problems: Problems, count: int) -> pa.Array:
    codes = np.full(count, None, dtype=object)
    codes[list(problems)] = list(problems.values())
    return pa.array(codes, pa.string())


def _with_constant(fields: pa.StructArray, name: str) -> pa.StructArray:
    constant = pa.repeat(pa.scalar(name), len(fields))
    return pa.StructArray.from_arrays(
        [*fields.flatten(), constant], names=[*(f.name for f in fields.type), TABLE], mask=fields.is_null()
    )
