"""A question as the page lays it out. Must not live here: any one question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.dashboard.sentences import Sentence


@dataclass(frozen=True)
class Cell:
    """What is said and drawn of one segment; `picture` is SVG. `is_drawn`: it shows a figure."""

    sentence: Sentence
    picture: str
    is_drawn: bool = True


@dataclass(frozen=True)
class Question:
    """One row of the page. `legend` names marks of the style sheet with their meaning; `gutter` is SVG.

    `figures`: the metrics shown, of the catalogue, as mart.metric.
    """

    title: str
    note: str
    legend: tuple[tuple[str, str], ...]
    gutter: str
    cells: tuple[Cell, ...]
    omitted: str = ""
    figures: tuple[str, ...] = ()

    @property
    def marts(self) -> tuple[str, ...]:
        """The marts whose rows are shown."""
        return tuple(dict.fromkeys(figure.partition(".")[0] for figure in self.figures))


def scale_top(values: Iterable[float | None], step: float) -> float:
    """The end of a scale over all segments: the largest value, raised to the next step."""
    top = max((value for value in values if value is not None), default=0.0)
    steps = max(1, -int(-top * (1 - 1e-9) // step))
    return float(round(steps * step, 9))
