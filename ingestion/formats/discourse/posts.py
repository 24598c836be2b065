"""What a post becomes: an activity and its counters, the acceptance of an answer, the profile of its author.

Must not live here: which records are posts (__init__.py), members (members.py).
"""

from __future__ import annotations

from ingestion.mapping.format import Rows

IS_FIRST = "r.post_number = '1'"
_ROOT = f"""case when {IS_FIRST} then r.id
    else coalesce(page.post_stream.stream[1], 'topic:' || r.topic_id || ':1') end"""
_ANSWERED = """coalesce(
    list_filter(page.post_stream.posts, lambda p: p.post_number = r.reply_to_post_number)[1].id,
    'topic:' || r.topic_id || ':' || r.reply_to_post_number)"""


def _own_html() -> str:
    """Cut others' words out of a post: asides, the innermost first, since quotes hold quotes and previews."""
    opening, closing, deepest = "\x01", "\x02", 5
    inside = f"[^{opening}{closing}]*"
    sql = f"replace(replace(r.cooked, '<aside', '{opening}'), '</aside>', '{closing}')"
    for _ in range(deepest):
        for source in ('data-onebox-src="([^"]*)"', 'class="onebox[^>]*>.*?href="([^"]*)"'):
            preview = f"(?s){opening}{inside.replace('*', '*?')}{source}{inside}{closing}"
            link = '<a href="\\1"></a>'
            sql = f"regexp_replace({sql}, '{preview}', '{link}', 'g')"
        sql = f"regexp_replace({sql}, '{opening}{inside}{closing}', '', 'g')"
    whatever_is_deeper = f"(?s){opening}.*{closing}|{opening}[^>]*>|{closing}"
    titled = '<a href="([^"]*)" class="inline-onebox[^>]*>[^<]*</a>'
    return f"""regexp_replace(
        case when contains(r.cooked, '<aside') then regexp_replace({sql}, '{whatever_is_deeper}', '', 'g')
            else r.cooked end,
        '{titled}', '<a href="\\1">\\1</a>', 'g')"""


_MENTIONS = """list_filter(list_transform(
    regexp_extract_all(html, '<a\\b[^>]*\\bclass="mention(?: [^"]*)?"[^>]*>'),
    lambda a: url_decode(regexp_extract(a, 'href="[^"]*/u(?:sers)?/([^"/?#]+)', 1))), lambda name: name <> '')"""
IS_ACCEPTED = (
    "coalesce(r.accepted_answer = 'true' or page.accepted_answer.post_number = r.post_number, false)"
)
_ACCEPTED_BY = """case
    when coalesce(page.accepted_answer.accepter_username = page.details.created_by.username, true)
        then page.details.created_by.id
    else list_filter(page.details.participants,
        lambda u: u.username = page.accepted_answer.accepter_username)[1].id end"""
_ATTACHMENTS = """list_filter([
    case when regexp_matches(
        regexp_replace(html, '<img[^>]*class="(emoji|avatar|ytp-thumbnail)[^>]*>', '', 'g'), '<img\\b')
        then 'image' end,
    case when regexp_matches(html, '<video\\b|video-container|youtube-onebox|lazy-video') then 'video' end,
    case when html like '%<audio%' then 'audio' end,
    case when html like '%class="poll%' then 'poll' end,
    case when len(links) > 0 then 'link' end], lambda a: a is not null)"""

POST = (
    Rows(
        "activities",
        {
            "activity_id": "r.id",
            "actor_profile_id": "r.user_id",
            "activity_type": "'Create'",
            "object_type": f"case when {IS_FIRST} then 'Article' else 'Note' end",
            "alias_id": "'topic:' || r.topic_id || ':' || r.post_number",
            "in_reply_to_id": f"case when not {IS_FIRST} then coalesce({_ANSWERED}, root) end",
            "root_id": "root",
            "target_id": "coalesce(page.category_id, r.category_id)",
            "published_at": "r.created_at",
            "visibility": "case when page.archetype = 'private_message' or r.post_type = '4' then 'private' "
            "else 'public' end",
            "title": f"case when {IS_FIRST} then coalesce(page.title, r.topic_title) end",
            "content": "coalesce(plain_text(html), r.raw)",
            "language": "replace(r.locale, '_', '-')",
            "links": "links",
            "mentions": _MENTIONS,
            "hashtags": f"case when {IS_FIRST} then list_filter(page.tags, lambda t: t not like '{{%') end",
            "attachment_types": _ATTACHMENTS,
            "is_reversed": "r.deleted_at is not null or coalesce(r.hidden = 'true', false) "
            "or coalesce(r.user_deleted = 'true', false) or page.deleted_at is not null",
        },
        let={"root": _ROOT, "html": _own_html(), "links": "links_of_html(html)"},
        # a 'small action' is the forum's own note that a topic was closed or moved
        when="r.post_type is distinct from '3'",
    ),
    Rows(
        "activity_counters",
        {
            "activity_id": "r.id",
            "likes": "coalesce(list_filter(r.actions_summary, lambda a: a.id = '2')[1].count, '0')",
            "replies": "r.reply_count",
            "quotes": "r.quote_count",
            "views": f"case when {IS_FIRST} then coalesce(page.views, r.reads) else r.reads end",
        },
        when="r.post_type is distinct from '3'",
    ),
    Rows(
        "activities",
        {
            "activity_id": "'Accept:' || r.id",
            "actor_profile_id": _ACCEPTED_BY,
            "activity_type": "'Accept'",
            "object_type": "'Note'",
            "object_id": "r.id",
            "root_id": _ROOT,
            "published_at": "r.created_at",
            "visibility": "case when page.archetype = 'private_message' then 'private' else 'public' end",
        },
        when=IS_ACCEPTED,
    ),
    Rows(
        "profiles",
        {
            "profile_id": "r.user_id",
            "handle": "r.username",
            "display_name": "r.name",
            "avatar_url": "r.avatar_template",
            "is_bot": "case when r.user_id like '-%' then true end",
            "is_staff": "coalesce(r.staff = 'true', false) or coalesce(r.admin = 'true', false) "
            "or coalesce(r.moderator = 'true', false)",
        },
        when="r.user_id is not null",
    ),
)
