"""Discourse: topics, lists of topics, latest posts, users and their actions, as the API answers.

Decisions that a reader of the numbers should know:
- A post is an activity by the platform's post id; answers name it by its number in the topic. Where the page does
  not show the post of that number, its other id, 'topic:<topic>:<number>', stands in; staging puts the post's own
  in its place once any page has shown it, so a thread over several pages and files is one. A post that names no
  other answers the first.
- A row in a list of topics cannot say which post it begins with, so it becomes no row; the topic itself does.
- The forum does not say when an answer was accepted, only that it was: the Accept stands at the time of the
  answer, its earliest, unless the member's actions give the time.
- Offsets in the forum's times are the server's, never the author's. `reads` is a counter: nobody's view.
- Quoted posts, quotes within them, and previews of linked pages are another's words and pictures: they are cut
  out. The address that a preview is of is the author's link.
"""

from __future__ import annotations

from ingestion.containers.json.lines import JsonRecords
from ingestion.mapping.format import Format, Observes, RecordKind, Rows, field_names

_USER = {
    "id": "VARCHAR",
    "username": "VARCHAR",
    "name": "VARCHAR",
    "avatar_template": "VARCHAR",
}

_SHAPE = {
    **_USER,
    # a post
    "topic_id": "VARCHAR",
    "topic_title": "VARCHAR",
    "post_number": "VARCHAR",
    "post_type": "VARCHAR",
    "reply_to_post_number": "VARCHAR",
    "category_id": "VARCHAR",
    "cooked": "VARCHAR",
    "raw": "VARCHAR",
    "created_at": "VARCHAR",
    "deleted_at": "VARCHAR",
    "hidden": "VARCHAR",
    "user_deleted": "VARCHAR",
    "user_id": "VARCHAR",
    "admin": "VARCHAR",
    "moderator": "VARCHAR",
    "staff": "VARCHAR",
    "locale": "VARCHAR",
    "actions_summary": [{"id": "VARCHAR", "count": "VARCHAR"}],
    "reply_count": "VARCHAR",
    "quote_count": "VARCHAR",
    "reads": "VARCHAR",
    "accepted_answer": "VARCHAR",
    # a member
    "email": "VARCHAR",
    "bio_raw": "VARCHAR",
    "bio_cooked": "VARCHAR",
    "website": "VARCHAR",
    "location": "VARCHAR",
    "timezone": "VARCHAR",
    "profile_hidden": "VARCHAR",
    "suspended_at": "VARCHAR",
    "post_count": "VARCHAR",
    "total_followers": "VARCHAR",
    "total_following": "VARCHAR",
    "user_fields": "VARCHAR",
    "associated_accounts": [{"name": "VARCHAR", "description": "VARCHAR"}],
    # an item of the directory
    "user": _USER,
    # an action
    "action_type": "VARCHAR",
    "acting_user_id": "VARCHAR",
    "post_id": "VARCHAR",
    "deleted": "VARCHAR",
    # a row in a list of topics
    "title": "VARCHAR",
    "posts_count": "VARCHAR",
    # what tells other endpoints
    "category_list": "VARCHAR",
    "grouped_search_result": "VARCHAR",
    "notifications": "VARCHAR",
    "groups": "VARCHAR",
    "badges": "VARCHAR",
    "post_action_types": "VARCHAR",
    "about": "VARCHAR",
    "uploaded_avatar_id": "VARCHAR",
    # fields of people and comments on other platforms, which have id and username, too
    **dict.fromkeys(
        ("biography", "category", "fan_count", "followers_count", "ig_id", "timestamp"), "VARCHAR"
    ),
}

_PAGE_SHAPE = {
    "id": "VARCHAR",
    "title": "VARCHAR",
    "views": "VARCHAR",
    "archetype": "VARCHAR",
    "category_id": "VARCHAR",
    "deleted_at": "VARCHAR",
    "tags": ["VARCHAR"],
    "accepted_answer": {"post_number": "VARCHAR", "accepter_username": "VARCHAR"},
    "details": {"created_by": {"id": "VARCHAR", "username": "VARCHAR"}, "participants": [_USER]},
    "post_stream": {"posts": [{"id": "VARCHAR", "post_number": "VARCHAR"}], "stream": ["VARCHAR"]},
}

_PAGES = (
    "/post_stream/posts",
    "/latest_posts",
    "/topic_list/topics",
    "/users",
    "/user",
    "/user_actions",
    "/directory_items",
)
_SIGNS = frozenset({"errors", "error_type"})
_ENVELOPE = frozenset({"extras", "message", "success", "failed", "action"})

_IS_FIRST = "r.post_number = '1'"
_ROOT = f"""case when {_IS_FIRST} then r.id
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
_IS_ACCEPTED = (
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

_POST = (
    Rows(
        "activities",
        {
            "activity_id": "r.id",
            "actor_profile_id": "r.user_id",
            "activity_type": "'Create'",
            "object_type": f"case when {_IS_FIRST} then 'Article' else 'Note' end",
            "alias_id": "'topic:' || r.topic_id || ':' || r.post_number",
            "in_reply_to_id": f"case when not {_IS_FIRST} then coalesce({_ANSWERED}, root) end",
            "root_id": "root",
            "target_id": "coalesce(page.category_id, r.category_id)",
            "published_at": "r.created_at",
            "visibility": "case when page.archetype = 'private_message' or r.post_type = '4' then 'private' "
            "else 'public' end",
            "title": f"case when {_IS_FIRST} then coalesce(page.title, r.topic_title) end",
            "content": "coalesce(plain_text(html), r.raw)",
            "language": "replace(r.locale, '_', '-')",
            "links": "links",
            "mentions": _MENTIONS,
            "hashtags": f"case when {_IS_FIRST} then list_filter(page.tags, lambda t: t not like '{{%') end",
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
            "views": f"case when {_IS_FIRST} then coalesce(page.views, r.reads) else r.reads end",
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
        when=_IS_ACCEPTED,
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


def _own_field(option: str) -> str:
    """The forum numbers its own questions to members: the source's options say which is which."""
    return f"""try(json_extract_string(r.user_fields, '$."' || options['{option}'] || '"'))"""


_MEMBER = (
    Rows(
        "profiles",
        {
            "profile_id": "r.id",
            "handle": "r.username",
            "display_name": "r.name",
            "bio": "coalesce(plain_text(r.bio_cooked), r.bio_raw)",
            "urls": "list_concat(list_filter([r.website], lambda w: w is not null), "
            "links_of_text(r.bio_raw), links_of_html(r.bio_cooked))",
            "also_known_as": "list_transform(r.associated_accounts, "
            "lambda a: a.name || ':' || a.description)",
            "location": "r.location",
            "time_zone": "r.timezone",
            "employer": _own_field("employer_field"),
            "job_title": _own_field("job_title_field"),
            "email": "r.email",
            "avatar_url": "r.avatar_template",
            "is_bot": "case when r.id like '-%' then true end",
            "is_staff": "case when r.admin is not null or r.moderator is not null then "
            "coalesce(r.admin = 'true', false) or coalesce(r.moderator = 'true', false) end",
            "is_protected": "r.profile_hidden",
            "created_at": "r.created_at",
            "deleted_at": "coalesce(r.deleted_at, r.suspended_at)",
        },
    ),
    Rows(
        "profile_counters",
        {
            "profile_id": "r.id",
            "followers": "r.total_followers",
            "following": "r.total_following",
            "posts": "r.post_count",
        },
        when="coalesce(r.post_count, r.total_followers) is not null",
    ),
)

_DIRECTORY_MEMBER = Rows(
    "profiles",
    {
        "profile_id": "r.user.id",
        "handle": "r.user.username",
        "display_name": "r.user.name",
        "avatar_url": "r.user.avatar_template",
    },
)


def _action(activity_type: str) -> Rows:
    return Rows(
        "activities",
        {
            "activity_id": f"concat_ws(':', '{activity_type}', "
            + ("r.acting_user_id, " if activity_type == "Like" else "")
            + "r.post_id)",
            "actor_profile_id": "r.acting_user_id",
            "activity_type": f"'{activity_type}'",
            "object_type": "'Note'",
            "object_id": "r.post_id",
            "published_at": "r.created_at",
            "visibility": "'public'",
            "is_reversed": "r.deleted",
        },
    )


_KINDS = (
    # 1 and 2 are one like, told by who gave and by who got it; 15 is the solved plugin's
    RecordKind("like", "r.action_type in ('1', '2')", (_action("Like"),)),
    RecordKind("accepted_answer", "r.action_type = '15'", (_action("Accept"),)),
    RecordKind("other_action", "r.action_type is not null"),
    RecordKind(
        "post",
        "r.id is not null and r.topic_id is not null and r.post_number is not null "
        "and coalesce(r.cooked, r.raw) is not null",
        _POST,
        context=f"""concat_ws('|', page.deleted_at, page.archetype, page.category_id, {_IS_ACCEPTED},
            case when {_IS_FIRST} then page.title end, case when {_IS_FIRST} then page.views end)""",
    ),
    RecordKind("topic", "pointer = '/topic_list/topics' and r.id is not null and r.title is not null"),
    RecordKind("directory_item", "pointer = '/directory_items' and r.user is not null", (_DIRECTORY_MEMBER,)),
    RecordKind(
        "member",
        "r.username is not null and r.id is not null and r.topic_id is null and r.post_number is null "
        "and coalesce(r.biography, r.category, r.fan_count, r.followers_count, r.ig_id, r.timestamp) is null",
        _MEMBER,
    ),
)

_ELSEWHERE = "; take it out of the source's path"

FORMAT = Format(
    name="discourse",
    version=2,
    description="topics, lists of topics, latest posts, users and user actions of a Discourse forum",
    reference="https://docs.discourse.org/",
    network="discourse",
    container=JsonRecords(_PAGES, _SIGNS, _ENVELOPE),
    kinds=_KINDS,
    shape=_SHAPE,
    page_shape=_PAGE_SHAPE,
    known_fields=field_names(
        """
        acting_avatar_template acting_name acting_username action_code active actions archived archetype
        avg_time bio_excerpt blocked blurb bookmarked bookmarks bumped bumped_at can_delete can_edit
        can_recover can_see_hidden_post can_view_edit_history can_wiki closed created_at_age custom_fields
        days_visited display_username draft_username edit_reason excerpt fancy_title featured_link
        featured_user_id flair_bg_color flair_color flair_group_id flair_name flair_url flag_level
        has_accepted_answer has_best_of has_summary hidden_reason_id highest_post_number image_url
        incoming_link_count last_emailed_age last_emailed_at last_posted_at last_poster_username
        last_read_post_number last_seen_age last_seen_at like_count liked likes_given likes_received
        link_counts new_posts notification_level original_post participants period pinned pinned_globally
        polls posters posts_read_count primary_group_flair_bg_color primary_group_flair_color
        primary_group_flair_url primary_group_id primary_group_name read readers_count reply_to_user
        reviewable_id score silenced_till slug staged starred status suspended suspended_till tags
        tags_descriptions target_name target_user_id target_username time_read title topic_count
        topic_html_title topic_slug topics_entered trust_level trust_level_locked unpinned unread unseen
        updated_at user_title username_lower version views visible wiki yours
        """
    ),
    page_fields=_SIGNS
    | _ENVELOPE
    | {pointer.split("/")[1] for pointer in _PAGES}
    | field_names(
        """
        actions_summary archived bookmarked bookmarks chunk_size closed created_at current_post_number
        deleted_by draft draft_key draft_sequence excerpt fancy_title featured_link has_best_of has_deleted
        has_summary highest_post_number image_url last_posted_at like_count message_bus_last_id meta
        participant_count pinned pinned_at pinned_globally pinned_until posts_count primary_groups
        flair_groups related_topics reply_count show_read_indicator slow_mode_seconds slug suggested_topics
        tags_descriptions thumbnails timeline_lookup topic_timer unpinned user_badges user_id visible
        word_count load_more_directory_items no_results_help badges badge_types
        """
    ),
    refused={
        f"the list of categories, which names no post or member{_ELSEWHERE}": "r.category_list is not null",
        f"an answer of the search, which cuts posts short{_ELSEWHERE}": "r.grouped_search_result is not null",
        f"a member's notifications, which are not public{_ELSEWHERE}": "r.notifications is not null",
        f"the list of groups, which names no post or member{_ELSEWHERE}": "r.groups is not null",
        f"the list of badges, which names no post or member{_ELSEWHERE}": "r.badges is not null",
        f"the description of the site, which names no post or member{_ELSEWHERE}": (
            "r.post_action_types is not null or r.about is not null"
        ),
    },
    options={"employer_field": (), "job_title_field": ()},
    observes=Observes(counters=True),
)
