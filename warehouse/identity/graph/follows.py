"""Who knows whom: the follows of a build, between numbered personas. Made once a run.

Lives here: follows, numbers of followers, networks. Must not live here: who is whose counterpart
(counterparts.py).
"""

from __future__ import annotations

import duckdb

from warehouse.identity.tables import Maker

make = Maker(__name__)

# Kind of a row of `follows`, seen from its first end: 1 follows, 2 is followed, 3 both.
BOTH_WAYS = 3
# Follows of a network are counted to a quarter of a bit, the share returned to a twentieth.
_STEPS_OF_FOLLOWS, _STEPS_OF_MUTUAL = 4, 20
_NO_FOLLOWS = (
    "select null::varchar as network, null::varchar as follower_profile_id, "
    "null::varchar as followed_profile_id where false"
)


def make_follows(connection: duckdb.DuckDBPyConnection, follows: str | None) -> None:
    """Make `follows` (n, other, kind), `follow_counts` (n, follows, followers) and `follow_networks`.

    `follows` names a relation with network, follower_profile_id and followed_profile_id (int_edges); None
    where no follows are known. Ended follows count: who knew whom stays evidence. `follows` and `followers`
    count all accounts, personas or not. `follow_networks` (network, code, follows, mutual): number of follows, and
    the share of them that are returned; in steps, so that a few unrelated follows change no weight.
    """
    make(
        connection,
        "directed",
        f"""
        select distinct network, follower_profile_id as follower, followed_profile_id as followed
        from ({f"from {follows}" if follows is not None else _NO_FOLLOWS})
        where follower_profile_id <> followed_profile_id
        """,
    )
    make(
        connection,
        "follows",
        f"""
        with accounts as (
            select n, network, native_id from personas where persona_type = 'profile'
        ),
        known as (
            select f.n as follower, t.n as followed
            from directed as d
            inner join accounts as f on d.network = f.network and d.follower = f.native_id
            inner join accounts as t on d.network = t.network and d.followed = t.native_id
        ),
        seen as (
            select follower as n, followed as other, 1 as kind from known
            union all
            select followed, follower, {BOTH_WAYS} - 1 from known
        )
        select n, other, cast(sum(kind) as utinyint) as kind from seen group by n, other
        """,
    )
    make(
        connection,
        "follow_counts",
        """
        with counted as (
            select network, follower as account, count(*) as follows, 0 as followers
            from directed group by all
            union all
            select network, followed, 0, count(*) from directed group by all
        )
        select p.n, cast(sum(c.follows) as bigint) as follows, cast(sum(c.followers) as bigint) as followers
        from counted as c
        inner join personas as p
            on c.network = p.network and c.account = p.native_id and p.persona_type = 'profile'
        group by p.n
        """,
    )
    make(
        connection,
        "follow_networks",
        f"""
        with returned as (
            select p.network, count(*) as follows
            from follows
            inner join personas as p using (n)
            where follows.kind = {BOTH_WAYS}
            group by p.network
        )
        select
            d.network, cast(row_number() over (order by d.network) as utinyint) as code,
            pow(2, round({_STEPS_OF_FOLLOWS} * log2(count(*))) / {_STEPS_OF_FOLLOWS}) as follows,
            round({_STEPS_OF_MUTUAL} * coalesce(any_value(returned.follows), 0) / count(*)) / {_STEPS_OF_MUTUAL}
                as mutual
        from directed as d
        left join returned using (network)
        group by d.network
        """,
    )
    make.drop(connection, "directed")
