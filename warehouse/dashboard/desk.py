"""The reviewers' desk: which pairs were decided on, and where a decision is written, by one at a time.

Two requests of this server wait for each other; a run, or a command at work in the home, is waited for a moment.
Must not live here: what a decision is (warehouse/identity/review/), the page (pages/review.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import ExitCode, ScrmError
from warehouse.identity.decisions import decided_pairs
from warehouse.identity.measure.audit_sample import FILE_NAME as AUDIT
from warehouse.lake import Home

PAIR = ["left_persona_id", "right_persona_id"]
_PATIENCE, _PAUSE = 3.0, 0.1  # seconds: another command ends soon, a run does not


class NotTheOwner(ScrmError):
    """Whoever started the dashboard may read what is published, and not the reviewers' decisions."""


@dataclass(frozen=True)
class Desk:
    """The home whose decisions are taken, what holds it for one writer, and the key of this server's forms."""

    home: Home
    alone: Callable[[], AbstractContextManager[None]]
    form_key: str
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def decided(self) -> pa.Table:
        """The pairs that somebody has decided on. Raises NotTheOwner."""
        try:
            return decided_pairs(self.home.identity)
        except PermissionError as error:
            raise NotTheOwner(
                f"{self.home.identity} cannot be read by this account: reviews are for the owner of the home.",
                next_step="Start the dashboard as the account that runs 'scrm run'.",
            ) from error

    def drawn(self) -> pa.Table:
        """The pairs drawn for the audit."""
        path = self.home.identity / f"{AUDIT}.parquet"
        if path.exists():
            return pq.read_table(path, columns=PAIR)
        return pa.schema([(name, pa.string()) for name in PAIR]).empty_table()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold the home. Raises what `alone` raises where another is at work in it and does not end."""
        with self._turn, self._held():
            yield

    @contextmanager
    def _held(self) -> Iterator[None]:
        until = time.monotonic() + _PATIENCE
        while True:
            held = self.alone()
            try:
                held.__enter__()
                break
            except ScrmError as error:
                if error.exit_code != ExitCode.BUSY or time.monotonic() >= until:
                    raise
                time.sleep(_PAUSE)
        try:
            yield
        finally:
            held.__exit__(None, None, None)
