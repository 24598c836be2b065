"""The dashboard as a Starlette application: addresses, errors in words, downloads, the published documents.

Lives here: how a request finds its page. Must not live here: a page (pages/), who may ask (guard.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from warehouse.csv_cells import csv_of
from warehouse.dashboard.at_hand import Follower
from warehouse.dashboard.desk import Desk
from warehouse.dashboard.guard import PUBLISHED, PUBLISHED_WITH_SCRIPTS, Guard, Keys
from warehouse.dashboard.markup import STATIC
from warehouse.dashboard.pages import pages
from warehouse.dashboard.pages.page import Asked, NotThere, Page, View
from warehouse.dashboard.refusal import refusal, templates
from warehouse.errors import ExitCode, ScrmError
from warehouse.lake import Home
from warehouse.publication.manifest import ManifestUnreadable

_DOCUMENTS = ("data_docs", "dbt_docs", "report", "manifest.json")
_WITH_SCRIPTS = "dbt_docs/"
_LARGEST_FORM = 64 * 1024  # bytes

Alone = Callable[[], AbstractContextManager[None]]


class Dashboard:
    """Answers requests from the publication that serves. `alone` holds the home while a decision is written."""

    def __init__(self, home: Home, brand: str, alone: Alone, keys: Keys) -> None:
        self._follower, self._brand = Follower(home), brand
        self._desk = Desk(home, alone, keys.form)

    def page(self, request: Request, form: dict[str, str] | None = None) -> Response:
        """A page, what became of its form, or the download of one of its tables."""
        page = self._page(request.path_params["page"])
        rest = request.path_params.get("rest", "")
        with self._follower.serving() as at_hand:
            asked = Asked(at_hand, request.query_params, rest, self._desk, form or {})
            if lacking := page.lacks(at_hand):
                return self._render(page, asked, View(page.title, {"lacking": lacking}, "empty.html.j2"))
            if form is not None:
                return self._taken(page, asked)
            if rest.endswith(".csv"):
                return _download(page, asked, rest.removesuffix(".csv"))
            return self._render(page, asked, page.show(asked))

    def document(self, request: Request) -> Response:
        """A file that was published with the marts: Data Docs, dbt docs, the report, the manifest."""
        with self._follower.serving() as at_hand:
            file = (at_hand.path / request.path_params["file"]).resolve()
            allowed = [at_hand.path.resolve() / name for name in _DOCUMENTS]
            if not file.is_file() or not any(file == each or each in file.parents for each in allowed):
                raise NotThere(f"{request.url.path} is not among what was published.")
            has_scripts = request.path_params["file"].startswith(_WITH_SCRIPTS)
            policy = PUBLISHED_WITH_SCRIPTS if has_scripts else PUBLISHED
            return FileResponse(file, headers={"content-security-policy": policy})

    def _page(self, name: str) -> Page:
        if name not in pages():
            raise NotThere(f"There is no page {name!r}; there are {', '.join(pages())}.")
        return pages()[name]

    def _taken(self, page: Page, asked: Asked) -> Response:
        if page.take is None:
            raise HTTPException(405)
        sent = page.take(asked)
        return self._render(page, asked, sent.view) if sent.view else RedirectResponse(sent.address, 303)

    def _render(self, page: Page, asked: Asked, view: View) -> HTMLResponse:
        said = (
            templates()
            .get_template(view.template)
            .render(
                brand=self._brand,
                page=page,
                pages=[each for each in pages().values() if each.is_listed],
                title=view.title,
                at_hand=asked.at_hand,
                asked=asked,
                version=_version(),
                **view.values,
            )
        )
        return HTMLResponse(said, view.status)


def _download(page: Page, asked: Asked, name: str) -> Response:
    table = page.table(asked, name) if page.table else None
    if table is None:
        raise NotThere(f"The page {page.title} has no table {name!r}.")
    file = f"{page.name}-{Path(name).name}".encode("ascii", "replace").decode().replace('"', "_")
    headers = {"content-disposition": f'attachment; filename="{file}.csv"'}
    return Response(csv_of(table), media_type="text/csv; charset=utf-8", headers=headers)


@cache
def _version() -> str:
    """Part of the address of style and script, so that a browser takes those of this version."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))).hexdigest()[:12]


def build_app(home: Home, brand: str, alone: Alone, keys: Keys | None = None) -> ASGIApp:
    """The application, behind its guard."""
    keys = keys or Keys()
    dashboard = Dashboard(home, brand, alone, keys)

    async def form(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST_FORM:
                raise HTTPException(413)
        sent = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if sent.pop("form_key", "") != keys.form:
            return refusal(
                403,
                "This form is of an earlier start",
                "Nothing was changed. Load the page anew, and send it again.",
            )
        return await run_in_threadpool(dashboard.page, request, sent)

    def start(_: Request) -> Response:
        return RedirectResponse(f"/{next(iter(pages()))}", 303)

    app = Starlette(
        routes=[
            Route("/", start),
            Route(
                "/favicon.ico", lambda _: Response(status_code=204)
            ),  # pages that were published ask for it
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/published/{file:path}", dashboard.document),
            Route("/{page}", dashboard.page, methods=["GET"]),
            Route("/{page}", form, methods=["POST"]),
            Route("/{page}/{rest:path}", dashboard.page, methods=["GET"]),
            Route("/{page}/{rest:path}", form, methods=["POST"]),
        ],
        exception_handlers={
            ScrmError: _wrong,
            ManifestUnreadable: _wrong,
            HTTPException: _refused,
            Exception: _broken,
        },
    )
    return Guard(app, keys)


def _wrong(_: Request, error: Exception) -> Response:
    """What a person can mend, in its own words."""
    if isinstance(error, NotThere):
        return refusal(404, "Not published", str(error))
    is_busy = isinstance(error, ScrmError) and error.exit_code == ExitCode.BUSY
    return refusal(503 if is_busy else 409, "Not now" if is_busy else "Nothing to show", str(error))


def _refused(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {404: "There is no such page.", 405: "This page takes no forms.", 413: "The form is too large."}
    return refusal(status, "Not found" if status == 404 else "Refused", said.get(status, "It was refused."))


def _broken(_: Request, error: Exception) -> Response:
    return refusal(
        500,
        "This page broke",
        f"{type(error).__name__}; the terminal of scrm dashboard shows where. The published marts are whole.",
    )
