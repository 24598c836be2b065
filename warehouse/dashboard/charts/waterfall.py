"""Why two may be one person: from the starting weight, each comparison's bits for and against, to the sum."""

from __future__ import annotations

import pyarrow as pa

from warehouse.dashboard.charts.drawing import AXIS, HEAD, line, rect, svg, text

_PLOT, _NUMBER, _PITCH = 320, 56, 34
WIDTH = _PLOT + _NUMBER
EVEN_BITS = 0.0  # where both are as likely


def waterfall(rows: pa.Table, alt: str) -> str:
    """Draw rows of (name, label, weight) in the order given: bars from where the one before ends, then the sum.
    What was compared stands above its bar, so that both are seen on a narrow screen.

    For is the accent, against the comparison's colour; the line marks even odds.
    """
    steps = rows.to_pylist()
    ends, total = [], 0.0
    for step in steps:
        ends.append((total, total + step["weight"]))
        total += step["weight"]
    low = min([0.0, *(end for pair in ends for end in pair)])
    high = max([0.0, *(end for pair in ends for end in pair)])
    unit = _PLOT / (high - low) if high > low else 1.0

    def place(bits: float) -> float:
        return round((bits - low) * unit, 1)

    bottom = HEAD + _PITCH * (len(steps) + 1)
    parts = [
        text(WIDTH, 9, "bits", "head"),
        line(place(EVEN_BITS), HEAD, place(EVEN_BITS), bottom, "rule"),
        text(place(EVEN_BITS), bottom + 12, "as likely as not", "axis", "middle"),
    ]
    for number, (step, (begin, end)) in enumerate(zip(steps, ends, strict=True)):
        y = HEAD + _PITCH * number + 22
        kind = "accent" if end >= begin else "against"
        parts += [
            text(0, y - 9, f"{step['name']}: {step['label']}", "label haloed", "start"),
            rect(place(min(begin, end)), y - 6, max(abs(end - begin) * unit, 1), 12, kind),
            line(place(end), y + 6, place(end), y + _PITCH - 6, "grid"),
            text(WIDTH, y + 4, _bits(step["weight"]), "number"),
        ]
    y = HEAD + _PITCH * len(steps) + 22
    parts += [
        text(0, y - 9, "together", "label strong", "start"),
        rect(place(min(0, total)), y - 6, max(abs(total) * unit, 1), 12, "ink"),
        text(WIDTH, y + 4, _bits(total), "number strong"),
    ]
    return svg(WIDTH, bottom + AXIS, parts, alt)


def _bits(weight: float) -> str:
    return f"{weight:+.1f}" if abs(weight) >= 0.05 else "0.0"
