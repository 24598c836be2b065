"""What is said of a table's header that does not do: which column is missing, and what was meant.

Must not live here: reading of headers (delimited.py, parquet.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from ingestion.format import UnreadableFile

MOST_LISTED = 30


def listed(names: Iterable[str]) -> str:
    """Quote names for a sentence; of very many the first thirty."""
    names = list(names)
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(repr(name) for name in names[:MOST_LISTED]) + more


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is spelt most like `name`, whatever the case, if one is near."""
    by_lower = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None


def check_required(header: list[str], required: Iterable[str], hint: str | None = None) -> None:
    """Raise UnreadableFile where a required column is missing; `hint` replaces the nearest name."""
    missing = sorted(set(required) - set(header))
    if missing:
        near = nearest(missing[0], header)
        hint = hint or (f"Did you mean {near!r}?" if near else "Map another column, or mend the export.")
        raise UnreadableFile(
            "missing_column", f"has no column {listed(missing)}; its columns are {listed(header)}. {hint}"
        )
