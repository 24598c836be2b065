"""How the records of one file ended, counted.

Must not live here: what becomes of a record (loader.py), what landing tells of a file (report.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

# What a value can be damaged by; a format's own records can, too.
_DAMAGES = ("not_json", "bad_encoding", "half_character")
_FOREIGN = ("unknown_record", "not_an_object", *_DAMAGES)
# Before what a record of no known kind says it is; `(page) ` and `(twice) ` stand before names of fields.
KIND = "(type) "


@dataclass
class Tally:
    """How the records of a file ended. `duplicates_of` counts those known from files landed before, by file.

    Of a table, `missing_columns` are those that its map names and it has not, each with what is made of it;
    `likely_encoding` is that of the records rejected for theirs.
    """

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    duplicates_of: dict[Path, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    unknown_fields: set[str] = field(default_factory=set)
    missing_columns: dict[str, str] = field(default_factory=dict)
    likely_encoding: str | None = None
    envelopes: int = 0

    @property
    def is_foreign(self) -> bool:
        """Say whether not one record was of a kind the format knows."""
        return self.read > 0 and self.read == sum(self.rejected.get(code, 0) for code in _FOREIGN)

    @property
    def rejected_in_words(self) -> str:
        """How many were rejected for which reason, and what those of no known kind say they are."""
        reasons = ", ".join(f"{count:,} × {code}" for code, count in self.rejected.items())
        kinds = [name.removeprefix(KIND) for name in sorted(self.unknown_fields) if name.startswith(KIND)]
        return f"{reasons} of type {', '.join(kinds)}" if kinds else reasons

    @property
    def is_damaged(self) -> bool:
        """Say whether some records could not be read at all."""
        return not self.rejected.keys().isdisjoint(_DAMAGES)
