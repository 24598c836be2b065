"""X API v2: pages of posts with their includes, look-ups of users, compliance lists.

Layout as the API answers and archiving tools keep it, one page a line; a field without value is absent. Must
not live here: the wording of a post (x_posts.py), what was posted (activities.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.x_api_v2.sample_posts import XExport, place_id, posts_json, prepare
from ingestion.sample import company
from ingestion.sample.activity.activities import RESHARE, Posts
from ingestion.sample.activity.texts import TextPool
from ingestion.sample.defects import FAR, Defect
from ingestion.sample.lines import (
    DAY_US,
    groups,
    instants,
    join,
    listed,
    number,
    optional,
    query_columns,
    slices,
    write_all,
    write_lines,
)
from ingestion.sample.streams import Flags, Ints
from ingestion.sample.world import World

PAGE = 100
PAGES_AT_ONCE = 250
_POLL = (
    '"options":[{"position":1,"label":"Yes","votes":12},{"position":2,"label":"No","votes":7}],'
    '"voting_status":"closed","duration_minutes":1440'
)


def write_x(world: World, folder: Path, posts: Posts, pool: TextPool) -> Ints:
    """Write the exports of X; returns the id of each post. Posts of protected accounts are in no file."""
    profiles = query_columns(world, _PROFILES)
    export = prepare(world, profiles, posts, pool)
    is_protected = profiles["is_protected"].to_numpy(zero_copy_only=False)[posts.account]
    last = len(company.EXPORT_DATES) - 1
    write_all(
        (
            folder / f"posts_{date}.jsonl{'' if turn == last else '.gz'}",
            _post_pages(export, profiles, is_protected, turn),
        )
        for turn, date in enumerate(company.EXPORT_DATES)
    )
    for turn in (1, last):
        date = company.EXPORT_DATES[turn]
        known = pa.array(profiles["created_us"].to_numpy() < company.microseconds(date))
        users = _users(profiles, turn, company.microseconds(date)).filter(known)
        write_lines(folder / f"users_{date}.jsonl", [_user_pages(users)])
    _write_compliance(folder, export, profiles, is_protected)
    return export.ids


def _post_pages(
    export: XExport, profiles: dict[str, pa.Array], is_protected: Flags, turn: int
) -> Iterator[pa.Array]:
    """The pages of one export: since the one before, with an overlap, and what came late."""
    posts = export.posts
    end = company.microseconds(company.EXPORT_DATES[turn])
    begin = (
        company.microseconds(company.EXPORT_DATES[turn - 1]) - company.OVERLAP_DAYS * DAY_US if turn else 0
    )
    inside = (posts.at < end) & (posts.at >= begin) & (posts.export <= turn)
    late = (posts.export == turn) & (posts.at < begin)
    rows = np.flatnonzero((inside | late) & ~is_protected)
    users = _users(profiles, turn, end)
    for part in slices(len(rows), PAGE * PAGES_AT_ONCE):
        yield _pages(export, users, rows[part], turn)


_PROFILES = """
with followers as (select followed as profile, count(*) as followers from edges group by 1),
following as (select follower as profile, count(*) as following from edges group by 1)
select p.profile, native_id, to_json(handle)[2:-2] as handle, to_json(display_name)[2:-2] as name,
    to_json(coalesce(bio, ''))[2:-2] as bio, to_json(location)[2:-2] as location, to_json(link)[2:-2] as link,
    created_us, deleted_us, is_protected, role, to_json(coalesce(city, 'London'))[2:-2] as city,
        coalesce(country, 'GB') as country,
    coalesce(followers, 0) as followers, coalesce(following, 0) as following,
        cast(floor(u22 * 40000) as bigint) as posts,
    cast(floor(exp(3.2 + 1.5 * (u23 + u24 - 1) * 2)) as bigint) as outside
from profiles p left join followers using (profile) left join following using (profile)
where network = 'x' order by p.profile
"""


def _users(profiles: dict[str, pa.Array], turn: int, date_us: int) -> pa.Array:
    """The JSON of every account, with the counters of the export's turn."""
    growth = 1 + 0.04 * turn
    followers = ((profiles["followers"].to_numpy() + profiles["outside"].to_numpy()) * growth).astype(
        np.int64
    )
    following = profiles["following"].to_numpy() + profiles["outside"].to_numpy() // 2
    link = profiles["link"]
    verified = pc.equal(profiles["role"], "brand")
    return join(
        '{"id":"', profiles["native_id"], '","name":"', profiles["name"], '","username":"',
            profiles["handle"], '","created_at":"',
        instants(np.minimum(profiles["created_us"].to_numpy(), date_us)), '","description":"',
            profiles["bio"], '"',
        optional(',"location":"', profiles["location"], '"'),
        ',"url":"', optional("https://t.co/", pc.utf8_slice_codeunits(pc.utf8_reverse(profiles["native_id"]),
            0, 10), pc.utf8_slice_codeunits(link, 0, 0)), '"',
        optional(',"entities":{"url":{"urls":[{"start":0,"end":23,"url":"https://t.co/',
            pc.utf8_slice_codeunits(pc.utf8_reverse(profiles["native_id"]), 0, 10),
                 '","expanded_url":"', link, '","display_url":"', pc.utf8_slice_codeunits(link, 8), '"}]}}'),
        ',"protected":', pc.if_else(profiles["is_protected"], "true", "false"), ',"verified":',
            pc.if_else(verified, "true", "false"),
        ',"verified_type":"', pc.if_else(verified, "business", "none"),
            '","profile_image_url":"https://pbs.example/profile_images/',
        profiles["native_id"], '/normal.jpg","public_metrics":{"followers_count":', number(followers),
            ',"following_count":', number(following),
        ',"tweet_count":', number(profiles["posts"].to_numpy() + 50 * turn), ',"listed_count":',
            number(followers // 90), "}}",
    )  # fmt: skip


def _user_pages(users: pa.Array) -> pa.Array:
    sizes = np.diff(np.append(np.arange(0, len(users), PAGE), len(users)))
    return join('{"data":[', groups(users, sizes), "]}")


def _pages(export: XExport, users: pa.Array, rows: Ints, turn: int) -> pa.Array:
    """Pages of posts (one JSON text each), with the users, posts, media, polls and places they refer to."""
    posts = export.posts
    page = np.arange(len(rows)) // PAGE
    pages = int(page[-1]) + 1 if len(rows) else 0
    parent = posts.parent[rows]
    refers = parent >= 0
    size = np.int64(len(posts.at))
    pair = np.unique(page[refers] * size + parent[refers])
    reference_page, reference = pair // size, pair % size
    accounts = np.int64(len(users))
    who = np.unique(
        np.concatenate(
            [page * accounts + export.author[rows], reference_page * accounts + export.author[reference]]
        )
    )
    sizes = [np.bincount(p, minlength=pages) for p in (page, who // accounts, reference_page)]
    includes = listed(
        optional('"users":[', groups(users.take(pa.array(who % accounts)), sizes[1]), "]"),
        optional('"tweets":[', groups(posts_json(export, reference, turn), sizes[2]), "]"),
        *(_included(export, rows, page, pages, name) for name in ("media", "polls", "places")),
    )
    first = np.searchsorted(page, np.arange(pages))
    last = np.searchsorted(page, np.arange(pages), side="right") - 1
    return join(
        '{"data":[', groups(posts_json(export, rows, turn), sizes[0]), '],"includes":{', includes,
            '},"meta":{"newest_id":"',
        number(export.ids[rows[last]]), '","oldest_id":"', number(export.ids[rows[first]]),
            '","result_count":', number(sizes[0]), "}}",
    )  # fmt: skip


def _included(export: XExport, rows: Ints, page: Ints, pages: int, name: str) -> pa.Array:
    """The list of media, polls or places of each page, NULL where it has none."""
    posts = export.posts
    forms = {"media": (1, 2), "polls": (4,), "places": (5,)}[name]
    chosen = np.isin(posts.form[rows], forms) & (posts.kind[rows] != RESHARE)
    of_page, rows = page[chosen], rows[chosen]
    if name == "places":
        _, first = np.unique(
            of_page * np.int64(len(export.author_id)) + export.author[rows], return_index=True
        )
        first = np.sort(first)
        of_page, rows = of_page[first], rows[first]
        author = pa.array(export.author[rows])
        found = join(
            '{"id":"', place_id(export, export.author[rows]), '","full_name":"', export.place.take(author),
                '","name":"',
            export.place.take(author), '","country_code":"', pc.utf8_upper(export.place_id.take(author)),
                '","place_type":"city"}',
        )  # fmt: skip
    elif name == "polls":
        found = join('{"id":"', number(export.ids[rows] + 2), '",', _POLL, "}")
    else:
        photo = pa.array(posts.form[rows] == 1)
        found = join(
            '{"media_key":"', pc.if_else(photo, "3_", "7_"), number(export.ids[rows] + 1), '","type":"',
                pc.if_else(photo, "photo", "video"),
            '","width":1200,"height":800}',
        )  # fmt: skip
    return optional(f'"{name}":[', groups(found, np.bincount(of_page, minlength=pages)), "]")


def _write_compliance(
    folder: Path, export: XExport, profiles: dict[str, pa.Array], is_protected: Flags
) -> None:
    """Lists of deleted posts and accounts, as the compliance endpoints give them, with the last export."""
    posts = export.posts
    last = company.microseconds(company.EXPORT_DATES[-1])
    gone = np.flatnonzero((posts.deleted_us >= 0) & (posts.deleted_us < last) & ~is_protected)
    gone = gone[np.argsort(posts.deleted_us[gone], kind="stable")]
    lines = join('{"id":"', number(export.ids[gone]), '","action":"delete","created_at":"',
        instants(posts.at[gone]), '","redacted_at":"',
                 instants(posts.deleted_us[gone]), '","reason":"deleted"}')  # fmt: skip
    write_lines(folder / f"tweets_compliance_{company.EXPORT_DATES[-1]}.jsonl", [lines])
    deleted = profiles["deleted_us"].to_numpy()
    rows = np.flatnonzero((deleted >= 0) & (deleted < last))
    lines = join('{"id":"', profiles["native_id"].take(pa.array(rows)), '","action":"delete","created_at":"',
                 instants(profiles["created_us"].to_numpy()[rows]), '","redacted_at":"',
                     instants(deleted[rows]), '","reason":"deactivated"}')  # fmt: skip
    write_lines(folder / f"users_compliance_{company.EXPORT_DATES[-1]}.jsonl", [lines])


def _page(post: str) -> bytes:
    return ('{"data":[' + post + '],"meta":{"result_count":1}}').encode()


_BROKEN_POST = '"author_id":"77#","conversation_id":"99#","edit_history_tweet_ids":["99#"],"id":"99#"'
DEFECTS = (
    Defect(
        f"x/posts_{company.EXPORT_DATES[-1]}.jsonl",
        "not_json",
        b'{"data":[{"id":"99#","text":"cut off in the mid',
    ),
    Defect(
        f"x/posts_{company.EXPORT_DATES[-1]}.jsonl",
        "unknown_record",
        _page('{"text":"no id #","created_at":"2026-07-01T10:00:00.000Z"}'),
    ),
    Defect(
        f"x/posts_{company.EXPORT_DATES[-1]}.jsonl",
        "bad_published_at",
        _page("{" + _BROKEN_POST + f',"text":"far #","created_at":"{FAR}"}}'),
    ),
)
