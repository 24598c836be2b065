"""Discourse: what a topic, its posts, members and their actions become."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.formats.discourse import FORMAT


def post(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": 80 + number,
        "topic_id": 57,
        "post_number": number,
        "post_type": 1,
        "user_id": 15,
        "username": "sam",
        "name": "Sam",
        "created_at": "2026-02-04T15:26:26.278-05:00",
        "cooked": f"<p>post {number}</p>",
        "reads": 9,
        "actions_summary": [{"id": 2, "count": 3}, {"id": 3}],
        "admin": False,
        **changes,
    }


def topic(*posts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    stream = {"posts": list(posts), "stream": [81, 82, 83]}
    details = {"created_by": {"id": 15, "username": "sam"}}
    return {"post_stream": stream, "id": 57, "title": "Hello", "views": 268, "details": details, **fields}


def test_the_first_post_is_the_article_and_holds_the_topics_views(load_records: Any) -> None:
    done = load_records(FORMAT, topic(post(1), post(2)))
    first, second = done.rows("activities")
    assert (first["activity_id"], first["object_type"], first["title"]) == ("81", "Article", "Hello")
    assert first["root_id"] == second["root_id"] == "81"
    assert "in_reply_to_id" not in first
    assert second["in_reply_to_id"] == "81"
    assert "author_utc_offset_minutes" not in first  # the offset is the server's
    assert [(c["likes"], c["views"]) for c in done.rows("activity_counters")] == [(3, 268), (3, 9)]


def test_replies_name_the_post_on_the_page_that_they_answer(load_records: Any) -> None:
    rows = load_records(FORMAT, topic(post(1), post(2), post(3, reply_to_post_number=2))).rows("activities")
    assert [r.get("in_reply_to_id") for r in rows] == [None, "81", "82"]


def test_a_latest_post_whose_topic_is_not_shown_still_answers_it(load_records: Any) -> None:
    (activity,) = load_records(FORMAT, {"latest_posts": [post(2)]}).rows("activities")
    assert activity["in_reply_to_id"] == activity["root_id"] == "topic:57:1"
    assert activity["alias_id"] == "topic:57:2"


def test_a_post_that_another_page_shows_is_named_by_its_number(load_records: Any) -> None:
    (activity,) = load_records(FORMAT, {"latest_posts": [post(4, reply_to_post_number=3)]}).rows("activities")
    assert (activity["in_reply_to_id"], activity["root_id"]) == ("topic:57:3", "topic:57:1")


def test_an_accepted_answer_becomes_an_accept_by_the_asker(load_records: Any) -> None:
    done = load_records(FORMAT, topic(post(1), post(2), accepted_answer={"post_number": 2}))
    (accept,) = [r for r in done.rows("activities") if r["activity_type"] == "Accept"]
    assert (accept["activity_id"], accept["object_id"], accept["actor_profile_id"]) == (
        "Accept:82",
        "82",
        "15",
    )


def test_quoted_words_are_anothers(load_records: Any) -> None:
    cooked = '<aside class="quote no-group"><blockquote><p>theirs</p></blockquote></aside><p>mine</p>'
    (activity,) = load_records(FORMAT, {"latest_posts": [post(2, cooked=cooked)]}).rows("activities")
    assert activity["content"] == "mine"


QUOTE = '<aside class="quote" data-username="lee"><blockquote>{}<p>theirs</p></blockquote></aside>'
ONEBOX = (
    '<aside class="onebox" data-onebox-src="https://news.example/a?b=1&amp;c=2"><header><a href="https://ads.example/">'
    '</a></header><article><img src="p.png" class="thumbnail"><h3>Scandal</h3></article></aside>'
)
OLD_ONEBOX = (
    '<aside class="onebox old"><header><a href="https://old.example/">t</a></header><p>Scandal</p></aside>'
)


DEEP = QUOTE.format(QUOTE.format(QUOTE.format(QUOTE.format(QUOTE.format(QUOTE.format(QUOTE.format("")))))))


@pytest.mark.parametrize(
    ("cooked", "content", "links", "attachments"),
    [
        (QUOTE.format(QUOTE.format(QUOTE.format(""))) + "<p>mine</p>", "mine", None, None),
        ("<p>a</p>" + QUOTE.format("") + "<p>b</p>" + QUOTE.format("") + "<p>c</p>", "a\nb\nc", None, None),
        (f"<p>look</p>{ONEBOX}<p>well?</p>", "look\nwell?", ["https://news.example/a?b=1&c=2"], ["link"]),
        (f"<p>look</p>{OLD_ONEBOX}", "look", ["https://old.example/"], ["link"]),
        # a preview inside a quote is the other's, too
        (QUOTE.format(ONEBOX) + "<p>mine</p>", "mine", None, None),
        # more quotes than anybody nests, and one that is never closed
        (DEEP + "<p>mine</p>", "mine", None, None),
        ('<aside class="quote"><p>never closed</p>', "never closed", None, None),
        (
            '<p>see <a href="https://news.example/b" class="inline-onebox">The worst company</a></p>',
            "see https://news.example/b",
            ["https://news.example/b"],
            ["link"],
        ),
    ],
)
def test_words_links_and_pictures_of_others_are_not_the_authors(
    load_records: Any, cooked: str, content: str, links: list[str] | None, attachments: list[str] | None
) -> None:
    (activity,) = load_records(FORMAT, {"latest_posts": [post(2, cooked=cooked)]}).rows("activities")
    assert activity["content"] == content
    assert activity.get("links") == links
    assert activity.get("attachment_types") == attachments


def test_mentions_are_read_wherever_the_forum_lies_and_whatever_its_letters(load_records: Any) -> None:
    cooked = (
        '<a class="mention" href="/u/lee">@lee</a> <a href="/forum/u/max" class="mention notify">@max</a> '
        '<a class="mention" href="https://f.example/users/%C3%A9lo">@élo</a> '
        '<a class="mention-group" href="/groups/staff">@staff</a> <span class="mention">@nobody</span>'
    )
    (activity,) = load_records(FORMAT, {"latest_posts": [post(2, cooked=cooked)]}).rows("activities")
    assert activity["mentions"] == ["lee", "max", "élo"]


@pytest.mark.parametrize(
    "change", [{"deleted_at": "2026-03-01T00:00:00Z"}, {"hidden": True}, {"user_deleted": True}]
)
def test_what_was_taken_back_says_so(load_records: Any, change: dict[str, Any]) -> None:
    (activity,) = load_records(FORMAT, {"latest_posts": [post(2, **change)]}).rows("activities")
    assert activity["is_reversed"] is True


def test_private_messages_and_whispers_do_not_land(load_records: Any) -> None:
    done = load_records(
        FORMAT, topic(post(1), archetype="private_message"), {"latest_posts": [post(2, post_type=4)]}
    )
    assert done.tally.rejected == {"not_public": 2}
    assert all(raw is None for _, raw, _ in done.rejected())


def test_the_same_post_on_a_changed_page_is_no_duplicate(load_records: Any) -> None:
    before, after = topic(post(1), post(2)), topic(post(1), post(2), accepted_answer={"post_number": 2})
    assert load_records(FORMAT, before, before).tally.duplicate == 2
    done = load_records(FORMAT, before, after)
    assert done.tally.duplicate == 1  # post 1 is the same; post 2 has been accepted


def test_a_like_told_by_giver_and_receiver_is_one(load_records: Any) -> None:
    like = {
        "acting_user_id": 3,
        "post_id": 82,
        "topic_id": 57,
        "post_number": 2,
        "created_at": "2026-02-05T00:00:00Z",
    }
    actions = [{**like, "action_type": 1, "user_id": 3}, {**like, "action_type": 2, "user_id": 15}]
    rows = load_records(FORMAT, {"user_actions": actions}).rows("activities")
    assert {r["activity_id"] for r in rows} == {"Like:3:82"}
    assert {r["actor_profile_id"] for r in rows} == {"3"}


def test_a_member_card_gives_what_the_member_says(load_records: Any) -> None:
    card = {
        "user": {
            "id": 3,
            "username": "ann",
            "name": "Ann",
            "website": "https://ann.example",
            "bio_raw": "see https://blog.example/ann",
            "location": "Graz",
            "timezone": "Europe/Vienna",
            "email": "ann@mail.example",
            "user_fields": {"1": "ACME", "2": "Clerk"},
            "moderator": True,
            "admin": False,
        }
    }
    done = load_records(FORMAT, card, employer_field="1", job_title_field="2")
    (profile,) = done.rows("profiles")
    assert set(profile["urls"]) == {"https://ann.example", "https://blog.example/ann"}
    assert (profile["employer"], profile["job_title"], profile["is_staff"]) == ("ACME", "Clerk", True)
    assert (profile["time_zone"], profile["email"]) == ("Europe/Vienna", "ann@mail.example")


def test_a_row_in_a_list_of_topics_is_known_and_becomes_no_row(load_records: Any) -> None:
    done = load_records(
        FORMAT, {"topic_list": {"topics": [{"id": 57, "title": "Hello", "views": 3}]}, "users": []}
    )
    assert (done.tally.accepted, done.rows("activities")) == (1, [])


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ({"category_list": {"categories": []}}, "categories"),
        ({"grouped_search_result": {}, "posts": []}, "search"),
    ],
)
def test_other_endpoints_are_refused_by_name(load_records: Any, answer: dict[str, Any], name: str) -> None:
    with pytest.raises(UnreadableFile, match=name):
        load_records(FORMAT, answer)
