"""Words of canonical columns that have a list of them: whether a word is one, and which one was meant.

Must not live here: what is done about a wrong one (a constant is refused, a cell is checked).
"""

from __future__ import annotations

import difflib
from functools import cache
from zoneinfo import available_timezones

from warehouse.canonical.register import Column

# Activities that leave no trace on the network; all that counts by them in SQL reads the seed activity_modes.
PASSIVE = ("View", "Read", "Listen")
_ZONE_EXAMPLES = ("Europe/Berlin", "America/Los_Angeles", "UTC")


def has_list(column: Column) -> bool:
    """Say whether only some words are known in a column."""
    return bool(column.values) or column.kind == "time_zone"


def wrong_word(column: Column, word: str) -> str | None:
    """Say what is wrong with a word of a column, the one probably meant, and those known; None if nothing."""
    known = tuple(_zones()) if column.kind == "time_zone" else column.values
    if not known or word in known:
        return None
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    hint = f"did you mean {by_lower[near[0]]!r}? " if near else ""
    valid = (
        f"zones are named as IANA names them, such as {', '.join(_ZONE_EXAMPLES)}"
        if column.kind == "time_zone"
        else f"known are {', '.join(known)}"
    )
    return f"{word!r}; {hint}{valid}"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
