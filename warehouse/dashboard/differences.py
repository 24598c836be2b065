"""What sets the segments apart: the highest over the lowest, ranked by what doubt leaves of it.

A reading has a low and a high end, by links (accepted links against the upper end of what is expected) and by
few people (the interval of the mart). "At least" is the low end of the highest segment over the high end of the
lowest.
Highest, lowest and the window of hours are picked from the data and uncorrected for that; the page says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.dashboard import figures
from warehouse.dashboard.charts.heat_map import LEAST_WINDOW, busiest_hours
from warehouse.dashboard.readings import MODES, Readings, Segment
from warehouse.dashboard.sentences import format_in_plural

LEAST_RATIO = 1.15  # of "at least"; below it nothing is shown
MOST_SHOWN = 12
_LINKS, _PEOPLE = "links", "few people"
# Column, name, name in a sentence, kind, whether it is of all customers and so needs a link, how it is written.
_RATES: tuple[tuple[str, str, str, str, bool, Callable[[float | None], str]], ...] = (
    ("active_rate", "Active in the month", "being active", "WHERE", True, figures.percent),
    ("brand_follower_rate", "Follow the brand", "following the brand", "HOW", True, figures.percent),
    ("active_per_week", "Acts a week", "acts a week", "HOW", False, figures.rate),
    ("passive_per_week", "Reads a week", "reads a week", "HOW", False, figures.rate),
    ("connections_avg", "Connections", "connections", "HOW", False, figures.count),
)


@dataclass(frozen=True)
class Reading:
    """A figure of one segment, and between what it can be read."""

    segment: str
    value: float
    low: float
    high: float
    index: float | None


@dataclass(frozen=True)
class Difference:
    """A characteristic and what lies between its highest and its lowest segment."""

    name: str
    spoken: str  # as it stands in a sentence: "the segments differ most in …"
    kind: str  # WHERE, HOW or WHEN
    readings: tuple[Reading, ...]  # highest first
    written: tuple[str, str]  # of the highest and the lowest
    seen: float
    at_least: float
    doubt: str
    left_out: int  # segments of which nothing is shown


@dataclass(frozen=True)
class Differences:
    """Those shown, best first, and how many were compared."""

    shown: tuple[Difference, ...]
    compared: int


def compare(readings: Readings, segments: Sequence[Segment]) -> Differences:
    """Compare the segments of one segmentation in everything that has an interval."""
    found = [
        *_presence(readings, segments),
        *_rates(readings, segments),
        *_formats(readings, segments),
        *_hours(readings, segments),
    ]
    ranked = sorted(found, key=lambda each: (-each.at_least, each.name))
    survive = [each for each in ranked if each.at_least > LEAST_RATIO]
    return Differences(tuple(survive[:MOST_SHOWN]), len(found))


def difference(
    name: tuple[str, str],
    kind: str,
    readings: Sequence[Reading],
    segments: int,
    doubt: str,
    written: Callable[[float | None], str] = figures.percent,
) -> Difference | None:
    """Highest against lowest; None with fewer than two segments or nothing to divide by.

    `name` is how the table names it, and how a sentence does.
    """
    ranked = sorted(readings, key=lambda each: (-each.value, each.segment))
    if len(ranked) < 2 or ranked[-1].value <= 0 or ranked[-1].high <= 0:
        return None
    first, last = ranked[0], ranked[-1]
    return Difference(
        *name,
        kind,
        tuple(ranked),
        (written(first.value), written(last.value)),
        first.value / last.value,
        first.low / last.high,
        doubt,
        segments - len(ranked),
    )


def _rows(
    readings: Readings, segments: Sequence[Segment], network: str
) -> list[tuple[str, Mapping[str, Any]]]:
    found = [
        (each.label, readings.presence.get((each.segmentation, each.name, network))) for each in segments
    ]
    return [(label, row) for label, row in found if row is not None and row["status"] == "shown"]


def _index(value: float, everybody: float | None) -> float | None:
    return 100 * value / everybody if everybody else None


def _presence(readings: Readings, segments: Sequence[Segment]) -> Iterator[Difference]:
    """Presence as expected; read at worst as the accepted links, or as the ends of what is expected."""
    for network in readings.networks:
        held = []
        for label, row in _rows(readings, segments, network):
            expected, accepted = row["presence_rate_expected"], row["presence_rate"]
            if expected is None or accepted is None:
                continue
            low = min(accepted, row["presence_rate_expected_low"])
            high = max(accepted, row["presence_rate_expected_high"])
            index = _index(expected, row["everybody_presence_rate_expected"])
            held.append(Reading(label, expected, low, high, index))
        name = (f"Presence, {figures.label(network)}", f"presence on {figures.in_sentence(network)}")
        found = difference(name, "WHERE", held, len(segments), _LINKS)
        if found:
            yield found


def _rates(readings: Readings, segments: Sequence[Segment]) -> Iterator[Difference]:
    """Rates with an interval; those of all customers need a link, and are scaled up by what may be missed."""
    for measure, name, spoken, kind, needs_link, written in _RATES:
        for network in readings.networks:
            held = []
            for label, row in _rows(readings, segments, network):
                value, low, high = row[measure], row[f"{measure}_low"], row[f"{measure}_high"]
                if value is None or low is None or high is None:
                    continue
                high *= _missed(row) if needs_link else 1.0
                held.append(Reading(label, value, low, high, _index(value, row[f"everybody_{measure}"])))
            doubt = f"{_LINKS}, {_PEOPLE}" if needs_link else _PEOPLE
            names = (f"{name}, {figures.label(network)}", f"{spoken} on {figures.in_sentence(network)}")
            found = difference(names, kind, held, len(segments), doubt, written)
            if found:
                yield found


def _missed(row: Mapping[str, Any]) -> float:
    """How much larger a rate may be for links that were not accepted; 1 where it cannot be told."""
    accepted, high = row["presence_rate"], row["presence_rate_expected_high"]
    return max(high / accepted, 1.0) if accepted and high is not None else 1.0


def _formats(readings: Readings, segments: Sequence[Segment]) -> Iterator[Difference]:
    """Shares of formats among the posts on the network asked about, or on all together."""
    for name in sorted({name for _, _, network, name in readings.formats if network == readings.network}):
        held = []
        for each in segments:
            row = readings.formats.get((each.segmentation, each.name, readings.network, name))
            if (
                row is None
                or row["status"] != "shown"
                or None in (row["activity_share"], row["activity_share_low"])
            ):
                continue
            share, index = row["activity_share"], row["index_vs_all"]
            held.append(
                Reading(each.label, share, row["activity_share_low"], row["activity_share_high"], index)
            )
        names = (
            f"Share of {format_in_plural(name)} in posts",
            f"the share of {format_in_plural(name)} in posts",
        )
        found = difference(names, "HOW", held, len(segments), _PEOPLE)
        if found:
            yield found


def _hours(readings: Readings, segments: Sequence[Segment]) -> Iterator[Difference]:
    """For each mode the busiest window of a segment in which the segments differ most."""
    for mode in MODES:
        everybody = readings.everybody_hours(mode)
        held = {each.label: readings.hours.get((each.segmentation, each.name, mode)) for each in segments}
        enough = {
            label: (hours.by_hour, hours.contributors)
            for label, hours in held.items()
            if hours is not None and hours.status == "shown" and sum(hours.by_hour) >= LEAST_WINDOW
        }
        found = []
        for start in sorted({busiest_hours(activities)[0] for activities, _ in enough.values()}):
            average = share_within(everybody.by_hour, start) if everybody else None
            readings_of = []
            for label, (activities, people) in enough.items():
                share = share_within(activities, start)
                factor = math.exp(1.96 / math.sqrt(people)) if people else math.inf
                readings_of.append(
                    Reading(label, share, share / factor, share * factor, _index(share, average))
                )
            verbs = ("Acts", "acting") if mode == "active" else ("Reads", "reading")
            name = (f"{verbs[0]} at {figures.hours(start)}", f"{verbs[1]} at {figures.hours(start)}")
            one = difference(name, "WHEN", readings_of, len(segments), _PEOPLE)
            found += [one] if one else []
        if found:
            yield max(found, key=lambda each: each.at_least)


def share_within(activities: Sequence[int], start: int, length: int = 3) -> float:
    """The share of a week's activities in a window of hours, all weekdays together."""
    held = {(start + step) % 24 for step in range(length)}
    total = sum(activities)
    return sum(each for place, each in enumerate(activities) if place % 24 in held) / total if total else 0.0
