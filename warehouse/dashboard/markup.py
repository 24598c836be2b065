"""Jinja's environment for every page, and the filters by which figures become markup.

Lives here: what is escaped, and what need not be. Must not live here: a page (report.py, pages/), marks (charts/).
"""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from warehouse.dashboard.charts.differences import difference_strip
from warehouse.dashboard.differences import Difference

_TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
_STRIP = pa.schema([("index", pa.float64()), ("place", pa.string())])


def environment() -> Environment:
    """Jinja with everything escaped that is not drawn by charts/; a name that a template misspells is an error."""
    made = Environment(
        loader=FileSystemLoader([_TEMPLATES, STATIC]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "marked": marked,
        "picture": Markup,  # charts/ escape what comes from data
        "strip": strip,
        "times": lambda ratio: f"{ratio:.1f} ×",
    }
    return made


def marked(sentence: str) -> Markup:
    """Escape a sentence, then turn its `**` into what is read first."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(sentence))))  # noqa: S704, escaped before


def strip(difference: Difference) -> Markup:
    """The index of every segment on one line."""
    last = len(difference.readings) - 1
    rows = [
        {"index": each.index, "place": {0: "highest", last: "lowest"}.get(place, "other")}
        for place, each in enumerate(difference.readings)
        if each.index is not None
    ]
    words = ", ".join(
        f"{each.segment} {each.index:.0f}" for each in difference.readings if each.index is not None
    )
    return Markup(difference_strip(pa.Table.from_pylist(rows, _STRIP), f"Index: {words}"))  # noqa: S704, as above
