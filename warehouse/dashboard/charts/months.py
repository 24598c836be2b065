"""When something happened: a square for each month and channel, darker with more events."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from warehouse.dashboard.charts.drawing import rect, svg, text

_LABELS, _WIDEST, _PITCH, _TOP = 120, 14, 18, 4
_ROOM = 840
STEPS = (2, 5, 10)  # events from which a square is a step darker
MOST_MONTHS = 60


def month_squares(rows: pa.Table, alt: str) -> str:
    """Draw rows of (channel, month, events): the last five years, a row a channel. A month of none is blank."""
    held = [row for row in rows.to_pylist() if row["month"] is not None]
    if not held:
        return ""
    last = max(row["month"] for row in held)
    first = max(min(row["month"] for row in held), _months_before(last, MOST_MONTHS - 1))
    months = _between(first, last) + 1
    size = min(_WIDEST, _ROOM / months)
    channels = list(dict.fromkeys(row["channel"] for row in held))
    bottom = _TOP + _PITCH * len(channels)
    parts = [
        text(_LABELS - 12, _TOP + _PITCH * place + 12, channel, "label")
        for place, channel in enumerate(channels)
    ]
    for row in held:
        if row["month"] >= first:
            x = _LABELS + size * _between(first, row["month"])
            y = _TOP + _PITCH * channels.index(row["channel"])
            step = sum(row["events"] >= each for each in STEPS)
            parts.append(rect(round(x, 2), y, round(size - 1, 2), _PITCH - 3, f"heat{1 + step}"))
    for place in range(months):
        month = _months_before(last, months - 1 - place)
        if month.month == 1 or place == 0:
            said = f"{month:%Y}" if month.month == 1 else f"{month:%b %Y}"
            is_near = place == 0 and first.month > 10  # the year's own mark follows at once
            parts.append(text(_LABELS + size * place, bottom + 12, "" if is_near else said, "axis", "start"))
    return svg(_LABELS + size * months + 20, bottom + 16, parts, alt)


def _between(first: dt.date, last: dt.date) -> int:
    """Months from one to another."""
    return 12 * (last.year - first.year) + last.month - first.month


def _months_before(month: dt.date, number: int) -> dt.date:
    since = 12 * month.year + month.month - 1 - number
    return dt.date(since // 12, since % 12 + 1, 1)
