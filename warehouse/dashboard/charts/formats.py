"""How: the formats in which a segment posts, as an index against everybody."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from warehouse.dashboard.charts.drawing import (
    AXIS,
    CELL,
    HEAD,
    PLOT,
    Scale,
    axis,
    dot,
    hatch,
    heads,
    line,
    rect,
    svg,
    text,
)
from warehouse.dashboard.figures import NARROW, index, percent

PITCH = 16
SCALE = Scale(250, PLOT, bottom=40)  # logarithmic: 50 and 200 lie equally far from 100


def format_indices(rows: pa.Table, alt: str) -> str:
    """Draw a row for each network and format: a line from 100, strong where it is told from 100, thin where not.

    Columns: status, share, index, is_told_apart.
    """
    bottom = HEAD + PITCH * rows.num_rows
    parts = [
        heads([(152, "index"), (CELL, "share")]),
        axis(SCALE, [(50, "50"), (100, "100"), (200, "200")], HEAD, bottom),
        line(SCALE.place(100), HEAD, SCALE.place(100), bottom, "everybody"),
    ]
    for place, row in enumerate(rows.to_pylist()):
        parts.extend(_row(row, HEAD + PITCH * (place + 0.5)))
    return svg(CELL, bottom + AXIS, parts, alt)


def format_shares(rows: pa.Table, alt: str) -> str:
    """Draw the shares of everybody, who are compared with nobody, as bars from zero. Columns: status, share."""
    scale, bottom = Scale(1.0), HEAD + PITCH * rows.num_rows
    parts = [
        heads([(CELL, "share")]),
        axis(scale, [(0.0, "0"), (0.5, "50"), (1.0, f"100{NARROW}%")], HEAD, bottom),
    ]
    for place, row in enumerate(rows.to_pylist()):
        y = HEAD + PITCH * (place + 0.5)
        if row["status"] == "hidden":
            parts.append(hatch(0, y - 4, PLOT, 8))
        elif row["share"] is None:
            parts.append(text(CELL, y + 4, "n.o." if row["status"] == "not_observed" else "–", "faint"))
        else:
            parts += [
                rect(0, y - 4, scale.place(row["share"]), 8, "accent"),
                text(CELL, y + 4, percent(row["share"]), "number"),
            ]
    return svg(CELL, bottom + AXIS, parts, alt)


def _row(row: dict[str, Any], y: float) -> list[str]:
    if row["status"] == "hidden":
        return [hatch(SCALE.place(75), y - 4, 40, 8)]
    if row["status"] != "shown":
        return [text(CELL, y + 4, "n.o." if row["status"] == "not_observed" else "–", "faint")]
    told = row["is_told_apart"]
    parts = []
    if row["index"] is not None and row["share"]:
        x = SCALE.place(row["index"])
        parts += [
            line(SCALE.place(100), y, x, y, "lead" if told else "lead thin"),
            dot(x, y, "accent" if told else "thin", 3.5 if told else 2),
            text(152, y + 4, index(row["index"]), "number strong" if told else "number faint"),
        ]
    parts.append(text(CELL, y + 4, percent(row["share"]), "number" if told else "number faint"))
    return parts
