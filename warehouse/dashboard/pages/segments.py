"""Segments side by side: the report's page, live, by month, segmentation, network and chosen segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from warehouse.dashboard import figures, trust
from warehouse.dashboard.charts.differences import SCALE
from warehouse.dashboard.pages.page import Asked, NotThere, Page, View
from warehouse.dashboard.parts import lay_out
from warehouse.dashboard.readings import Readings, read, segments_of


def show(asked: Asked) -> View:
    """The segments of one segmentation in one month, all of them or those that the address names."""
    marts = asked.at_hand.marts
    months = [row["period_month"] for row in marts.ask("months_published").to_pylist()]
    if not months:
        return View("Segments", {"lacking": _NOBODY}, "empty.html.j2")
    month = _month(asked, months)
    networks = [row["network"] for row in marts.ask("observed_networks", month=month).to_pylist()]
    network = _one_of(asked, "network", [figures.ALL, *networks])
    segmentation = _one_of(asked, "segmentation", list(segments_of(marts, month)))
    readings = read(marts, month, network, segmentation)
    chosen = asked.query.getlist("segment")
    part = lay_out(readings, segmentation, asked.at_hand.manifest["currency"], chosen)
    values = {
        "month": month,
        "months": months,
        "network": network,
        "networks": [figures.ALL, *networks],
        "segmentation": segmentation,
        "segmentations": list(readings.segments),
        "segments": readings.segments[segmentation],
        "chosen": chosen,
        "part": part,
        "scale": SCALE,
        "facts": trust.facts(marts, asked.at_hand.manifest),
        "rows_of": lambda mart: _rows_behind(asked, mart, readings, month, segmentation),
        "label": figures.label,
    }
    return View(f"Segments, {month:%B %Y}", values, "segments.html.j2")


_NOBODY = (
    "No customer is published yet: the marts hold no complete month with customers. 'scrm check' says what is "
    "missing."
)


def _month(asked: Asked, months: Sequence[dt.date]) -> dt.date:
    """The month of the address, as 2026-06; the last one without."""
    said = asked.query.get("month")
    if not said:
        return months[0]
    for month in months:
        if f"{month:%Y-%m}" == said:
            return month
    raise NotThere(f"The month {said!r} is not published; {months[-1]:%Y-%m} to {months[0]:%Y-%m} are.")


def _one_of(asked: Asked, name: str, known: Sequence[str]) -> str:
    """What the address says of a filter; the first that there is without."""
    said = asked.query.get(name) or known[0]
    if said not in known:
        raise NotThere(f"There is no {name} {said!r} in this publication; there are {', '.join(known)}.")
    return said


def _rows_behind(asked: Asked, mart: str, readings: Readings, month: dt.date, segmentation: str) -> str:
    """The address of the rows that a picture is drawn from."""
    narrowed = {"period_month": month.isoformat(), "segmentation": segmentation}
    if readings.network != figures.ALL and mart not in ("segment_size", "segment_profiles"):
        narrowed["network"] = readings.network
    return f"/rows/{mart}?{asked.encoded(narrowed)}"


PAGE = Page("segments", "Segments", 10, show, needs=("segment_presence",))
