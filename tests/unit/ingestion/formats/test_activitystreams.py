"""ActivityStreams 2.0: what activities, objects and actors become."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.formats.activitystreams import FORMAT
from ingestion.formats.activitystreams.vocabulary import SHAPE

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ANN, BOB = "https://a.example/users/ann", "https://a.example/users/bob"
NOTE: dict[str, Any] = {
    "id": "https://a.example/notes/1",
    "type": "Note",
    "attributedTo": ANN,
    "published": "2026-05-01T12:00:00+02:00",
    "to": [PUBLIC],
    "content": '<p>Hi <a class="u-url mention" href="https://a.example/users/bob">@bob</a> '
    'see <a href="https://shop.example/x">shop</a></p>',
    "contentMap": {"en": "<p>Hi</p>"},
    "tag": [{"type": "Mention", "href": BOB, "name": "@bob"}, {"type": "Hashtag", "name": "#Sale"}],
    "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://a.example/p.png"}],
}


def activity(kind: str, **members: Any) -> dict[str, Any]:
    return {
        "id": f"https://a.example/{kind}/1",
        "type": kind,
        "actor": ANN,
        "published": "2026-05-01T10:00:00Z",
        **members,
    }


def test_a_create_is_known_by_the_id_of_its_note(load_records: Any) -> None:
    (row,) = load_records(FORMAT, activity("Create", object=NOTE)).rows("activities")
    assert (row["activity_id"], row["activity_type"], row["object_type"]) == (NOTE["id"], "Create", "Note")
    assert row["content"] == "Hi @bob see shop"
    assert row["links"] == ["https://shop.example/x"]
    assert row["mentions"] == [BOB]
    assert row["hashtags"] == ["Sale"]
    assert sorted(row["attachment_types"]) == ["image", "link"]
    assert (row["language"], row["visibility"], row["root_id"]) == ("en", "public", NOTE["id"])
    assert str(row["published_at"]) == "2026-05-01 10:00:00+00:00"
    assert row["author_utc_offset_minutes"] == 120  # +02:00 is the author's own


def test_a_note_on_a_line_of_its_own_is_the_same_create(load_records: Any) -> None:
    (inside,) = load_records(FORMAT, activity("Create", object=NOTE)).rows("activities")
    (alone,) = load_records(FORMAT, NOTE).rows("activities")
    assert inside == alone


def test_z_says_nothing_of_the_authors_clock(load_records: Any) -> None:
    (row,) = load_records(FORMAT, activity("Like", object=NOTE["id"])).rows("activities")
    assert "author_utc_offset_minutes" not in row
    assert row["object_id"] == NOTE["id"]
    assert "visibility" not in row  # addressed to nobody: not said


@pytest.mark.parametrize(
    "kind", ["Accept", "Announce", "Arrive", "Dislike", "Join", "Listen", "Read", "Travel", "View"]
)
def test_every_activity_passes_by_its_name(load_records: Any, kind: str) -> None:
    (row,) = load_records(FORMAT, activity(kind, object={"id": "o", "type": "Article"})).rows("activities")
    assert (row["activity_type"], row["object_id"], row["actor_profile_id"]) == (kind, "o", ANN)


def test_actors_and_objects_may_be_embedded(load_records: Any) -> None:
    actor = {"id": ANN, "type": "Person", "preferredUsername": "ann", "name": "Ann"}
    done = load_records(FORMAT, activity("Like", actor=actor, object=NOTE))
    (row,) = done.rows("activities")
    assert (row["actor_profile_id"], row["object_id"], row["object_type"]) == (ANN, NOTE["id"], "Note")
    assert "content" not in row  # another's words
    assert [p["handle"] for p in done.rows("profiles")] == ["ann"]


def test_delete_and_undo_name_what_is_taken_back(load_records: Any) -> None:
    done = load_records(
        FORMAT,
        activity("Delete", object={"type": "Tombstone", "id": NOTE["id"]}),
        activity("Undo", object={"type": "Like", "id": "https://a.example/Like/1", "object": NOTE["id"]}),
        {"type": "Tombstone", "id": "https://a.example/notes/2", "deleted": "2026-05-03T00:00:00Z"},
    )
    assert [(r["activity_type"], r["object_id"]) for r in done.rows("activities")] == [
        ("Delete", NOTE["id"]),
        ("Undo", "https://a.example/Like/1"),
        ("Delete", "https://a.example/notes/2"),
    ]


def test_an_undo_of_an_object_without_id_names_it_by_who_did_what(load_records: Any) -> None:
    like = {"type": "Like", "actor": ANN, "object": NOTE["id"]}
    undo = activity("Undo", object=like)
    given = {**like, "published": "2026-05-01T10:00:00Z"}
    first, second = load_records(FORMAT, given, undo).rows("activities")
    assert first["activity_id"] == second["object_id"] == f"Like:{ANN}:{NOTE['id']}"


def test_a_follow_is_an_activity_and_a_connection_until_undone(load_records: Any) -> None:
    follow = activity("Follow", object=BOB)
    undo = activity("Undo", id="https://a.example/u", object=follow, published="2026-06-01T00:00:00Z")
    done = load_records(FORMAT, follow, undo)
    begun, ended = done.rows("connections")
    assert (begun["follower_profile_id"], begun["followed_profile_id"]) == (ANN, BOB)
    assert "until" not in begun
    assert str(ended["until"]) == "2026-06-01 00:00:00+00:00"
    assert [r["activity_type"] for r in done.rows("activities")] == ["Follow", "Undo"]


def test_an_actor_deleting_itself_is_a_profile_deleted(load_records: Any) -> None:
    (profile,) = load_records(FORMAT, activity("Delete", object=ANN)).rows("profiles")
    assert profile["profile_id"] == ANN
    assert "deleted_at" in profile


def test_an_actor_says_who_else_it_is(load_records: Any) -> None:
    actor = {
        "id": ANN,
        "type": "Service",
        "preferredUsername": "ann",
        "summary": '<p>bot of <a href="https://acme.example">ACME</a></p>',
        "alsoKnownAs": ["https://b.example/ann"],
        "attachment": [
            {
                "type": "PropertyValue",
                "name": "Web",
                "value": '<a href="https://ann.example" rel="me nofollow">me</a>',
            },
            {
                "type": "PropertyValue",
                "name": "Shop",
                "value": '<a href="https://shop.example" rel="nofollow">s</a>',
            },
        ],
        "icon": {"type": "Image", "url": "https://a.example/i.png"},
    }
    (profile,) = load_records(FORMAT, actor).rows("profiles")
    assert set(profile["also_known_as"]) == {"https://b.example/ann", "https://ann.example"}
    assert set(profile["urls"]) == {"https://ann.example", "https://shop.example", "https://acme.example"}
    assert (profile["is_bot"], profile["bio"]) == (True, "bot of ACME")


@pytest.mark.parametrize(
    ("addressing", "visibility"),
    [
        ({"to": [PUBLIC]}, "public"),
        ({"to": "as:Public"}, "public"),
        ({"to": [ANN + "/followers"], "cc": [PUBLIC]}, "unlisted"),
    ],
)
def test_public_and_unlisted_notes_land(
    load_records: Any, addressing: dict[str, Any], visibility: str
) -> None:
    note = {k: v for k, v in NOTE.items() if k != "to"} | addressing
    (row,) = load_records(FORMAT, note).rows("activities")
    assert row["visibility"] == visibility


@pytest.mark.parametrize("addressing", [{"to": [ANN + "/followers"]}, {"to": [BOB]}])
def test_notes_to_followers_and_persons_do_not_land(load_records: Any, addressing: dict[str, Any]) -> None:
    done = load_records(FORMAT, {**NOTE, **addressing})
    assert done.rejected() == [("1", None, "not_public")]


def test_a_collection_gives_each_of_its_items(load_records: Any) -> None:
    outbox = {
        "type": "OrderedCollection",
        "orderedItems": [activity("Like", object="o1"), activity("View", object="o2")],
    }
    assert [r["source_record"] for r in load_records(FORMAT, outbox).rows("activities")] == [
        "1#/orderedItems/0",
        "1#/orderedItems/1",
    ]


def test_members_that_only_look_like_json_harm_nobody(load_records: Any) -> None:
    own = ("id", "type", "actor", "attributedTo", "published", "to")
    broken = [
        {**dict.fromkeys(SHAPE, text), **{name: given[name] for name in own if name in given}}
        for text in ("{", "[", "[{", '{"a":', "[1", "{no json}")
        for given in (
            activity("Like"),
            activity("Undo"),
            activity("Announce"),
            activity("Update"),
            NOTE,
            {"id": ANN, "type": "Person"},
        )
    ]
    kinds = ("Create", "Update", "Announce", "Undo", "Follow", "Delete")
    inside = [activity(kind, object=each) for each in broken for kind in kinds]
    done = load_records(FORMAT, *broken, *inside)
    bad = {"bad_published_at", "bad_modified_at", "bad_created_at", "bad_deleted_at", "not_public"}
    assert set(done.tally.rejected) <= bad
    assert done.tally.accepted > 0
