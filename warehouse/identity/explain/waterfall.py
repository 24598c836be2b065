"""The waterfall of a pair as one HTML page that needs no network: Splink's chart with its libraries inside.

Splink draws it from its own scoring; here from what was published, so that evidence added outside of Splink
has its bar, too. Must not live here: which pair (explanation.py).
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from warehouse.identity.explain.explanation import PairStory
from warehouse.lake import file_beside

_STYLE = (
    "body{font-family:sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}"
    ".vega-bindings{display:none}"  # the slider over records: there is one
)
_WIDTH, _HEIGHT = 900, 450


def save_page(story: PairStory, lines: list[str], page: Path) -> None:
    """Write the page: `lines` in words (plain text), a table of the comparisons, and the chart."""
    from splink.internals.charts import WaterfallChart

    waterfall = WaterfallChart(_records(story))
    waterfall.set_width_height(width=_WIDTH, height=_HEIGHT)
    chart = waterfall.to_html(inline=True)
    begin = chart.index("<body>") + len("<body>")
    head = chart[:begin].replace(
        "<title>Splink chart</title>", f"<title>Why these two</title><style>{_STYLE}</style>"
    )
    with file_beside(page.absolute()) as path:
        path.write_text(head + _words(story, lines) + chart[begin:], encoding="utf-8")


def _words(story: PairStory, lines: list[str]) -> str:
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{html.escape(cell)}</td>"
            for cell in (c.meaning, c.label, f"{c.weight:+.1f}", c.left or "–", c.right or "–")
        )
        + "</tr>"
        for c in story.comparisons
    )
    headings = "".join(f"<th>{h}</th>" for h in ("compared", "found", "bits", "left", "right"))
    return f"<h1>Why these two</h1>{said}<table><tr>{headings}</tr>{rows}</table>"


def _records(story: PairStory) -> list[dict[str, Any]]:
    """The rows of Splink's waterfall: the prior, each comparison, the sum."""
    bars = [_bar(c.name, c.label, c.weight, c.left, c.right) for c in story.comparisons]
    bars[0]["column_name"] = "Prior"
    bars.append(_bar("Final score", "Final score", story.match_weight or 0.0, "", ""))
    bars[-1]["column_name"] = "Final score"
    return [{**bar, "bar_sort_order": i, "record_number": 0} for i, bar in enumerate(bars)]


def _bar(name: str, label: str, weight: float, left: str, right: str) -> dict[str, Any]:
    times = 2 ** abs(weight)
    likelier = "more" if weight >= 0 else "less"
    return {
        "column_name": name,
        "label_for_charts": label,
        "sql_condition": None,
        "log2_bayes_factor": weight,
        "bayes_factor": 2**weight,
        "comparison_vector_value": None,
        "m_probability": None,
        "u_probability": None,
        "bayes_factor_description": f"{times:,.1f} times {likelier} likely to be one person",
        "value_l": left,
        "value_r": right,
        "term_frequency_adjustment": False,
    }
