"""Blogs: one RSS or Atom file a blog, and Atom "planet" files that gather the posts of many blogs.

In a planet each entry names its blog in <source> (RFC 4287, 4.2.11). A blog without a post is in no file.
Must not live here: who blogs when (activities.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.activity.activities import Accounts, Posts
from ingestion.sample.activity.texts import TextPool
from ingestion.sample.lines import query_columns, write_lines
from ingestion.sample.world import World

FILES_OF_THEIR_OWN = 40
BLOGS_A_PLANET = 400
SENTENCES = 3
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
_RSS = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'


def write_feeds(world: World, folder: Path, accounts: Accounts, posts: Posts, pool: TextPool) -> None:
    """Write every blog with its posts at the last date, and the first blogs at an earlier one, too."""
    _blog_tables(world, accounts, posts, pool)
    last, earlier = company.EXPORT_DATES[-1], company.EXPORT_DATES[1]
    blogs = query_columns(
        world, _DOCUMENTS.format(before=company.microseconds(last), first=0, count=FILES_OF_THEIR_OWN)
    )
    _write_each(folder, blogs, str(last))
    again = query_columns(world, _DOCUMENTS.format(before=company.microseconds(earlier), first=0, count=5))
    _write_each(folder, again, str(earlier))
    total = world.rows("blogs")
    for planet, first in enumerate(range(FILES_OF_THEIR_OWN, total, BLOGS_A_PLANET)):
        write_lines(folder / f"planet_{planet + 1:03d}_{last}.atom", _planet(world, first))


def _write_each(folder: Path, blogs: dict[str, pa.Array], date: str) -> None:
    for name, suffix, document in zip(
        *(blogs[c].to_pylist() for c in ("name", "suffix", "document")), strict=True
    ):
        write_lines(folder / f"{name}_{date}.{suffix}", [_XML.encode(), document.encode()])


def _planet(world: World, first: int) -> Iterator[bytes]:
    home = f"https://planet.quietpages.example/{first}"
    yield f"{_XML}{_ATOM}<id>{home}</id><title>Planet of home blogs</title>".encode()
    entries = _ENTRIES.format(first=first, last=first + BLOGS_A_PLANET)
    found = world.arrow(f"select document from ({entries}) order by nth, at_us")
    yield from (text.encode() + b"\n" for text in found.column(0).to_pylist())
    yield b"</feed>\n"


def _blog_tables(world: World, accounts: Accounts, posts: Posts, pool: TextPool) -> None:
    """Fill `blogs` (those with a post, numbered) and `entries` (their posts that stand)."""
    stands = np.flatnonzero(posts.deleted_us < 0)
    texts = pa.array(pool.texts)
    columns = {
        f"sentence_{i}": texts.take(pa.array(_neighbour(pool, posts.text[stands], i)))
        for i in range(SENTENCES)
    }
    world.add(
        "entries",
        pa.table(
            {
                "profile": accounts.profile[posts.account[stands]].astype(np.int32),
                "at_us": posts.at[stands],
                "entry": stands,
                "form": posts.form[stands],
                **columns,
            }
        ),
    )
    world.make(
        "blogs",
        """
        select row_number() over (order by profile) - 1 as nth, profile, native_id, display_name,
            lower(replace(handle, '_', '-')) as name,
            coalesce(bio, '') as bio, profile % 2 = 0 as is_atom
        from profiles where network = 'blogs' and profile in (select profile from entries) order by
            profile""",
    )


def _neighbour(pool: TextPool, text: np.typing.NDArray[np.int64], step: int) -> np.typing.NDArray[np.int64]:
    """Another text of the same language and intent, some places on."""
    cell = np.repeat(np.arange(len(pool.first)), pool.count)[text]
    return pool.first[cell] + (text - pool.first[cell] + step * 7) % pool.count[cell]


def _escaped(column: str) -> str:
    return f"replace(replace(replace({column}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


_BODY = (
    "'&lt;p&gt;' || "
    + " || ' ' || ".join(_escaped(f"sentence_{i}") for i in range(SENTENCES))
    + " || '&lt;/p&gt;' || case form when 1 then '&lt;img src=\"https://media.example/b.jpg\"&gt;' "
    "when 3 then "
    "'&lt;a href=\"https://reviews.example/devices\"&gt;a review&lt;/a&gt;' else '' end"
)  # fmt: skip
_LINK = "native_id || 'posts/' || cast(entry as varchar)"
_WHEN = "strftime(make_timestamp(at_us), '%Y-%m-%dT%H:%M:%SZ')"
_ATOM_ENTRY = f"""'<entry><id>' || {_LINK} || '</id><title>' || {_escaped("left(sentence_0, 70)")} ||
    '</title><updated>' || {_WHEN}
    || '</updated><published>' || {_WHEN} || '</published><author><name>' || {_escaped("display_name")} ||
        '</name><uri>' || native_id
    || '</uri></author><link rel="alternate" href="' || {_LINK} || '"/>' || {{source}} ||
        '<content type="html">' || {_BODY} || '</content></entry>'"""
_RSS_ITEM = f"""'<item><title>' || {_escaped("left(sentence_0, 70)")} || '</title><link>' || {_LINK} ||
    '</link><guid isPermaLink="true">'
    || {_LINK} || '</guid><pubDate>' || strftime(make_timestamp(at_us),
        '%a, %d %b %Y %H:%M:%S GMT') || '</pubDate><dc:creator>'
    || {_escaped("display_name")} || '</dc:creator><description>' || {_BODY} || '</description></item>'"""
_SOURCE = f"""'<source><id>' || native_id || '</id><title>' || {_escaped("display_name")} ||
    '</title><link rel="alternate" href="'
    || native_id || '"/></source>'"""

_DOCUMENTS = f"""
with written as (
    select b.*, at_us, case when is_atom then {_ATOM_ENTRY.format(source="''")} else {_RSS_ITEM} end as
        entry_text
    from blogs b join entries using (profile) where at_us < {{before}} and nth >= {{first}} and nth <
        {{first}} + {{count}}
)
select nth, any_value(name) as name, case when any_value(is_atom) then 'atom' else 'rss' end as suffix,
    case when any_value(is_atom)
        then '{_ATOM}<id>' || any_value(native_id) || '</id><title>' || any_value({_escaped("display_name")})
            || '</title><subtitle>'
            || any_value({_escaped("bio")}) || '</subtitle><updated>' || strftime(make_timestamp(max(at_us)),
                '%Y-%m-%dT%H:%M:%SZ')
            || '</updated><link rel="alternate" href="' || any_value(native_id) || '"/><author><name>'
            || any_value({_escaped("display_name")}) || '</name></author>' || string_agg(entry_text,
                chr(10) order by at_us desc) || '</feed>'
        else '{_RSS}<title>' || any_value({_escaped("display_name")}) || '</title><link>' ||
            any_value(native_id) || '</link><description>'
            || any_value({_escaped("bio")}) || '</description>' || string_agg(entry_text,
                chr(10) order by at_us desc)
            || '</channel></rss>' end || chr(10) as document
from written group by nth order by nth
"""

_ENTRIES = f"""
select nth, at_us, {_ATOM_ENTRY.format(source=_SOURCE)} as document
from blogs join entries using (profile) where nth >= {{first}} and nth < {{last}}
"""
