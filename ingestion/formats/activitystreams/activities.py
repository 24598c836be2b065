"""What the activities become: rows of `activities` and of their counters.

- A Create is known by the id of what it made, since likes, replies and deletions name that; so is an
  Update by the author, which is the same Create in later words (`modified_at`).
- What was written must say when. Any other activity need not: it then has the time of observation, and
  says so (`is_time_observed`).
- Whom an activity is addressed to says who may read what it publishes; of one that publishes nothing (a
  Like) it only says to whom it was delivered.
- Words are those of what was made, or of an Announce or Arrive itself. A link that marks a mention, a
  hashtag or a quoted post is none of the author's.

Must not live here: who did what to what (acts.py), accounts and who follows whom (accounts.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.formats.activitystreams.acts import made_id
from ingestion.formats.activitystreams.members import (
    instant,
    name_of,
    of_language,
    one_of,
    own_id,
    reference,
    structs,
    type_of,
)
from ingestion.formats.activitystreams.vocabulary import ACTORS, PUBLIC, STANDING
from ingestion.mapping.format import Rows


def _addressed(struct: str) -> str:
    """Give whom an object is addressed to, as text: first hand, and at all."""
    others = ", ".join(f"{struct}.{name}" for name in ("cc", "bto", "bcc"))
    return f"{{'directly': {struct}.\"to\", 'at_all': concat_ws(' ', {struct}.\"to\", {others})}}"


def _has_public(addresses: str) -> str:
    return f"""regexp_matches({addresses}, '(^| |[\\[,] *"|"@?id": *")({PUBLIC})("|$| )')"""


_IS_SAID = "regexp_matches({0}.at_all, '\\w')"
_VISIBILITY = f"""case
    when not (is_made or type in ('Announce', 'Arrive')) then null
    when {_has_public("addressed.directly")} then 'public'
    when {_has_public("addressed.at_all")} then 'unlisted'
    when addressed.at_all like '%/followers%' then 'followers'
    when {_IS_SAID.format("addressed")} then 'private' end"""

# the line with which servers show a quoted post to those that know no quotes
_QUOTE_LINE = r"""'(?is)<(p|span)\b[^>]*\bclass\s*=\s*["'']?quote-inline\b.*?</a>\s*</(p|span)>'"""
_HTML = f"""regexp_replace(case
    when is_made then coalesce(nullif(o.content, ''), {of_language("o.contentMap")})
    when type in ('Announce', 'Arrive') then coalesce(nullif(a.content, ''), a.summary) end, {_QUOTE_LINE}, '')"""
# of several languages the one whose words these are
_LANGUAGES = "try(json_keys(o.contentMap))"
_LANGUAGE = f"""nullif(nullif(regexp_extract({_LANGUAGES}[coalesce(
    list_position(try(json_extract_string(o.contentMap, '$.*')), html),
    case when len({_LANGUAGES}) = 1 then 1 end)], '^[A-Za-z]{{2,3}}([-_][A-Za-z0-9]{{1,8}})*$'), ''), 'und')"""

_IS_MENTION = rf"regexp_matches(t.type, '\b(Mention|{'|'.join(ACTORS)})\b')"
_IS_HASHTAG = r"(regexp_matches(t.type, '\b(Hashtag|Tag)\b') or t.type is null and t.name like '#%')"
_IS_QUOTE = r"regexp_matches(t.type, '\bLink\b') and (t.rel like '%quote%' or t.name like 'RE:%')"
_QUOTE_OF = f"""coalesce({reference("o.quote")}, {reference("o.quoteUri")}, {reference("o.quoteUrl")},
    {reference("o._misskey_quote")}, list_filter(tags, lambda t: {_IS_QUOTE})[1].href)"""


def _marking(attribute: str, words: str) -> str:
    """Give the pattern of an attribute that holds one of some words, in quotes of either kind or in none."""
    ways = rf"""("[^"]*\b({words})\b|''[^'']*\b({words})\b|[^"''\s>]*\b({words})\b)"""
    return rf"{attribute}\s*=\s*{ways}"


_MARK = rf"""'(?i)<a\b[^>]*\s({_marking("class", "mention|hashtag")}|{_marking("rel", "tag")})[^>]*>'"""
_MARKED = f"list_transform(list_filter(tags, lambda t: {_IS_MENTION} or {_IS_HASHTAG}), lambda t: t.href)"
_ATTACHED_LINKS = r"""list_filter(list_transform(
    list_filter(attachments, lambda m: regexp_matches(m.type, '\bLink\b')), lambda m: coalesce(m.href, m.url)),
    lambda link: regexp_matches(link, '^https?://[^\s<>]+$'))"""
_LINKS = f"""list_filter(
    list_distinct(list_concat(links_of_html(regexp_replace(html, {_MARK}, '', 'g')), {_ATTACHED_LINKS})),
    lambda link: not list_contains(list_append({_MARKED}, quote_of), link))"""
_MEDIUM = r"""case
    when regexp_matches(m.type, '\bLink\b') then 'link'
    when m.mediaType like 'image/%' or regexp_matches(m.type, '\bImage\b') then 'image'
    when m.mediaType like 'video/%' or regexp_matches(m.type, '\bVideo\b') then 'video'
    when m.mediaType like 'audio/%' or regexp_matches(m.type, '\bAudio\b') then 'audio' end"""

# What stands until it is taken back is one, however often it is done; all else is one each time.
_MADE_ID = made_id("type", "actor_ref", "object_ref", "a.target")
_ID = f"""case
    when is_made then coalesce({own_id("o")}, object_ref, {own_id("a")},
        concat_ws(':', type, coalesce(actor_ref, ''), record_hash))
    else coalesce({own_id("a")} || case when place > 1 then ':' || object_ref else '' end,
        concat_ws(':', {_MADE_ID}, case when type not in {one_of(STANDING)} then said_at end)) end"""

_DEED = {
    "activity_id": "id",
    "actor_profile_id": "actor_ref",
    "activity_type": "case when is_made then 'Create' else type end",
    # of a Create that is handed on what it made; a word that can be no type is none
    "object_type": f"""nullif(regexp_extract(case when o_type = 'Create'
        then {type_of("try(json_extract_string(o.object, '$.type'))")} else o_type end,
        '^[A-Z][A-Za-z]{{1,39}}$'), '')""",
    "object_id": "case when not is_made then object_ref end",
    "target_id": f"coalesce({reference('a.target')}, case when is_made then {reference('o.audience')} end)",
    "published_at": "coalesce(said_at, case when not is_made then cast(observed_at as varchar) end)",
    "is_time_observed": "said_at is not null",
    # servers write UTC as Z or +00:00; another offset is the author's own
    "author_utc_offset_minutes": "nullif(offset_minutes(said_at), 0)",
    "place": name_of("coalesce(a.location, o.location)"),
}

_PUBLISHED_PARTS = {
    "own_addressing": _addressed("o"),
    "addressed": f"""case when is_made and {_IS_SAID.format("own_addressing")} then own_addressing
        else {_addressed("a")} end""",
    "html": _HTML,
    "tags": f"case when is_made then {structs('o.tag', 'type', 'href', 'name', 'rel')} else [] end",
    "attachments": f"""case when is_made
        then {structs("o.attachment", "type", "mediaType", "href", "url")} else [] end""",
    "quote_of": f"case when is_made then {_QUOTE_OF} end",
    "links": _LINKS,
    "visibility": _VISIBILITY,
}
_PUBLISHED = {
    "in_reply_to_id": f"case when is_made then {reference('o.inReplyTo')} end",
    "quote_of_id": "quote_of",
    "root_id": f"case when is_made and {reference('o.inReplyTo')} is null then id end",
    "modified_at": f"""case when is_made then coalesce({instant("o.updated")}, case when type = 'Update' then
        coalesce({instant("a.updated")}, {instant("a.published")}, cast(observed_at as varchar)) end) end""",
    "visibility": "visibility",
    "title": f"case when is_made then plain_text(coalesce(nullif(o.name, ''), {of_language('o.nameMap')})) end",
    "content": "plain_text(html)",
    "language": f"case when is_made then {_LANGUAGE} end",
    "links": "links",
    "mentions": f"""list_transform(
        list_filter(tags, lambda t: {_IS_MENTION}), lambda t: coalesce(t.href, t.name))""",
    "hashtags": f"""list_transform(
        list_filter(tags, lambda t: {_IS_HASHTAG}), lambda t: ltrim(t.name, '#'))""",
    "attachment_types": f"""list_distinct(list_concat(
        list_transform(attachments, lambda m: {_MEDIUM}),
        case when is_made and o_type in ('Image', 'Video', 'Audio') then [lower(o_type)] end,
        case when is_made and coalesce(o.oneOf, o.anyOf) is not null then ['poll'] end,
        case when len(links) > 0 then ['link'] end))""",
}


def deed_rows(reading: Mapping[str, str], each: str) -> Rows:
    """Give the rows of `activities` of what publishes nothing, such as a Like."""
    unmade = {"is_profile": "false", "is_made": "false"}
    return Rows("activities", _DEED, each=each, let={**reading, **unmade, "id": _ID})


def published_rows(reading: Mapping[str, str], each: str | None, when: str = "not is_profile") -> Rows:
    """Give the rows of `activities` of what may publish something."""
    return Rows(
        "activities", _DEED | _PUBLISHED, when=when, each=each, let={**reading, "id": _ID, **_PUBLISHED_PARTS}
    )


def _total(member: str) -> str:
    return f"case when o.{member} like '{{%' then try(json_extract_string(o.{member}, '$.totalItems')) end"


def counter_rows(reading: Mapping[str, str], each: str | None) -> Rows:
    """Give the rows of `activity_counters`: of what was made, where it lists how often it was liked."""
    totals = {name: _total(name) for name in ("likes", "shares", "replies")}
    return Rows(
        "activity_counters",
        {"activity_id": own_id("o"), **totals},
        when=f"is_made and coalesce({', '.join(totals.values())}) is not null",
        each=each,
        let=reading,
    )
