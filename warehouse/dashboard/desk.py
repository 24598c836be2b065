"""The reviewers' desk: where decisions are taken down, one at a time. (Filled by pages/review.py.)"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from warehouse.lake import Home


@dataclass(frozen=True)
class Desk:
    """The home whose decisions are taken, the lock under which they are, and the key of its forms."""

    home: Home
    alone: Callable[[], AbstractContextManager[None]]
    form_key: str
