"""What the Segments page rests on, read once from the published marts and held by segment.

Must not live here: SQL (queries/), how a figure is drawn or said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from warehouse.dashboard.figures import ALL, label
from warehouse.dashboard.published import Marts

Row = Mapping[str, Any]
_VALUE_ORDER = ("top", "high", "medium", "low", "inactive")
EVERYBODY = "all"  # the segmentation of one segment
MODES = ("active", "passive")


@dataclass(frozen=True)
class Segment:
    """A class of a segmentation, as the page names it."""

    segmentation: str
    name: str
    label: str
    definition: str


@dataclass(frozen=True)
class Hours:
    """The activities of a segment in a mode, by hour of the week."""

    status: str
    contributors: int
    rows: pa.Table

    @cached_property
    def by_hour(self) -> list[int]:
        """Activities in order of weekday and hour."""
        found = [0] * 168
        for row in self.rows.to_pylist():
            found[(row["iso_weekday"] - 1) * 24 + row["hour_local"]] = row["activities"] or 0
        return found


@dataclass(frozen=True)
class Readings:
    """A month's figures; keys are (segmentation, segment, …). `network`: the one asked about, or all together."""

    segments: dict[str, list[Segment]]
    networks: list[str]
    passive_networks: list[str]
    presence: dict[tuple[str, str, str], Row]
    formats: dict[tuple[str, str, str, str], Row]
    hours: dict[tuple[str, str, str], Hours]
    hours_cover_quarter: bool
    sizes: dict[tuple[str, str], Row]
    profiles: dict[tuple[str, str], Row]
    network: str = ALL

    def everybody_hours(self, mode: str) -> Hours | None:
        """The hours of all customers together."""
        for segment in self.segments.get(EVERYBODY, ()):
            return self.hours.get((EVERYBODY, segment.name, mode))
        return None


def read(
    marts: Marts, month: dt.date | None = None, network: str = ALL, segmentation: str | None = None
) -> Readings:
    """Read what the page shows of a month, by default the last; marts that are not published leave a part empty.

    A network narrows all but sizes and profiles, which are of people over all networks; a segmentation leaves that
    of everybody beside itself.
    """
    quarter = marts.holds("hours_quarter")
    observed = [
        row
        for row in marts.ask("observed_networks", month=month).to_pylist()
        if network in (ALL, row["network"])
    ]

    def rows(query: str, *keys: str) -> dict[Any, Row]:
        return (
            _by(marts.ask(query, month=month, segmentation=segmentation), *keys) if marts.holds(query) else {}
        )

    hours = "hours_quarter" if quarter else "hours"
    return Readings(
        segments=segments_of(marts, month),
        networks=[row["network"] for row in observed],
        passive_networks=[row["network"] for row in observed if row["passive_observed"]],
        presence=rows("presence", "segmentation", "segment", "network"),
        formats=rows("formats", "segmentation", "segment", "network", "format"),
        hours=_hours(marts.ask(hours, month=month, network=network, segmentation=segmentation))
        if marts.holds(hours)
        else {},
        hours_cover_quarter=quarter,
        sizes=rows("segment_size", "segmentation", "segment"),
        profiles=rows("profiles", "segmentation", "segment"),
        network=network,
    )


def _by(table: pa.Table, *keys: str) -> dict[Any, Row]:
    return {tuple(row[key] for key in keys): row for row in table.to_pylist()}


def segments_of(marts: Marts, month: dt.date | None = None) -> dict[str, list[Segment]]:
    """Segments by segmentation, in the order in which they stand."""
    described: dict[Any, Row] = {}
    if marts.holds("segments_described"):
        described = _by(marts.ask("segments_described"), "segmentation", "segment")
    found: dict[str, list[tuple[tuple[Any, ...], Segment]]] = {}
    for row in marts.ask("segments", month=month).to_pylist():
        more = described.get((row["segmentation"], row["segment"]), {})
        segment = Segment(
            row["segmentation"],
            row["segment"],
            label(more.get("label") or row["segment"]),
            more.get("definition") or "",
        )
        found.setdefault(segment.segmentation, []).append((_place(row, more), segment))
    ordered = {
        name: [each for _, each in sorted(held, key=lambda pair: pair[0])] for name, held in found.items()
    }
    first = [name for name in ("value", *sorted(ordered)) if name in ordered and name != EVERYBODY]
    last = [EVERYBODY] if EVERYBODY in ordered else []
    return {name: ordered[name] for name in dict.fromkeys([*first, *last])}


def _place(row: Row, described: Row) -> tuple[Any, ...]:
    """Where a segment stands: as the mart says, as value says, else the largest first and nobody's last."""
    name = row["segment"]
    if described.get("position") is not None:
        return (0, described["position"], 0, name)
    if row["segmentation"] == "value" and name in _VALUE_ORDER:
        return (0, _VALUE_ORDER.index(name), 0, name)
    return (1, name == "unassigned", -(row["customers"] or 0), name)


def _hours(table: pa.Table) -> dict[tuple[str, str, str], Hours]:
    held: dict[tuple[str, str, str], list[Row]] = {}
    for row in table.to_pylist():
        held.setdefault((row["segmentation"], row["segment"], row["mode"]), []).append(row)
    return {
        key: Hours(
            rows[0]["status"], rows[0]["contributors"] or 0, pa.Table.from_pylist(list(map(dict, rows)))
        )
        for key, rows in held.items()
    }


def networks_of(readings: Readings) -> list[str]:
    """Networks as the page lists them: all together first, where the marts have that; or the one asked about."""
    if readings.network != ALL:
        return [readings.network]
    together = any(network == ALL for _, _, network in readings.presence)
    return [*([ALL] if together else []), *readings.networks]
