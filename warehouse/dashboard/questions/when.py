"""When a segment acts, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence

from warehouse.dashboard import figures, sentences
from warehouse.dashboard.charts.heat_map import LEAST_DRAWN, heat_map, weekday_labels
from warehouse.dashboard.questions.question import Cell, Question
from warehouse.dashboard.readings import EVERYBODY, Readings, Segment

_LEAST_DRAWN = 0.25  # of the segments; with fewer the sentences say it all
_LEGEND = (
    ("heat", "under ½ · ½–1 · 1–2 · 2–3 · 3 and more times an even week; blank is 0"),
    ("window", "busiest three hours"),
    ("hatch", "hidden"),
    ("", "under 500 activities in blocks of three hours, under 300 without a best time"),
)


def ask(readings: Readings, segments: Sequence[Segment], mode: str) -> Question | None:
    """The heat map of a mode over all networks that observe it."""
    if not readings.hours:
        return None
    everybody = readings.everybody_hours(mode)
    average = everybody.by_hour if everybody else None
    cells = []
    for segment in segments:
        hours = readings.hours.get((segment.segmentation, segment.name, mode))
        if hours is None:
            said = sentences.silence(f"{sentences.subject(segment.label)}: not published.")
            cells.append(Cell(said, "", False))
            continue
        compared = average if segment.segmentation != EVERYBODY else None
        said = sentences.when(segment.label, mode, hours.status, hours.by_hour, compared)
        alt = f"Hours of the week, {segment.label}, {mode}. {said.plain}"
        shows = hours.status == "shown" and sum(hours.by_hour) >= LEAST_DRAWN
        cells.append(Cell(said, heat_map(hours.rows, hours.status, alt), shows))
    is_drawn = sum(cell.is_drawn for cell in cells) >= _LEAST_DRAWN * len(cells)
    if not is_drawn:
        cells = [Cell(cell.sentence, "") for cell in cells]
    networks = readings.networks if mode == "active" else readings.passive_networks
    mart = f"segment_active_hours{'_quarter' if readings.hours_cover_quarter else ''}"
    period = "three months that end with this one" if readings.hours_cover_quarter else "of the month"
    where = ", ".join(figures.label(network) for network in networks) or "no network observed"
    return Question(
        f"When: {mode}",
        f"local time, {period}; {where}",
        _LEGEND if is_drawn else (),
        weekday_labels() if is_drawn else "",
        tuple(cells),
        figures=(f"{mart}.activities", f"{mart}.contributors"),
    )
