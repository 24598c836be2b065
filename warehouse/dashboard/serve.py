"""Runs the dashboard: a socket of this machine alone, the address with its key, the server until Ctrl-C.

Must not live here: the application (app.py), the command (orchestration/commands/dashboard.py).
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from warehouse.dashboard.app import Alone, build_app
from warehouse.dashboard.at_hand import Follower
from warehouse.dashboard.guard import KEY, Keys
from warehouse.errors import ScrmError
from warehouse.lake import Home

ADDRESS = "127.0.0.1"


class PortTaken(ScrmError):
    """Another program listens where the dashboard was to."""


def serve(home: Home, brand: str, alone: Alone, port: int, ready: Callable[[str], None]) -> None:
    """Serve until stopped; `ready` gets the address once it answers. Raises NothingToShow, PortTaken."""
    follower = Follower(home)
    with follower.serving():  # nobody is shown an empty house
        pass
    follower.close()
    keys = Keys()
    listening = _listen(port)
    said = f"http://{ADDRESS}:{listening.getsockname()[1]}/?{KEY}={keys.entry}"
    app = build_app(home, brand, alone, keys)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", server_header=False)
    )
    ready(said)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends; uvicorn has closed what was open
        server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    """Take the port; from here on a browser waits until the server answers."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
    except (OSError, OverflowError) as error:
        listening.close()
        if isinstance(error, OSError) and error.errno != errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} cannot be used ({error.strerror}).", next_step="Name another: --port 8600"
            ) from error
        raise PortTaken(
            f"Port {port} is taken, perhaps by another dashboard.",
            next_step="Name another: --port 0 takes any that is free.",
        ) from error
    listening.listen(128)
    return listening
