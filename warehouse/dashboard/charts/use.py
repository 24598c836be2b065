"""How: activities a week of a present customer, active against passive."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from warehouse.dashboard.charts.drawing import (
    AXIS,
    CELL,
    HEAD,
    PITCH,
    PLOT,
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
from warehouse.dashboard.figures import rate


def use_dots(rows: pa.Table, top: float, alt: str) -> str:
    """Draw a row for each network: active (filled) in its interval, passive (hollow), everybody (tall line).

    Columns: status, passive_observed, active, active_low, active_high, passive, everybody. `top` is the end of
    the scale, the same for every segment.
    """
    scale = Scale(top)
    bottom = HEAD + PITCH * rows.num_rows
    half = f"{top / 2:g}"
    marks = [(0.0, "0"), (top / 2, half if len(half) <= 4 else ""), (top, f"{top:g}")]
    parts = [heads([(152, "active"), (CELL, "passive")]), axis(scale, marks, HEAD, bottom)]
    for place, row in enumerate(rows.to_pylist()):
        parts.extend(_row(row, scale, HEAD + PITCH * (place + 0.5)))
    return svg(CELL, bottom + AXIS, parts, alt)


def _row(row: dict[str, Any], scale: Scale, y: float) -> list[str]:
    if row["status"] == "hidden":
        return [hatch(0, y - 5, PLOT, 10)]
    if row["status"] != "shown":
        return [text(152, y + 4, "n.o." if row["status"] == "not_observed" else "–", "faint")]
    active, passive = row["active"], row["passive"]
    parts = []
    if row["everybody"] is not None and (active is not None or passive is not None):
        x = scale.place(row["everybody"])
        parts.append(line(x, y - 10, x, y + 10, "everybody"))
    if active is None:
        parts.append(hatch(0, y - 5, PLOT, 10))
    else:
        parts.append(band(scale, row["active_low"], row["active_high"], y))
    if active is not None and passive is not None:
        parts.append(line(scale.place(active), y, scale.place(passive), y, "join"))
    if passive is not None:
        parts.append(dot(scale.place(passive), y, "passive"))
    if active is not None:
        parts.append(dot(scale.place(active), y, "accent"))
    parts.append(text(152, y + 4, rate(active), "number strong"))
    unread = "n.o." if not row["passive_observed"] else "hidden"
    read = rate(passive) if passive is not None else unread
    parts.append(text(CELL, y + 4, read, "number" if passive is not None else "faint"))
    return parts
