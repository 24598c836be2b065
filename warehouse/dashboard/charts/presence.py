"""Where: the rate of presence that linkage expects, its doubt, the accepted rate and how much is found."""

from __future__ import annotations

import pyarrow as pa

from warehouse.dashboard.charts.drawing import (
    AXIS,
    CELL,
    HEAD,
    PITCH,
    Scale,
    axis,
    band,
    dot,
    hatch,
    heads,
    line,
    svg,
    text,
)
from warehouse.dashboard.figures import index, percent

PLOT = 96  # narrower than elsewhere, since three numbers stand beside it
_COLUMNS = (132, 160, CELL)


def presence_dots(rows: pa.Table, top: float, alt: str) -> str:
    """Draw a row for each network: expected (dot) in its interval (band), accepted (tick), everybody (tall line).

    Columns: status, expected, expected_low, expected_high, accepted, everybody, index, recall,
    recall_is_upper_bound. `top` is the end of the scale, the same for every segment.
    """
    scale = Scale(top, PLOT)
    bottom = HEAD + PITCH * rows.num_rows
    marks = [(0.0, "0"), (top / 2, f"{50 * top:.0f}"), (top, f"{100 * top:.0f} %")]
    bounds = {row["recall_is_upper_bound"] for row in rows.to_pylist() if row["recall"] is not None}
    index_head = "index" if any(rows["index"].to_pylist()) else ""
    names = ("expected", index_head, "found ≤" if bounds == {True} else "found")
    parts = [
        heads(list(zip(_COLUMNS, names, strict=True))),
        axis(scale, marks, HEAD, bottom),
    ]
    for place, row in enumerate(rows.to_pylist()):
        parts.extend(_row(row, scale, HEAD + PITCH * (place + 0.5), len(bounds) > 1))
    return svg(CELL, bottom + AXIS, parts, alt)


def _row(row: dict[str, object], scale: Scale, y: float, says_bound: bool) -> list[str]:
    if row["status"] == "hidden" or (row["status"] == "shown" and row["expected"] is None):
        return [hatch(0, y - 5, PLOT, 10)]
    if row["status"] != "shown":
        return [text(_COLUMNS[0], y + 4, "n.o." if row["status"] == "not_observed" else "–", "faint")]
    expected, accepted, everybody = (_number(row[name]) for name in ("expected", "accepted", "everybody"))
    parts = []
    if everybody is not None:
        parts.append(line(scale.place(everybody), y - 10, scale.place(everybody), y + 10, "everybody"))
    parts.append(band(scale, _number(row["expected_low"]), _number(row["expected_high"]), y))
    x = scale.place(expected or 0)
    if accepted is not None:
        tick = scale.place(accepted)
        parts += [line(tick, y, x, y, "gap"), line(tick, y - 5, tick, y + 5, "accepted")]
    parts.append(dot(x, y, "accent"))
    bound = "≤" if says_bound and row["recall_is_upper_bound"] and row["recall"] is not None else ""
    parts += [
        text(_COLUMNS[0], y + 4, percent(expected), "number strong"),
        text(_COLUMNS[1], y + 4, index(_number(row["index"])), "number"),
        text(_COLUMNS[2], y + 4, bound + percent(_number(row["recall"])), "number"),
    ]
    return parts


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
