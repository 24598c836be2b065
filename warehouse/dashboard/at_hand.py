"""The publication that serves, held open read-only and followed: after a switch the next request gets the new one.

A request is served from one publication to its end; the one left behind is closed when its last reader is done.
Must not live here: what is read (pages/), how publications are switched (warehouse/publication/switch.py).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from warehouse.dashboard.published import MARTS_FILE, PEOPLE_FILE, Marts, connect_to
from warehouse.errors import ScrmError
from warehouse.lake import Home
from warehouse.publication.manifest import read_manifest
from warehouse.publication.publications import current_id

_TRIES = 3  # a publication may be switched out and removed while it is being opened


class NothingToShow(ScrmError):
    """Nothing is published yet, or what serves holds no marts."""


@dataclass(frozen=True)
class AtHand:
    """A publication as one request sees it. `people` is None where they are withheld."""

    publication_id: str
    path: Path
    manifest: Mapping[str, Any]
    marts: Marts
    people: Marts | None


@dataclass
class _Open:
    """A publication with its files open, and how many requests read it."""

    stamp: tuple[Any, ...]
    publication_id: str
    path: Path
    manifest: Mapping[str, Any]
    marts: Marts
    people: Marts | None
    readers: int = 0
    is_left: bool = False

    def close_if_unread(self) -> None:
        if self.is_left and not self.readers:
            self.marts.close()
            if self.people is not None:
                self.people.close()


@dataclass
class Follower:
    """Hands out the publication that serves, whichever that is at the moment."""

    home: Home
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: _Open | None = None

    @contextmanager
    def serving(self) -> Iterator[AtHand]:
        """The publication for one request, with connections of its own. Raises NothingToShow."""
        held = self._take()
        try:
            with ExitStack() as stack:
                marts = stack.enter_context(held.marts.apart())
                people = stack.enter_context(held.people.apart()) if held.people else None
                yield AtHand(held.publication_id, held.path, held.manifest, marts, people)
        finally:
            with self._lock:
                held.readers -= 1
                held.close_if_unread()

    def close(self) -> None:
        """Close what is open; a request that still reads closes it."""
        with self._lock:
            self._leave()

    def _take(self) -> _Open:
        with self._lock:
            for tries_left in reversed(range(_TRIES)):
                try:
                    held = self._followed()
                    break
                except (duckdb.IOException, OSError):
                    if not tries_left:
                        raise
            held.readers += 1
            return held

    def _followed(self) -> _Open:
        """What serves now, opened if it is not open yet."""
        publication_id = current_id(self.home)
        path = self.home.published / publication_id if publication_id else None
        if publication_id is None or path is None or not (path / MARTS_FILE).exists():
            raise NothingToShow(
                f"Nothing is published in {self.home.root} yet.", next_step="Next: scrm run, or scrm demo."
            )
        stamp = (publication_id, _stamp(path / MARTS_FILE), _stamp(path / PEOPLE_FILE))
        if self._open is None or self._open.stamp != stamp:
            opened = _opened(stamp, publication_id, path)
            self._leave()
            self._open = opened
        return self._open

    def _leave(self) -> None:
        if self._open is not None:
            self._open.is_left = True
            self._open.close_if_unread()
            self._open = None


def _opened(stamp: tuple[Any, ...], publication_id: str, path: Path) -> _Open:
    manifest = read_manifest(path)
    marts = Marts(connect_to(path / MARTS_FILE))
    people = Marts(connect_to(path / PEOPLE_FILE)) if (path / PEOPLE_FILE).exists() else None
    return _Open(stamp, publication_id, path, manifest, marts, people)


def _stamp(file: Path) -> tuple[int, int] | None:
    """What tells a file from another of its name; None where there is none."""
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
