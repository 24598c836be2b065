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
        """Kind of value whose rarity counts, by Splink column, for each level that has one."""
        return {f"{self.name}_{v.name}": v.rarity for v in self.levels if v.rarity is not None}


def either_way(condition: str) -> str:
    """SQL that holds in one direction or the other; `{a}` and `{b}` stand for the two sides."""
    return f"(({condition.format(a='l', b='r')}) or ({condition.format(a='r', b='l')}))"


# People shorten given names in more ways than a table of nicknames holds: Agnieszka, Agn; Aurora, Auri. What
# is a given name of its own among the contacts (Maria, Marketa) is no short form of another.
SHORTENED = (
    "length(given_name_{a}) between 2 and 5 and not is_common_given_name_{a} and ("
    "starts_with(given_name_{b}, given_name_{a})"
    " or (length(given_name_{b}) > length(given_name_{a}) and length(given_name_{a}) >= 3"
    " and starts_with(given_name_{b}, substr(given_name_{a}, 1, 3))))"
)
GIVEN_SHORTENED = either_way(SHORTENED)
