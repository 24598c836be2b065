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
from ingestion.formats.discourse.members import DIRECTORY_MEMBER, MEMBER, action
from ingestion.formats.discourse.posts import IS_ACCEPTED, IS_FIRST, POST
from ingestion.formats.discourse.shape import (
    ENVELOPE,
    KNOWN,
    KNOWN_OF_PAGES,
    PAGE,
    PAGES,
    RECORD,
    SIGNS_OF_PAGES,
)
from ingestion.mapping.format import Format, Observes, RecordKind, Sign

SIGNS = (
    Sign(
        rb'"category_list"\s*:\s*\{',
        "Discourse's list of categories, which holds no posts or people",
        is_read=False,
    ),
    Sign(
        rb'"post_stream"|"topic_list"|"latest_posts"|"cooked"|"topic_id"|"trust_level"',
        "an answer of a Discourse forum",
    ),
)

OPTIONS_SAY = {
    "employer_field": "number of the members' own field that names an employer, as "
    "/admin/customize/user_fields has it",
    "job_title_field": "number of the members' own field that names a job title",
}

_KINDS = (
    # 1 and 2 are one like, told by who gave and by who got it; 15 is the solved plugin's
    RecordKind("like", "r.action_type in ('1', '2')", (action("Like"),)),
    RecordKind("accepted_answer", "r.action_type = '15'", (action("Accept"),)),
    RecordKind("other_action", "r.action_type is not null"),
    RecordKind(
        "post",
        "r.id is not null and r.topic_id is not null and r.post_number is not null "
        "and coalesce(r.cooked, r.raw) is not null",
        POST,
        context=f"""concat_ws('|', page.deleted_at, page.archetype, page.category_id, {IS_ACCEPTED},
            case when {IS_FIRST} then page.title end, case when {IS_FIRST} then page.views end)""",
    ),
    RecordKind("topic", "pointer = '/topic_list/topics' and r.id is not null and r.title is not null"),
    RecordKind("directory_item", "pointer = '/directory_items' and r.user is not null", (DIRECTORY_MEMBER,)),
    RecordKind(
        "member",
        "r.username is not null and r.id is not null and r.topic_id is null and r.post_number is null "
        "and coalesce(r.biography, r.category, r.fan_count, r.followers_count, r.ig_id, r.timestamp) is null",
        MEMBER,
    ),
)

_ELSEWHERE = "; take it out of the source's path"

FORMAT = Format(
    name="discourse",
    description="topics, lists of topics, latest posts, users and user actions of a Discourse forum",
    reference="https://docs.discourse.org/",
    network="discourse",
    container=JsonRecords(PAGES, SIGNS_OF_PAGES, ENVELOPE),
    kinds=_KINDS,
    shape=RECORD,
    page_shape=PAGE,
    known_fields=KNOWN,
    page_fields=SIGNS_OF_PAGES | ENVELOPE | {pointer.split("/")[1] for pointer in PAGES} | KNOWN_OF_PAGES,
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
