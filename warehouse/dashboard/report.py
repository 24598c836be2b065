"""The report: one self-contained page of a publication; no server, no network, no script.

Lives here: laying the page out of questions, differences and facts. Must not live here: SQL, charts, sentences,
and when it is drawn (warehouse/publication/publish.py).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from warehouse.dashboard import figures, trust
from warehouse.dashboard.charts.differences import SCALE, difference_strip
from warehouse.dashboard.differences import Difference, Differences, compare
from warehouse.dashboard.published import open_marts
from warehouse.dashboard.questions import connections, formats, profile, size, use, when, where
from warehouse.dashboard.questions.question import Question
from warehouse.dashboard.readings import EVERYBODY, Readings, Segment, read

FOLDER = "report"
_TEMPLATES = Path(__file__).parent / "templates"
_SIDE_BY_SIDE = 5  # segments in one board
_MOST = 20  # segments of a segmentation on the page
_STRIP = pa.schema([("index", pa.float64()), ("place", pa.string())])


@dataclass(frozen=True)
class Board:
    """Up to five segments side by side."""

    segments: tuple[Segment, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Part:
    """A segmentation on the page."""

    name: str
    title: str
    lead: str
    boards: tuple[Board, ...]
    differences: Differences | None
    left_out: int


def write_report(publication: Path, manifest: Mapping[str, Any], brand: str) -> Path:
    """Draw the page of a publication's folder from its marts and the content of its manifest; return its path."""
    with open_marts(publication) as marts:
        readings = read(marts)
        facts = trust.facts(marts, manifest)
    parts = [_part(readings, name, manifest["currency"]) for name in readings.segments]
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            brand=brand,
            month=_month(readings),
            manifest=manifest,
            published_on=str(manifest["published_at"])[:10],
            facts=facts,
            parts=parts,
            scale=SCALE,
        )
    )
    folder = publication / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "marked": _marked,
        "picture": Markup,  # charts/ escape what comes from data
        "strip": _strip,
        "times": lambda ratio: f"{ratio:.1f} ×",
    }
    return environment


def _marked(sentence: str) -> Markup:
    """Escape a sentence, then turn its `**` into what is read first."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(sentence))))  # noqa: S704, escaped before


def _strip(difference: Difference) -> Markup:
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


def _month(readings: Readings) -> str:
    months: set[dt.date] = {row["period_month"] for row in readings.presence.values()}
    return f"{max(months):%B %Y}" if months else "no month published"


def _part(readings: Readings, name: str, currency: str) -> Part:
    segments = readings.segments[name]
    shown = segments[:_MOST]
    boards = tuple(
        Board(tuple(group), tuple(_questions(readings, group, currency)))
        for group in (shown[start : start + _SIDE_BY_SIDE] for start in range(0, len(shown), _SIDE_BY_SIDE))
    )
    found = compare(readings, shown) if name != EVERYBODY else None
    title = "All customers together" if name == EVERYBODY else f"Segments by {name.replace('_', ' ')}"
    return Part(name, title, _lead(readings, shown, found), boards, found, len(segments) - len(shown))


def _questions(readings: Readings, segments: list[Segment], currency: str) -> Iterator[Question]:
    asked = (
        profile.ask(readings, segments),
        size.ask(readings, segments, currency),
        where.ask(readings, segments),
        use.ask(readings, segments),
        formats.ask(readings, segments),
        when.ask(readings, segments, "active"),
        when.ask(readings, segments, "passive"),
        connections.ask(readings, segments),
    )
    yield from (question for question in asked if question is not None)


def _lead(readings: Readings, segments: list[Segment], found: Differences | None) -> str:
    """The three largest differences, then a caution on recall."""
    if found is None:
        return ""
    first = [
        f"**{each.spoken}** ({each.readings[0].segment} {each.written[0]}, "
        f"{each.readings[-1].segment} {each.written[1]})"
        for each in found.shown[:3]
    ]
    said = f"The segments differ most in {_joined(first)}." if first else "No difference survives the doubt."
    return f"{said} {_caution(readings, segments)}".strip()


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _caution(readings: Readings, segments: list[Segment]) -> str:
    """How unevenly links were found, since a comparison of segments rests on it."""
    rows = [
        row
        for each in segments
        for network in readings.networks
        if (row := readings.presence.get((each.segmentation, each.name, network))) is not None
        and row["link_recall"] is not None
        and row["status"] == "shown"
    ]
    if not rows:
        return "How many links were found is not known: presence compares roughly only."
    recalls = [row["link_recall"] for row in rows]
    how = "at most " if any(row["link_recall_is_upper_bound"] for row in rows) else ""
    said = (
        f"{how}{figures.span(min(recalls), max(recalls))} % of the links were found, by segment and network"
    )
    return f"Presence compares roughly: {said}."
