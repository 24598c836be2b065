"""Names what a file that a format does not know looks like, from its first bytes, by the signs of the formats.

Only to say it in a sentence, and to tell a damaged file of a format from a file of another one. Must not
live here: the signs of a format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingestion.formats.registry import format_names, signs_of
from ingestion.mapping.format import Sign

HEAD_BYTES = 65_536
UNKNOWN = "nothing known here"
UNKNOWN_JSON = "JSON of a layout not known here"

# Exports that no format reads: named, so that somebody who took the wrong file sees it, and never suggested. The
# first are known by what nobody else writes, the others by names that a format's file may hold, too.
_UNMISTAKABLE = (
    Sign(rb"<(?:posts|users|comments|votes)>\s*<row\b", "a Stack Exchange dump"),
    Sign(rb'"kind"\s*:\s*"youtube#', "an answer of the YouTube Data API"),
    Sign(
        rb'"\$type"\s*:\s*"(?:app|com)\.(?:bsky|atproto)|"did"\s*:\s*"did:|"at://did:', "AT protocol records"
    ),
)
_VAGUE = (
    Sign(
        rb'"paging"\s*:|"fbtrace_id"|graph\.(?:facebook|instagram)\.com|"ig_id"|"media_product_type"|"permalink_url"'
        rb'|"instagram_business_account"|"can_reply_privately"',
        "an answer of the Graph API (Facebook, Instagram)",
    ),
    Sign(rb"\A\s*<", "XML or HTML"),
    Sign(rb"\A\s*(?:\xef\xbb\xbf)?[\[{]", UNKNOWN_JSON),
    Sign(rb"\AFrom \S+ .*\n", "an mbox of e-mails"),
)


@dataclass(frozen=True)
class Look:
    """What a file looks like: in words, and the format that reads such files, where one does."""

    words: str
    format: str | None = None

    def __str__(self) -> str:
        return f"{self.words} ({self.format})" if self.format else self.words


def look_of(head: bytes) -> Look:
    """Tell what the first bytes of a file look like. Holds nothing of its content."""
    for pattern, look in _looks():
        if re.search(pattern, head[:HEAD_BYTES], re.DOTALL):
            return look
    return Look(UNKNOWN)


@cache
def _looks() -> tuple[tuple[bytes, Look], ...]:
    """Give every sign, those first that tell most."""
    nobodys = [(sign, Look(sign.words)) for sign in (*_UNMISTAKABLE, *_VAGUE)]
    first, last = nobodys[: len(_UNMISTAKABLE)], nobodys[len(_UNMISTAKABLE) :]
    own = [(sign, look) for sign, look in _of_formats() if not sign.is_general]
    general = [(sign, look) for sign, look in _of_formats() if sign.is_general]
    return tuple((sign.pattern, look) for sign, look in (*first, *own, *last, *general))


def _of_formats() -> Iterator[tuple[Sign, Look]]:
    for name in format_names():
        for sign in signs_of(name):
            yield sign, Look(sign.words, name if sign.is_read else None)
