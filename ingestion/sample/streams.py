"""Random numbers: one independent stream for each thing drawn, so that a change in one leaves the others.

Must not live here: rates (noise.py) and what is drawn.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream called `name` of this seed; the same on every machine."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """Indexes drawn by weight (which need not add up to 1)."""
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: Ints = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right").astype(
        np.int64
    )
    return found


def shares(rng: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """Like `pick`, but each index comes exactly its share of times (± 1), in random order."""
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    places = (np.arange(size) + 0.5) / max(size, 1) * cumulative[-1]
    return rng.permutation(np.searchsorted(cumulative, places, side="right")).astype(np.int64)


def exactly(rng: np.random.Generator, rate: float | Floats, size: int) -> Flags:
    """Flags of which exactly the share `rate` (rounded) is set, at random places.

    A rate for each place sets about its share of the places that have it.
    """
    return np.asarray(rng.permutation(size) < np.round(rate * np.float64(size)), dtype=np.bool_)


def zipf(size: int, exponent: float = 0.8, shift: float = 8.0) -> Floats:
    """Weights of a list in order of rank: common names are common, the tail is long."""
    return np.asarray((np.arange(size) + shift) ** -exponent, dtype=np.float64)


def take(values: Sequence[Any], index: Ints) -> npt.NDArray[Any]:
    """The values at the indexes, as an object array."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array[index]
