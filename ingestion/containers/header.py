"""A table's header: names compared without regard to case, and what is said of one that does not do.

A name of a header is quoted where it is one that the format or the source's map knows, or where the rows below
show that the line is a header: a file without one has a person's data there. Must not live here: reading of
headers (delimited/, parquet.py).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence

from ingestion.containers.container import UnreadableFile

MOST_LISTED = 30
_ADVICE = "Name another one under 'columns', or mend the export."
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
# what stands in rows and hardly in a header: an address, a number, a date, an id with digits
_IS_DATUM = re.compile(r"@|\d{3}|^[^A-Za-z]*\d[^A-Za-z]*$")


def listed(names: Iterable[str]) -> str:
    """Quote names for a sentence; of very many the first thirty."""
    names = list(names)
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(repr(name) for name in names[:MOST_LISTED]) + more


def respelt(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Give the names of a header, those that are known names but for their case as these are spelt.

    Where a known name stands there exactly, another case of it is another column.
    """
    bare = [name.strip().strip(_INVISIBLE).strip() for name in names]
    by_fold = {name.casefold(): name for name in known}
    exact = set(bare).intersection(by_fold.values())
    meant = [by_fold.get(name.casefold(), name) for name in bare]
    return [
        name if name in exact or other in exact else other for name, other in zip(bare, meant, strict=True)
    ]


def told(header: Sequence[str], known: Collection[str], *, all_names: bool = False) -> str:
    """List the names of a header: all where that is known to be one, else those known, and count the others."""
    names = list(header) if all_names else [name for name in header if name in known]
    others = len(header) - len(names)
    counted = "1 column with a name" if others == 1 else f"{others} columns with names"
    return " and ".join([listed(names)] * bool(names) + [f"{counted} not known here"] * bool(others))


def is_header(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bool:
    """Say whether the rows below a line show that it names them: nothing in it is a datum, and somewhere below
    every cell is one."""
    if any(_IS_DATUM.search(name) or len(name) > 60 for name in header):
        return False
    below = [[row[i] for row in rows if i < len(row) and row[i].strip()] for i in range(len(header))]
    return any(
        name and cells and all(map(_IS_DATUM.search, cells))
        for name, cells in zip(header, below, strict=True)
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is spelt most like `name`, whatever the case, if one is near."""
    by_lower = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None


def check_columns(
    header: Sequence[str],
    required: Iterable[str],
    wanted: Collection[str],
    hint: str | None = None,
    *,
    all_names: bool = False,
) -> None:
    """Raise UnreadableFile where a required column is missing, or every wanted one; `hint` says what to do then.

    `all_names` may be told where the header is known to be one.
    """
    missing = sorted(set(required) - set(header))
    if not missing and (not wanted or not set(wanted).isdisjoint(header)):
        return
    missing = missing or sorted(wanted)
    near = nearest(missing[0], header)
    if near and not hint:
        named = f"Is {near!r}" if all_names else f"Is column {header.index(near) + 1}"
        hint = f"{named} meant? It is spelt much the same: name it under 'columns'."
    raise UnreadableFile(
        "missing_column",
        f"has no column {listed(missing)}; its columns are "
        f"{told(header, {*required, *wanted}, all_names=all_names)}. {hint or _ADVICE}",
    )


def each_once(header: list[str], wanted: Collection[str], hint: str | None = None) -> list[str]:
    """Tell columns of one name apart by their place. Raises UnreadableFile where one that is `wanted` (any, if
    none is named) stands twice."""
    twice = {name for name in header if header.count(name) > 1}
    meant = sorted(twice.intersection(wanted) if wanted else twice)
    if meant:
        raise UnreadableFile(
            "duplicate_header",
            f"names {told(meant, wanted)} more than once in its header: which is meant cannot be told. "
            f"{hint or 'Rename one of them in the export.'}",
        )
    return [f"{name}@{place}" if name in twice else name for place, name in enumerate(header, start=1)]
