"""X API v2: pages of posts with their includes, look-ups of users, compliance lists.

Layout as the API answers and archiving tools keep it, one page a line; a field without value is absent. Must
not live here: what was posted (activities.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sample import company
from ingestion.sample.activities import FORMS, QUOTE, REPLY, RESHARE, Posts
from ingestion.sample.exports.lines import (
    DAY_US,
    groups,
    instants,
    join,
    json_texts,
    listed,
    number,
    only_where,
    optional,
    query_columns,
    slices,
    write_all,
    write_lines,
)
from ingestion.sample.streams import Flags, Ints, stream
from ingestion.sample.texts import TextPool
from ingestion.sample.world import World, snowflakes

PAGE = 100
PAGES_AT_ONCE = 250
HASHTAGS = ("SmartHome", "HalvenHub", "Broadband", "MondayMood", "HomeOffice", "DIY")
_POLL = (
    '"options":[{"position":1,"label":"Yes","votes":12},{"position":2,"label":"No","votes":7}],'
    '"voting_status":"closed","duration_minutes":1440'
)


@dataclass(frozen=True)
class XExport:
    """What the pages need: columns of accounts and posts ready as text."""

    posts: Posts
    ids: Ints
    author_id: pa.Array
    username: pa.Array
    username_length: Ints
    text: pa.Array
    text_length: Ints
    place: pa.Array
    place_id: pa.Array
    reshares: Ints
    replies: Ints
    quotes: Ints
    hashtag: Ints
    author: Ints


def write_x(world: World, folder: Path, posts: Posts, pool: TextPool) -> Ints:
    """Write the exports of X; returns the id of each post. Posts of protected accounts are in no file."""
    export = _prepare(world, posts, pool)
    profiles = query_columns(world, _PROFILES)
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


def _prepare(world: World, posts: Posts, pool: TextPool) -> XExport:
    profiles = query_columns(world, _PROFILES)
    author = posts.account
    size = len(author)
    rng = stream(world.seed, "x export")
    tagged = (rng.random(size) < 0.15) & (posts.kind != RESHARE)
    lengths = np.array([len(t) for t in pool.texts])
    children = [
        np.bincount(posts.parent[(posts.kind == k) & (posts.parent >= 0)], minlength=size)
        for k in (RESHARE, REPLY, QUOTE)
    ]
    handles = profiles["handle"]
    return XExport(
        posts=posts,
        ids=snowflakes(posts.at, np.arange(size)),
        author_id=profiles["native_id"],
        username=handles,
        username_length=pc.utf8_length(handles).to_numpy().astype(np.int64),
        text=json_texts(pool.texts),
        text_length=lengths,
        place=profiles["city"],
        place_id=pc.utf8_lower(profiles["country"]),
        reshares=children[0],
        replies=children[1],
        quotes=children[2],
        hashtag=np.where(tagged, rng.integers(0, len(HASHTAGS), size), -1),
        author=author,
    )


def _posts_json(export: XExport, rows: Ints, turn: int) -> pa.Array:
    """The JSON of the posts, in the words of the API; counters are those of the export's turn."""
    posts, author = export.posts, export.author[rows]
    kind, form, parent = posts.kind[rows], posts.form[rows], posts.parent[rows]
    target = np.maximum(parent, 0)
    other = export.author[target]
    id_text, target_id = number(export.ids[rows]), number(export.ids[target])
    base = np.where(kind == RESHARE, posts.text[target], posts.text[rows])
    handle = export.username.take(pa.array(other))
    tag_number = export.hashtag[rows]
    tag = pa.array(HASHTAGS).take(pa.array(np.maximum(tag_number, 0)))
    prefix = pc.if_else(
        pa.array(kind == RESHARE),
        optional("RT @", handle, ": "),
        only_where(kind == REPLY, optional("@", handle, " ")),
    )
    has_link = (form == FORMS.index("link")) & (kind != RESHARE)
    has_media = np.isin(form, (1, 2)) & (kind != RESHARE)
    short = only_where(
        has_link | has_media, join("https://t.co/", pc.utf8_slice_codeunits(pc.utf8_reverse(id_text), 0, 10))
    )
    prefix_length = np.where(
        kind == RESHARE,
        export.username_length[other] + 6,
        np.where(kind == REPLY, export.username_length[other] + 2, 0),
    )
    tag_length = np.where(
        tag_number >= 0, np.array([len(t) + 2 for t in HASHTAGS])[np.maximum(tag_number, 0)], 0
    )
    link_at = prefix_length + export.text_length[base] + tag_length + 1
    text = join(
        prefix,
        export.text.take(pa.array(base)),
        only_where(tag_number >= 0, optional(" #", tag)),
        optional(" ", short),
    )
    root = np.where(parent >= 0, np.where(kind == REPLY, target, rows), rows)
    likes = posts.likes[rows] * (kind != RESHARE)
    likes = likes + np.maximum(turn - posts.export[rows], 0) * (likes + 3) // 4 * (likes > 0)
    metrics = join(
        '"public_metrics":{"retweet_count":', number(export.reshares[np.where(kind == RESHARE, target,
            rows)]), ',"reply_count":',
        number(export.replies[rows]), ',"like_count":', number(likes), ',"quote_count":',
            number(export.quotes[rows]),
        ',"bookmark_count":0,"impression_count":', number(likes * 37 + export.replies[rows] * 11), "}",
    )  # fmt: skip
    media_key = join(pc.if_else(pa.array(form == 1), "3_", "7_"), number(export.ids[rows] + 1))
    return join(
        '{"author_id":"', export.author_id.take(pa.array(author)), '","conversation_id":"',
            number(export.ids[root]),
        '","created_at":"', instants(posts.at[rows]), '","edit_history_tweet_ids":["', id_text, '"],"id":"',
            id_text,
        '","text":"', text, '","possibly_sensitive":false,"reply_settings":"everyone",', metrics,
        _references(kind, target_id), only_where(kind == REPLY, optional(',"in_reply_to_user_id":"',
            export.author_id.take(pa.array(other)), '"')),
        _entities(export, kind, other, tag_number, tag, tag_length, link_at, short, has_link,
            id_text),
        only_where(has_media, optional(',"attachments":{"media_keys":["', media_key, '"]}')),
        only_where((form == 4) & (kind != RESHARE), optional(',"attachments":{"poll_ids":["',
            number(export.ids[rows] + 2), '"]}')),
        only_where((form == 5) & (kind != RESHARE), optional(',"geo":{"place_id":"', _place_id(export,
            author), '"}')),
        "}",
    )  # fmt: skip


def _place_id(export: XExport, author: Ints) -> pa.Array:
    rows = pa.array(author)
    return join(
        export.place_id.take(rows),
        number(np.asarray(pc.binary_length(export.place.take(rows)).to_numpy(), dtype=np.int64)),
        "f00c0ffee",
    )


def _references(kind: Ints, target_id: pa.Array) -> pa.Array:
    words = np.full(len(kind), None, dtype=object)
    for code, word in ((REPLY, "replied_to"), (RESHARE, "retweeted"), (QUOTE, "quoted")):
        words[kind == code] = word
    return optional(
        ',"referenced_tweets":[{"type":"', pa.array(words, pa.string()), '","id":"', target_id, '"}]'
    )


def _entities(
    export: XExport, kind: Ints, other: Ints, tag_number: Ints, tag: pa.Array,
        tag_length: Ints,
    link_at: Ints, short: pa.Array, has_link: Flags, id_text: pa.Array,
) -> pa.Array:  # fmt: skip
    rows = pa.array(other)
    start = np.where(kind == RESHARE, 3, 0)
    mention = only_where(
        np.isin(kind, (REPLY, RESHARE)),
        join('"mentions":[{"start":', number(start), ',"end":',
            number(start + export.username_length[other] + 1), ',"username":"',
             export.username.take(rows), '","id":"', export.author_id.take(rows), '"}]'),
    )  # fmt: skip
    hashtag = only_where(
        tag_number >= 0,
        join(
            '"hashtags":[{"start":',
            number(link_at - tag_length),
            ',"end":',
            number(link_at - 1),
            ',"tag":"',
            tag,
            '"}]',
        ),
    )
    page = join("reviews.example/", pc.utf8_slice_codeunits(id_text, 15))
    target = pc.if_else(
        pa.array(has_link), join("https://", page), join("https://x.com/i/web/status/", id_text)
    )
    shown = pc.if_else(pa.array(has_link), page, join("pic.x.com/", pc.utf8_slice_codeunits(short, 13)))
    url = optional(
        '"urls":[{"start":', number(link_at), ',"end":', number(link_at + 23), ',"url":"', short,
            '","expanded_url":"', target,
        '","display_url":"', shown, '"}]',
    )  # fmt: skip
    return optional(',"entities":{', listed(mention, hashtag, url), "}")


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
        optional('"tweets":[', groups(_posts_json(export, reference, turn), sizes[2]), "]"),
        *(_included(export, rows, page, pages, name) for name in ("media", "polls", "places")),
    )
    first = np.searchsorted(page, np.arange(pages))
    last = np.searchsorted(page, np.arange(pages), side="right") - 1
    return join(
        '{"data":[', groups(_posts_json(export, rows, turn), sizes[0]), '],"includes":{', includes,
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
            '{"id":"', _place_id(export, export.author[rows]), '","full_name":"', export.place.take(author),
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
