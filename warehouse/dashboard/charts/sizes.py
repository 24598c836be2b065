"""Size and value: a bar from a true zero for each share of the whole."""

from __future__ import annotations

import pyarrow as pa

from warehouse.dashboard.charts.drawing import (
    AXIS,
    CELL,
    HEAD,
    PITCH,
    Scale,
    axis,
    hatch,
    rect,
    svg,
    text,
)
from warehouse.dashboard.figures import percent

_PLOT, _SHARE = 100, 140  # narrower than elsewhere, since amounts need more of the cell


def size_bars(rows: pa.Table, top: float, alt: str) -> str:
    """Draw rows of (share, amount, status): amount is the number in words that stands beside the share.

    `top` is the end of the scale, the same for every segment.
    """
    scale = Scale(top, _PLOT)
    bottom = HEAD + PITCH * rows.num_rows
    step = 0.5 if top >= 1 else 0.25 if top > 0.4 else 0.1
    marks = [(n * step, f"{100 * n * step:.0f}") for n in range(int(top / step + 1e-9) + 1)]
    marks[-1] = (marks[-1][0], f"{marks[-1][1]} %")
    parts = [axis(scale, marks, HEAD, bottom)]
    for place, row in enumerate(rows.to_pylist()):
        y = HEAD + PITCH * (place + 0.5)
        if row["status"] == "hidden":
            parts.append(hatch(0, y - 5, _PLOT, 10))
        elif row["share"] is None:
            parts.append(text(_SHARE, y + 4, "–", "faint"))
        else:
            parts.append(rect(0, y - 6, scale.place(row["share"]), 12, "size" if place == 0 else "accent"))
            parts.append(text(_SHARE, y + 4, percent(row["share"]), "number strong"))
            parts.append(text(CELL, y + 4, row["amount"] or "", "number"))
    return svg(CELL, bottom + AXIS, parts, alt)
