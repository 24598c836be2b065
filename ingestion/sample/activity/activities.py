"""What people do on their accounts: posts, replies, reshares, likes, reads.

`draw_activities` gives `Posts` and `Reactions` of a network, as NumPy columns in order of time. Lives here:
how much, what form, in answer to what. Must not live here: hours and days (rhythm.py), words (texts.py),
the layout of exports (exports/).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from ingestion.sample import company
from ingestion.sample.activity import rhythm
from ingestion.sample.activity.texts import TextPool
from ingestion.sample.noise import OTHERS, PLANTED
from ingestion.sample.streams import Flags, Floats, Ints, pick, stream
from ingestion.sample.world import World

FORMS = ("text", "photo", "video", "link", "poll", "check_in")
ORIGINAL, REPLY, RESHARE, QUOTE = range(4)
REACTIONS = ("Like", "View", "Read")
ACTIVITIES_PER_CUSTOMER = 50
SPREAD = 1.72  # of the logarithm of an account's activity: the top 10 % make about 70 %

# Share of all activities by network and sort; the fediverse's follows (graph.py) come on top.
VOLUME = {
    ("x", "posts"): 0.355, ("forum", "posts"): 0.11, ("fediverse", "posts"): 0.125, ("blogs", "posts"): 0.01,
    ("forum", "Like"): 0.08, ("forum", "View"): 0.16, ("fediverse", "Like"): 0.06, ("fediverse",
        "Read"): 0.06,
}  # fmt: skip
_ROLE_FACTOR = {"person": 1.0, "staff": 8.0, "brand": 25.0, "bot": 4.0, "organization": 1.5, "falsified": 0.2}
_ORIGINAL_INTENTS = {
    "x": (0.10, 0.15, 0.12, 0.08, 0.55, 0.0),
    "forum": (0.34, 0.26, 0.12, 0.12, 0.16, 0.0),
    "fediverse": (0.10, 0.13, 0.12, 0.10, 0.55, 0.0),
    "blogs": (0.02, 0.18, 0.40, 0.20, 0.20, 0.0),
}
_REPLY_INTENTS = (0.10, 0.08, 0.10, 0.04, 0.24, 0.44)
_REPLIES = {"x": 0.38, "forum": 0.80, "fediverse": 0.30, "blogs": 0.0}
# Median minutes from a post to the answer or reaction.
_DELAY = {"reply": 90.0, "reshare": 45.0, "Like": 300.0, "View": 700.0, "Read": 200.0}


@dataclass(frozen=True)
class Accounts:
    """The accounts of one network that activities are drawn from; `profile` is the world's number."""

    profile: Ints
    role: npt.NDArray[Any]
    begin: Ints
    end: Ints
    value_class: Ints
    language: Ints
    peak: Floats
    passive_peak: Floats
    weekend: Floats
    zone: Ints
    zones: list[str]
    protected: Flags  # posts visible to followers only: in nobody's export, and reshared by nobody


@dataclass(frozen=True)
class Posts:
    """Posts of one network in order of time.

    `account` is a row of Accounts, `parent` a row of this (-1: none), `export` the number of the first export
    that holds the post, `deleted_us` when it was deleted (-1: never).
    """

    account: Ints
    at: Ints
    kind: Ints
    form: Ints
    parent: Ints
    text: Ints
    deleted_us: Ints
    export: Ints
    likes: Ints


@dataclass(frozen=True)
class Reactions:
    """Likes and reads of one network in order of time.

    `post` is a row of Posts, `undone_us` is -1 where the reaction stands.
    """

    account: Ints
    at: Ints
    kind: Ints
    post: Ints
    undone_us: Ints
    export: Ints


def draw_accounts(world: World, network: str) -> Accounts:
    """The accounts of a network that can act, with the rhythm of their people."""
    rows = world.arrow(
        f"""select profile, role, created_us, deleted_us, is_protected, coalesce(q.value_class,
            '{OTHERS}') as value_class,
            coalesce(p.language, 'en') as language, coalesce(q.hour_offset, 0) as hour_offset,
            coalesce(p.time_zone, 'Europe/London') as time_zone
        from profiles p left join people q using (person) where network = '{network}' order by profile"""
    )
    column = {name: rows.column(name).to_numpy(zero_copy_only=False) for name in rows.column_names}
    zones, zone = np.unique(column["time_zone"].astype(str), return_inverse=True)
    value_class = _codes(column["value_class"], company.VALUE_CLASSES)
    planted = [PLANTED[c] for c in company.VALUE_CLASSES]
    end = np.where(column["deleted_us"] >= 0, column["deleted_us"], rhythm.END)
    return Accounts(
        profile=column["profile"].astype(np.int64),
        role=column["role"],
        begin=np.minimum(np.maximum(column["created_us"], rhythm.START), end - 1),
        end=end,
        value_class=value_class,
        language=_codes(column["language"], company.LANGUAGES),
        peak=np.array([p.active_hour for p in planted])[value_class] + column["hour_offset"],
        passive_peak=np.array([p.passive_hour for p in planted])[value_class] + column["hour_offset"],
        weekend=np.array([p.weekend for p in planted])[value_class],
        zone=zone.astype(np.int64),
        zones=[str(z) for z in zones],
        protected=column["is_protected"].astype(bool),
    )


def _codes(values: npt.NDArray[Any], names: tuple[str, ...]) -> Ints:
    order = np.argsort(np.array(names))
    return np.asarray(order[np.searchsorted(np.array(names)[order], values.astype(str))], dtype=np.int64)


def draw_activities(
    world: World, network: str, accounts: Accounts, pool: TextPool
) -> tuple[Posts, Reactions]:
    """Everything that happens on a network from the first month to the end of the data."""
    rng = stream(world.seed, f"activities {network}")
    willing = rng.permutation(1.0 * np.arange(len(accounts.profile)))  # order of zeal, ties impossible
    posts = _posts(world, rng, network, accounts, pool, willing)
    kinds = [k for k in REACTIONS if (network, k) in VOLUME]
    return posts, _reactions(world, rng, network, accounts, posts, kinds, willing)


def _counts(
    world: World, rng: np.random.Generator, network: str, sort: str, accounts: Accounts, zeal: Floats
) -> Ints:
    """How many activities each account has: log-normal within its class, whose mean is the planted one."""
    total = VOLUME[(network, sort)] * ACTIVITIES_PER_CUSTOMER * world.customers
    rate = np.zeros(len(zeal))
    is_passive = sort in ("View", "Read")
    for number, name in enumerate(company.VALUE_CLASSES):
        rows = np.flatnonzero(accounts.value_class == number)
        place = np.empty(len(rows))
        place[np.argsort(zeal[rows], kind="stable")] = (np.arange(len(rows)) + 0.5) / max(len(rows), 1)
        weight = np.exp(SPREAD * _normal_quantile(place))
        factor = PLANTED[name].reading if is_passive else PLANTED[name].posting
        rate[rows] = factor * weight / max(weight.mean(), 1e-12) if len(rows) else 0.0
    roles, which = np.unique(accounts.role.astype(str), return_inverse=True)
    rate *= np.array([_ROLE_FACTOR[r] for r in roles])[which]
    rate *= (accounts.end - accounts.begin) / (rhythm.END - rhythm.START)
    counts: Ints = rng.poisson(rate * total / rate.sum()).astype(np.int64)
    return counts


def _normal_quantile(share: Floats) -> Floats:
    """Standard normal quantiles by linear interpolation in a table of the error function's inverse."""
    grid = np.linspace(-4.5, 4.5, 4001)
    density = np.exp(-grid * grid / 2)
    cumulative = np.cumsum(density) / density.sum()
    return np.interp(share, cumulative, grid)


def _posts(
    world: World, rng: np.random.Generator, network: str, accounts: Accounts, pool: TextPool, zeal: Floats
) -> Posts:
    account = np.repeat(
        np.arange(len(accounts.profile)), _counts(world, rng, network, "posts", accounts, zeal)
    )
    at = rhythm.draw_times(
        rng, accounts.begin[account], accounts.end[account], accounts.peak[account],
            accounts.weekend[account],
        accounts.zone[account], accounts.zones,
    )  # fmt: skip
    order = np.lexsort((account, at))
    account, at = account[order], at[order]
    kind, form = _kinds_and_forms(rng, network, accounts.value_class[account], accounts.role[account])
    parent = _parents(rng, account, at, kind, accounts.protected)
    lonely = (kind != ORIGINAL) & (parent < 0)
    kind[lonely] = ORIGINAL
    language = np.where(rng.random(len(at)) < 0.25, 0, accounts.language[account])
    intent = np.where(
        kind == REPLY, pick(rng, _REPLY_INTENTS, len(at)), pick(rng, _ORIGINAL_INTENTS[network], len(at))
    )
    deleted = rng.random(len(at)) < world.noise.post_deleted
    if network == company.FORUM:  # without its first post a topic would be gone as a whole
        deleted &= kind != ORIGINAL
    deleted_us = np.minimum(
        at + (rng.exponential(5.0, len(at)) * rhythm.DAY).astype(np.int64), rhythm.END - 1
    )
    likes = np.floor(np.exp(rng.normal(0.4, 1.2, len(at)))).astype(np.int64)
    return Posts(
        account, at, kind, form, parent, pool.draw(rng, language, intent), np.where(deleted, deleted_us, -1),
        _first_export(rng, at, world.noise.late), likes,
    )  # fmt: skip


def _kinds_and_forms(
    rng: np.random.Generator, network: str, value_class: Ints, role: npt.NDArray[Any]
) -> tuple[Ints, Ints]:
    """(kind, form) of each post by the planted formats of its author's class."""
    size = len(value_class)
    planted = [PLANTED[c].formats for c in company.VALUE_CLASSES]
    reshare = np.array([p["reshare"] for p in planted])[value_class] * (network in ("x", "fediverse"))
    die = rng.random(size)
    replies = reshare + (1 - reshare) * np.where(role == "staff", 0.97, _REPLIES[network])
    kind = np.where(die < reshare, RESHARE, np.where(die < replies, REPLY, ORIGINAL))
    if network == "x":
        kind = np.where((kind == ORIGINAL) & (rng.random(size) < 0.06), QUOTE, kind)
    form = np.zeros(size, dtype=np.int64)
    die = rng.random(size)
    edge = np.zeros(size)
    for number, name in enumerate(FORMS[1:], start=1):
        rate = np.array([p[name] for p in planted])[value_class] * np.where(kind == REPLY, 0.3, 1.25)
        if network in ("forum", "blogs") and name in ("video", "poll", "check_in"):
            rate = rate * 0.0
        form[(die >= edge) & (die < edge + rate)] = number
        edge = edge + rate
    form[kind == RESHARE] = 0
    return kind.astype(np.int64), form


def _parents(rng: np.random.Generator, account: Ints, at: Ints, kind: Ints, protected: Flags) -> Ints:
    """What a reply, quote or reshare refers to: somebody else's public original of shortly before."""
    originals = np.flatnonzero((kind == ORIGINAL) & ~protected[account])
    parent = np.full(len(at), -1, dtype=np.int64)
    for kinds, delay in (((REPLY, QUOTE), "reply"), ((RESHARE,), "reshare")):
        rows = np.flatnonzero(np.isin(kind, kinds))
        parent[rows] = _earlier(
            rng, originals, at, account, rows_at=at[rows], rows_account=account[rows], delay=_DELAY[delay]
        )
    return parent


def _earlier(
    rng: np.random.Generator,
    candidates: Ints,
    at: Ints,
    account: Ints,
    rows_at: Ints,
    rows_account: Ints,
    delay: float,
) -> Ints:
    """For each row the last candidate before a log-normal delay (median minutes); -1 where none.

    Nobody answers oneself.
    """
    if not len(candidates) or not len(rows_at):
        return np.full(len(rows_at), -1, dtype=np.int64)
    wait = np.exp(rng.normal(np.log(delay), 1.3, len(rows_at))) * 60e6
    place = np.searchsorted(at[candidates], rows_at - wait, side="right") - 1
    place = np.where(place < 0, np.searchsorted(at[candidates], rows_at, side="left") - 1, place)
    for _ in range(4):
        own = (place >= 0) & (account[candidates[np.maximum(place, 0)]] == rows_account)
        place = place - own
    chosen = candidates[np.maximum(place, 0)]
    return np.where((place >= 0) & (account[chosen] != rows_account), chosen, -1)


def _first_export(rng: np.random.Generator, at: Ints, late: float) -> Ints:
    """Number of the export in which a record first appears; late ones miss theirs and come in the next."""
    dates = np.array([company.microseconds(d) for d in company.EXPORT_DATES])
    number = np.searchsorted(dates, at, side="right")
    return np.minimum(number + (rng.random(len(at)) < late), len(dates) - 1).astype(np.int64)


def _reactions(
    world: World,
    rng: np.random.Generator,
    network: str,
    accounts: Accounts,
    posts: Posts,
    kinds: list[str],
    zeal: Floats,
) -> Reactions:
    parts: list[Reactions] = []
    for kind in kinds:
        own_zeal = 0.7 * zeal + 0.7 * rng.permutation(zeal)
        account = np.repeat(
            np.arange(len(accounts.profile)), _counts(world, rng, network, kind, accounts, own_zeal)
        )
        peak = accounts.peak if kind == "Like" else accounts.passive_peak
        at = rhythm.draw_times(
            rng, accounts.begin[account], accounts.end[account], peak[account], accounts.weekend[account],
            accounts.zone[account], accounts.zones,
        )  # fmt: skip
        targets = np.flatnonzero(posts.kind != RESHARE)
        post = _earlier(rng, targets, posts.at, posts.account, at, account, _DELAY[kind])
        undone = (
            (rng.random(len(at)) < world.noise.like_undone)
            & (kind == "Like")
            & (network == company.FEDIVERSE)
        )
        undone_us = np.minimum(
            at + (rng.exponential(1.0, len(at)) * rhythm.DAY).astype(np.int64), rhythm.END - 1
        )
        kept = post >= 0
        kept &= _first_of_each(account, post)
        undone_us = np.where(undone, undone_us, -1)
        kinds_of = np.full(len(at), REACTIONS.index(kind))
        columns = (account, at, kinds_of, post, undone_us, _first_export(rng, at, 0.0))
        parts.append(Reactions(*(c[kept] for c in columns)))
    return _in_order_of_time(parts)


def _first_of_each(account: Ints, post: Ints) -> Flags:
    """One reaction of a kind for each account and post."""
    size = np.int64(max(post.max(initial=0), 0) + 2)
    _, first = np.unique(account * size + post + 1, return_index=True)
    kept = np.zeros(len(account), dtype=bool)
    kept[first] = True
    return kept


def _in_order_of_time(parts: list[Reactions]) -> Reactions:
    columns = {
        f.name: np.concatenate([np.zeros(0, dtype=np.int64), *(getattr(p, f.name) for p in parts)]).astype(
            np.int64
        )
        for f in fields(Reactions)
    }
    order = np.lexsort((columns["post"], columns["kind"], columns["account"], columns["at"]))
    return Reactions(**{name: values[order] for name, values in columns.items()})
