"""The strongest chain of links between two personas of one person.

Must not live here: where links come from (explanation.py).
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A link on the way from one persona to another."""

    left: str
    right: str
    probability: float
    decided_by: str


def strongest_path(links: Iterable[Step], start: str, end: str) -> tuple[Step, ...]:
    """The chain of links from start to end whose probabilities multiply to most; empty where there is none.

    Dijkstra (1959) over −log of the probability; of equally strong chains the shortest.
    """
    around: dict[str, list[tuple[str, Step]]] = {}
    for link in links:
        around.setdefault(link.left, []).append((link.right, link))
        around.setdefault(link.right, []).append((link.left, link))
    # The counter decides between equals: steps themselves have no order.
    count = itertools.count()
    queue: list[tuple[float, int, str, int, tuple[Step, ...]]] = [(0.0, 0, start, next(count), ())]
    seen: set[str] = set()
    while queue:
        cost, length, here, _, path = heapq.heappop(queue)
        if here == end:
            return path
        if here in seen:
            continue
        seen.add(here)
        for there, link in around.get(here, ()):
            if there not in seen:
                further = (cost - math.log(link.probability), length + 1, there, next(count), (*path, link))
                heapq.heappush(queue, further)
    return ()
