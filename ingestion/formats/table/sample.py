"""What comes in by a map of columns: tickets, consents, segments, visits, X's follower edges, the forum's views.

Must not live here: Salesforce's objects, how a file is written (sample/csv_files.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.activity.activities import REACTIONS, Reactions
from ingestion.sample.csv_files import ROWS_AT_ONCE, iso, write_csv, write_parquet
from ingestion.sample.defects import Defect
from ingestion.sample.lines import instants, join, number, slices, write_lines
from ingestion.sample.streams import Ints, pick, stream, take
from ingestion.sample.world import World

LAST = company.EXPORT_DATES[-1]


def write_tables(world: World, folder: Path) -> None:
    """Write touchpoints, consents, segment assignments, visits of the web site and X's follower edges."""
    _tickets(world)
    for name, query in _CSV.items():
        write_csv(world, folder / name / f"{name}_{LAST}.csv", query)
    write_parquet(world, folder / "web_visits" / f"web_visits_{LAST}.parquet", _VISITS)
    for date in (company.EXPORT_DATES[1], LAST):
        before = company.microseconds(date)
        write_csv(world, folder / "x_followers" / f"followers_{date}.csv", _EDGES.format(before=before))


def write_views(folder: Path, user_ids: pa.Array, post_ids: Ints, reactions: Reactions) -> None:
    """Write who read which post of the forum when, from the forum's own log: one file an export."""
    for turn, date in enumerate(company.EXPORT_DATES):
        parts = list(slices(len(reactions.at), ROWS_AT_ONCE))
        write_lines(folder / f"views_{date}.csv.gz", _view_lines(user_ids, post_ids, reactions, turn, parts))


def _view_lines(
    user_ids: pa.Array, post_ids: Ints, reactions: Reactions, turn: int, parts: list[slice]
) -> Iterator[pa.Array | bytes]:
    yield b"member,post,at\n"
    for part in parts:
        chosen = (
            np.flatnonzero(
                (reactions.kind[part] == REACTIONS.index("View")) & (reactions.export[part] == turn)
            )
            + part.start
        )
        member = user_ids.take(pa.array(reactions.account[chosen]))
        yield join(member, ",", number(post_ids[reactions.post[chosen]]), ",", instants(reactions.at[chosen]))


def _tickets(world: World) -> None:
    """Fill `touchpoint_rows`; three in ten name no contact, only an identity."""
    rng = stream(world.seed, "touchpoints")
    size = round(world.customers * 1.2)
    begin = company.microseconds(company.FIRST_MONTH)
    end = company.microseconds(company.AS_OF)
    kind = pick(rng, (0.30, 0.25, 0.30, 0.15), size)
    world.add(
        "touchpoint_rows",
        pa.table(
            {
                "touchpoint": np.arange(size, dtype=np.int32),
                "contact": rng.integers(0, world.rows("contacts"), size).astype(np.int32),
                "kind": take(("call", "email", "survey", "web_form"), kind),
                "at_us": np.sort(begin + (rng.random(size) * (end - begin)).astype(np.int64)),
                "score": np.clip(np.rint(rng.normal(7.4, 2.2, size)), 0, 10).astype(np.int32),
                **{f"u{i}": rng.random(size) for i in (1, 2, 3)},
            }
        ),
    )


def _at(column: str) -> str:
    return iso(f"make_timestamp({column})")


_CSV = {
    "touchpoints": f"""
        select 'T' || lpad(cast(touchpoint + 1 as varchar), 7, '0') as ticket, t.kind as channel,
            case when t.u1 < 0.7 then c.contact_id end as contact,
                case when t.u1 >= 0.7 then c.first_name || ' ' || c.last_name end as name,
            case when t.u1 >= 0.7 and t.kind <> 'call' then c.email end as mail,
                case when t.u1 >= 0.7 and t.kind = 'call' then c.phone end as number,
            {_at("t.at_us")} as happened, case when t.kind = 'survey' then t.score end as answer,
                case when t.kind = 'survey' then 10 end as best_answer,
            case t.kind when 'web_form' then 'Please call me back about my order.' when 'survey' then
                case when t.score >= 9 then 'Great service.' when t.score <= 4 then 'It took far too long.'
                    end end as remark
        from touchpoint_rows t join contacts c using (contact) order by touchpoint""",
    "consents": """
        select contact_id, unnest(purposes) as purpose, case when objects then 'objected' else 'granted' end
            as status,
            strftime(created_at, '%Y-%m-%d') as given_on
        from (select *, case when objects then ['linking'] else ['marketing'] end as purposes from contacts
            where objects or contact % 3 = 0) order by contact, purpose""",
    "segment_assignments": f"""
        select contact_id as contact_id, segmentation, segment, {_at("from_us")} as valid_from,
            case when to_us is not null then {_at("to_us")} end as valid_to
        from segment_rows s order by s.contact, from_us""",
}  # fmt: skip

_VISITS = """
select 'V' || lpad(cast(touchpoint * 3 + page + 1 as varchar), 8, '0') as visit,
    'S' || cast(touchpoint as varchar) as session,
    'C' || cast(contact as varchar) as cookie, case when t.u2 < 0.4 then contact_id end as contact,
    'https://halvenwire.example/' || ['', 'shop', 'support', 'broadband'][1 + (touchpoint + page) % 4] as url,
    case when t.u3 < 0.3 then 'https://x.com/' when t.u3 < 0.4 then 'https://community.halvenwire.example/'
        end as referrer,
    case when t.u3 < 0.2 then 'x' end as utm_source, case when t.u3 < 0.2 then 'social' end as utm_medium,
    make_timestamp(t.at_us + page * 45000000) as at, case when page = 2 and t.u1 < 0.1 then 'order' end as
        conversion
from touchpoint_rows t join contacts using (contact), (select unnest([0, 1, 2]) as page) order by touchpoint,
    page
"""

_EDGES = """
select a.native_id as follower_id, b.native_id as followed_id,
    strftime(make_timestamp(since_us),
        '%Y-%m-%dT%H:%M:%SZ') as since
from edges join profiles a on a.profile = follower join profiles b on b.profile = followed
where edges.network = 'x' and since_us < {before} order by follower, followed
"""


DEFECTS = (
    Defect(
        f"touchpoints/touchpoints_{LAST}.csv",
        "bad_at",
        b'"TX#","call","","","","+4915100000","53000-01-01T00:00:00Z","","",""',
    ),
    Defect(f"x_followers/followers_{LAST}.csv", "missing_followed_profile_id", b'"99#","",""'),
)
