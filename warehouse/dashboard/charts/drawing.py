"""What every chart is drawn with: SVG elements as text, scales, number columns.

Whatever comes from data is escaped here. Must not live here: what a chart shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

CELL = 200  # width of a chart: one segment's column
PLOT = 110  # of which the plot; numbers stand beside it
PITCH = 24
HEAD = 14  # heads of the number columns, above the plot
AXIS = 16


@dataclass(frozen=True)
class Scale:
    """From a value to a place on the plot; logarithmic where `bottom` is above 0, clipped at both ends."""

    top: float
    width: float = PLOT
    bottom: float = 0.0

    def place(self, value: float) -> float:
        """The distance from the left, in pixels."""
        held = min(max(value, self.bottom), self.top)
        if self.bottom > 0:
            part = math.log(held / self.bottom) / math.log(self.top / self.bottom)
        else:
            part = held / self.top if self.top else 0.0
        return round(part * self.width, 1)


def svg(width: float, height: float, parts: Iterable[str], label: str = "") -> str:
    """A picture with its alternative text; without one it is decoration and hidden from screen readers."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    drawn = "".join(parts)
    return (
        f'<svg {said} width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">{drawn}</svg>'
    )


def text(x: float, y: float, content: str, kind: str = "number", anchor: str = "end") -> str:
    """A line of text, its baseline at y."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{kind}"/>'


def dot(x: float, y: float, kind: str, r: float = 4) -> str:
    """A round mark."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" class="{kind}"/>'


def rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A filled or outlined rectangle, never of negative width."""
    return f'<rect x="{x:g}" y="{y:g}" width="{max(width, 0):g}" height="{max(height, 0):g}" class="{kind}"/>'


def hatch(x: float, y: float, width: float, height: float, step: int = 5) -> str:
    """The mark of a hidden figure: slanted lines, clipped to the plot, that no other mark has."""
    slants = []
    for start in range(-int(height), int(width), step):
        left, right = max(start, 0), min(start + height, width)
        if right > left:
            slants.append(
                f"M{x + left:g} {y + height - (left - start):g}L{x + right:g} {y + height - (right - start):g}"
            )
    return f'<path d="{"".join(slants)}" class="hatch"/>'


def band(scale: Scale, low: float | None, high: float | None, y: float, height: float = 15) -> str:
    """An interval: a tinted band behind the dot, taller than it."""
    if low is None or high is None:
        return ""
    left, right = scale.place(low), scale.place(high)
    return rect(left, y - height / 2, max(right - left, 1.5), height, "band")


def heads(names: Sequence[tuple[float, str]], y: float = 9) -> str:
    """Heads of the number columns, right-aligned where the numbers are."""
    return "".join(text(x, y, name, "head") for x, name in names)


def axis(scale: Scale, marks: Sequence[tuple[float, str]], top: float, bottom: float) -> str:
    """Grid lines and their values under the plot."""
    drawn = []
    for value, name in marks:
        x = scale.place(value)
        drawn.append(line(x, top, x, bottom, "grid"))
        anchor = "start" if x == 0 else "end" if x >= scale.width and scale.bottom == 0 else "middle"
        drawn.append(text(x, bottom + 12, name, "axis", anchor))
    return "".join(drawn)


def row_labels(names: Sequence[tuple[str, str]], pitch: float = PITCH, width: float = 120) -> str:
    """The gutter: a strong and a plain word for each row, right-aligned, beside the charts of that pitch."""
    parts = []
    for place, (strong, plain) in enumerate(names):
        y = HEAD + pitch * (place + 0.5) + 4
        both = (
            f'<tspan class="strong">{escape(strong)}</tspan>{" " if strong and plain else ""}{escape(plain)}'
        )
        parts.append(f'<text x="{width - 12:g}" y="{y:g}" class="label" text-anchor="end">{both}</text>')
    return svg(width, HEAD + pitch * len(names) + AXIS, parts)
