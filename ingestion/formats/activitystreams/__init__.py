"""W3C ActivityStreams 2.0 as JSON-LD: activities, objects and actors, one a line or in a collection.

The open door: every activity type of the vocabulary passes through by its name. Decisions:
- `acts.py` says how a record is read: each object of a list apart; an Announce of an activity as that
  activity; what an Announce shows as written by its author.
- `activities.py` says what lands of that: ids, times, who may read it, words.
- `accounts.py` says what lands of accounts: their profiles, who follows whom, who is gone.
- A Delete, an Undo and a Tombstone land as activities that name what is taken back (`object_id`); what no
  longer counts for it is told downstream.
- A type that the vocabulary does not know is refused, and reported by its name.
"""

from __future__ import annotations

from ingestion.containers.json.lines import JsonRecords
from ingestion.formats.activitystreams.accounts import (
    ACCOUNT,
    account_gone,
    connection_begun,
    connection_ended,
    own_account,
    written_out,
)
from ingestion.formats.activitystreams.activities import counter_rows, deed_rows, published_rows
from ingestion.formats.activitystreams.acts import (
    AS_IT_IS,
    EACH_OBJECT,
    HANDED_ON,
    MADE,
    OF_RECORD,
    SHOWN,
)
from ingestion.formats.activitystreams.members import instant, one_of, own_id, reference, type_of
from ingestion.formats.activitystreams.vocabulary import (
    ACTIVITIES,
    ACTORS,
    COLLECTIONS,
    FURTHER_FIELDS,
    OBJECTS,
    SHAPE,
    TOMBSTONE,
    WITHOUT_ROWS,
)
from ingestion.mapping.format import Format, RecordKind, Rows, Sign

SIGNS = (Sign(rb'"@context"\s*:.{0,200}www\.w3\.org/ns/activitystreams', "ActivityStreams 2.0"),)

# Who wrote an object may stay unsaid; that nobody did something is no activity.
_NOBODY = f"""case when record_type <> 'Create'
    and coalesce({reference("r.actor")}, {reference("r.attributedTo")}) is null
    then 'missing_actor_profile_id' end"""

# What an Announce shows is another's: landed where it is whole, public, and says whose it is.
_IS_SHOWN = f"""{own_id("a")} is not null and said_at is not null and actor_ref is not null
    and coalesce(o.content, o.contentMap, o.name) is not null
    and coalesce(visibility = 'public', false)"""

# A Create that is handed on is reshared, too; but to hand it to followers alone makes it no less public.
_IS_RESHARE = "o_type = 'Create' and coalesce(visibility = 'public', true)"

_TOMBSTONE_ID = own_id("r")
_GONE_AT = f"coalesce({instant('r.deleted')}, cast(observed_at as varchar))"
_TOMBSTONES = (
    Rows(
        "activities",
        {
            "activity_id": f"'Delete::' || {_TOMBSTONE_ID}",
            "actor_profile_id": reference("r.attributedTo"),
            "activity_type": "'Delete'",
            "object_type": f"'{TOMBSTONE}'",
            "object_id": _TOMBSTONE_ID,
            "published_at": _GONE_AT,
            "is_time_observed": f"{instant('r.deleted')} is not null",
        },
    ),
    Rows(
        "profiles",
        {"profile_id": _TOMBSTONE_ID, "deleted_at": _GONE_AT},
        when=f"{type_of('r.formerType')} in {one_of(ACTORS)}",
    ),
)


def _published(name: str, is_a: str, *more: Rows) -> RecordKind:
    """Give a kind of activity that may publish something, and what it says beside that."""
    return RecordKind(name, is_a, (published_rows(AS_IT_IS, EACH_OBJECT), *more), problem=_NOBODY)


def _deed(name: str, is_a: str, *more: Rows) -> RecordKind:
    """Give a kind of activity that publishes nothing, and what it says beside having happened."""
    return RecordKind(name, is_a, (deed_rows(AS_IT_IS, EACH_OBJECT), *more), problem=_NOBODY)


_DOER = written_out("r.actor")
_MAKES = "record_type in ('Create', 'Update')"
_SHARES = "record_type = 'Announce'"

# Kinds, so that a file of likes pays for likes alone.
_KINDS = (
    RecordKind(
        "handed_on",
        f"{_SHARES} and object_type in {one_of(ACTIVITIES)}",
        (
            published_rows(HANDED_ON, EACH_OBJECT),
            published_rows(AS_IT_IS, EACH_OBJECT, when=_IS_RESHARE),
            counter_rows(HANDED_ON, EACH_OBJECT),
            own_account(HANDED_ON, EACH_OBJECT),
            account_gone(HANDED_ON, EACH_OBJECT),
            connection_begun(HANDED_ON, EACH_OBJECT),
            connection_ended(HANDED_ON, EACH_OBJECT),
        ),
    ),
    _published(
        "shown",
        f"{_SHARES} and object_type in {one_of(OBJECTS)}",
        published_rows(SHOWN, EACH_OBJECT, when=_IS_SHOWN),
        _DOER,
    ),
    _published("shared", f"{_SHARES} or record_type = 'Arrive'", _DOER),
    _published(
        "account", f"{_MAKES} and object_type in {one_of(ACTORS)}", own_account(AS_IT_IS, EACH_OBJECT)
    ),
    _published("made", _MAKES, counter_rows(AS_IT_IS, EACH_OBJECT), _DOER),
    _deed("follow", "record_type = 'Follow'", connection_begun(AS_IT_IS, EACH_OBJECT), _DOER),
    _deed("undo", "record_type = 'Undo'", connection_ended(AS_IT_IS, EACH_OBJECT), _DOER),
    _deed("delete", "record_type = 'Delete'", account_gone(AS_IT_IS, EACH_OBJECT)),
    _deed("deed", f"record_type in {one_of(ACTIVITIES)}", _DOER),
    RecordKind(
        "object",
        f"record_type in {one_of(OBJECTS)}",
        (published_rows(MADE, None), counter_rows(MADE, None), written_out("r.attributedTo")),
    ),
    RecordKind("actor", f"record_type in {one_of(ACTORS)}", (ACCOUNT,)),
    RecordKind("tombstone", f"record_type = '{TOMBSTONE}'", _TOMBSTONES),
    RecordKind("without_rows", f"record_type in {one_of(WITHOUT_ROWS)}"),
    RecordKind("empty_collection", f"record_type in {one_of(COLLECTIONS)}"),
)

FORMAT = Format(
    name="activitystreams",
    description="ActivityStreams 2.0 activities, objects and actors, one a line or in a collection",
    reference="https://www.w3.org/TR/activitystreams-vocabulary/",
    network="fediverse",
    container=JsonRecords(("/orderedItems", "/items", "/first/orderedItems", "/first/items")),
    kinds=_KINDS,
    shape=SHAPE,
    let=OF_RECORD,
    says_it_is="record_type",
    known_fields=FURTHER_FIELDS,
    deletions_by="author",
)
