"""Two networks of made-up accounts, known by id and follows only: one world of friendships behind both.

People live in communities, a few have very many friends, and friends of friends are friends. Each network
keeps a friendship with some probability and has ties of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Networks:
    """How two networks come about. Pairs are (network a, network b); `friends` is a mean over all people."""

    accounts: int = 5_000
    on_both: float = 0.6
    friends: float = 40.0
    community: int = 100
    local: float = 0.6  # friendships within the community
    closed: float = 0.3  # friendships with a friend's friend
    kept: tuple[float, float] = (0.5, 0.5)
    own: tuple[float, float] = (0.3, 0.3)  # ties of the network's own, per kept friendship
    directed: tuple[bool, bool] = (True, True)
    seed: int = 1


@dataclass(frozen=True)
class World:
    """`follows[k]`: (follower, followed) on network k, by person; `on_both`: persons with accounts on both."""

    accounts: tuple[Ints, Ints]
    follows: tuple[Ints, Ints]
    on_both: Ints
    rng: np.random.Generator = field(repr=False)


def two_networks(networks: Networks) -> World:
    """Draw the world, its two networks and their people, in random order."""
    rng = np.random.default_rng(networks.seed)
    shared = round(networks.accounts * networks.on_both)
    people = 2 * networks.accounts - shared
    friends = _friendships(rng, networks, people)
    order = rng.permutation(people)
    accounts = (order[: networks.accounts], order[networks.accounts - shared :])
    follows = tuple(_follows(rng, networks, friends, accounts[k], k) for k in (0, 1))
    return World(
        accounts, (follows[0], follows[1]), order[networks.accounts - shared : networks.accounts], rng
    )


def common_neighbours(world: World, known: Ints) -> npt.NDArray[np.float32]:
    """Number of `known` people that an account of a (rows) and one of b (columns) are both tied to."""
    sides = []
    for accounts, follows in zip(world.accounts, world.follows, strict=True):
        place = np.full(int(max(a.max() for a in world.accounts)) + 1, -1)
        place[accounts] = np.arange(len(accounts))
        seed = np.full(len(place), -1)
        seed[known] = np.arange(len(known))
        tied = np.zeros((len(accounts), len(known)), dtype=np.float32)
        for one, other in (follows.T, follows.T[::-1]):
            is_seed = seed[other] >= 0
            tied[place[one[is_seed]], seed[other[is_seed]]] = 1
        sides.append(tied)
    counts: npt.NDArray[np.float32] = sides[0] @ sides[1].T
    return counts


def _friendships(rng: np.random.Generator, networks: Networks, people: int) -> Ints:
    """Pairs of people, each once, the smaller number first."""
    popular = np.minimum((1 - rng.random(people)) ** (-1 / 1.4), people / 50)
    popular /= popular.mean()
    order = np.lexsort((rng.random(people), rng.integers(0, max(people // networks.community, 1), people)))
    place = np.argsort(order)
    cumulative = np.concatenate([[0.0], np.cumsum(popular[order])])
    many = rng.poisson(popular * networks.friends / 2 * (1 - networks.closed))
    one = np.repeat(np.arange(people), many)
    begin = place[one] // networks.community * networks.community
    is_local = rng.random(len(one)) < networks.local
    low = np.where(is_local, cumulative[begin], 0.0)
    high = np.where(is_local, cumulative[np.minimum(begin + networks.community, people)], cumulative[-1])
    drawn = low + rng.random(len(one)) * (high - low)
    other = order[np.clip(np.searchsorted(cumulative, drawn, side="right") - 1, 0, people - 1)]
    pairs = _distinct(np.stack([one, other], axis=1))
    # a friend's friend: two ends of two friendships of one person
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    ends = ends[np.argsort(ends[:, 0], kind="stable")]
    first = np.searchsorted(ends[:, 0], np.arange(people))
    degree = np.bincount(ends[:, 0], minlength=people)
    between = np.flatnonzero(degree > 1)
    wanted = round(len(pairs) / (1 - networks.closed) * networks.closed)
    via = rng.choice(between, wanted)
    met = np.stack([ends[first[via] + rng.integers(0, degree[via]), 1] for _ in (0, 1)], axis=1)
    return _distinct(np.concatenate([pairs, met]))


def _distinct(pairs: Ints) -> Ints:
    found: Ints = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    return found


def _follows(rng: np.random.Generator, networks: Networks, friends: Ints, accounts: Ints, k: int) -> Ints:
    here = np.zeros(int(friends.max()) + 1 + len(accounts), dtype=bool)
    here[accounts] = True
    pairs = friends[here[friends[:, 0]] & here[friends[:, 1]]]
    pairs = pairs[rng.random(len(pairs)) < networks.kept[k]]
    weight = np.cumsum(np.bincount(pairs.ravel(), minlength=len(here))[accounts] + 1.0)
    strangers = accounts[
        np.searchsorted(
            weight, rng.random((round(len(pairs) * networks.own[k]), 2)) * weight[-1], side="right"
        )
    ]
    strangers = strangers[strangers[:, 0] != strangers[:, 1]]
    if networks.directed[k]:
        way = rng.random(len(pairs))
        ties: list[Any] = [pairs[way < 0.8], pairs[way >= 0.6][:, ::-1], strangers]
    else:
        both = np.concatenate([pairs, strangers])
        ties = [both, both[:, ::-1]]
    found: Ints = np.unique(np.concatenate(ties), axis=0)
    return found
