"""Tables and headings of the reference, as Markdown. Must not live here: what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MARK = "Written by python -m orchestration.handbook from the code: do not edit."


def page(title: str, *parts: str) -> str:
    """A page: its title, then its parts."""
    return "\n\n".join((f"<!-- {MARK} -->\n# {title}", *parts)) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what would end a cell is escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def code(text: str) -> str:
    """A word of code."""
    return f"`{text}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
