"""What is said of a table's header that does not do: which column is missing, and what was meant.

A cell of a header is quoted only where it is a name that the format or the source's map knows: a file
without a header row has a person's data there. Must not live here: reading of headers (delimited.py,
parquet.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable

from ingestion.format import UnreadableFile

MOST_LISTED = 30


def listed(names: Iterable[str]) -> str:
    """Quote names for a sentence; of very many the first thirty."""
    names = list(names)
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(repr(name) for name in names[:MOST_LISTED]) + more


def told(header: Iterable[str], known: Container[str]) -> str:
    """List the cells of a header that are known names, and count the others."""
    header = list(header)
    names = [name for name in header if name in known]
    others = len(header) - len(names)
    counted = "1 column with a name" if others == 1 else f"{others} columns with names"
    return " and ".join([listed(names)] * bool(names) + [f"{counted} not known here"] * bool(others))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is spelt most like `name`, whatever the case, if one is near."""
    by_lower = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None


def check_required(
    header: list[str], required: Iterable[str], known: Iterable[str] = (), hint: str | None = None
) -> None:
    """Raise UnreadableFile where a required column is missing; `hint` replaces the place of the nearest.

    `known` are the names beside the required ones that may be quoted.
    """
    required = set(required)
    missing = sorted(required - set(header))
    if missing:
        near = nearest(missing[0], header)
        hint = hint or (
            f"Is column {header.index(near) + 1} meant? It is spelt much the same."
            if near
            else "Map another column, or mend the export."
        )
        columns = told(header, required.union(known))
        raise UnreadableFile(
            "missing_column", f"has no column {listed(missing)}; its columns are {columns}. {hint}"
        )
