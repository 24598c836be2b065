"""When: the 168 hours of a week, as fine as the support allows."""

from __future__ import annotations

import pyarrow as pa

from warehouse.dashboard.charts.drawing import AXIS, CELL, hatch, rect, svg, text

LEAST_DRAWN = 100  # activities: fewer say nothing of a week
LEAST_WINDOW = 300  # fewer name no window
LEAST_BY_HOUR = 500  # fewer are drawn in blocks of three hours
EVEN = 1 / 168
STEPS = (0.5, 1, 2, 3)  # times an even week
_ROW, _HOUR, _TOP = 12, CELL / 24, 4
HEIGHT = _TOP + 7 * _ROW + AXIS


def busiest_hours(activities: list[int], length: int = 3) -> tuple[int, float]:
    """The window of hours, wrapping midnight, with the most activities, and its share; ties to the smallest."""
    of_day = [sum(activities[day * 24 + hour] for day in range(7)) for hour in range(24)]
    sums = [sum(of_day[(start + step) % 24] for step in range(length)) for start in range(24)]
    start = sums.index(max(sums))
    return start, sums[start] / sum(of_day) if sum(of_day) else 0.0


def heat_map(rows: pa.Table, status: str, alt: str) -> str:
    """Draw rows of (iso_weekday, hour_local, activities) of one segment and mode.

    Under 100 activities, hidden or not observed: a frame that says so. Under 500: blocks of three hours that fit
    the busiest window. From 300 on the busiest window is outlined.
    """
    activities = [0] * 168
    for row in rows.to_pylist():
        activities[(row["iso_weekday"] - 1) * 24 + row["hour_local"]] = row["activities"] or 0
    total = sum(activities)
    if status == "hidden":
        return svg(
            CELL, HEIGHT, [hatch(0, _TOP, CELL, 7 * _ROW, step=12), _said("hidden: too few people")], alt
        )
    if status == "not_observed":
        return svg(CELL, HEIGHT, [_said("n.o.: no source observes it")], alt)
    if total < LEAST_DRAWN:
        frame = rect(0.5, _TOP + 0.5, CELL - 1, 7 * _ROW - 1, "frame")
        return svg(CELL, HEIGHT, [frame, _said(f"under {LEAST_DRAWN} activities")], alt)
    start, _ = busiest_hours(activities)
    parts = _cells(activities, total, 1 if total >= LEAST_BY_HOUR else 3, start % 3)
    if total >= LEAST_WINDOW:
        parts += _outline(start)
    for hour in (0, 6, 12, 18, 24):
        anchor = {0: "start", 24: "end"}.get(hour, "middle")
        parts.append(text(hour * _HOUR, _TOP + 7 * _ROW + 12, str(hour), "axis", anchor))
    return svg(CELL, HEIGHT, parts, alt)


def _cells(activities: list[int], total: int, length: int, offset: int) -> list[str]:
    """A rectangle for each block of hours that has an activity; blocks that wrap midnight are drawn in two."""
    parts = []
    for day in range(7):
        for start in range(offset, offset + 24, length):
            held = [(start + step) % 24 for step in range(length)]
            share = sum(activities[day * 24 + hour] for hour in held) / total
            if share == 0:
                continue
            kind = f"heat{sum(share / (EVEN * length) >= step for step in STEPS)}"
            for first, size in _unwrapped(start % 24, length):
                parts.append(
                    rect(
                        round(first * _HOUR, 2),
                        _TOP + day * _ROW,
                        round(size * _HOUR - 0.5, 2),
                        _ROW - 0.5,
                        kind,
                    )
                )
    return parts


def _outline(start: int) -> list[str]:
    """The busiest window, with a halo so that it is seen on every step."""
    parts = []
    for kind in ("halo", "window"):
        for first, size in _unwrapped(start, 3):
            parts.append(rect(round(first * _HOUR, 2), _TOP, round(size * _HOUR, 2), 7 * _ROW - 0.5, kind))
    return parts


def _unwrapped(start: int, length: int) -> list[tuple[int, int]]:
    before = min(length, 24 - start)
    return [(start, before)] + ([(0, length - before)] if before < length else [])


def _said(words: str) -> str:
    return text(CELL / 2, _TOP + 3.5 * _ROW + 4, words, "note", "middle")


def weekday_labels(width: float = 120) -> str:
    """The gutter beside heat maps."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return svg(
        width,
        HEIGHT,
        [text(width - 12, _TOP + _ROW * place + 9.5, name, "axis-label") for place, name in enumerate(names)],
    )
