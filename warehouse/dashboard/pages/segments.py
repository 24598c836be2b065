"""Segments side by side: the report's page, live, by month, segmentation, network and chosen segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa

from warehouse.dashboard import figures, trust
from warehouse.dashboard.charts.differences import SCALE
from warehouse.dashboard.pages.page import Asked, NotThere, Page, View
from warehouse.dashboard.parts import Part, lay_out
from warehouse.dashboard.readings import Readings, read, segments_of


def show(asked: Asked) -> View:
    """The segments of one segmentation in one month, all of them or those that the address names."""
    months = _months(asked)
    if not months:
        return View("Segments", {"lacking": _NOBODY}, "empty.html.j2")
    month, networks, readings, part = _chosen(asked, months)
    values = {
        "month": month,
        "months": months,
        "network": readings.network,
        "networks": networks,
        "segmentation": part.name,
        "segmentations": list(readings.segments),
        "segments": readings.segments[part.name],
        "chosen": asked.query.getlist("segment"),
        "part": part,
        "scale": SCALE,
        "facts": trust.facts(asked.at_hand.marts, asked.at_hand.manifest),
        "rows_of": lambda mart: _rows_behind(asked, mart, readings, month, part.name),
        "download": asked.with_query("/segments/differences.csv"),
        "label": figures.label,
    }
    return View(f"Segments, {month:%B %Y}", values, "segments.html.j2")


def table(asked: Asked, name: str) -> pa.Table | None:
    """What sets the segments apart, as a download."""
    months = _months(asked)
    if name != "differences" or not months:
        return None
    *_, part = _chosen(asked, months)
    shown = part.differences.shown if part.differences else ()
    rows = [
        {
            "characteristic": each.name,
            "kind": each.kind,
            "highest": each.readings[0].segment,
            "highest_value": each.readings[0].value,
            "lowest": each.readings[-1].segment,
            "lowest_value": each.readings[-1].value,
            "seen": each.seen,
            "at_least": each.at_least,
            "doubt": each.doubt,
        }
        for each in shown
    ]
    return pa.Table.from_pylist(rows, _DIFFERENCES)


def _months(asked: Asked) -> list[dt.date]:
    """Every month published, the last first."""
    return [row["period_month"] for row in asked.at_hand.marts.ask("months_published").to_pylist()]


def _chosen(asked: Asked, months: Sequence[dt.date]) -> tuple[dt.date, list[str], Readings, Part]:
    """What the address asks for: month, the networks to choose from, the figures, the segments laid out."""
    marts = asked.at_hand.marts
    month = _month(asked, months)
    networks = [
        figures.ALL,
        *(row["network"] for row in marts.ask("observed_networks", month=month).to_pylist()),
    ]
    network = _one_of(asked, "network", networks)
    segmentation = _one_of(asked, "segmentation", list(segments_of(marts, month)))
    readings = read(marts, month, network, segmentation)
    chosen = asked.query.getlist("segment")
    return (
        month,
        networks,
        readings,
        lay_out(readings, segmentation, asked.at_hand.manifest["currency"], chosen),
    )


_DIFFERENCES = pa.schema(
    [
        *((name, pa.string()) for name in ("characteristic", "kind", "highest")),
        ("highest_value", pa.float64()),
        ("lowest", pa.string()),
        *((name, pa.float64()) for name in ("lowest_value", "seen", "at_least")),
        ("doubt", pa.string()),
    ]
)
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


PAGE = Page("segments", "Segments", 10, show, needs=("segment_presence",), table=table)
