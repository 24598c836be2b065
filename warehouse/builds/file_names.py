"""Names of source files, as they may be shown: an export may be called after the person whose it is.

`mask_name` shows nothing of a name but the day and the kind of file in it; who holds the ledger gets from the
mask to the file (`files_behind`). Must not live here: where names are shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.ledger import Entry

_DATE = re.compile(
    r"(?<![0-9A-Za-z])(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?![0-9A-Za-z])"
)
_NUMBERS = re.compile(r"(?:[-_. ]*[0-9]+)+[-_. ]*")
# What may stand at the end of a name without saying anything of anybody ("ada.lovelace" has no such end).
_ENDINGS = frozenset(
    (
        *("atom", "csv", "html", "json", "jsonl", "ndjson", "parquet", "rss", "tsv", "txt", "xlsx", "xml"),
        *("bz2", "gz", "tar", "tgz", "xz", "zip", "zst"),
    )
)
_HASH_LENGTH = 12


@dataclass(frozen=True)
class NamedFile:
    """A file as the ledger names it. `sha256` is None where its bytes could not be had."""

    source: str
    file_name: str
    sha256: str | None
    outcome: str


def mask_name(name: str, sha256: str | None) -> str:
    """Give the name to show: 12 hex digits, the first day that stands in the name, its known endings.

    The digits begin the SHA-256 of the file's content, which says nothing of its name. Where the bytes could
    not be had they are of the hash of the name, so that two such files have two masks; that hides the name
    from readers, not from who tries out every name. 'blogs/ada-2026-07-01.xml' → '0a1b2c3d4e5f-2026-07-01.xml'.
    """
    day = _DATE.search(_base(name))
    shown = f"-{day.group()}" if day else ""
    digits = sha256[:_HASH_LENGTH] if sha256 else _digest(name)
    return f"{digits}{shown}{''.join(f'.{ending}' for ending in _endings(name))}"


def kind_of_file(source: str, name: str) -> str:
    """Give a key of the files that a source brings again and again: equal but for days, numbers and endings."""
    stem = name[: len(name) - sum(len(ending) + 1 for ending in _endings(name))]
    return _digest(f"{source}\0{_NUMBERS.sub('#', stem)}")


def mask_in_sentence(sentence: str, name: str, mask: str) -> str:
    """Put the mask wherever a sentence says the name: whole, as a member of an archive, without its folders."""
    parts = {name, _base(name), *name.split("!"), *(_base(part) for part in name.split("!"))}
    for part in sorted(parts - {""}, key=len, reverse=True):
        sentence = sentence.replace(part, mask)
    return sentence


def files_behind(entries: Iterable[Entry], mask: str) -> list[NamedFile]:
    """List the files that a mask, or the beginning of one that no other has, stands for; each once.

    `entries` are the ledger's of files.
    """
    by_mask: dict[str, set[NamedFile]] = {}
    for p in (entry.payload for entry in entries):
        shown = mask_name(p["file_name"], p["source_file_sha256"]) if p else ""
        if p and shown.startswith(mask):
            file = NamedFile(p["source"], p["file_name"], p["source_file_sha256"], p["outcome"])
            by_mask.setdefault(shown, set()).add(file)
    found = by_mask.get(mask) or (next(iter(by_mask.values())) if len(by_mask) == 1 and mask else set())
    return sorted(found, key=lambda file: (file.source, file.file_name, file.sha256 or "", file.outcome))


def _base(name: str) -> str:
    return name.rpartition("!")[2].rpartition("/")[2]


def _endings(name: str) -> list[str]:
    *_, tail = _base(name).partition(".")
    endings: list[str] = []
    for part in reversed(tail.split(".") if tail else []):
        if part.lower() not in _ENDINGS:
            break
        endings.insert(0, part)
    return endings


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
