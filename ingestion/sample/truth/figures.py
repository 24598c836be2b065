"""`truth/`: what is true, and what could be found, in the words of the marts. The pipeline never reads it.

*actual* counts everything that people did; *observable* what perfect linkage over the personas in the exports
could find. Must not live here: the drawing of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.sample.activity import rhythm
from ingestion.sample.activity.activities import Accounts, Posts, Reactions
from ingestion.sample.streams import Flags, Ints
from ingestion.sample.truth.evidence import build_evidence
from ingestion.sample.world import World
from warehouse.policy import LEAST_ACTIVITIES

WINDOW = 3  # hours


@dataclass(frozen=True)
class Facts:
    """Activities that count, of one network: `profile` is the world's number, times in microseconds (UTC)."""

    network: str
    profile: Ints
    at: Ints
    is_active: Flags
    is_exported: Flags
    zone: Ints
    zones: list[str]


def facts_of(network: str, accounts: Accounts, posts: Posts, reactions: Reactions, protected: Flags) -> Facts:
    """What counts of a network's posts and reactions: nothing deleted or undone, nothing of a deleted account."""
    is_there = _is_there(accounts)
    stands = (posts.deleted_us < 0) & is_there[posts.account]
    kept = (reactions.undone_us < 0) & is_there[reactions.account]
    account = np.concatenate([posts.account[stands], reactions.account[kept]])
    is_active = np.concatenate([np.ones(int(stands.sum()), dtype=bool), reactions.kind[kept] == 0])
    return Facts(
        network, accounts.profile[account], np.concatenate([posts.at[stands], reactions.at[kept]]), is_active,
        ~protected[account], accounts.zone[account], accounts.zones,
    )  # fmt: skip


def _is_there(accounts: Accounts) -> Flags:
    """Accounts that nobody deleted within the year of the exports."""
    return accounts.end >= rhythm.END


def with_follows(world: World, facts: Facts, accounts: Accounts) -> Facts:
    """Add the follows of a network whose format states them as activities."""
    edges = world.arrow(
        f"""select follower, since_us from edges
        where network = '{facts.network}' and since_us >= {rhythm.START} order by since_us, follower"""
    )
    follower = edges.column("follower").to_numpy().astype(np.int64) - accounts.profile[0]
    counts = _is_there(accounts)[follower]
    account = follower[counts]
    return Facts(
        facts.network,
        np.concatenate([facts.profile, accounts.profile[account]]),
        np.concatenate([facts.at, edges.column("since_us").to_numpy()[counts]]),
        np.concatenate([facts.is_active, np.ones(len(account), dtype=bool)]),
        np.concatenate([facts.is_exported, np.ones(len(account), dtype=bool)]),
        np.concatenate([facts.zone, accounts.zone[account]]),
        facts.zones,
    )


def write_truth(world: World, folder: Path, facts: Iterable[Facts]) -> None:
    """Write persons, personas, segment_presence and segment_active_hours (see README.md for their columns).

    Needs the tables of segments.build_memberships. `facts` holds each network's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    build_evidence(world)
    sum_up(world, facts)
    profiles = _PROFILES.format(offset_stated=world.noise.offset_stated, several_zones=_SEVERAL_ZONES)
    world.make("profile_truth", profiles)
    for name, query in FILES.items():
        pq.write_table(world.arrow(query), folder / f"{name}.parquet", compression="zstd")


def sum_up(world: World, facts: Iterable[Facts]) -> None:
    """Fill `hours`: activities by month, profile, mode, ISO weekday and local hour. Needs `month_ends`."""
    ends = world.column("select end_us from month_ends order by month")
    world.db.execute(
        "create or replace table hours (month integer, profile integer, is_active boolean, "
        "weekday integer, hour integer, activities bigint, exported bigint)"
    )
    for part in facts:
        month = np.searchsorted(ends, part.at, side="right")  # len(ends): after the last complete month
        local = part.at + rhythm.local_offsets(part.at, part.zone, part.zones)
        world.db.register(
            "_facts",
            pa.table(
                {
                    "month": month.astype(np.int32),
                    "profile": part.profile.astype(np.int32),
                    "is_active": part.is_active,
                    "weekday": ((local // rhythm.DAY + 3) % 7 + 1).astype(np.int32),
                    "hour": (local // rhythm.HOUR % 24).astype(np.int32),
                    "exported": part.is_exported,
                }
            ),
        )
        world.db.execute(
            f"""insert into hours select month, profile, is_active, weekday, hour, count(*),
                count(*) filter (where exported)
            from _facts where month < {len(ends)} group by all order by all"""
        )
        world.db.unregister("_facts")


# Of the sample's countries, by the IANA tables: there an address does not tell the time.
_SEVERAL_ZONES = "('AU', 'BR', 'CA', 'ES', 'UA', 'US')"

# An account as the exports let one see it: a blog shows from its first post on, a silent one never; its local
# time is known by the offset it states, its own zone, that of a contact of the person, or the person's country.
_PROFILES = """
with first_post as (select profile, min(at_us) as first_us from entries group by profile),
zone_known as (
    select distinct person from contacts
    where role in ('standing', 'duplicate', 'merged') and time_zone is not null
)
select p.profile, p.person, p.network, p.created_us, p.deleted_us,
    coalesce(t.is_linkable_to_crm and not t.is_objector, false)
        and (p.network <> 'blogs' or f.first_us is not null) as is_observable,
    p.network = 'fediverse' and p.u21 < {offset_stated} or p.network = 'forum' and p.stated_time_zone is not null
        or z.person is not null or q.country not in {several_zones} as is_time_known,
    case when p.network = 'blogs' then f.first_us else p.created_us end as seen_us
from profiles p join persona_truth t using (profile) join people q on q.person = p.person
    left join first_post f using (profile) left join zone_known z on z.person = p.person
where p.role = 'person' order by p.profile
"""

_PRESENCE = """
with present as (
    select m.month, p.network, p.person, bool_or(p.created_us < m.end_us) as actual,
        bool_or(p.is_observable and p.seen_us < m.end_us) as observable
    from profile_truth p join month_ends m on p.deleted_us < 0 or p.deleted_us >= m.end_us group by all
), acted as (
    select h.month, p.network, p.person,
        coalesce(sum(activities) filter (where is_active), 0) as active_actual,
        coalesce(sum(exported) filter (where is_active and is_observable), 0) as active_observable,
        coalesce(sum(activities) filter (where not is_active), 0) as passive_actual,
        coalesce(sum(exported) filter (where not is_active and is_observable), 0) as passive_observable
    from hours h join profile_truth p using (profile) group by all
), networks as (select unnest(['x', 'forum', 'fediverse', 'blogs']) as network),
totals as (
    select s.month, segmentation, segment, n.network, count(*) as customers,
        count(*) filter (where actual) as present_actual,
            count(*) filter (where observable) as present_observable,
        count(*) filter (where active_actual > 0) as acting_actual,
            count(*) filter (where active_observable > 0) as acting_observable,
        coalesce(sum(active_actual), 0) as activities_active_actual, coalesce(sum(active_observable),
            0) as activities_active,
        coalesce(sum(passive_actual), 0) as activities_passive_actual, coalesce(sum(passive_observable),
            0) as activities_passive
    from memberships s cross join networks n
        left join present p on p.month = s.month and p.person = s.person and p.network = n.network
        left join acted a on a.month = s.month and a.person = s.person and a.network = n.network
    group by all
)
"""

# Distinct counterparts over all of a person's accounts on a network, known by the end of the month.
_CONNECTIONS = """
met as (
    select p.person, e.network, e.other, min(since_us) as from_us,
        min(since_us) filter (where p.is_observable) as observable_us
    from (select network, follower as profile, followed as other, since_us from edges
        union all select network, followed, follower, since_us from edges) e
        join profile_truth p on p.profile = e.profile group by all
), first_months as (
    select person, network, (select count(*) from month_ends m where m.end_us <= from_us) as month,
        (select count(*) from month_ends m where m.end_us <= observable_us) as observable_month,
        observable_us is not null as is_observable from met
), new_ties as (
    select person, network, month, count(*) as ties, 0 as observable from first_months group by all
    union all
    select person, network, observable_month, 0, count(*) from first_months where is_observable group by all
), connected as (
    select m.month, t.network, t.person, sum(ties) as ties_actual, sum(observable) as ties_observable
    from new_ties t join month_ends m on m.month >= t.month group by all
), tie_totals as (
    select s.month, segmentation, segment, c.network, sum(ties_actual) as ties_actual,
        sum(ties_observable) as ties_observable
    from memberships s join connected c on c.month = s.month and c.person = s.person group by all
)
"""

_HOURS = """
by_hour as (
    select s.month, segmentation, segment, p.network, case when is_active then 'active' else 'passive' end as
        mode, weekday, hour,
        sum(activities) as activities_actual,
        coalesce(sum(exported) filter (where is_observable and is_time_known), 0) as activities
    from hours h join profile_truth p using (profile) join memberships s on s.month = h.month and s.person =
        p.person
    group by all
)
"""

# The window of three hours with the most activities, ties to the smallest start; none under LEAST_ACTIVITIES.
_PRIMARY = f"""
windows as (
    select month, segmentation, segment, network, mode, start,
        sum(activities) as activities, sum(activities_actual) as activities_actual
    from by_hour, (select unnest(range(24)) as start) where (hour - start + 24) % 24 < {WINDOW} group by all
), hour_totals as (
    select month, segmentation, segment, network, mode, sum(activities) as total,
        sum(activities_actual) as total_actual from by_hour group by all
), primary_hours as (
    select month, segmentation, segment, network, mode,
        case when any_value(total) >= {LEAST_ACTIVITIES} then arg_max(start,
            activities * 100 - start) end as primary_hour,
        case when any_value(total_actual) >= {LEAST_ACTIVITIES} then arg_max(start,
            activities_actual * 100 - start) end as primary_hour_actual
    from windows join hour_totals using (month, segmentation, segment, network, mode) group by all
)
"""  # fmt: skip


def _rates(name: str) -> str:
    weeks = "((end_us - epoch_us(cast(period_month as timestamp))) / 604800000000.0)"
    return f"""present_{name} as customers_present_{name}, round(present_{name} / customers,
        9) as presence_rate_{name},
        acting_{name} as customers_active_{name}, round(acting_{name} / customers, 9) as active_rate_{name},
        round(activities_active{"_actual" if name == "actual" else ""} / nullif(present_{name}, 0) / {weeks},
            9) as active_per_week_{name},
        round(activities_passive{"_actual" if name == "actual" else ""} / nullif(present_{name},
            0) / {weeks}, 9) as passive_per_week_{name}"""


FILES: Mapping[str, str] = {
    "segment_presence": f"""{_PRESENCE}, {_CONNECTIONS}, {_HOURS}, {_PRIMARY}
        select period_month, t.segmentation, t.segment, t.network, customers, {_rates("actual")},
            {_rates("observable")},
            activities_active, activities_active_actual, activities_passive, activities_passive_actual,
            a.primary_hour as primary_hour_active, a.primary_hour_actual as primary_hour_active_actual,
            p.primary_hour as primary_hour_passive, p.primary_hour_actual as primary_hour_passive_actual,
            round(c.ties_actual / nullif(present_actual, 0), 9) as connections_avg_actual,
            round(c.ties_observable / nullif(present_observable, 0), 9) as connections_avg_observable
        from totals t join month_ends using (month)
            left join primary_hours a on a.mode = 'active' and a.month = t.month and a.segmentation =
                t.segmentation
                and a.segment = t.segment and a.network = t.network
            left join tie_totals c on c.month = t.month and c.segmentation = t.segmentation
                and c.segment = t.segment and c.network = t.network
            left join primary_hours p on p.mode = 'passive' and p.month = t.month and p.segmentation =
                t.segmentation
                and p.segment = t.segment and p.network = t.network
        order by 1, 2, 3, 4""",
    "segment_active_hours": f"""with {_HOURS}
        select period_month, segmentation, segment, network, mode, weekday as iso_weekday,
            hour as hour_local, activities, activities_actual
        from by_hour join month_ends using (month) order by 1, 2, 3, 4, 5, 6, 7""",
    "persons": """
        with ids as (select person, list(contact_id order by contact_id) as contact_ids,
            bool_or(objects) as objects from contacts group by person),
        customers as (select person, min(period_month) as customer_since_month from customers_at group by
            person)
        select 'person:' || lpad(cast(person as varchar), 7, '0') as person_id, kind, country, time_zone,
            language, gender, birth_year, city,
            c.person is not null as is_customer, customer_since_month,
                case when kind = 'customer' then value_class end as value_class_planted,
            case when kind = 'customer' then customer_type end as customer_type_planted, style, contact_ids,
                coalesce(objects, false) as is_objector
        from people left join ids using (person) left join customers c using (person) order by person_id""",
    "personas": """
        select persona as persona_id, 'person:' || lpad(cast(person as varchar), 7, '0') as person_id,
            network, native_id, t.kind, account_role,
            case when p.kind = 'customer' then value_class end as value_class_planted,
            holds_evidence, is_linkable_to_crm, is_objector, keys, claim_is_true
        from persona_truth t left join people p using (person) order by persona_id""",
    "segments": """
        select period_month, segmentation, segment, 'person:' || lpad(cast(person as varchar), 7,
            '0') as person_id
        from memberships join month_ends using (month) order by 1, 2, 3, 4""",
}  # fmt: skip
