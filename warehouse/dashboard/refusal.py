"""A page that says why there is no page: what was wrong, and what to do.

Must not live here: what is refused (guard.py, app.py), or any figure.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from starlette.responses import HTMLResponse

from warehouse.dashboard.markup import environment


@cache
def templates() -> Environment:
    """The one environment of the dashboard."""
    return environment()


def refusal(status: int, title: str, sentence: str) -> HTMLResponse:
    """Say in words why there is nothing to see."""
    page = templates().get_template("refusal.html.j2").render(title=title, sentence=sentence)
    return HTMLResponse(page, status)
