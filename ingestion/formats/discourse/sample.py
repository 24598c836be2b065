"""Discourse: topics with their posts, the admin list of users, user cards, likes, lists of topics.

One answer of the API a line (a topic, a page of users, a page of actions), and a few single documents. Must
not live here: who posted what (activities.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sample import company
from ingestion.sample.activity.activities import ORIGINAL, Posts, Reactions
from ingestion.sample.activity.interests import PAGES, hobbies_of_posts
from ingestion.sample.activity.texts import INTENTS, TextPool
from ingestion.sample.defects import Defect
from ingestion.sample.lines import (
    DAY_US,
    groups,
    instants,
    instants_or_null,
    join,
    json_texts,
    number,
    only_where,
    optional,
    query_columns,
    slices,
    write_all,
    write_lines,
)
from ingestion.sample.streams import Ints
from ingestion.sample.world import World

USERS_A_PAGE = 100
TOPICS_AT_ONCE = 20_000
CATEGORIES = {"question": 5, "problem": 6, "praise": 7, "idea": 8, "chat": 4, "answer": 4}
ACCEPTED = 0.5  # questions and problems whose first answer was accepted
_PHOTO = '<p><img src=\\"https://uploads.example/original/photo.jpeg\\" alt=\\"photo\\"></p>'

_USERS = """
select profile, native_id, lower(handle) as handle, to_json(display_name)[2:-2] as name,
    to_json(bio)[2:-2] as bio,
    to_json(location)[2:-2] as location, to_json(link)[2:-2] as link, to_json(email)[2:-2] as email,
        stated_time_zone,
    created_us, role in ('staff', 'brand') as is_staff, u24 as active, u23 as trust
from profiles where network = 'forum' order by profile
"""


@dataclass(frozen=True)
class ForumExport:
    """Posts with the ids the forum gave them; `topic` is a row of Posts, its first."""

    posts: Posts
    topic: Ints
    post_id: Ints
    topic_id: Ints
    post_number: Ints
    intent: Ints
    likes: Ints
    accepted: Ints
    users: dict[str, pa.Array]
    text: pa.Array
    hobby: Ints


def write_discourse(
    world: World, folder: Path, posts: Posts, reactions: Reactions, pool: TextPool
) -> ForumExport:
    """Write the exports of the forum; returns the ids it gave."""
    export = _prepare(world, posts, reactions, pool)
    dates = company.EXPORT_DATES
    write_all(
        (folder / f"topics_{date}.jsonl.gz", _changed_topics(export, turn)) for turn, date in enumerate(dates)
    )
    write_all(
        (folder / f"likes_{date}.jsonl", [_likes(export, reactions, turn)]) for turn, date in enumerate(dates)
    )
    newest = _topics(export, export.topic[-1:], posts.at >= 0, len(dates) - 1)
    write_lines(folder / f"topic_{dates[-1]}.json", [newest])
    _write_users(export, folder)
    _write_latest(export, folder)
    return export


def _changed_topics(export: ForumExport, turn: int) -> Iterator[pa.Array]:
    """The topics in which something new was said since the export before, with an overlap."""
    posts = export.posts
    end = company.microseconds(company.EXPORT_DATES[turn])
    begin = (
        company.microseconds(company.EXPORT_DATES[turn - 1]) - company.OVERLAP_DAYS * DAY_US if turn else 0
    )
    shown = (posts.at < end) & (posts.export <= turn)
    changed = np.zeros(len(posts.at), dtype=bool)
    changed[export.topic[shown & ((posts.export == turn) | (posts.at >= begin))]] = True
    topics = np.flatnonzero(changed & shown)
    for part in slices(len(topics), TOPICS_AT_ONCE):
        yield _topics(export, topics[part], shown, turn)


def _prepare(world: World, posts: Posts, reactions: Reactions, pool: TextPool) -> ForumExport:
    size = len(posts.at)
    topic = np.where(posts.parent >= 0, posts.parent, np.arange(size))
    order = np.lexsort((np.arange(size), topic))
    first = (
        np.concatenate([[True], topic[order][1:] != topic[order][:-1]]) if size else np.zeros(0, dtype=bool)
    )
    rank = np.empty(size, dtype=np.int64)
    starts = np.flatnonzero(first)
    rank[order] = np.arange(size) - np.repeat(starts, np.diff(np.append(starts, size)))
    likes = np.bincount(reactions.post[reactions.kind == 0], minlength=size)
    topic_id = np.cumsum(posts.kind == ORIGINAL) + 500
    intent = pool.intent[posts.text]
    asks = np.isin(intent, (INTENTS.index("question"), INTENTS.index("problem")))
    answered = asks[topic] & (rank == 1) & ((topic * 2_654_435_761 % 1000) < ACCEPTED * 1000)
    return ForumExport(
        posts, topic, np.arange(size) + 9000, topic_id[topic], rank + 1, intent, likes,
            answered.astype(np.int64),
        query_columns(world, _USERS), json_texts(pool.texts), hobbies_of_posts(world, company.FORUM, posts),
    )  # fmt: skip


def _slug(export: ForumExport, topics: Ints) -> pa.Array:
    title = _title(export, topics)
    return pc.utf8_trim(pc.replace_substring_regex(pc.utf8_lower(title), "[^a-z0-9]+", "-"), "-")


def _title(export: ForumExport, topics: Ints) -> pa.Array:
    return pc.utf8_slice_codeunits(export.text.take(pa.array(export.posts.text[topics])), 0, 80)


def _posts_json(export: ForumExport, rows: Ints, turn: int) -> pa.Array:
    posts, users = export.posts, export.users
    account = pa.array(posts.account[rows])
    at = instants(posts.at[rows])
    likes = export.likes[rows] * (turn + 1) // len(company.EXPORT_DATES)
    form = posts.form[rows]
    nothing = pa.scalar(None, pa.string())
    hobby = export.hobby[rows]
    page = pc.if_else(
        pa.array(hobby >= 0), PAGES.take(pa.array(np.maximum(hobby, 0))), pa.scalar("reviews.example/devices")
    )
    link = join('<p><a href=\\"https://', page, '\\" rel=\\"nofollow\\">', page, "</a></p>")
    extra = pc.if_else(pa.array(form == 1), _PHOTO, pc.if_else(pa.array(form == 3), link, nothing))
    is_staff = pc.if_else(users["is_staff"].take(account), "true", "false")
    replies = (export.posts.parent[rows] >= 0).astype(np.int64)
    return join(
        '{"id":', number(export.post_id[rows]), ',"name":"', users["name"].take(account), '","username":"',
            users["handle"].take(account),
        '","avatar_template":"/letter_avatar_proxy/v4/letter/a/{size}.png","created_at":"', at,
            '","cooked":"<p>',
        export.text.take(pa.array(posts.text[rows])), "</p>", extra, '","post_number":',
            number(export.post_number[rows]),
        ',"post_type":1,"updated_at":"', at, '","reply_count":0,"reply_to_post_number":',
            pc.if_else(pa.array(replies == 1), "1", "null"),
        ',"quote_count":0,"incoming_link_count":0,"reads":', number(likes * 7 + 3), ',"score":',
            number(likes * 15), ',"yours":false,"topic_id":',
        number(export.topic_id[rows]), ',"topic_slug":"t-', number(export.topic_id[rows]),
            '","display_username":"', users["name"].take(account),
        '","version":1,"actions_summary":[', only_where(likes > 0, join('{"id":2,"count":', number(likes),
            "}")), '],"moderator":false,"admin":', is_staff,
        ',"staff":', is_staff, ',"user_id":', users["native_id"].take(account),
            ',"hidden":false,"trust_level":',
        number((users["trust"].to_numpy() * 4).astype(np.int64)[posts.account[rows]]), ',"deleted_at":',
            _quoted(instants_or_null(_deleted(export, rows, turn))),
        ',"user_deleted":false,"wiki":false,"accepted_answer":',
            pc.if_else(pa.array(export.accepted[rows] == 1), "true", "false"), "}",
    )  # fmt: skip


def _deleted(export: ForumExport, rows: Ints, turn: int) -> Ints:
    deleted = export.posts.deleted_us[rows]
    return np.where(deleted < company.microseconds(company.EXPORT_DATES[turn]), deleted, -1)


def _quoted(values: pa.Array) -> pa.Array:
    return pc.fill_null(optional('"', values, '"'), "null")


def _topics(export: ForumExport, topics: Ints, shown: np.typing.NDArray[np.bool_], turn: int) -> pa.Array:
    """The documents of topics, each with the posts made by the export's date."""
    posts, users = export.posts, export.users
    members = np.flatnonzero(shown & np.isin(export.topic, topics))
    members = members[np.lexsort((members, export.topic[members]))]
    place = np.searchsorted(topics, export.topic[members])
    sizes = np.bincount(place, minlength=len(topics))
    last = members[np.cumsum(sizes) - 1]
    account = pa.array(posts.account[topics])
    likes = np.bincount(place, weights=export.likes[members], minlength=len(topics)).astype(np.int64)
    accepted = np.full(len(topics), -1, dtype=np.int64)
    chosen = export.accepted[members] == 1
    accepted[place[chosen]] = members[chosen]
    answer = np.maximum(accepted, 0)
    category = np.array([CATEGORIES[i] for i in INTENTS])[export.intent[topics]]
    return join(
        '{"post_stream":{"posts":[', groups(_posts_json(export, members, turn), sizes), '],"stream":[',
            groups(number(export.post_id[members]), sizes),
        ']},"id":', number(export.topic_id[topics]), ',"title":"', _title(export, topics),
            '","fancy_title":"', _title(export, topics),
        '","posts_count":', number(sizes), ',"created_at":"', instants(posts.at[topics]), '","views":',
            number(sizes * 19 + likes * 5),
        ',"reply_count":', number(sizes - 1), ',"like_count":', number(likes), ',"last_posted_at":"',
            instants(posts.at[last]),
        '","visible":true,"closed":false,"archived":false,"archetype":"regular","slug":"', _slug(export,
            topics), '","category_id":', number(category),
        ',"deleted_at":', _quoted(instants_or_null(_deleted(export, topics, turn))),
        only_where(accepted >= 0, join(',"accepted_answer":{"post_number":',
            number(export.post_number[answer]), ',"username":"',
                                       users["handle"].take(pa.array(posts.account[answer])), '"}')),
        ',"highest_post_number":', number(sizes), ',"details":{"created_by":{"id":',
            users["native_id"].take(account), ',"username":"',
        users["handle"].take(account), '"}}}',
    )  # fmt: skip


def _likes(export: ForumExport, reactions: Reactions, turn: int) -> pa.Array:
    """Pages of the likes given, one member a page."""
    rows = np.flatnonzero((reactions.kind == 0) & (reactions.export == turn))
    rows = rows[np.lexsort((rows, reactions.account[rows]))]
    users, post = export.users, reactions.post[rows]
    who, author = pa.array(reactions.account[rows]), pa.array(export.posts.account[post])
    actions = join(
        '{"action_type":1,"created_at":"', instants(reactions.at[rows]), '","acting_user_id":',
            users["native_id"].take(who), ',"acting_username":"',
        users["handle"].take(who), '","acting_name":"', users["name"].take(who), '","user_id":',
            users["native_id"].take(who), ',"username":"',
        users["handle"].take(who), '","target_user_id":', users["native_id"].take(author),
            ',"target_username":"', users["handle"].take(author),
        '","post_id":', number(export.post_id[post]), ',"post_number":', number(export.post_number[post]),
            ',"topic_id":',
        number(export.topic_id[post]), ',"slug":"t-', number(export.topic_id[post]),
            '","hidden":false,"deleted":false}',
    )  # fmt: skip
    _, sizes = np.unique(reactions.account[rows], return_counts=True)
    return join('{"user_actions":[', groups(actions, sizes), "]}")


def _write_users(export: ForumExport, folder: Path) -> None:
    """The admin's list of users with e-mail addresses, and the cards with what members say of themselves."""
    users = export.users
    staff = pc.if_else(users["is_staff"], "true", "false")
    size = len(users["handle"])
    created, counts = (
        instants(users["created_us"].to_numpy()),
        np.bincount(export.posts.account, minlength=size),
    )
    listed = join(
        '{"id":', users["native_id"], ',"username":"', users["handle"], '","name":"', users["name"],
        '","avatar_template":"/letter_avatar_proxy/v4/letter/a/{size}.png","email":"', users["email"],
            '","active":true,"admin":', staff,
        ',"moderator":false,"last_seen_at":null,"created_at":"', created, '","username_lower":"',
            users["handle"],
        '","trust_level":', number((users["trust"].to_numpy() * 4).astype(np.int64)), ',"title":',
            pc.if_else(users["is_staff"], '"Halvenwire Care"', "null"),
        ',"suspended_at":null,"staged":false,"days_visited":', number(counts // 2 + 1), ',"post_count":',
            number(counts), "}",
    )  # fmt: skip
    sizes = np.diff(np.append(np.arange(0, size, USERS_A_PAGE), size))
    last = company.EXPORT_DATES[-1]
    write_lines(folder / f"users_{last}.jsonl", [join("[", groups(listed, sizes), "]")])
    card = join(
        '{"user":{"id":', users["native_id"], ',"username":"', users["handle"], '","name":"', users["name"],
            '","created_at":"', created,
        '","bio_raw":', _quoted(users["bio"]), ',"website":', _quoted(users["link"]), ',"location":',
            _quoted(users["location"]),
        ',"timezone":', _quoted(users["stated_time_zone"]), ',"admin":', staff,
            ',"moderator":false,"trust_level":',
        number((users["trust"].to_numpy() * 4).astype(np.int64)), ',"title":', pc.if_else(users["is_staff"],
            '"Halvenwire Care"', "null"), "}}",
    )  # fmt: skip
    write_lines(folder / f"user_cards_{last}.jsonl.gz", [card])


def _write_latest(export: ForumExport, folder: Path) -> None:
    """One list of topics, as a single document: what the front page answers."""
    topics = np.flatnonzero(export.posts.kind == ORIGINAL)[-30:][::-1]
    account = pa.array(export.posts.account[topics])
    listed = join(
        '{"id":', number(export.topic_id[topics]), ',"title":"', _title(export, topics), '","slug":"',
            _slug(export, topics),
        '","created_at":"', instants(export.posts.at[topics]),
            '","posts_count":1,"archetype":"regular","visible":true,"closed":false,"posters":[{"user_id":',
        export.users["native_id"].take(account), "}]}",
    )  # fmt: skip
    document = join(
        '{"users":[],"topic_list":{"can_create_topic":false,"topics":[',
        groups(listed, np.array([len(topics)])),
        "]}}",
    )
    write_lines(folder / f"latest_{company.EXPORT_DATES[-1]}.json", [document])


DEFECTS = (
    Defect(
        f"forum/likes_{company.EXPORT_DATES[-1]}.jsonl",
        "not_json",
        b"<html><body>502 Bad Gateway #</body></html>",
    ),
    Defect(
        f"forum/likes_{company.EXPORT_DATES[-1]}.jsonl",
        "missing_published_at",
        b'{"user_actions":[{"action_type":1,"acting_user_id":99#,"post_id":99#}]}',
    ),
)
