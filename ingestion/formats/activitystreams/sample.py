"""ActivityStreams 2.0, one object a line: the people of a fediverse community and all they do there.

Persons, services and organisations with alsoKnownAs and rel=me links; Create, Announce, Arrive, Like, Read,
Follow; Delete and Undo, which take back. Must not live here: who did what (activities.py, graph.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sample import company
from ingestion.sample.activity import interests, rhythm
from ingestion.sample.activity.activities import FORMS, REACTIONS, REPLY, RESHARE, Accounts, Posts, Reactions
from ingestion.sample.activity.texts import TextPool
from ingestion.sample.defects import FAR, Defect
from ingestion.sample.lines import (
    DAY_US,
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
from ingestion.sample.streams import Ints
from ingestion.sample.world import World

CONTEXT = '{"@context":"https://www.w3.org/ns/activitystreams",'
PUBLIC = '"to":["https://www.w3.org/ns/activitystreams#Public"]'
PLACES = ("Corner Cafe", "City Library", "Riverside Park", "Central Station", "Market Hall")
LINES_AT_ONCE = 200_000
POST, REACTION, FOLLOW, DELETE, UNDO, LEAVE = range(6)

_ACTORS = """
select profile, native_id, lower(handle) as handle, to_json(display_name)[2:-2] as name,
    to_json(bio)[2:-2] as bio,
    to_json(location)[2:-2] as location, to_json(link)[2:-2] as link, linked_actor, page, created_us,
        deleted_us, role, u21
from profiles where network = 'fediverse' order by profile
"""


@dataclass(frozen=True)
class FediverseExport:
    """What the lines need; `item` columns list every line in order of time: its sort, its row, when, who."""

    actor: pa.Array
    posts: Posts
    reactions: Reactions
    follower: Ints
    followed: Ints
    text: pa.Array
    language: pa.Array
    sort: Ints
    row: Ints
    at: Ints
    account: Ints
    export: Ints
    offset: Ints
    hobby: Ints


def write_activitystreams(
    world: World, folder: Path, accounts: Accounts, posts: Posts, reactions: Reactions, pool: TextPool
) -> None:
    """Write the exports of the community: actors twice, activities at every date with an overlap."""
    actors = query_columns(world, _ACTORS)
    export = _prepare(world, accounts, posts, reactions, pool, actors)
    last = len(company.EXPORT_DATES) - 1
    write_all(
        (
            folder / f"activities_{date}.jsonl{'' if turn == last else '.gz'}",
            _activity_lines(export, turn),
        )
        for turn, date in enumerate(company.EXPORT_DATES)
    )
    for turn in (1, last):
        date = company.EXPORT_DATES[turn]
        known = np.flatnonzero(actors["created_us"].to_numpy() < company.microseconds(date))
        write_lines(folder / f"actors_{date}.jsonl", [_actors(actors).take(pa.array(known))])


def _activity_lines(export: FediverseExport, turn: int) -> Iterator[pa.Array]:
    """The lines of one export: since the one before, with an overlap, and what came late."""
    end = company.microseconds(company.EXPORT_DATES[turn])
    begin = (
        company.microseconds(company.EXPORT_DATES[turn - 1]) - company.OVERLAP_DAYS * DAY_US if turn else 0
    )
    again = (export.at >= begin) & (export.at < end) & (export.export < turn)
    rows = np.flatnonzero((export.export == turn) | again)
    for part in slices(len(rows), LINES_AT_ONCE):
        yield _lines(export, rows[part])


def _prepare(
    world: World,
    accounts: Accounts,
    posts: Posts,
    reactions: Reactions,
    pool: TextPool,
    actors: dict[str, pa.Array],
) -> FediverseExport:
    edges = world.arrow(
        f"""select follower, followed, since_us from edges where network = '{company.FEDIVERSE}'
        order by since_us, follower, followed"""
    )
    first = accounts.profile[0]  # accounts are numbered without gaps within a network
    follower = edges.column("follower").to_numpy().astype(np.int64) - first
    followed = edges.column("followed").to_numpy().astype(np.int64) - first
    deleted, undone = np.flatnonzero(posts.deleted_us >= 0), np.flatnonzero(reactions.undone_us >= 0)
    gone = np.flatnonzero(actors["deleted_us"].to_numpy() >= 0)
    parts = [
        (POST, np.arange(len(posts.at)), posts.at, posts.account),
        (REACTION, np.arange(len(reactions.at)), reactions.at, reactions.account),
        (FOLLOW, np.arange(len(follower)), edges.column("since_us").to_numpy(), follower),
        (DELETE, deleted, posts.deleted_us[deleted], posts.account[deleted]),
        (UNDO, undone, reactions.undone_us[undone], reactions.account[undone]),
        (LEAVE, gone, actors["deleted_us"].to_numpy()[gone], gone),
    ]
    sort = np.concatenate([np.full(len(rows), code) for code, rows, _, _ in parts])
    row, at, account = (np.concatenate([part[i] for part in parts]).astype(np.int64) for i in (1, 2, 3))
    dates = np.array([company.microseconds(d) for d in company.EXPORT_DATES])
    export = np.minimum(np.searchsorted(dates, at, side="right"), len(dates) - 1)
    export[sort == POST] = posts.export
    order = np.lexsort((row, sort, at))
    sort, row, at, account, export = (values[order] for values in (sort, row, at, account, export))
    stated = actors["u21"].to_numpy()[account] < world.noise.offset_stated
    offset = np.where(stated, rhythm.local_offsets(at, accounts.zone[account], accounts.zones), -1)
    return FediverseExport(
        actors["native_id"], posts, reactions, follower, followed, json_texts(pool.texts),
        pa.array([company.LANGUAGES[i] for i in pool.language]), sort, row, at, account,
            export.astype(np.int64), offset, interests.hobbies_of_posts(world, company.FEDIVERSE, posts),
    )  # fmt: skip


def _published(at: Ints, offset: Ints) -> pa.Array:
    """The instant as the author's client states it: with the author's offset, or in UTC (Z) where unknown."""
    known = offset != -1
    offsets, where = np.unique(np.where(known, offset, 0), return_inverse=True)
    minutes = [int(o) // 60_000_000 for o in offsets]
    words = pa.array([f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in minutes])
    suffix = pc.if_else(pa.array(known), words.take(pa.array(where)), "Z")
    return join(instants(at + np.where(known, offset, 0), "", milliseconds=False), suffix)


def _note_id(export: FediverseExport, rows: Ints) -> pa.Array:
    return join(export.actor.take(pa.array(export.posts.account[rows])), "/statuses/", number(rows + 10_000))


def _lines(export: FediverseExport, items: Ints) -> pa.Array:
    """The lines of the items, in their order."""
    writers = {
        POST: _post_lines,
        REACTION: _reaction_lines,
        FOLLOW: _follow_lines,
        DELETE: _delete_lines,
        UNDO: _undo_lines,
        LEAVE: _leave_lines,
    }
    parts, places = [], []
    for sort, write in writers.items():
        chosen = np.flatnonzero(export.sort[items] == sort)
        if len(chosen):
            published = _published(export.at[items[chosen]], export.offset[items[chosen]])
            parts.append(write(export, export.row[items[chosen]], published))
            places.append(chosen)
    if not parts:
        return pa.array([], pa.string())
    order = np.argsort(np.concatenate(places), kind="stable")
    return pa.concat_arrays(parts).take(pa.array(order))


def _post_lines(export: FediverseExport, rows: Ints, published: pa.Array) -> pa.Array:
    posts = export.posts
    actor, note = export.actor.take(pa.array(posts.account[rows])), _note_id(export, rows)
    form, kind = posts.form[rows], posts.kind[rows]
    parent = optional(
        only_where(posts.parent[rows] >= 0, _note_id(export, np.maximum(posts.parent[rows], 0)))
    )
    text = export.text.take(pa.array(posts.text[rows]))
    language = export.language.take(pa.array(posts.text[rows]))
    hobby = pa.array(np.maximum(export.hobby[rows], 0))
    has_hobby = pa.array(export.hobby[rows] >= 0)
    page = pc.if_else(has_hobby, interests.PAGES.take(hobby), join("reviews.example/", number(rows % 5000)))
    link = only_where(
        form == FORMS.index("link"), join('<p><a href=\\"https://', page, '\\">', page, "</a></p>")
    )
    tag = only_where(
        (form == FORMS.index("text")) & (export.hobby[rows] >= 0) & (rows % 2 == 0),
        join(',"tag":[{"type":"Hashtag","name":"#', interests.TAGS.take(hobby), '"}]'),
    )
    media = pc.if_else(pa.array(form == 1),
        '{"type":"Image","mediaType":"image/jpeg","url":"https://media.example/p.jpg"}',
                       pc.if_else(pa.array(form == 2),
                           '{"type":"Video","mediaType":"video/mp4","url":"https://media.example/v.mp4"}',
                           pa.scalar(None, pa.string())))  # fmt: skip
    is_poll = pa.array(form == FORMS.index("poll"))
    poll = only_where(
        form == FORMS.index("poll"),
        pa.array([',"oneOf":[{"type":"Note","name":"Yes"},{"type":"Note","name":"No"}]'] * len(rows)),
    )
    head = join(
        CONTEXT,
        '"id":"',
        note,
        '/activity","actor":"',
        actor,
        '","published":"',
        published,
        '",',
        PUBLIC,
        ",",
    )
    create = join(
        head, '"type":"Create","object":{"type":"', pc.if_else(is_poll, "Question", "Note"), '","id":"',
            note, '","attributedTo":"', actor,
        '","published":"', published, '",', PUBLIC, ',"content":"<p>', text, "</p>", link,
            '","contentMap":{"', language, '":"<p>', text, '</p>"}',
        optional(',"inReplyTo":"', only_where(kind == REPLY, parent), '"'), optional(',"attachment":[',
            media, "]"), poll, tag, "}}",
    )  # fmt: skip
    announce = join(head, '"type":"Announce","object":"', parent, '"}')
    place = pc.if_else(
        has_hobby, interests.VENUES.take(hobby), pa.array(PLACES).take(pa.array(rows % len(PLACES)))
    )
    arrive = join(
        head, '"type":"Arrive","location":{"type":"Place","name":"', place, '"},"summary":"', text, '"}'
    )
    arrives = (form == FORMS.index("check_in")) & (kind != RESHARE)
    return pc.if_else(pa.array(kind == RESHARE), announce, pc.if_else(pa.array(arrives), arrive, create))


def _reaction_id(export: FediverseExport, rows: Ints) -> pa.Array:
    return join(
        export.actor.take(pa.array(export.reactions.account[rows])), "#reactions/", number(rows + 10_000)
    )


def _reaction_lines(export: FediverseExport, rows: Ints, published: pa.Array) -> pa.Array:
    reactions = export.reactions
    return join(
        CONTEXT, '"id":"', _reaction_id(export, rows), '","type":"',
            pa.array(REACTIONS).take(pa.array(reactions.kind[rows])), '","actor":"',
        export.actor.take(pa.array(reactions.account[rows])), '","published":"', published, '","object":"',
            _note_id(export, reactions.post[rows]), '"}',
    )  # fmt: skip


def _follow_lines(export: FediverseExport, rows: Ints, published: pa.Array) -> pa.Array:
    actor, other = (
        export.actor.take(pa.array(export.follower[rows])),
        export.actor.take(pa.array(export.followed[rows])),
    )
    return join(CONTEXT, '"id":"', actor, "#follows/", number(rows + 10_000), '","type":"Follow","actor":"',
        actor, '","published":"', published,
                '","object":"', other, '"}')  # fmt: skip


def _delete_lines(export: FediverseExport, rows: Ints, published: pa.Array) -> pa.Array:
    actor, note = export.actor.take(pa.array(export.posts.account[rows])), _note_id(export, rows)
    activity = np.isin(export.posts.kind[rows], (RESHARE,)) | (
        export.posts.form[rows] == FORMS.index("check_in")
    )
    # A post is deleted by its own id; a reshare or an arrival, which has no object of its own, is undone.
    return pc.if_else(
        pa.array(activity),
        join(CONTEXT, '"id":"', note, '#undo","type":"Undo","actor":"', actor, '","published":"', published,
            '","object":"', note, '/activity"}'),
        join(CONTEXT, '"id":"', note, '#delete","type":"Delete","actor":"', actor, '","published":"',
            published,
             '","object":{"type":"Tombstone","id":"', note, '"}}'),
    )  # fmt: skip


def _undo_lines(export: FediverseExport, rows: Ints, published: pa.Array) -> pa.Array:
    actor, reaction = export.actor.take(pa.array(export.reactions.account[rows])), _reaction_id(export, rows)
    return join(
        CONTEXT,
        '"id":"',
        reaction,
        '/undo","type":"Undo","actor":"',
        actor,
        '","published":"',
        published,
        '","object":"',
        reaction,
        '"}',
    )


def _leave_lines(export: FediverseExport, rows: Ints, published: pa.Array) -> pa.Array:
    actor = export.actor.take(pa.array(rows))
    return join(
        CONTEXT,
        '"id":"',
        actor,
        '#delete","type":"Delete","actor":"',
        actor,
        '","published":"',
        published,
        '","object":"',
        actor,
        '"}',
    )


def _actors(actors: dict[str, pa.Array]) -> pa.Array:
    """The persons, services and organisations, as their servers describe them."""
    role = actors["role"]
    kind = pc.if_else(
        pc.equal(role, "bot"),
        "Service",
        pc.if_else(pc.is_in(role, pa.array(["brand", "organization"])), "Organization", "Person"),
    )
    site = optional(
        '{"type":"PropertyValue","name":"Web","value":"<a href=\\"',
        actors["link"],
        '\\" rel=\\"me\\">',
        actors["link"],
        '</a>"}',
    )
    return join(
        CONTEXT, '"id":"', actors["native_id"], '","type":"', kind, '","preferredUsername":"',
            actors["handle"], '","name":"', actors["name"], '"',
        optional(',"summary":"<p>', actors["bio"], '</p>"'), ',"url":"', actors["page"], '","published":"',
            instants(actors["created_us"].to_numpy(), milliseconds=False),
        '"', optional(',"location":{"type":"Place","name":"', actors["location"], '"}'),
            optional(',"alsoKnownAs":["', actors["linked_actor"], '"]'),
        optional(',"attachment":[', listed(site), "]"),
            ',"icon":{"type":"Image","url":"https://media.example/avatars/', actors["handle"], '.png"}}',
    )  # fmt: skip


_NOBODY = f"https://{company.FEDIVERSE_HOST}/users/nobody#"
DEFECTS = (
    Defect(
        f"fediverse/activities_{company.EXPORT_DATES[-1]}.jsonl",
        "not_json",
        CONTEXT.encode() + b'"id":"https://x.example/#","type":"Cre',
    ),
    Defect(
        f"fediverse/activities_{company.EXPORT_DATES[-1]}.jsonl",
        "bad_published_at",
        f'{CONTEXT}"id":"{_NOBODY}/far","type":"Read","actor":"{_NOBODY}","published":"{FAR}","object":"{_NOBODY}/1"}}'.encode(),
    ),
    Defect(
        f"fediverse/activities_{company.EXPORT_DATES[-1]}.jsonl",
        "bad_encoding",
        f'{CONTEXT}"id":"{_NOBODY}/latin","type":"Read","actor":"{_NOBODY}","summary":"caf'.encode()
        + b'\xe9"}',
    ),
)
