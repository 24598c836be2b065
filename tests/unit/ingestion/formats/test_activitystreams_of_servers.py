"""ActivityStreams as servers really write it: undated, edited, wrapped, undone, addressed, in every shape."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.formats.activitystreams import FORMAT
from ingestion.formats.activitystreams.vocabulary import ACTIVITIES
from ingestion.mapping.format import Observes

NS = "https://www.w3.org/ns/activitystreams#"
PUBLIC = NS + "Public"
ANN, BOB = "https://a.example/users/ann", "https://b.example/users/bob"
GROUP = "https://g.example/c/lamps"
POST = "https://a.example/notes/1"
OBSERVED, NOON = "2026-07-01 00:00:00+00:00", "2026-05-01 12:00:00+00:00"


def note(**members: Any) -> dict[str, Any]:
    return {
        "id": POST,
        "type": "Note",
        "attributedTo": ANN,
        "published": "2026-05-01T12:00:00Z",
        "to": [PUBLIC],
        "content": "<p>words</p>",
        **members,
    }


def act(kind: str, what: Any, who: Any = ANN, **members: Any) -> dict[str, Any]:
    return {"id": f"https://a.example/{kind}", "type": kind, "actor": who, "object": what, **members}


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


@pytest.fixture
def land(load_records: Any) -> Any:
    def rows(*records: Any, table: str = "activities") -> list[dict[str, Any]]:
        done = load_records(FORMAT, *records)
        assert done.rejected() == []
        return sorted(done.rows(table), key=lambda row: int(row["source_record"]))

    return rows


# --- time


def test_an_undated_activity_has_the_time_of_observation_and_says_so(land: Any) -> None:
    kinds = sorted(set(ACTIVITIES) - {"Create"})
    rows = land(*(act(kind, POST) for kind in kinds))
    assert [(row["activity_type"], str(row["published_at"]), row["is_time_observed"]) for row in rows] == [
        (kind, OBSERVED, False) for kind in kinds
    ]


def test_a_time_is_the_activitys_own_wherever_it_stands(land: Any) -> None:
    at = "2026-05-01T12:00:00Z"
    rows = land(
        act("Like", POST, published=at),
        act("Like", POST, published="2026-05-01T12:00Z"),  # the vocabulary lets the seconds be left out
        act("Follow", BOB, updated=at),
        act("Arrive", None, startTime=at),
        act("Delete", {"type": "Tombstone", "id": POST, "deleted": at}),
        act("Create", note()),
        act("Create", without(note(), "published"), published=at),
    )
    assert {(str(row["published_at"]), row["is_time_observed"]) for row in rows} == {(NOON, True)}
    assert len(rows) == 7


def test_what_was_written_must_say_when(load_records: Any) -> None:
    # an undated note may be years old: by the day of the export it would count in the wrong month
    done = load_records(
        FORMAT,
        without(note(), "published"),
        act("Create", without(note(), "published")),
        note(published="0001-01-01T00:00:00Z"),  # how Go writes no time
        without(note(type="Event", startTime="2030-01-01T00:00:00Z"), "published"),  # when it begins
    )
    assert [reason for _, _, reason in done.rejected()] == ["missing_published_at"] * 4


def test_utc_is_no_offset_of_the_author(land: Any) -> None:
    (row,) = land(note(published="2026-05-01T12:00:00+00:00"))
    assert "author_utc_offset_minutes" not in row


# --- ids


def test_ids_made_differ_where_the_activities_do(land: Any) -> None:
    def bare(record: dict[str, Any]) -> dict[str, Any]:
        return without(record, "id")

    given = [
        bare(act("Undo", bare(act("Like", "n1")))),
        bare(act("Undo", bare(act("Like", "n2")))),
        bare(act("Add", "n1", target="featured")),
        bare(act("Add", "n1", target="archive")),
        bare(act("View", "n1", published="2026-05-01T12:00:00Z")),
        bare(act("View", "n1", published="2026-05-01T13:00:00Z")),
        bare(without(note(content="one"), "id")),
        bare(without(note(content="two"), "id")),
    ]
    assert len({row["activity_id"] for row in land(*given)}) == len(given)


def test_an_undo_that_writes_it_out_names_the_activity_without_id(land: Any) -> None:
    posts: list[Any] = [POST, {"id": POST, "type": "Note"}, [POST]]
    kinds = ["Like", "Follow", "Announce", "Block", "EmojiReact"]
    given = [without(act(k, POST, published="2026-05-01T12:00:00Z"), "id") for k in kinds]
    undos = [without(act("Undo", without(act(kind, post), "id")), "id") for kind in kinds for post in posts]
    rows = land(*given, *undos)
    done, undone = [r["activity_id"] for r in rows[:5]], [r["object_id"] for r in rows[5:]]
    assert undone == [id_ for id_ in done for _ in posts]


def test_an_undo_names_an_activity_by_its_id_however_it_is_written(land: Any) -> None:
    ways: list[Any] = ["https://a.example/Like", act("Like", POST), [act("Like", POST)]]
    done, *undone = land(act("Like", POST), *(act("Undo", way) for way in ways))
    assert [undo["object_id"] for undo in undone] == [done["activity_id"]] * 3


def test_several_objects_are_several_activities(land: Any) -> None:
    rows = land(act("Announce", ["n1", "n2", "n1"]))
    assert [row["object_id"] for row in rows] == ["n1", "n2"]
    assert rows[0]["activity_id"] == "https://a.example/Announce"
    assert len({row["activity_id"] for row in rows}) == 2


# --- edits


def test_an_update_by_its_author_is_a_later_version_of_the_post(land: Any) -> None:
    edited = note(content="better #new", tag=[{"type": "Hashtag", "name": "#new"}])
    first, later = land(act("Create", note()), act("Update", edited, published="2026-05-02T00:00:00Z"))
    assert later["activity_id"] == first["activity_id"] == POST
    assert later["activity_type"] == "Create"  # so that nobody was active twice
    assert later["published_at"] == first["published_at"]
    assert (later["content"], later["hashtags"]) == ("better #new", ["new"])
    assert str(later["modified_at"]) == "2026-05-02 00:00:00+00:00"
    assert "modified_at" not in first


def test_the_posts_own_time_of_change_dates_its_version(land: Any) -> None:
    (row,) = land(act("Update", note(updated="2026-05-03T00:00:00Z"), published="2026-05-04T00:00:00Z"))
    assert str(row["modified_at"]) == "2026-05-03 00:00:00+00:00"


def test_an_undated_update_is_later_than_the_post(land: Any) -> None:
    (row,) = land(act("Update", note()))
    assert str(row["modified_at"]) == OBSERVED


def test_an_update_that_replaces_nothing_passes_by_its_name(land: Any) -> None:
    rows = land(
        act("Update", note(), who=BOB),  # another's post
        act("Update", note(), who=ANN[:-1]),  # whose name is only like the author's
        act("Update", without(note(), "attributedTo"), who=BOB),  # on another's server
        act("Update", POST),  # nothing to replace it by
    )
    assert [(row["activity_type"], row["object_id"]) for row in rows] == [("Update", POST)] * 4
    assert not any("content" in row for row in rows)


def test_one_of_the_authors_may_edit(land: Any) -> None:
    authors: list[Any] = [[ANN, BOB], [{"type": "Person", "id": ANN}], {"id": ANN}]
    rows = land(*(act("Update", note(attributedTo=author)) for author in authors))
    assert [(row["activity_type"], row["actor_profile_id"]) for row in rows] == [("Create", ANN)] * 3


def person(**members: Any) -> dict[str, Any]:
    return {"id": ANN, "type": "Person", "preferredUsername": "ann", "name": "Ann New", **members}


def test_an_update_of_oneself_is_the_profile_and_no_activity(load_records: Any) -> None:
    done = load_records(
        FORMAT,
        act("Update", person(updated="2026-05-03T00:00:00Z")),
        act("Update", person(), published="2026-05-04T00:00:00Z"),
        # Mastodon: 1777593600 is 2026-05-01 00:00:00 UTC
        {**act("Update", person()), "id": ANN + "#updates/1777593600"},
        act("Update", person()),
    )
    profiles = sorted(done.rows("profiles"), key=lambda row: int(row["source_record"]))
    assert {(row["profile_id"], row["display_name"]) for row in profiles} == {(ANN, "Ann New")}
    assert [str(row["modified_at"])[:10] for row in profiles] == [
        *("2026-05-03", "2026-05-04", "2026-05-01"),
        OBSERVED[:10],
    ]
    assert done.rows("activities") == []


def test_an_update_of_somebody_else_changes_no_profile(load_records: Any) -> None:
    done = load_records(FORMAT, act("Update", person(), who=BOB))
    assert done.rows("profiles") == []
    assert [row["activity_type"] for row in done.rows("activities")] == ["Update"]


# --- wrapped


def test_what_a_group_hands_on_is_what_it_wraps(land: Any) -> None:
    kinds = ["Like", "Dislike", "Undo", "Delete", "Update"]
    rows = land(*(act("Announce", act(kind, POST, who=BOB), who=GROUP, to=[PUBLIC]) for kind in kinds))
    assert [(row["activity_type"], row["actor_profile_id"], row["object_id"]) for row in rows] == [
        (kind, BOB, POST) for kind in kinds
    ]


def test_what_is_handed_on_undated_has_the_time_of_that(land: Any) -> None:
    (row,) = land(act("Announce", act("Like", POST), who=GROUP, published="2026-05-01T12:00:00Z"))
    assert (str(row["published_at"]), row["is_time_observed"]) == (NOON, True)


def test_a_create_that_is_handed_on_is_reshared_too(land: Any) -> None:
    made, shared = sorted(
        land(act("Announce", act("Create", note()), who=GROUP, to=[PUBLIC])),
        key=lambda row: row["activity_type"],
        reverse=True,
    )
    assert (made["activity_id"], made["actor_profile_id"], made["content"]) == (POST, ANN, "words")
    assert (shared["actor_profile_id"], shared["object_id"], shared["object_type"]) == (GROUP, POST, "Note")


def test_a_follow_handed_on_connects_and_its_undo_ends_that(land: Any) -> None:
    follow = act("Follow", BOB)
    begun, ended = land(
        act("Announce", follow, who=GROUP),
        act("Announce", act("Undo", follow, published="2026-06-01T00:00:00Z"), who=GROUP),
        table="connections",
    )
    for edge in (begun, ended):
        assert (edge["follower_profile_id"], edge["followed_profile_id"]) == (ANN, BOB)
    assert str(ended["until"]) == "2026-06-01 00:00:00+00:00"


def test_what_an_announce_shows_lands_only_whole_and_public(land: Any) -> None:
    shown = [
        note(to=[ANN + "/followers"]),
        without(note(), "published"),
        without(note(), "attributedTo"),
        {"id": POST, "type": "Note"},
    ]
    rows = land(*(act("Announce", each, who=BOB, to=[PUBLIC]) for each in shown))
    assert [(row["activity_type"], row["object_id"]) for row in rows] == [("Announce", POST)] * 4


def test_what_is_handed_to_followers_alone_is_no_less_public(land: Any) -> None:
    (row,) = land(act("Announce", act("Create", note()), who=GROUP, to=[GROUP + "/followers"]))
    assert (row["activity_type"], row["visibility"]) == ("Create", "public")


def test_nobody_ends_the_follow_of_another(load_records: Any) -> None:
    done = load_records(FORMAT, act("Undo", act("Follow", POST, who=BOB)))
    assert done.rows("connections") == []
    assert [row["activity_type"] for row in done.rows("activities")] == ["Undo"]


def test_an_undated_undo_of_a_follow_ends_it_when_it_was_observed(land: Any) -> None:
    (edge,) = land(act("Undo", act("Follow", BOB)), table="connections")
    assert str(edge["until"]) == OBSERVED


# --- who may read it


def test_whom_a_like_is_sent_to_says_nothing_of_who_may_read(land: Any) -> None:
    kinds = ["Like", "Follow", "Undo", "Delete", "Accept", "View"]
    to: list[Any] = [ANN, [ANN], [ANN + "/followers"], []]
    rows = land(*(act(kind, POST, to=each) for kind in kinds for each in to))
    assert len(rows) == 24
    assert not any("visibility" in row for row in rows)


def test_what_publishes_to_some_is_not_public(load_records: Any) -> None:
    done = load_records(
        FORMAT,
        note(to=[BOB]),
        act("Announce", POST, to=[ANN + "/followers"]),
        # only called so
        note(to="https://a.example/Public"),
        note(to=[{"id": BOB, "name": "Public"}]),
        note(to="https://a.example/#Public"),
    )
    assert done.rejected() == [(str(n), None, "not_public") for n in range(1, 6)]


def test_the_public_is_known_in_every_spelling(land: Any) -> None:
    ways: list[tuple[dict[str, Any], str | None]] = [
        ({"to": [], "cc": []}, None),
        ({"to": None}, None),
        ({"to": PUBLIC}, "public"),
        ({"to": "Public"}, "public"),
        ({"to": {"id": PUBLIC, "type": "Collection", "name": "all"}}, "public"),
        ({"to": [BOB, "as:Public"]}, "public"),
        ({"to": [BOB], "cc": PUBLIC}, "unlisted"),
    ]
    rows = land(*(without(note(), "to") | addressing for addressing, _ in ways))
    assert [row.get("visibility") for row in rows] == [visibility for _, visibility in ways]


def test_a_notes_own_addressing_decides(load_records: Any) -> None:
    hidden = act("Create", note(to=[ANN + "/followers"]), to=[PUBLIC])
    shown = act("Create", note(to=[PUBLIC]), to=[ANN + "/followers"])
    silent = act("Create", without(note(), "to"), to=[ANN + "/followers"])
    done = load_records(FORMAT, hidden, shown, silent)
    assert [place for place, _, _ in done.rejected()] == ["1", "3"]


# --- words, links, tags


def test_words_of_a_deed_are_nobodys_post(land: Any) -> None:
    # what a Flag says is for the moderators alone, what a Like says no more than that it is one
    kinds = ["Arrive", "Announce", "Flag", "Like", "Undo"]
    rows = land(*(act(kind, POST, content="words", summary="somebody did it") for kind in kinds))
    assert [row.get("content") for row in rows] == ["words", "words", None, None, None]


def test_words_and_their_language(land: Any) -> None:
    ways: list[tuple[dict[str, Any], str, str | None]] = [
        ({"content": "", "contentMap": {"de": "nur hier"}}, "nur hier", "de"),
        ({"content": "zwei", "contentMap": {"en": "two", "de": "zwei"}}, "zwei", "de"),
        ({"content": "else", "contentMap": {"en": "two", "de": "zwei"}}, "else", None),
        ({"content": "x", "contentMap": {"und": "x"}}, "x", None),
        ({"content": "x", "contentMap": {"not a language": "x"}}, "x", None),
        ({"content": "x", "contentMap": []}, "x", None),
        ({"content": None, "contentMap": ["x"]}, "x", None),
    ]
    rows = land(*(note(**members) for members, _, _ in ways))
    assert [(row["content"], row.get("language")) for row in rows] == [way[1:] for way in ways]


def test_a_link_that_marks_is_no_link(land: Any) -> None:
    anchors = [
        '<a href="https://t.example/tags/x" rel="tag">#x</a>',
        "<a rel='nofollow tag' href='https://t.example/tags/x'>#x</a>",
        "<a class=mention href=https://t.example/@q>@q</a>",
        '<a href="https://t.example/@q" class="u-url mention">@q</a>',
        "<a class='hashtag' href='https://t.example/tags/x'>#x</a>",
        '<a href="https://t.example/users/q">q</a>',  # the very address of a tag
        '<a href="https://q.example/2">the post quoted</a>',
    ]
    shop = '<a href="https://shop.example/mention/1" rel="nofollow">shop</a>'
    tag = [{"type": "Mention", "href": "https://t.example/users/q"}]
    rows = land(
        *(note(content=f"<p>{a} {shop}</p>", tag=tag, quoteUrl="https://q.example/2") for a in anchors)
    )
    assert [row["links"] for row in rows] == [["https://shop.example/mention/1"]] * 7


def test_the_line_that_stands_for_a_quote_is_not_the_authors(land: Any) -> None:
    line = (
        '<p class="quote-inline">RE: <a href="https://q.example/2"><span>https://</span>q.example/2</a></p>'
    )
    (row,) = land(note(content=f"{line}<p>I agree</p>", quote="https://q.example/2"))
    assert (row["content"], row.get("links"), row["quote_of_id"]) == (
        "I agree",
        None,
        "https://q.example/2",
    )


def test_a_link_attached_is_a_link_of_the_post(land: Any) -> None:
    attachment = [
        {"type": "Link", "href": "https://shop.example/1"},
        {"type": "Link", "href": "/local"},
        {"type": "Document"},
    ]
    (row,) = land(note(type="Page", name="Offer", content=None, attachment=attachment))
    assert (row["links"], row["attachment_types"]) == (["https://shop.example/1"], ["link"])


def test_hashtags_come_in_every_shape(land: Any) -> None:
    ways: list[Any] = [
        {"type": "Hashtag", "name": "#x"},
        [{"type": "Hashtag", "name": "x"}, {"type": "Emoji", "name": ":y:"}],
        ["plain", {"type": [NS + "Hashtag"], "name": "#x"}],
        [{"name": "#x"}],
    ]
    assert [row["hashtags"] for row in land(*(note(tag=tag) for tag in ways))] == [["x"]] * 4


def test_a_place_is_its_name(land: Any) -> None:
    ways: list[Any] = ["Bonn", {"type": "Place", "name": "Bonn"}, [{"name": "Bonn"}, {"name": "Köln"}]]
    assert [row["place"] for row in land(*(note(location=way) for way in ways))] == ["Bonn"] * 3


# --- shapes


def test_types_and_actors_come_in_every_shape(land: Any) -> None:
    kinds: list[Any] = ["Like", NS + "Like", "as:Like", ["Like"], ["x:Favourite", NS + "Like"]]
    people: list[Any] = [ANN, {"type": "Person", "id": ANN}, [ANN, BOB], {"url": [{"href": ANN}]}]
    given = act("Like", {"type": "Note", "url": POST})
    rows = land(*({**given, "type": kind, "actor": who} for kind in kinds for who in people))
    assert [(row["activity_type"], row["actor_profile_id"], row["object_id"]) for row in rows] == [
        ("Like", ANN, POST)
    ] * 20


def test_a_word_that_can_be_no_type_of_an_object_is_none(land: Any) -> None:
    kinds = ["Track", "toot:IdentityProof", "no_type", "a b", "9"]
    rows = land(*(act("Like", {"type": kind, "id": POST}) for kind in kinds))
    assert [row.get("object_type") for row in rows] == ["Track", "IdentityProof", None, None, None]


def test_ids_and_types_may_be_written_as_keywords(land: Any) -> None:
    (profile,) = land({"@id": ANN, "@type": [NS + "Person"], "name": "Ann"}, table="profiles")
    assert (profile["profile_id"], profile["display_name"]) == (ANN, "Ann")


def test_who_did_it_is_told_where_it_is_written_out(land: Any) -> None:
    author = {"type": "Person", "id": ANN, "name": "Ann"}
    (row,) = land(note(attributedTo=[author]), table="profiles")
    assert (row["profile_id"], row["display_name"]) == (ANN, "Ann")


def test_a_tombstone_of_an_account_is_a_profile_deleted(land: Any) -> None:
    (row,) = land({"type": "Tombstone", "id": ANN, "formerType": "Person"}, table="profiles")
    assert (row["profile_id"], str(row["deleted_at"])) == (ANN, OBSERVED)


def test_what_nobody_did_and_nothing_is_known_by_is_refused(load_records: Any) -> None:
    done = load_records(FORMAT, without(act("Like", POST), "actor"), {"type": "Organization", "name": "ACME"})
    assert [code for _, _, code in done.rejected()] == ["missing_actor_profile_id", "missing_profile_id"]


def test_unknown_types_are_refused_and_told_by_name(load_records: Any) -> None:
    done = load_records(
        FORMAT, note(), note(id="2", type="ChatMessage"), note(id="3", type=["a:Review"]), {"id": "4"}
    )
    assert [code for _, _, code in done.rejected()] == ["unknown_record"] * 3
    assert done.tally.unknown_fields == {"(type) ChatMessage", "(type) Review"}
    foreign = load_records(FORMAT, note(type="ChatMessage"), note(type=["a:Review"])).tally
    assert foreign.is_foreign
    assert foreign.rejected_in_words == "2 × unknown_record of type ChatMessage, Review"


def test_nothing_is_observed_that_has_not_landed() -> None:
    assert FORMAT.observes == Observes()
