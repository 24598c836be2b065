"""How many customers a segment has, and what they bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from warehouse.dashboard import figures, sentences
from warehouse.dashboard.charts.drawing import row_labels
from warehouse.dashboard.charts.sizes import size_bars
from warehouse.dashboard.questions.question import Cell, Question, scale_top
from warehouse.dashboard.readings import EVERYBODY, Readings, Segment

_FIGURES = {
    True: ("segment_size.customers", "segment_size.customer_share", "segment_size.order_value_amount"),
    False: ("segment_presence.customers",),
}
_SCHEMA = pa.schema([("share", pa.float64()), ("amount", pa.string()), ("status", pa.string())])


def ask(readings: Readings, segments: Sequence[Segment], currency: str) -> Question | None:
    """Size and value; the value only where a mart holds it."""
    sizes = [_size(readings, segment) for segment in segments]
    has_value = bool(readings.sizes)
    shares = [size[key] for size in sizes for key in ("share", "value_share")]
    top = scale_top(shares, 0.25)
    cells = []
    for segment, size in zip(segments, sizes, strict=True):
        rows = [
            {"share": size["share"], "amount": figures.count(size["customers"]), "status": size["status"]}
        ]
        if has_value:
            rows.append(
                {
                    "share": size["value_share"],
                    "amount": figures.amount(size["value"], currency),
                    "status": "hidden" if size["value_share"] is None else size["status"],
                }
            )
        said = sentences.size(segment.label, size["share"], size["value_share"])
        alt = f"{said.plain} Customers: {figures.count(size['customers']) or 'hidden'}."
        cells.append(Cell(said, size_bars(pa.Table.from_pylist(rows, _SCHEMA), top, alt)))
    names = [("", "Customers"), *([("", "Order value")] if has_value else [])]
    note = "share of customers and of their order value" if has_value else "share of customers"
    title = "Size and value" if has_value else "Size"
    return Question(title, note, (), row_labels(names), tuple(cells), figures=_FIGURES[has_value])


def _size(readings: Readings, segment: Segment) -> dict[str, Any]:
    """From segment_size where it is published, else the customers of segment_presence."""
    found = readings.sizes.get((segment.segmentation, segment.name))
    if found is not None:
        return {
            "status": found["status"],
            "customers": found["customers"],
            "share": found["customer_share"],
            "value": found["order_value_amount"],
            "value_share": found["value_share"],
        }
    customers = _customers(readings, segment)
    total = sum(_customers(readings, each) or 0 for each in readings.segments.get(EVERYBODY, ()))
    share = customers / total if customers is not None and total else None
    status = "hidden" if customers is None else "shown"
    return {"status": status, "customers": customers, "share": share, "value": None, "value_share": None}


def _customers(readings: Readings, segment: Segment) -> int | None:
    row = readings.presence.get((segment.segmentation, segment.name, figures.ALL))
    return row["customers"] if row else None
