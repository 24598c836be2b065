"""Who knows whom: one graph of friendships, and each network's follow edges as a noisy sample of it.

`build_graph` fills `edges` (network, follower, followed, since). Friendships lie mostly inside communities of
about a hundred people of one city; how many a person has hangs on the value class. Must not live here: the
accounts (personas.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.noise import PLANTED
from ingestion.sample.streams import Floats, Ints, stream, zipf
from ingestion.sample.world import World

COMMUNITY = 120
INSIDE = 0.75  # friendships within the community
KEPT = 0.65  # friendships that show on a network where both have an account
KEPT_PSEUDONYM = 0.30
STRANGERS = 2.0  # mean number of strangers an account of the middle class follows
END = company.microseconds(company.AS_OF) + 86_400_000_000


def build_graph(world: World) -> None:
    """Fill `edges`: network, follower and followed (numbers of profiles), since_us; one row a pair."""
    one, other = _friendships(world)
    profiles = world.arrow(
        """select profile, p.person, network, is_second, p.kind, role, created_us, coalesce(q.value_class,
            'medium') as value_class
        from profiles p left join people q using (person) order by profile"""
    )
    columns = {name: profiles.column(name).to_numpy(zero_copy_only=False) for name in profiles.column_names}
    found = [_on_network(world, network, columns, one, other) for network in (company.X, company.FEDIVERSE)]
    follower = np.concatenate([f for f, _ in found])
    followed = np.concatenate([t for _, t in found])
    since = _since(world, columns["created_us"], follower, followed)
    kept = since < END
    follower, followed, since = follower[kept], followed[kept], since[kept]
    order = np.lexsort((followed, follower))
    world.add(
        "edges",
        pa.table(
            {
                "network": pa.array(columns["network"][follower[order]]),
                "follower": follower[order].astype(np.int32),
                "followed": followed[order].astype(np.int32),
                "since_us": since[order],
            }
        ),
    )


def _friendships(world: World) -> tuple[Ints, Ints]:
    """Pairs of people, each once. Both ends are drawn in proportion to how sociable a person is."""
    rng = stream(world.seed, "friendships")
    people = world.arrow(
        """select city_number, household, is_second_in_household as second, value_class
        from people order by person"""
    )
    size = people.num_rows
    classes, where = np.unique(
        people.column("value_class").to_numpy(zero_copy_only=False).astype(str), return_inverse=True
    )
    sociable = np.array([PLANTED[c].friends for c in classes])[where] * np.exp(rng.normal(-0.08, 0.4, size))
    city = people.column("city_number").to_numpy()
    order = np.lexsort(
        (rng.random(size), city)
    )  # people by city, shuffled: communities are runs of this order
    weight = np.concatenate([[0.0], np.cumsum(sociable[order])])
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    block_start, block_end = _communities(city[order])
    stubs = rng.poisson(sociable / 2)
    one = np.repeat(np.arange(size), stubs)
    inside = rng.random(len(one)) < INSIDE
    low = np.where(inside, weight[block_start[place[one]]], 0.0)
    high = np.where(inside, weight[block_end[place[one]]], weight[-1])
    drawn = low + rng.random(len(one)) * (high - low)
    other = order[np.clip(np.searchsorted(weight, drawn, side="right") - 1, 0, size - 1)]
    second = np.flatnonzero(people.column("second").to_numpy(zero_copy_only=False))
    one = np.concatenate([one, second])
    other = np.concatenate([other, people.column("household").to_numpy()[second]])
    pair = np.unique(np.minimum(one, other) * np.int64(size) + np.maximum(one, other))
    first, last = pair // size, pair % size
    return first[first != last], last[first != last]


def _communities(city: Ints) -> tuple[Ints, Ints]:
    """For each place in the order by city: where its community starts and ends."""
    size = len(city)
    starts = np.flatnonzero(np.concatenate([[True], city[1:] != city[:-1]]))
    city_start = np.repeat(starts, np.diff(np.concatenate([starts, [size]])))
    city_end = np.repeat(np.concatenate([starts[1:], [size]]), np.diff(np.concatenate([starts, [size]])))
    begin = city_start + (np.arange(size) - city_start) // COMMUNITY * COMMUNITY
    return begin, np.minimum(begin + COMMUNITY, city_end)


def _on_network(
    world: World, network: str, profiles: dict[str, Any], one: Ints, other: Ints
) -> tuple[Ints, Ints]:
    """(follower, followed) on one network: friends, strangers, the brand, and the follows of bots."""
    rng = stream(world.seed, f"edges {network}")
    here = np.flatnonzero(profiles["network"] == network)
    a, b = (_account(rng, profiles, here, people) for people in (one, other))
    both = (a >= 0) & (b >= 0)
    a, b = a[both], b[both]
    hidden = (profiles["kind"][a] == "pseudonym") | (profiles["kind"][b] == "pseudonym")
    kept = rng.random(len(a)) < np.where(hidden, KEPT_PSEUDONYM, KEPT)
    a, b = a[kept], b[kept]
    forth, back = rng.random(len(a)) < 0.85, rng.random(len(a)) < 0.75
    sociable = np.array([PLANTED[c].friends for c in profiles["value_class"][here]])
    stranger_from, stranger_to = _strangers(
        rng, here, sociable / PLANTED["medium"].friends, profiles["role"][here] == "bot"
    )
    brand = here[profiles["role"][here] == "brand"]
    chance = np.array([PLANTED[c].brand_follower for c in profiles["value_class"][here]])
    fans = here[(rng.random(len(here)) < chance) & (profiles["role"][here] == "person")]
    follower = np.concatenate([a[forth], b[back], stranger_from, fans])
    followed = np.concatenate([b[forth], a[back], stranger_to, np.full(len(fans), brand[0])])
    apart = profiles["person"][follower] != profiles["person"][followed]
    size = np.int64(len(profiles["network"]))
    pair = np.unique(follower[apart] * size + followed[apart])
    return pair // size, pair % size


def _account(rng: np.random.Generator, profiles: dict[str, Any], here: Ints, people: Ints) -> Ints:
    """The account each of the people uses for a friendship here, -1 where they have none."""
    size = int(max(people.max(initial=0), profiles["person"].max(initial=0))) + 1
    first, second = np.full(size, -1), np.full(size, -1)
    is_second = profiles["is_second"][here]
    first[profiles["person"][here[~is_second]]] = here[~is_second]
    second[profiles["person"][here[is_second]]] = here[is_second]
    use_second = (second[people] >= 0) & (rng.random(len(people)) < 0.4)
    return np.asarray(np.where(use_second, second[people], first[people]), dtype=np.int64)


def _strangers(rng: np.random.Generator, here: Ints, sociable: Floats, is_bot: Any) -> tuple[Ints, Ints]:
    """Follows of accounts one does not know: few are followed by many."""
    many = rng.poisson(np.where(is_bot, 15.0, STRANGERS * sociable))
    popular = rng.permutation(zipf(len(here), 0.6)) * sociable
    cumulative = np.cumsum(popular)
    follower = np.repeat(here, many)
    chosen = np.searchsorted(cumulative, rng.random(len(follower)) * cumulative[-1], side="right")
    return follower, here[np.minimum(chosen, len(here) - 1)]


def _since(world: World, created: Ints, follower: Ints, followed: Ints) -> Ints:
    """A follow begins after both accounts were made: soon for most, later for some."""
    rng = stream(world.seed, "since")
    both = np.maximum(created[follower], created[followed])
    delay = np.minimum(rng.exponential(150.0, len(follower)), (END - both) / 86_400e6 * 1.02)
    return (both + delay * 86_400e6).astype(np.int64)
