"""What stands before every page: whose browser asks, from where, and what a page may do.

The server listens on this machine alone, yet every account of the machine, and every page open in a browser, can
reach it: a request needs the key that `scrm dashboard` printed, a name of this machine as its host (against DNS
rebinding), and, where it changes something, the origin of the dashboard itself. Must not live here: pages.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warehouse.dashboard.refusal import refusal

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
KEY = "key"
_OWN = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# What was published beside the marts: pages without scripts, and dbt's own with them, which is shut off from the
# dashboard and from every network.
PUBLISHED = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'"
)
PUBLISHED_WITH_SCRIPTS = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:; "
    "font-src data:; connect-src data:; base-uri 'none'; form-action 'none'; sandbox allow-scripts"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True)
class Keys:
    """What a browser must show: `entry` to come in, `form` with whatever it sends. New with each start."""

    entry: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    form: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class Guard:
    """Lets a request through to the pages, or refuses it in words."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app, self._keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._app if (why := self._why_not(scope, headers)) is None else why
        await answer(scope, receive, _with_headers(send))

    def _why_not(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """The answer in place of the page's, or None where the request may pass."""
        host = headers.get("host", "")
        if _name_of(host) not in HOSTS:
            return refusal(
                400,
                "This is not an address of the dashboard",
                f"It answers as 127.0.0.1 or localhost, not as {host!r}.",
            )
        if scope["path"].startswith("/static/"):  # style of the refusals, and no secret
            return None
        cookie = f"scrm_{host.rpartition(':')[2]}"
        given = QueryParams(scope["query_string"].decode("latin-1")).get(KEY)
        if (
            scope["method"] == "GET"
            and given
            and secrets.compare_digest(given.encode(), self._keys.entry.encode())
        ):
            entered = RedirectResponse("/", status_code=303)
            entered.set_cookie(cookie, self._keys.entry, httponly=True, samesite="strict")
            return entered
        if not secrets.compare_digest(_cookie(headers, cookie).encode(), self._keys.entry.encode()):
            return refusal(
                403,
                "Open the address that scrm dashboard printed",
                "It holds a key, new with each start: the figures are for whoever started the dashboard. "
                "Afterwards this address works, too.",
            )
        if scope["method"] not in ("GET", "HEAD") and headers.get("origin") != f"http://{host}":
            return refusal(
                403,
                "This came from another page",
                "Only the dashboard's own forms are taken. Nothing was changed.",
            )
        return None


def _name_of(host: str) -> str:
    """A host without its port."""
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _with_headers(send: Send) -> Send:
    async def said(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {"content-security-policy": _OWN, **_HEADERS}.items():
                headers.setdefault(name, value)
        await send(message)

    return said
