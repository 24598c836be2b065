"""A segmentation laid out: its segments side by side, the questions asked of them, what sets them apart.

Shared by the report and the page Segments. Must not live here: SQL, charts, sentences, markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warehouse.dashboard import figures
from warehouse.dashboard.differences import Differences, compare
from warehouse.dashboard.questions import connections, formats, profile, size, use, when, where
from warehouse.dashboard.questions.question import Question
from warehouse.dashboard.readings import EVERYBODY, Readings, Segment

_SIDE_BY_SIDE = 5  # segments in one board
_MOST = 20  # segments of a segmentation on the page


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


def month_in_words(readings: Readings) -> str:
    """The month that the figures are of."""
    months: set[dt.date] = {row["period_month"] for row in readings.presence.values()}
    return f"{max(months):%B %Y}" if months else "no month published"


def lay_out(readings: Readings, name: str, currency: str, only: Sequence[str] = ()) -> Part:
    """A segmentation side by side; of `only` the segments named, where that names any of them."""
    every = readings.segments[name]
    segments = [each for each in every if each.name in only] or every
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
