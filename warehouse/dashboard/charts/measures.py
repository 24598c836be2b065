"""Connections: a dot for each measure on a scale of its own, from zero, beside everybody."""

from __future__ import annotations

import pyarrow as pa

from warehouse.dashboard.charts.drawing import (
    AXIS,
    CELL,
    HEAD,
    PITCH,
    PLOT,
    Scale,
    band,
    dot,
    hatch,
    heads,
    line,
    svg,
    text,
)
from warehouse.dashboard.figures import index


def measure_dots(rows: pa.Table, alt: str) -> str:
    """Draw rows of (status, value, low, high, everybody, index, top, shown): `shown` is the value in words."""
    bottom = HEAD + PITCH * rows.num_rows
    parts = [heads([(152, "value"), (CELL, "index")])]
    for place, row in enumerate(rows.to_pylist()):
        y = HEAD + PITCH * (place + 0.5)
        scale = Scale(row["top"] or 1.0)
        parts.append(line(0, y, PLOT, y, "grid"))
        if row["status"] == "hidden":
            parts.append(hatch(0, y - 5, PLOT, 10))
        elif row["value"] is None:
            parts.append(text(152, y + 4, "n.o." if row["status"] == "not_observed" else "–", "faint"))
        else:
            if row["everybody"] is not None:
                x = scale.place(row["everybody"])
                parts.append(line(x, y - 10, x, y + 10, "everybody"))
            parts += [
                band(scale, row["low"], row["high"], y),
                dot(scale.place(row["value"]), y, "accent"),
                text(152, y + 4, row["shown"], "number strong"),
                text(CELL, y + 4, index(row["index"]), "number"),
            ]
    return svg(CELL, bottom + AXIS - 8, parts, alt)
