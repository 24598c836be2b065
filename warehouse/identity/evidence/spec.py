"""What a comparison is: named levels in SQL over two personas, turned into a Splink comparison.

Must not live here: the comparisons themselves, one module a kind of evidence, and any number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# How rare the shared value is decides what sharing it is worth (term frequency). A level that names a
# rarity has u = scale × frequency of the value, in place of one u for all values.
Rarity = Literal["full_name", "given_name", "family_name", "handle", "handle_skeleton"]


@dataclass(frozen=True)
class Level:
    """One grade of agreement. `condition` is SQL over columns that end in _l and _r."""

    name: str
    condition: str
    label: str
    rarity: Rarity | None = None
    # "comparison.level" of the same rarity, where a value is worth as much: u is not learned, but tied to it.
    worth: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Levels in order, the first that holds counts; `missing` says when nothing can be said at all.

    `derived` are further columns that the conditions read, as SQL over one persona's own columns: what
    is the same in every pair is worked out once.
    """

    name: str
    meaning: str
    missing: str
    levels: tuple[Level, ...]
    otherwise: str
    derived: Mapping[str, str] = field(default_factory=dict)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of all levels that have weights, best first; the last is `otherwise`."""
        return (*(level.name for level in self.levels), "otherwise")

    @property
    def rarity_columns(self) -> dict[str, Rarity]:
        """Column that carries the value whose rarity counts, for each level that has one."""
        return {f"{self.name}_{v.name}": v.rarity for v in self.levels if v.rarity is not None}


def either_way(condition: str) -> str:
    """SQL that holds in one direction or the other; `{a}` and `{b}` stand for the two sides."""
    return f"(({condition.format(a='l', b='r')}) or ({condition.format(a='r', b='l')}))"
