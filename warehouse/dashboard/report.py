"""The report: one self-contained page of a publication; no server, no network, no script.

Lives here: laying the page out of questions, differences and facts. Must not live here: SQL, charts, sentences,
and when it is drawn (warehouse/publication/publish.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.dashboard import trust
from warehouse.dashboard.charts.differences import SCALE
from warehouse.dashboard.markup import environment
from warehouse.dashboard.parts import lay_out, month_in_words
from warehouse.dashboard.published import open_marts
from warehouse.dashboard.readings import read

FOLDER = "report"


def write_report(publication: Path, manifest: Mapping[str, Any], brand: str) -> Path:
    """Draw the page of a publication's folder from its marts and the content of its manifest; return its path."""
    with open_marts(publication) as marts:
        readings = read(marts)
        facts = trust.facts(marts, manifest)
    parts = [lay_out(readings, name, manifest["currency"]) for name in readings.segments]
    page = (
        environment()
        .get_template("report.html.j2")
        .render(
            brand=brand,
            month=month_in_words(readings),
            manifest=manifest,
            published_on=str(manifest["published_at"])[:10],
            facts=facts,
            parts=parts,
            scale=SCALE,
        )
    )
    folder = publication / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(page, encoding="utf-8")
    return path
