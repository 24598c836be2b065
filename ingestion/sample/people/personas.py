"""The accounts people keep: on which networks, of what kind, since when.

`build_profiles` fills `profile_rows`, one row an account, and then (handles.py) `profiles`. Lives here:
presence, kinds of persona, accounts that are no person's. Must not live here: the wording of handles, names
and bios (handles.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.noise import PLANTED, Noise
from ingestion.sample.people.handles import write_profiles
from ingestion.sample.streams import Flags, Ints, exactly, stream, take
from ingestion.sample.world import World

KINDS = ("same_handle", "derived", "nickname", "professional", "private", "pseudonym", "masked", "none")
_SINCE = {"x": 2011, "forum": 2019, "fediverse": 2017, "blogs": 2014}
BRAND_ACCOUNTS = (
    ("x", "Halvenwire"),
    ("x", "HalvenwireHelp"),
    ("fediverse", "halvenwire"),
    ("forum", "halvenwire"),
)


def build_profiles(world: World) -> None:
    """Fill `profiles`, one row an account, numbered from 0 in the order of networks."""
    people = world.arrow("select person, kind, value_class, style from people order by person")
    person, network, is_second = _accounts_of_people(world, people)
    extra_network, extra_role = _accounts_of_nobody(world, len(person))
    role = np.where(
        people.column("kind").to_numpy(zero_copy_only=False)[person] == "staff", "staff", "person"
    )
    first_extra = people.num_rows
    person = np.concatenate([person, first_extra + np.arange(len(extra_network))])
    network = np.concatenate([network, extra_network])
    is_second = np.concatenate([is_second, np.zeros(len(extra_network), dtype=bool)])
    role = np.concatenate([role.astype(object), extra_role])
    order = np.lexsort((is_second, person, network))
    columns: dict[str, Any] = {
        "profile": np.arange(len(order), dtype=np.int32),
        "person": person[order].astype(np.int32),
        "network": take(company.NETWORKS, network[order]),
        "is_second": is_second[order],
        "role": role[order],
        "kind": _kinds(world, people, person[order], network[order], is_second[order], role[order]),
        **_lifetimes(world, network[order], role[order]),
        **world.dice("profiles", len(order), 24),
    }
    world.add("profile_rows", pa.table(columns))
    write_profiles(world)


def _accounts_of_people(world: World, people: pa.Table) -> tuple[Ints, Ints, Flags]:
    """(person, network, is_second) of every account: each class has exactly its planted share (± 1)."""
    rng = stream(world.seed, "presence")
    classes = people.column("value_class").to_numpy(zero_copy_only=False)
    kind = people.column("kind").to_numpy(zero_copy_only=False)
    present = np.zeros((len(kind), len(company.NETWORKS)), dtype=bool)
    for group in ("customer", "prospect", "member"):
        for name, planted in PLANTED.items():
            rows = np.flatnonzero((kind == group) & (classes == name))
            for number, called in enumerate(company.NETWORKS):
                present[rows, number] = exactly(rng, planted.presence[called], len(rows))
    present[kind == "staff", company.NETWORKS.index(company.FORUM)] = True
    members = np.flatnonzero((kind == "member") & ~present.any(axis=1))
    present[members, rng.integers(0, 3, len(members))] = True
    person, network = np.nonzero(present)
    style = people.column("style").to_numpy(zero_copy_only=False)
    may_have_two = (network == 0) | (network == 2)
    second = may_have_two & (kind[person] != "staff")
    second &= rng.random(len(person)) < np.where(
        style[person] == "split", 0.5, world.noise.rates("second_account", classes[person])
    )
    flags = np.concatenate([np.zeros(len(person), dtype=bool), np.ones(int(second.sum()), dtype=bool)])
    return np.concatenate([person, person[second]]), np.concatenate([network, network[second]]), flags


def _accounts_of_nobody(world: World, accounts: int) -> tuple[Ints, np.typing.NDArray[Any]]:
    """Networks and roles of brand, bot, organisation and falsified accounts."""
    rng = stream(world.seed, "other accounts")
    noise = world.noise
    bots, organizations, falsified = (
        max(4, round(accounts * r)) for r in (noise.bot, noise.organization, noise.falsified)
    )
    network = np.concatenate(
        [
            [company.NETWORKS.index(n) for n, _ in BRAND_ACCOUNTS],
            rng.choice([0, 0, 2], bots),
            rng.choice([0, 0, 1, 2], organizations),
            np.full(falsified, 1),
        ]
    )
    counts = (len(BRAND_ACCOUNTS), bots, organizations, falsified)
    return network, np.repeat(np.array(["brand", "bot", "organization", "falsified"], dtype=object), counts)


def _kinds(
    world: World,
    people: pa.Table,
    person: Ints,
    network: Ints,
    is_second: Flags,
    role: np.typing.NDArray[Any],
) -> np.typing.NDArray[Any]:
    """What kind of persona each account is; pseudonyms are exactly the stated share of people's accounts."""
    rng = stream(world.seed, "kinds")
    people_rows = np.flatnonzero(role == "person")
    owner = person[people_rows]
    style = people.column("style").to_numpy(zero_copy_only=False)[owner]
    classes = people.column("value_class").to_numpy(zero_copy_only=False)[owner]
    kind_of = {
        "same": "same_handle",
        "derived": "derived",
        "nickname": "nickname",
        "split": "professional",
        "hidden": "pseudonym",
    }
    styles, where = np.unique(style.astype(str), return_inverse=True)
    kind = take([kind_of[s] for s in styles], where)
    split = style == "split"
    kind[split & (is_second[people_rows] | (network[people_rows] == 2))] = "private"
    for name in company.VALUE_CLASSES:
        rows = np.flatnonzero(classes == name)
        wanted = round(world.noise.of(name).pseudonym * len(rows)) - int((kind[rows] == "pseudonym").sum())
        open_rows = rng.permutation(rows[(kind[rows] != "pseudonym") & (network[people_rows][rows] != 3)])
        kind[open_rows[: max(0, wanted)]] = "pseudonym"
    forum = np.flatnonzero((network[people_rows] == 1) & (kind != "pseudonym"))
    kind[forum[exactly(rng, world.noise.rates("masked", classes[forum]), len(forum))]] = "masked"
    every = np.full(len(person), "none", dtype=object)
    every[people_rows] = kind
    every[role == "staff"] = "derived"
    return every


def _lifetimes(world: World, network: Ints, role: np.typing.NDArray[Any]) -> dict[str, Any]:
    """When each account was made, and deleted (-1: never), in microseconds; which are protected."""
    rng = stream(world.seed, "lifetimes")
    noise: Noise = world.noise
    size = len(network)
    first, last = company.microseconds(company.FIRST_MONTH), company.microseconds(company.LAST_MONTH)
    since = np.array([(year - 1970) * 31_556_952_000_000 for year in _SINCE.values()])[network]
    created = since + rng.random(size) * (first - since)
    is_person = role == "person"
    new = is_person & exactly(rng, noise.new_account, size)
    created[new] = first + rng.random(int(new.sum())) * (last - first)
    # Falsified accounts come in bursts of sign-ups: each within some hours of one of three nights.
    burst = role == "falsified"
    created[burst] = (
        first + (rng.integers(1, 4, int(burst.sum())) * 73 + rng.random(int(burst.sum())) * 0.2) * 86_400e6
    )
    deleted = np.full(size, -1, dtype=np.int64)
    gone = is_person & np.isin(network, (0, 2)) & exactly(rng, noise.account_deleted, size)
    end = company.microseconds(company.AS_OF)
    start = np.maximum(created[gone], first)
    deleted[gone] = (start + rng.random(int(gone.sum())) * (end - start)).astype(np.int64)
    protected = is_person & (network == 0) & exactly(rng, noise.protected, size)
    return {"created_us": created.astype(np.int64), "deleted_us": deleted, "is_protected": protected}
