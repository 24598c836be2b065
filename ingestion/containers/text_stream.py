"""A stream of text in any encoding, as parts in UTF-8.

Python's codecs decode; ours is that a bad byte comes through to the record that it costs, where they would stop
the file or hide it, and that what is no text at all is named. Must not live here: what the text says.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO

from ingestion.containers.container import UnreadableFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# encoding, bytes a character, and which of them are zero in most of a text of Latin letters
_WIDE = (
    ("utf-32-le", 4, (1, 2, 3)),
    ("utf-32-be", 4, (0, 1, 2)),
    ("utf-16-le", 2, (1,)),
    ("utf-16-be", 2, (0,)),
)
_LOOKED_AT = 400
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a ZIP archive, or an Excel workbook; export it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; export it as CSV"),
    (b"\x1f\x8b", "gzip inside gzip; compress it once"),
    (b"\x28\xb5\x2f\xfd", "zstd inside a compressed file; compress it once"),
    (b"PAR1", "Parquet, which only format 'table' reads"),
    (b"%PDF", "a PDF"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"<", "XML or HTML"),
)


def utf8_parts(stream: IO[bytes], encoding: str, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield (part, is last), in UTF-8 without a byte order mark. A mark outdoes the configured encoding.

    Bytes that a narrow encoding does not know come out as they were: invalid UTF-8, found per record.
    """
    head = stream.read(size)
    for magic, what in _OTHER_FORMATS:
        if head.startswith(magic):
            raise UnreadableFile("not_delimited", f"is not delimited text but {what}.")
    mark, marked = next(((m, e) for m, e in _BOMS if head.startswith(m)), (b"", encoding))
    encoding = codecs.lookup(marked).name
    wide = None if encoding.startswith(("utf-16", "utf-32")) else _wide(head[:_LOOKED_AT])
    if wide:
        raise UnreadableFile(
            "bad_encoding",
            f"is {wide.upper()} without the mark that says so: set 'encoding' of the source to {wide}.",
        )
    decoder = None
    if encoding == "utf-8":
        head = head[len(mark) :]
    else:
        decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    while head:
        following = stream.read(size)
        yield (_recoded(decoder, head, not following) if decoder else head), not following
        head = following


def _wide(head: bytes) -> str | None:
    """Name the encoding of two or four bytes a character that a text is in, by where its zero bytes stand."""
    for encoding, width, zeros in _WIDE:
        places = [head[place::width] for place in range(width)]
        if len(head) >= 2 * width and all(
            (place.count(0) > 0.8 * len(place)) == (i in zeros) for i, place in enumerate(places)
        ):
            return encoding
    return None


def _recoded(decoder: codecs.IncrementalDecoder, part: bytes, final: bool) -> bytes:
    try:
        return decoder.decode(part, final).encode("utf-8", "surrogateescape")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "bad_encoding",
            f"breaks its encoding and cannot be read on from there ({error.reason}); set 'encoding'.",
        ) from None
