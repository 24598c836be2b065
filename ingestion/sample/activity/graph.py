"""Who knows whom: one graph of friendships, and each network's follow edges as a noisy sample of it.

`build_graph` fills `edges` (network, follower, followed, since). Everybody belongs to two communities of 150
people, one of neighbours and one of people who are on the same networks; most friendships lie inside them. How
many a person has hangs on the value class. Must not live here: the accounts (personas.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.activity import rhythm
from ingestion.sample.noise import OTHERS, PLANTED
from ingestion.sample.streams import Floats, Ints, stream, zipf
from ingestion.sample.world import World

COMMUNITY = 150
LOCAL = 0.50  # friendships within the community of neighbours
ONLINE = 0.30  # … within a circle of people who are on the same networks; the others are with anybody
SPREAD = 0.8  # of the logarithm of how many friends a person has: few have very many
KEPT = 0.60  # friendships that show on a network where both have an account
KEPT_PSEUDONYM = 0.45  # … where one of the two is there under a pseudonym
KEPT_SECOND = 0.5  # factor on both where it is the second account of one of the two
STRANGERS = 2.0  # mean number of strangers an account of the middle class follows


def build_graph(world: World) -> None:
    """Fill `edges`: network, follower and followed (numbers of profiles), since_us; one row a pair."""
    one, other = _friendships(world)
    profiles = world.arrow(
        f"""select profile, p.person, network, is_second, p.kind, role, created_us, coalesce(q.value_class,
            '{OTHERS}') as value_class, coalesce(q.hour_offset, 0) as hour_offset,
            coalesce(q.time_zone, 'Europe/London') as time_zone
        from profiles p left join people q using (person) order by profile"""
    )
    columns = {name: profiles.column(name).to_numpy(zero_copy_only=False) for name in profiles.column_names}
    found = [_on_network(world, network, columns, one, other) for network in (company.X, company.FEDIVERSE)]
    follower = np.concatenate([f for f, _ in found])
    followed = np.concatenate([t for _, t in found])
    since = _since(world, columns, follower, followed)
    kept = since < rhythm.END
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
        f"""select city_number, household, is_second_in_household as second, value_class, n.networks
        from people p left join (
            select person, bool_or(network = '{company.X}') as on_x,
                bool_or(network = '{company.FEDIVERSE}') as on_fediverse,
                cast(on_x as integer) + 2 * cast(on_fediverse as integer) as networks
            from profiles group by person
        ) n using (person) order by p.person"""
    )
    size = people.num_rows
    classes, where = np.unique(
        people.column("value_class").to_numpy(zero_copy_only=False).astype(str), return_inverse=True
    )
    sociable = np.array([PLANTED[c].friends for c in classes])[where]
    sociable = sociable * np.exp(rng.normal(-(SPREAD**2) / 2, SPREAD, size))
    one = np.repeat(np.arange(size), rng.poisson(sociable / 2))
    neighbours = _partners(rng, one, sociable, people.column("city_number").to_numpy(), COMMUNITY)
    circle = _partners(rng, one, sociable, people.column("networks").fill_null(0).to_numpy(), COMMUNITY)
    anybody = _partners(rng, one, sociable, np.zeros(size), size)
    met = rng.random(len(one))
    other = np.where(met < LOCAL, neighbours, np.where(met < LOCAL + ONLINE, circle, anybody))
    second = np.flatnonzero(people.column("second").to_numpy(zero_copy_only=False))
    one = np.concatenate([one, second])
    other = np.concatenate([other, people.column("household").to_numpy()[second]])
    pair = np.unique(np.minimum(one, other) * np.int64(size) + np.maximum(one, other))
    first, last = pair // size, pair % size
    return first[first != last], last[first != last]


def _partners(rng: np.random.Generator, one: Ints, sociable: Floats, alike: Ints, community: int) -> Ints:
    """For each of `one` somebody of the same community: `community` people in a row in the order of `alike`."""
    size = len(sociable)
    order = np.lexsort((rng.random(size), alike))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    begin = place[one] // community * community
    weight = np.concatenate([[0.0], np.cumsum(sociable[order])])
    low, high = weight[begin], weight[np.minimum(begin + community, size)]
    drawn = low + rng.random(len(one)) * (high - low)
    found: Ints = order[np.clip(np.searchsorted(weight, drawn, side="right") - 1, 0, size - 1)]
    return found


def _on_network(
    world: World, network: str, profiles: dict[str, Any], one: Ints, other: Ints
) -> tuple[Ints, Ints]:
    """(follower, followed) on one network: friends, strangers, the brand, and the follows of bots."""
    rng = stream(world.seed, f"edges {network}")
    here = np.flatnonzero(profiles["network"] == network)
    first, second = _accounts(profiles, here)
    a = np.concatenate([first[one], second[one], first[one]])
    b = np.concatenate([first[other], first[other], second[other]])
    both = (a >= 0) & (b >= 0)
    a, b = a[both], b[both]
    hidden = (profiles["kind"][a] == "pseudonym") | (profiles["kind"][b] == "pseudonym")
    chance = np.where(hidden, KEPT_PSEUDONYM, KEPT)
    chance[profiles["is_second"][a] | profiles["is_second"][b]] *= KEPT_SECOND
    kept = rng.random(len(a)) < chance
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


def _accounts(profiles: dict[str, Any], here: Ints) -> tuple[Ints, Ints]:
    """The first and the second account here of each person, -1 where they have none."""
    first, second = np.full((2, int(profiles["person"].max()) + 1), -1)
    is_second = profiles["is_second"][here]
    first[profiles["person"][here[~is_second]]] = here[~is_second]
    second[profiles["person"][here[is_second]]] = here[is_second]
    return first, second


def _strangers(rng: np.random.Generator, here: Ints, sociable: Floats, is_bot: Any) -> tuple[Ints, Ints]:
    """Follows of accounts one does not know: few are followed by many."""
    many = rng.poisson(np.where(is_bot, 15.0, STRANGERS * sociable))
    popular = rng.permutation(zipf(len(here), 0.6)) * sociable
    cumulative = np.cumsum(popular)
    follower = np.repeat(here, many)
    chosen = np.searchsorted(cumulative, rng.random(len(follower)) * cumulative[-1], side="right")
    return follower, here[np.minimum(chosen, len(here) - 1)]


def _since(world: World, profiles: dict[str, Any], follower: Ints, followed: Ints) -> Ints:
    """A follow begins after both accounts were made: soon for most, later for some; at the follower's hours."""
    rng = stream(world.seed, "since")
    both = np.maximum(profiles["created_us"][follower], profiles["created_us"][followed])
    delay = np.minimum(rng.exponential(150.0, len(follower)), (rhythm.END - both) / rhythm.DAY * 1.02)
    since = (both + delay * rhythm.DAY).astype(np.int64)
    classes, where = np.unique(profiles["value_class"].astype(str), return_inverse=True)
    peak = np.array([PLANTED[c].active_hour for c in classes])[where] + profiles["hour_offset"]
    zones, zone = np.unique(profiles["time_zone"].astype(str), return_inverse=True)
    own = rhythm.hours_of_day(
        rng, since // rhythm.DAY, peak[follower], zone[follower], [str(z) for z in zones]
    )
    return np.where((own >= both) & (own < rhythm.END), own, since)
