"""Where a segment is: presence by network, with linking doubt and recall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from warehouse.dashboard import figures, sentences
from warehouse.dashboard.charts.drawing import row_labels
from warehouse.dashboard.charts.presence import presence_dots
from warehouse.dashboard.questions.question import Cell, Question, scale_top
from warehouse.dashboard.readings import EVERYBODY, Readings, Row, Segment, networks_of

_METHODS = {
    "audit": "found: share of true links found, by the audit",
    "truth": "found: share of true links found, by the sample company's own truth",
    "model": "found: share of links found, as the model itself reckons",
}
_FIGURES = (
    "segment_presence.presence_rate_expected",
    "segment_presence.presence_rate",
    "segment_presence.link_recall",
)
_NUMBERS = (
    "expected",
    "expected_low",
    "expected_high",
    "accepted",
    "everybody",
    "index",
    "recall",
)
_SCHEMA = pa.schema(
    [
        ("network", pa.string()),
        ("status", pa.string()),
        *((n, pa.float64()) for n in _NUMBERS),
        ("recall_is_upper_bound", pa.bool_()),
    ]
)


def ask(readings: Readings, segments: Sequence[Segment]) -> Question | None:
    """Presence by network, all networks together first."""
    networks = networks_of(readings)
    rows = {each.name: rows_of(readings, each, networks) for each in segments}
    tables = {
        name: pa.Table.from_pylist([_mark(row) for row in held], _SCHEMA) for name, held in rows.items()
    }
    ends = (end for table in tables.values() for end in _ends(table))
    top = min(scale_top(ends, 0.1), 1.0)
    cells = []
    for segment in segments:
        others = [
            row
            for each in readings.segments[segment.segmentation]  # also those that are not beside it
            if each.name != segment.name
            for row in rows_of(readings, each, networks)
        ]
        one_by_one = [row for row in rows[segment.name] if row["network"] != figures.ALL]
        said = sentences.where(segment.label, one_by_one, others)
        alt = f"Presence of {segment.label}: {'; '.join(map(_in_words, rows[segment.name]))}."
        cells.append(Cell(said, presence_dots(tables[segment.name], top, alt)))
    labels = row_labels([("", figures.label(network)) for network in networks])
    return Question(
        "Where",
        "share of the segment with a profile on the network",
        _legend([row for held in rows.values() for row in held]),
        labels,
        tuple(cells),
        figures=_FIGURES,
    )


def rows_of(readings: Readings, segment: Segment, networks: Sequence[str]) -> list[Row]:
    """The presence rows of a segment, in the page's order of networks."""
    found = (readings.presence.get((segment.segmentation, segment.name, network)) for network in networks)
    return [row for row in found if row is not None]


def _mark(row: Row) -> dict[str, Any]:
    of_everybody = row["segmentation"] == EVERYBODY
    expected, everybody = row["presence_rate_expected"], row["everybody_presence_rate_expected"]
    index = 100 * expected / everybody if expected is not None and everybody and not of_everybody else None
    return {
        "network": row["network"],
        "status": row["status"],
        "expected": expected,
        "expected_low": row["presence_rate_expected_low"],
        "expected_high": row["presence_rate_expected_high"],
        "accepted": row["presence_rate"],
        "everybody": None if of_everybody else everybody,
        "index": index,
        "recall": row["link_recall"],
        "recall_is_upper_bound": bool(row["link_recall_is_upper_bound"]),
    }


def _ends(table: pa.Table) -> list[float | None]:
    names = ("expected", "expected_high", "accepted", "everybody")
    return [value for name in names for value in table[name].to_pylist()]


def _in_words(row: Row) -> str:
    name = figures.label(row["network"])
    if row["status"] != "shown":
        return f"{name} {row['status'].replace('_', ' ')}"
    if row["presence_rate_expected"] is None:
        return f"{name} hidden"
    doubt = figures.span(row["presence_rate_expected_low"], row["presence_rate_expected_high"])
    accepted = figures.percent(row["presence_rate"]) or "hidden"
    found = figures.percent(row["link_recall"]) or "unknown"
    bound = "at most " if row["link_recall_is_upper_bound"] and row["link_recall"] is not None else ""
    expected = figures.percent(row["presence_rate_expected"])
    return f"{name} {expected} expected ({doubt}), {accepted} accepted, {bound}{found} of links found"


def _legend(rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    methods = {row["link_recall_method"] for row in rows if row["link_recall_method"]}
    found = [_METHODS[method] for method in sorted(methods) if method in _METHODS]
    if any(row["link_recall_is_upper_bound"] for row in rows):
        found.append("≤: links never compared are not taken off")
    return (
        ("dot", "expected by linkage"),
        ("band", "95 % of linking doubt"),
        ("tick", "accepted links"),
        ("everybody", "all customers"),
        ("hatch", "hidden: too few people"),
        *(("", said) for said in found or ["found: not known"]),
    )
