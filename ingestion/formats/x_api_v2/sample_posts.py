"""The posts of X as the API words them: text with its entities, references, counters, attachments.

Must not live here: pages and what they include (x.py), what was posted (activities.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sample import company
from ingestion.sample.activity import interests
from ingestion.sample.activity.activities import FORMS, QUOTE, REPLY, RESHARE, Posts
from ingestion.sample.activity.interests import hobbies_of_posts
from ingestion.sample.activity.texts import TextPool
from ingestion.sample.lines import instants, join, json_texts, listed, number, only_where, optional
from ingestion.sample.streams import Flags, Ints, stream
from ingestion.sample.world import World, snowflakes

HASHTAGS = ("SmartHome", "HalvenHub", "Broadband", "MondayMood", "HomeOffice", "DIY")
SHORT_LINK = 23  # characters of a https://t.co link


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
    hobby: Ints
    author: Ints


@dataclass(frozen=True)
class _Wording:
    """The text of some posts, and where in it mention, hashtag and link stand (in characters)."""

    text: pa.Array
    other: Ints
    tag: pa.Array
    tag_number: Ints
    tag_length: Ints
    link_at: Ints
    short: pa.Array
    has_link: Flags
    has_media: Flags


def prepare(world: World, profiles: dict[str, pa.Array], posts: Posts, pool: TextPool) -> XExport:
    """Make ready what pages need; `profiles` are the accounts of X in order of their number."""
    author = posts.account
    size = len(author)
    rng = stream(world.seed, "x export")
    hobby = hobbies_of_posts(world, company.X, posts)
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
        hashtag=np.where(
            tagged, np.where(hobby >= 0, len(HASHTAGS) + hobby, rng.integers(0, len(HASHTAGS), size)), -1
        ),
        hobby=hobby,
        author=author,
    )


def posts_json(export: XExport, rows: Ints, turn: int) -> pa.Array:
    """The JSON of the posts, in the words of the API; counters are those of the export's turn."""
    posts, author = export.posts, export.author[rows]
    kind, form = posts.kind[rows], posts.form[rows]
    target = np.maximum(posts.parent[rows], 0)
    root = np.where(kind == REPLY, target, rows)
    said = _word(export, rows)
    identifier = number(export.ids[rows])
    account = export.author_id.take(pa.array(author))
    answered = export.author_id.take(pa.array(said.other))
    media_key = join(pc.if_else(pa.array(form == 1), "3_", "7_"), number(export.ids[rows] + 1))
    is_own = kind != RESHARE
    media = optional(',"attachments":{"media_keys":["', media_key, '"]}')
    poll = optional(',"attachments":{"poll_ids":["', number(export.ids[rows] + 2), '"]}')
    place = optional(',"geo":{"place_id":"', place_id(export, author), '"}')
    head = join(
        '{"author_id":"', account, '","conversation_id":"', number(export.ids[root]), '","created_at":"'
    )
    return join(
        head,
        instants(posts.at[rows]),
        join('","edit_history_tweet_ids":["', identifier, '"],"id":"', identifier, '","text":"', said.text),
        '","possibly_sensitive":false,"reply_settings":"everyone",',
        _metrics(export, rows, target, turn),
        _references(kind, number(export.ids[target])),
        only_where(kind == REPLY, optional(',"in_reply_to_user_id":"', answered, '"')),
        _entities(export, rows, said, identifier),
        only_where(said.has_media, media),
        only_where((form == FORMS.index("poll")) & is_own, poll),
        only_where((form == FORMS.index("check_in")) & is_own, place),
        "}",
    )


def _word(export: XExport, rows: Ints) -> _Wording:
    """Compose the texts: RT or @ before, hashtag and short link behind."""
    posts = export.posts
    kind, form = posts.kind[rows], posts.form[rows]
    target = np.maximum(posts.parent[rows], 0)
    other = export.author[target]
    base = np.where(kind == RESHARE, posts.text[target], posts.text[rows])
    handle = export.username.take(pa.array(other))
    retweet, reply = optional("RT @", handle, ": "), only_where(kind == REPLY, optional("@", handle, " "))
    prefix = pc.if_else(pa.array(kind == RESHARE), retweet, reply)
    extra = np.select([kind == RESHARE, kind == REPLY], [6, 2], 0)
    prefix_length = np.where(extra > 0, export.username_length[other] + extra, 0)
    tag_number = export.hashtag[rows]
    tags = (*HASHTAGS, *interests.TAGS.to_pylist())
    tag = pa.array(tags).take(pa.array(np.maximum(tag_number, 0)))
    tag_length = np.array([len(t) + 2 for t in tags])[tag_number] * (tag_number >= 0)
    has_link = (form == FORMS.index("link")) & (kind != RESHARE)
    has_media = np.isin(form, (FORMS.index("photo"), FORMS.index("video"))) & (kind != RESHARE)
    code = pc.utf8_slice_codeunits(pc.utf8_reverse(number(export.ids[rows])), 0, 10)
    short = only_where(has_link | has_media, join("https://t.co/", code))
    hashtag = only_where(tag_number >= 0, optional(" #", tag))
    text = join(prefix, export.text.take(pa.array(base)), hashtag, optional(" ", short))
    link_at = prefix_length + export.text_length[base] + tag_length + 1
    return _Wording(text, other, tag, tag_number, tag_length, link_at, short, has_link, has_media)


def _metrics(export: XExport, rows: Ints, target: Ints, turn: int) -> pa.Array:
    """Counters: a reshare repeats those of the original; likes grow from one export to the next."""
    posts = export.posts
    is_reshare = posts.kind[rows] == RESHARE
    likes = posts.likes[rows] * ~is_reshare
    likes = likes + np.maximum(turn - posts.export[rows], 0) * (likes + 3) // 4 * (likes > 0)
    replies = export.replies[rows]
    return join(
        join(
            '"public_metrics":{"retweet_count":', number(export.reshares[np.where(is_reshare, target, rows)])
        ),
        join(',"reply_count":', number(replies), ',"like_count":', number(likes)),
        join(',"quote_count":', number(export.quotes[rows]), ',"bookmark_count":0'),
        join(',"impression_count":', number(likes * 37 + replies * 11), "}"),
    )


def place_id(export: XExport, author: Ints) -> pa.Array:
    """The id of the place an author is at."""
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


def _entities(export: XExport, posts: Ints, said: _Wording, identifier: pa.Array) -> pa.Array:
    """Mentions, hashtags and links with their places in the text; NULL where there is none."""
    kind, hobby = export.posts.kind[posts], export.hobby[posts]
    rows = pa.array(said.other)
    start = np.where(kind == RESHARE, 3, 0)
    handle, account = export.username.take(rows), export.author_id.take(rows)
    end = start + export.username_length[said.other] + 1
    mention = join(
        join('"mentions":[{"start":', number(start), ',"end":', number(end)),
        join(',"username":"', handle, '","id":"', account, '"}]'),
    )
    first, last = number(said.link_at - said.tag_length), number(said.link_at - 1)
    hashtag = join('"hashtags":[{"start":', first, ',"end":', last, ',"tag":"', said.tag, '"}]')
    page = pc.if_else(
        pa.array(hobby >= 0),
        interests.PAGES.take(pa.array(np.maximum(hobby, 0))),
        join("reviews.example/", pc.utf8_slice_codeunits(identifier, 15)),
    )
    is_link = pa.array(said.has_link)
    target = pc.if_else(is_link, join("https://", page), join("https://x.com/i/web/status/", identifier))
    shown = pc.if_else(is_link, page, join("pic.x.com/", pc.utf8_slice_codeunits(said.short, 13)))
    begin, end_of_link = number(said.link_at), number(said.link_at + SHORT_LINK)
    url = optional(
        optional('"urls":[{"start":', begin, ',"end":', end_of_link, ',"url":"', said.short),
        join('","expanded_url":"', target, '","display_url":"', shown, '"}]'),
    )
    mentions = only_where(np.isin(kind, (REPLY, RESHARE)), mention)
    return optional(',"entities":{', listed(mentions, only_where(said.tag_number >= 0, hashtag), url), "}")
