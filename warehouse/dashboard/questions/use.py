"""How much a segment acts and reads."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from warehouse.dashboard import figures, sentences
from warehouse.dashboard.charts.drawing import row_labels
from warehouse.dashboard.charts.use import use_dots
from warehouse.dashboard.questions.question import Cell, Question, scale_top
from warehouse.dashboard.questions.where import rows_of
from warehouse.dashboard.readings import EVERYBODY, Readings, Row, Segment, networks_of

_LEGEND = (
    ("dot", "active: writes, likes, follows"),
    ("band", "95 % interval, few people"),
    ("ring", "passive: reads"),
    ("everybody", "all customers, active"),
    ("hatch", "hidden"),
    ("", "n.o.: not observed by any source, not zero"),
)
_NUMBERS = ("active", "active_low", "active_high", "passive", "everybody")
_SCHEMA = pa.schema(
    [("status", pa.string()), ("passive_observed", pa.bool_()), *((name, pa.float64()) for name in _NUMBERS)]
)


def ask(readings: Readings, segments: Sequence[Segment]) -> Question | None:
    """Activities a week of a present customer, by network."""
    networks = networks_of(readings)
    rows = {each.name: rows_of(readings, each, networks) for each in segments}
    tables = {
        name: pa.Table.from_pylist([_mark(row) for row in held], _SCHEMA) for name, held in rows.items()
    }
    names = ("active", "active_high", "passive", "everybody")
    values = [value for table in tables.values() for name in names for value in table[name].to_pylist()]
    top = scale_top(values, _step(values))
    cells = []
    for segment in segments:
        one_by_one = [row for row in rows[segment.name] if row["network"] != figures.ALL]
        said = sentences.use(segment.label, one_by_one, segment.segmentation == EVERYBODY)
        alt = f"Use by {segment.label}, activities a week: {'; '.join(map(_in_words, rows[segment.name]))}."
        cells.append(Cell(said, use_dots(tables[segment.name], top, alt)))
    labels = row_labels([("", figures.label(network)) for network in networks])
    return Question(
        "How: active and passive",
        "activities a week of a present customer",
        _LEGEND,
        labels,
        tuple(cells),
        figures=("segment_presence.active_per_week", "segment_presence.passive_per_week"),
    )


def _step(values: Sequence[float | None]) -> float:
    largest = max((value for value in values if value is not None), default=0.0)
    return 0.25 if largest <= 2 else 1.0 if largest <= 10 else 10.0


def _mark(row: Row) -> dict[str, object]:
    return {
        "status": row["status"],
        "passive_observed": bool(row["passive_observed"]),
        "active": row["active_per_week"],
        "active_low": row["active_per_week_low"],
        "active_high": row["active_per_week_high"],
        "passive": row["passive_per_week"],
        "everybody": None if row["segmentation"] == EVERYBODY else row["everybody_active_per_week"],
    }


def _in_words(row: Row) -> str:
    name = figures.label(row["network"])
    if row["status"] != "shown":
        return f"{name} {row['status'].replace('_', ' ')}"
    active = figures.rate(row["active_per_week"]) or "hidden"
    low, high = figures.rate(row["active_per_week_low"]), figures.rate(row["active_per_week_high"])
    unread = "hidden" if row["passive_observed"] else "not observed"
    passive = figures.rate(row["passive_per_week"]) or unread
    return f"{name} active {active}{f' ({low}–{high})' if low else ''}, passive {passive}"
