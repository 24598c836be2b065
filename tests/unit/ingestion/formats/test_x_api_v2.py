"""X API v2: what a post, a user and a compliance line become."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.containers.container import UnreadableFile
from ingestion.formats.x_api_v2 import FORMAT

POST: dict[str, Any] = {
    "id": "1500000000000000003",
    "text": "A &amp; B &lt;3",
    "author_id": "7",
    "created_at": "2026-05-01T10:00:00.000Z",
    "conversation_id": "1500000000000000001",
    "lang": "en",
    "public_metrics": {
        "like_count": 5,
        "retweet_count": 2,
        "reply_count": 1,
        "quote_count": 0,
        "impression_count": 90,
    },
}
USER: dict[str, Any] = {"id": "7", "username": "ann", "name": "Ann", "protected": False}


def post(**changes: Any) -> dict[str, Any]:
    return {**POST, **changes}


def test_a_post_is_a_create_with_its_counters(load_records: Any) -> None:
    done = load_records(FORMAT, POST)
    (activity,) = done.rows("activities")
    assert activity["activity_type"] == "Create"
    assert activity["content"] == "A & B <3"
    assert activity["root_id"] == "1500000000000000001"
    assert str(activity["published_at"]) == "2026-05-01 10:00:00+00:00"
    assert activity["visibility"] == "public"
    (counters,) = done.rows("activity_counters")
    assert (counters["likes"], counters["shares"], counters["views"]) == (5, 2, 90)


def test_a_retweet_carries_neither_the_words_nor_the_counts_of_the_original(load_records: Any) -> None:
    retweet = post(
        text="RT @bob: words",
        referenced_tweets=[{"type": "retweeted", "id": "12"}],
        entities={"hashtags": [{"tag": "x"}], "mentions": [{"username": "bob"}]},
    )
    done = load_records(FORMAT, retweet)
    (activity,) = done.rows("activities")
    assert (activity["activity_type"], activity["object_id"]) == ("Announce", "12")
    assert not {"content", "hashtags", "mentions", "root_id"} & activity.keys()
    assert done.rows("activity_counters") == []


def test_a_quoting_reply_names_both_posts(load_records: Any) -> None:
    references = [{"type": "quoted", "id": "12"}, {"type": "replied_to", "id": "13"}]
    (activity,) = load_records(FORMAT, post(referenced_tweets=references)).rows("activities")
    assert (activity["quote_of_id"], activity["in_reply_to_id"]) == ("12", "13")


def test_entities_become_links_mentions_and_hashtags(load_records: Any) -> None:
    entities = {
        "urls": [
            {
                "expanded_url": "https://t.example/s",
                "unwound_url": "https://shop.example/a",
                "display_url": "t.example/s",
            },
            {"expanded_url": "https://x.example/1/photo/1", "display_url": "pic.twitter.com/abc"},
        ],
        "mentions": [{"username": "bob", "id": "9"}, {"username": "gone"}],
        "hashtags": [{"tag": "Sale"}],
    }
    (activity,) = load_records(FORMAT, post(entities=entities)).rows("activities")
    assert activity["links"] == ["https://shop.example/a"]  # the own picture is no link
    assert activity["mentions"] == ["9", "gone"]
    assert activity["hashtags"] == ["Sale"]
    assert activity["attachment_types"] == ["link"]


OWN, FIRST, QUOTED = "1500000000000000003", "1500000000000000001", "12"


@pytest.mark.parametrize(
    ("url", "links"),
    [
        # addresses that X itself adds: the quoted post, the post where a long text is cut, its pictures
        ({"expanded_url": f"https://twitter.com/bob/status/{QUOTED}"}, None),
        ({"expanded_url": f"https://x.com/bob/status/{QUOTED}?s=20"}, None),
        ({"expanded_url": f"https://mobile.twitter.com/bob/statuses/{QUOTED}"}, None),
        ({"expanded_url": f"https://twitter.com/i/web/status/{OWN}", "display_url": "x.com/i/web…"}, None),
        ({"expanded_url": f"https://twitter.com/ann/status/{FIRST}/photo/1"}, None),  # of its first version
        ({"expanded_url": "https://x.com/zoe/status/99/video/1", "display_url": "pic.x.com/a"}, None),
        ({"expanded_url": "https://x.com/zoe/status/99/video/1", "media_key": "7_1"}, None),
        # and what the author put there: another post, a page whose address only looks like one of these
        ({"expanded_url": "https://twitter.com/zoe/status/99"}, ["https://twitter.com/zoe/status/99"]),
        (
            {"expanded_url": f"https://shop.example/status/{QUOTED}"},
            [f"https://shop.example/status/{QUOTED}"],
        ),
        # only the short address is always there
        ({"url": "https://t.co/a"}, ["https://t.co/a"]),
    ],
)
def test_only_the_authors_own_links_are_links(
    load_records: Any, url: dict[str, str], links: list[str] | None
) -> None:
    quote = post(
        entities={"urls": [url]},
        referenced_tweets=[{"type": "quoted", "id": QUOTED}],
        edit_history_tweet_ids=[FIRST, OWN],
    )
    activity = next(r for r in load_records(FORMAT, quote).rows("activities") if r["activity_id"] == OWN)
    assert activity.get("links") == links
    assert activity.get("attachment_types") == (["link"] if links else None)


def test_the_parts_of_a_long_post_are_those_of_its_whole_text(load_records: Any) -> None:
    cut = {"hashtags": [{"tag": "a"}], "urls": [{"expanded_url": f"https://x.com/i/web/status/{OWN}"}]}
    whole = {"hashtags": [{"tag": "a"}, {"tag": "b"}], "mentions": [{"username": "bob", "id": "9"}]}
    long = post(entities=cut, note_tweet={"text": "a and &lt;b&gt;", "entities": whole})
    bare = post(entities=cut, note_tweet={"text": "a and <b>"})
    first, second = load_records(FORMAT, long, bare).rows("activities")
    assert (first["hashtags"], first["mentions"], first["content"]) == (["a", "b"], ["9"], "a and <b>")
    assert (second["hashtags"], second["content"]) == (["a"], "a and <b>")  # all that is told of it
    assert "links" not in first.keys() | second.keys()


def test_a_profile_lands_with_the_fields_that_were_asked_for(load_records: Any) -> None:
    asked = [{"verified_type": "none"}, {"verified_type": "business"}, {"public_metrics": {"tweet_count": 3}}]
    users = [{"id": str(n), "username": "u", "name": "U", **fields} for n, fields in enumerate(asked)]
    done = load_records(FORMAT, *users)
    assert [p.get("is_verified") for p in done.rows("profiles")] == [False, True, None]
    assert [c["posts"] for c in done.rows("profile_counters")] == [3]


def test_media_and_places_are_found_in_the_page(load_records: Any) -> None:
    page = {
        "data": [post(attachments={"media_keys": ["7_1", "3_2"], "poll_ids": ["4"]}, geo={"place_id": "p"})],
        "includes": {
            "media": [{"media_key": "7_1", "type": "animated_gif"}, {"media_key": "3_2", "type": "photo"}],
            "places": [{"id": "p", "full_name": "Berlin, Germany"}],
            "users": [USER],
        },
        "__twarc": {"retrieved_at": "2026-05-02T00:00:00+00:00"},
    }
    done = load_records(FORMAT, page)
    (activity,) = done.rows("activities")
    assert sorted(activity["attachment_types"]) == ["image", "poll", "video"]
    assert activity["place"] == "Berlin, Germany"
    assert str(activity["observed_at"]) == "2026-05-02 00:00:00+00:00"  # the archive's own time
    assert [p["handle"] for p in done.rows("profiles")] == ["ann"]
    assert done.tally.read == 5  # post, two media, place, user


def test_only_the_last_version_of_an_edited_post_counts(load_records: Any) -> None:
    history = ["1500000000000000001", "1500000000000000003"]
    old = post(id=history[0], edit_history_tweet_ids=history)
    new = post(edit_history_tweet_ids=history)
    rows = load_records(FORMAT, old, new).rows("activities")
    assert [(r["activity_id"], r.get("is_reversed")) for r in rows if r["activity_type"] == "Create"] == [
        (history[0], True),
        (history[1], False),
    ]
    (removal,) = [r for r in rows if r["activity_type"] == "Remove"]
    assert removal["object_id"] == history[0]


def test_a_flattened_post_brings_its_author_and_the_post_it_answers(load_records: Any) -> None:
    answered = post(id="1500000000000000001", type="replied_to", author_id="8", author={**USER, "id": "8"})
    done = load_records(FORMAT, post(author=USER, referenced_tweets=[answered]))
    assert {r["activity_id"] for r in done.rows("activities")} == {POST["id"], "1500000000000000001"}
    assert {r["profile_id"] for r in done.rows("profiles")} == {"7", "8"}
    assert done.tally.accepted == 1  # one record, whatever it brought


def test_of_one_record_each_profile_and_post_lands_once_the_fuller_row(load_records: Any) -> None:
    """The author answers a post of their own, so that they stand three times in one flattened post."""
    bare = {"id": "7", "username": "ann", "name": "Ann"}
    own = post(id="1500000000000000001", type="replied_to", author=USER)
    quoted = {"id": "1500000000000000001", "type": "quoted", "text": "A", "created_at": POST["created_at"]}
    flat = post(author=bare, in_reply_to_user={**USER, "location": "Berlin"}, referenced_tweets=[quoted, own])
    done = load_records(FORMAT, flat)
    (profile,) = done.rows("profiles")
    assert (profile["location"], profile["is_protected"]) == ("Berlin", False)
    activities = {r["activity_id"]: r for r in done.rows("activities")}
    assert len(done.rows("activities")) == len(activities) == 2
    assert activities["1500000000000000001"]["actor_profile_id"] == "7"
    assert done.tally.accepted == 1


def test_a_protected_authors_post_is_rejected_and_its_bytes_are_not_kept(load_records: Any) -> None:
    done = load_records(FORMAT, post(author={**USER, "protected": True}), POST)
    assert done.rejected() == [("1", None, "not_public")]
    assert done.tally.accepted == 1


def test_compliance_lists_of_posts_and_of_users_differ_by_the_files_name(load_records: Any) -> None:
    line = {
        "id": "5",
        "action": "delete",
        "created_at": "2019-09-06T17:25:54Z",
        "redacted_at": "2021-08-17T17:26:15Z",
    }
    (deletion,) = load_records(FORMAT, line, file_name="tweets_compliance.jsonl").rows("activities")
    assert (deletion["activity_type"], deletion["object_id"]) == ("Delete", "5")
    assert (str(deletion["published_at"]), deletion["is_time_observed"]) == (
        "2021-08-17 17:26:15+00:00",
        True,
    )
    (undated,) = load_records(FORMAT, {**line, "redacted_at": None}, compliance="tweets").rows("activities")
    assert (undated["published_at"], undated["is_time_observed"]) == (undated["observed_at"], False)
    done = load_records(FORMAT, {**line, "reason": "protected"}, compliance="users")
    (profile,) = done.rows("profiles")
    assert (profile["profile_id"], profile["is_protected"]) == ("5", True)
    assert "deleted_at" in profile
    with pytest.raises(UnreadableFile, match="does not say of what"):
        load_records(FORMAT, line, file_name="list.jsonl")


def test_an_unknown_compliance_action_is_rejected(load_records: Any) -> None:
    line = {"id": "5", "action": "scrub_geo", "created_at": "2019-09-06T17:25:54Z"}
    ok = {**line, "action": "delete"}
    assert load_records(FORMAT, line, ok, compliance="tweets").tally.rejected == {"bad_action": 1}


def test_a_list_of_followers_becomes_connections_when_told_of_whom(load_records: Any) -> None:
    done = load_records(FORMAT, {"data": [USER]}, relation="followers", of="99")
    (edge,) = done.rows("connections")
    assert (edge["follower_profile_id"], edge["followed_profile_id"]) == ("7", "99")
    assert load_records(FORMAT, {"data": [USER]}).rows("connections") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"created_at": None}, "missing_published_at"),
        ({"created_at": "yesterday"}, "bad_published_at"),
        ({"created_at": "+53000-01-01T00:00:00Z"}, "bad_published_at"),
        ({"created_at": "1969-01-01T00:00:00Z"}, "bad_published_at"),
        ({"public_metrics": {"like_count": "many"}}, "bad_likes"),
        ({"entities": "none"}, "bad_entities"),  # a text where an object belongs is not passed over
        ({"id": "abc"}, "unknown_record"),
    ],
)
def test_a_bad_field_costs_that_record_alone(load_records: Any, change: dict[str, Any], code: str) -> None:
    done = load_records(FORMAT, post(**change), POST)
    assert done.tally.rejected == {code: 1}
    assert [r["activity_id"] for r in done.rows("activities")] == [POST["id"]]
    assert done.tally.accepted == 1


def test_new_fields_are_news_and_no_crash(load_records: Any) -> None:
    done = load_records(
        FORMAT, post(brand_new=1), {"data": [], "includes": {}, "odd": 1}, {"data": [POST], "odd": 1}
    )
    assert done.tally.unknown_fields == {"brand_new", "(page) odd"}
    assert done.tally.accepted == 2


def test_answers_with_errors_alone_are_counted_apart(load_records: Any) -> None:
    done = load_records(FORMAT, POST, {"errors": [{"title": "operational-disconnect"}]})
    assert (done.tally.read, done.tally.envelopes) == (1, 1)


def test_the_old_api_is_refused_by_name(load_records: Any) -> None:
    with pytest.raises(UnreadableFile, match=r"X API v1\.1"):
        load_records(
            FORMAT, {"id_str": "5", "id": 5, "full_text": "x", "created_at": "Wed Oct 10 20:19:24 +0000 2018"}
        )
