"""`feed`: blogs as RSS or Atom. The blog is a profile, each entry an article it published.

A blog's id is its home address, written one way (`home_address`); one that tells no address has an
id made of its title. It is called by its author where one alone writes it, else by its title. Where an entry names
the feed it came from (atom:source, in a planet), that is its blog. An entry without a date is rejected: it may
be years old, and would count in the month it was read. Must not live here: parsing (containers/feed/).
"""

from __future__ import annotations

from ingestion.containers.feed.reader import ENTRY_FIELDS, ONLY_AUTHOR, Feed
from ingestion.mapping.format import Format, RecordKind, Rows, Sign

SIGNS = (Sign(rb"\A\s*<\?xml.*?<(?:rss|feed)\b|\A\s*<(?:rss|feed)\b", "an RSS or Atom feed"),)

_ME = "from_json(r.blog_me, '[\"VARCHAR\"]')"
_TAGS = "from_json(r.tags, '[\"VARCHAR\"]')"
_HAS_IMAGE = "contains(lower(r.content), '<img')"


def _words(field: str) -> str:
    """Text as its type says: what is no markup keeps its pointed brackets."""
    return f"case when r.{field}_type = 'text/plain' then tidy(r.{field}) else plain_text(r.{field}) end"


PROFILE = {
    "profile_id": "r.blog_id",
    "display_name": "plain_text(coalesce(r.blog_author, r.only_author_name, r.blog_title))",
    "bio": (
        "plain_text(concat_ws(': ', nullif(r.blog_title, coalesce(r.blog_author, r.only_author_name)), "
        "nullif(r.blog_subtitle, '')))"
    ),
    "urls": "list_distinct([r.blog_home, r.blog_author_url, r.only_author_url])",
    "also_known_as": _ME,
    "language": "r.blog_language",
    "email": "coalesce(r.blog_email, r.only_author_email)",
    "avatar_url": "r.blog_image",
}

ARTICLE = {
    "activity_id": "r.id",
    "actor_profile_id": "r.blog_id",
    "activity_type": "'Create'",
    "object_type": "'Article'",
    "object_id": "r.id",
    "attachment_types": (
        "list_distinct(list_concat(list_filter(list_transform(from_json(coalesce(r.media, '[]'), "
        "'[\"VARCHAR\"]'), kind -> split_part(kind, '/', 1)), kind -> kind in ('image', 'video', 'audio')), "
        f"case when {_HAS_IMAGE} then ['image'] end))"
    ),
    "published_at": "r.published",
    # 'Z' and GMT are a server's; the author's own offset is one that is not zero
    "author_utc_offset_minutes": "nullif(offset_minutes(replace(r.published_text, ' ', '')), 0)",
    "visibility": "'public'",
    "title": _words("title"),
    "content": _words("content"),
    "language": "coalesce(r.language, r.blog_language)",
    "links": (
        "case when r.content_type = 'text/plain' then links_of_text(r.content) "
        "else list_distinct(from_json(r.links, '[\"VARCHAR\"]')) end"
    ),
    "hashtags": f"list_transform({_TAGS}, tag -> ltrim(tag, '#'))",
}

FORMAT = Format(
    name="feed",
    description="blogs as RSS 2.0 or Atom",
    reference="https://www.rssboard.org/rss-specification, RFC 4287",
    network="feed",
    container=Feed(),
    kinds=(
        RecordKind(
            "entry",
            "true",
            # the profile from every entry: any of them may be rejected, and with it all of its rows
            (Rows("activities", ARTICLE), Rows("profiles", PROFILE)),
        ),
    ),
    shape=dict.fromkeys((*ENTRY_FIELDS, *ONLY_AUTHOR.values()), "VARCHAR"),
    deletions_by="author",
)
