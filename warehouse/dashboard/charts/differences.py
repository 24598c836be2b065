"""What sets the segments apart: the index of every segment on one line."""

from __future__ import annotations

import pyarrow as pa

from warehouse.dashboard.charts.drawing import Scale, dot, line, svg

_WIDTH, _HEIGHT = 190, 20
SCALE = Scale(400, _WIDTH, bottom=20)


def difference_strip(rows: pa.Table, alt: str) -> str:
    """Draw rows of (index, place): place is highest, lowest or other. Everybody is the line at 100."""
    y, hundred = _HEIGHT / 2, SCALE.place(100)
    parts = [line(0, y, _WIDTH, y, "grid"), line(hundred, 1, hundred, _HEIGHT - 1, "everybody")]
    kinds = {"highest": ("accent", 4.0), "lowest": ("ink", 4.0), "other": ("thin", 3.0)}
    for row in sorted(rows.to_pylist(), key=lambda row: row["place"] != "other"):
        kind, size = kinds[row["place"]]
        parts.append(dot(min(max(SCALE.place(row["index"]), 4), _WIDTH - 4), y, kind, size))
    return svg(_WIDTH, _HEIGHT, parts, alt)
