"""Whom a segment is connected with, and whether it follows the brand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from warehouse.dashboard import figures, sentences
from warehouse.dashboard.charts.drawing import row_labels
from warehouse.dashboard.charts.measures import measure_dots
from warehouse.dashboard.questions.question import Cell, Question
from warehouse.dashboard.readings import EVERYBODY, Readings, Row, Segment, networks_of

_MEASURES: tuple[tuple[str, str, Callable[[float | None], str]], ...] = (
    ("connections_avg", "Connections", figures.count),
    ("followers_median", "Followers", figures.count),
    ("brand_follower_rate", "Follow brand", figures.percent),
    ("connected_customers_share", "To customers", figures.percent),
)
_NUMBERS = ("value", "low", "high", "everybody", "index", "top")
_SCHEMA = pa.schema(
    [("status", pa.string()), ("shown", pa.string()), *((name, pa.float64()) for name in _NUMBERS)]
)
_LEGEND = (
    ("dot", "segment"),
    ("band", "95 % interval, few people"),
    ("everybody", "all customers"),
    ("hatch", "hidden"),
)


def ask(readings: Readings, segments: Sequence[Segment]) -> Question | None:
    """Connections, followers, brand followers, and customers among the counterparts; only what is observed."""
    held = {key: row for key, row in readings.presence.items() if key[0] == segments[0].segmentation}
    listed = [
        (measure, network)
        for measure, _, _ in _MEASURES
        for network in networks_of(readings)
        if any(row[measure] is not None for key, row in held.items() if key[2] == network)
    ]
    if not listed:
        return None
    tops = {
        pair: max(_value(row, measure) for key, row in held.items() if key[2] == network) * 1.08
        for pair in listed
        for measure, network in [pair]
    }
    shared = {measure: max(top for (of, _), top in tops.items() if of == measure) for measure, _ in listed}
    cells = []
    for segment in segments:
        rows = [
            (measure, held[(segment.segmentation, segment.name, network)])
            for measure, network in listed
            if (segment.segmentation, segment.name, network) in held
        ]
        marks = [_mark(row, measure, shared[measure]) for measure, row in rows]
        together = held.get((segment.segmentation, segment.name, readings.network))
        said = sentences.connections(segment.label, together, segment.segmentation == EVERYBODY)
        words = "; ".join(
            f"{_name(measure)} {figures.label(row['network'])} {mark['shown'] or 'not shown'}"
            for (measure, row), mark in zip(rows, marks, strict=True)
        )
        picture = measure_dots(
            pa.Table.from_pylist(marks, _SCHEMA), f"Connections of {segment.label}: {words}."
        )
        cells.append(Cell(said, picture))
    labels = [
        (
            _name(measure) if place == 0 or listed[place - 1][0] != measure else "",
            "all" if network == figures.ALL else figures.label(network),
        )
        for place, (measure, network) in enumerate(listed)
    ]
    note = "of a present customer; followers of the brand of everybody in the segment; each measure from 0"
    shown = dict.fromkeys(f"segment_presence.{measure}" for measure, _ in listed)
    return Question("Connections", note, _LEGEND, row_labels(labels), tuple(cells), figures=tuple(shown))


def _name(measure: str) -> str:
    return next(name for column, name, _ in _MEASURES if column == measure)


def _value(row: Row, measure: str) -> float:
    ends = (row[measure], row.get(f"{measure}_high"), row[f"everybody_{measure}"])
    return max((float(end) for end in ends if end is not None), default=0.0)


def _mark(row: Row, measure: str, top: float) -> dict[str, Any]:
    of_everybody = row["segmentation"] == EVERYBODY
    value, everybody = row[measure], row[f"everybody_{measure}"]
    written = next(write for column, _, write in _MEASURES if column == measure)
    hidden = row["status"] == "hidden" or (value is None and bool(row["hidden_parts"]))
    compared = everybody is not None and not of_everybody
    return {
        "status": "hidden" if hidden else "not_observed" if value is None else row["status"],
        "value": value,
        "low": row.get(f"{measure}_low"),
        "high": row.get(f"{measure}_high"),
        "everybody": everybody if compared else None,
        "index": 100 * value / everybody if value is not None and compared and everybody else None,
        "top": top,
        "shown": written(value) if value is not None else None,
    }
