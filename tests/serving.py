"""A dashboard that answers while a test, or the making of pictures, looks at it.

Must not live here: what is asserted of it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn

from warehouse.dashboard.app import build_app
from warehouse.dashboard.guard import Keys
from warehouse.lake import Home


@contextlib.contextmanager
def nobody_else() -> Iterator[None]:
    """A home in which nobody else works."""
    yield


@contextlib.contextmanager
def served(home: Home, brand: str, keys: Keys) -> Iterator[str]:
    """The address of a dashboard of a home."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = build_app(home, brand, nobody_else, keys)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
