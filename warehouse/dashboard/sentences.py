"""Sentences made from figures by rules: one fact with its interval, one comparison, silent where support is thin.

The subject is the segment, so that each sentence stands alone. `**` marks what is read first. Must not live here:
markup (report.py), what a chart draws (charts/).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.dashboard import figures
from warehouse.dashboard.charts.heat_map import LEAST_WINDOW, busiest_hours

Row = Mapping[str, Any]
LEAST_PEOPLE = 30  # behind a sentence about use or formats
_MANY_AT_WEEKENDS, _FEW_AT_WEEKENDS = 0.33, 0.20  # even: 2 of 7 days, 29 %
_FORMATS = {"check_in": "check-ins", "text": "plain texts"}


@dataclass(frozen=True)
class Sentence:
    """What is said above a picture; `is_silent` says only why nothing is."""

    text: str
    is_silent: bool = False

    @property
    def plain(self) -> str:
        """Without the marks of what is read first."""
        return self.text.replace("**", "")


def format_in_plural(name: str) -> str:
    """A format of posts as it stands within a sentence."""
    return _FORMATS.get(name, f"{name.replace('_', ' ')}s")


def silence(text: str) -> Sentence:
    """Say why nothing is said."""
    return Sentence(text, is_silent=True)


def subject(label: str) -> str:
    """The people of a segment: 'Top customers'. An asterisk of its name would read as a mark."""
    name = re.sub(r"\s+", " ", label).strip().replace("*", "∗")
    return name if name.lower().endswith("customers") else f"{name} customers"


def size(label: str, share: float | None, value_share: float | None) -> Sentence:
    """How many of all they are, and what they bring."""
    if share is None:
        return silence(f"{subject(label)}: hidden, too few people.")
    said = f"{subject(label)} are **{figures.percent(share)}** of all"
    if value_share is None:
        return Sentence(f"{said}.")
    if value_share == 0:
        return Sentence(f"{said}; none ordered in 12 months.")
    return Sentence(f"{said} and bring **{figures.percent(value_share)}** of the order value.")


def where(label: str, rows: Sequence[Row], others: Iterable[Row]) -> Sentence:
    """The network with the highest expected rate; two where linking doubt cannot tell them apart.

    `rows`: this segment's by network; `others`: those of the other segments, none where there are none.
    """
    shown = sorted(
        (row for row in rows if row["status"] == "shown" and row["presence_rate_expected"] is not None),
        key=lambda row: (-row["presence_rate_expected"], row["network"]),
    )
    if not shown:
        return silence(f"{subject(label)}: {_why_nothing(rows)}.")
    first = shown[0]
    doubt = figures.span(first["presence_rate_expected_low"], first["presence_rate_expected_high"])
    rate = f"({figures.percent(first['presence_rate_expected'])}, {doubt})"
    name = figures.in_sentence(first["network"])
    compared = _compared(first, others)
    if len(shown) > 1 and shown[1]["presence_rate_expected_high"] >= first["presence_rate_expected_low"]:
        second = figures.in_sentence(shown[1]["network"])
        return Sentence(f"{subject(label)} are on **{name}** and **{second}** alike {rate}.")
    return Sentence(f"{subject(label)} are most on **{name}** {rate}{compared}.")


def _compared(row: Row, others: Iterable[Row]) -> str:
    """More or less than every other segment, else than everybody, by readings that hold at the worst."""
    rivals = [other for other in others if other["network"] == row["network"]]
    low, high = _readings(row)
    if rivals and all(other["presence_rate_expected"] is not None for other in rivals):
        if all(low > _readings(other)[1] for other in rivals):
            return ", more than any other segment"
        if all(high < _readings(other)[0] for other in rivals):
            return ", less than any other segment"
    everybody = row.get("everybody_presence_rate_expected")
    if not rivals or everybody is None:
        return ""
    lowest, highest = _readings(row, "everybody_")
    return ", above average" if low > highest else ", below average" if high < lowest else ", as average"


def _readings(row: Row, whose: str = "") -> tuple[float, float]:
    """The lowest and the highest that presence can be read as: accepted links, or the ends of what is expected."""
    ends = ("presence_rate", "presence_rate_expected_low", "presence_rate_expected_high")
    known = [row[whose + end] for end in ends if row[whose + end] is not None]
    return (min(known), max(known)) if known else (0.0, 1.0)


def use(label: str, rows: Sequence[Row], is_everybody: bool = False) -> Sentence:
    """The network that they act on most, and where they read more than they act."""
    shown = [
        row
        for row in rows
        if row["status"] == "shown"
        and row["active_per_week"] is not None
        and (row["customers_active"] or 0) >= LEAST_PEOPLE
    ]
    if not shown:
        return silence(f"{subject(label)}: fewer than {LEAST_PEOPLE} seen active on a network.")
    first = max(shown, key=lambda row: (row["active_per_week"], row["network"]))
    said = (
        f"{subject(label)} act most on **{figures.in_sentence(first['network'])}**: {_interval(first)} a week"
    )
    average = first.get("active_per_week_index_vs_all")
    if average is not None and not is_everybody:
        said += f", {figures.times(average)}"
    reading = [
        row
        for row in shown
        if row["passive_per_week_low"] is not None
        and row["active_per_week_high"] is not None
        and row["passive_per_week_low"] > row["active_per_week_high"]
    ]
    if reading:
        most = max(reading, key=lambda row: row["passive_per_week"] - row["active_per_week"])
        said += f"; on {figures.in_sentence(most['network'])} they read more than they act"
    return Sentence(f"{said}.")


def _interval(row: Row) -> str:
    low, high = row["active_per_week_low"], row["active_per_week_high"]
    around = f" ({figures.rate(low)}–{figures.rate(high)})" if low is not None and high is not None else ""
    return f"{figures.rate(row['active_per_week'])}{around}"


def is_told_apart(row: Row) -> bool:
    """Whether a format's share differs from everybody's: by its interval, and with people enough behind it."""
    everybody, low, high = (
        row["everybody_activity_share"],
        row["activity_share_low"],
        row["activity_share_high"],
    )
    if None in (everybody, low, high) or (row["contributors"] or 0) < LEAST_PEOPLE:
        return False
    return bool(not low <= everybody <= high)


def formats(label: str, rows: Sequence[Row]) -> Sentence:
    """What they post more and less than everybody: at most two up and one down, over all networks if it can be."""
    if not any(row["status"] == "shown" for row in rows):
        return silence(f"{subject(label)}: {_why_nothing(rows)}.")
    told = [row for row in rows if row["status"] == "shown" and row["index_vs_all"] and is_told_apart(row)]
    told = [row for row in told if row["network"] == figures.ALL] or told
    ranked = sorted(told, key=lambda row: -abs(math.log(row["index_vs_all"] / 100)))
    up = [_format(row) for row in ranked if row["index_vs_all"] > 100][:2]
    down = [_format(row) for row in ranked if row["index_vs_all"] < 100][:1]
    if not up and not down:
        return silence(f"{subject(label)}: no format is told apart from all customers.")
    parts = ([f"more {' and '.join(up)}"] if up else []) + ([f"fewer {down[0]}"] if down else [])
    return Sentence(f"{subject(label)} post {', '.join(parts)} than average.")


def _format(row: Row) -> str:
    name = format_in_plural(row["format"])
    place = "" if row["network"] == figures.ALL else f" on {figures.in_sentence(row['network'])}"
    return f"**{name}**{place} ({row['index_vs_all']:.0f})"


def when(
    label: str, mode: str, status: str, activities: list[int], everybody: list[int] | None = None
) -> Sentence:
    """The three busiest hours, against everybody's share in them; weekends where they stand out."""
    total = sum(activities)
    verb = "act" if mode == "active" else "read"
    if status in ("hidden", "not_observed"):
        why = "hidden, too few people" if status == "hidden" else "no source observes it"
        return silence(f"{subject(label)}: {why}.")
    if total < LEAST_WINDOW:
        return silence(f"{subject(label)}: {total} activities, too few to name a time.")
    start, share = busiest_hours(activities)
    facts = [figures.percent(share)]
    if everybody and sum(everybody):
        held = {(start + step) % 24 for step in range(3)}
        average = sum(each for place, each in enumerate(everybody) if place % 24 in held) / sum(everybody)
        if average:
            facts.append(figures.times(100 * share / average))
    weekend = sum(activities[5 * 24 :]) / total
    often = (
        ", more at weekends"
        if weekend > _MANY_AT_WEEKENDS
        else ", seldom at weekends"
        if weekend < _FEW_AT_WEEKENDS
        else ""
    )
    return Sentence(
        f"{subject(label)} {verb} most at **{figures.hours(start)}** ({', '.join(facts)}){often}."
    )


def connections(label: str, row: Row | None, is_everybody: bool = False) -> Sentence:
    """How many counterparts a present customer has, and how many follow the brand."""
    parts = []
    if row is not None and row["connections_avg"] is not None:
        said = f"have **{figures.count(row['connections_avg'])}** connections"
        parts.append(said + _against(row["connections_avg_index_vs_all"], is_everybody))
    if row is not None and row["brand_follower_rate"] is not None:
        said = f"**{figures.percent(row['brand_follower_rate'])}** follow the brand"
        parts.append(said + _against(row["brand_follower_rate_index_vs_all"], is_everybody))
    if not parts:
        return silence(f"{subject(label)}: {_why_nothing([row] if row else [])}.")
    return Sentence(
        f"{subject(label)} {'; '.join(parts)}." if parts[0][0] != "*" else f"{subject(label)}: {parts[0]}."
    )


def _against(index: float | None, is_everybody: bool) -> str:
    return "" if index is None or is_everybody else f", {figures.times(index)}"


def _why_nothing(rows: Sequence[Row]) -> str:
    stati = {row["status"] for row in rows}
    if stati <= {"not_observed"}:
        return "no source observes it"
    return "hidden, too few people" if stati & {"hidden", "shown"} else "nothing to count"
