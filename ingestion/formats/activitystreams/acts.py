"""Who did what to what: the names that the columns of an activity are made of.

A record is read in up to three ways: as the activity that it is, once for each of its objects; as the
activity that an Announce hands on; as what somebody made (an object on a line of its own, or shown by an
Announce). Each reading gives these names:

    a            what was done, a struct of all members
    type         its type; of an object of its own 'Create'
    o, o_type    what it was done to, where that is written out, and its type
    doer         who did it
    object_ref   the id of what it was done to; of an activity without one the id made for it
    is_profile   it says what an account says of itself, and so is no activity
    is_made      it says what was written: a Create, or an Update by the author, a later version of the same
    actor_ref    whose activity it is: who did it, or wrote what was made
    said_at      when, as far as anybody said so
    place        which of the activity's objects this is, from 1

Must not live here: what becomes of these names (activities.py, accounts.py).
"""

from __future__ import annotations

from ingestion.formats.activitystreams.members import (
    first,
    host,
    instant,
    items,
    one_of,
    own_id,
    parsed,
    reference,
    type_in,
    type_of,
)
from ingestion.formats.activitystreams.vocabulary import ACTIVITIES, ACTORS, COLLECTIONS, TOMBSTONE

# what a record says it is, and, where that is written out, its (first) object
OF_RECORD = {
    "record_type": type_in("r"),
    "object_type": f"""case when r.object like '{{%' or r.object like '[{{%' then
        {type_of("list_any_value(try(json_extract_string(r.object, ['$.type', '$[0].type'])))")} end""",
}

_OBJECTS = items("r.object")
# each object once; where there is none, nothing once
EACH_OBJECT = f"""list_transform(
    coalesce(nullif(list_filter({_OBJECTS}, lambda x, i: list_position({_OBJECTS}, x) = i), []),
        [cast(null as varchar)]),
    lambda x, i: {{'written': x, 'place': i}})"""

_NOTHING = "cast(null as varchar)"


def made_id(kind: str, actor: str, object_ref: str, target: str) -> str:
    """Give the id of an activity that has none: the same wherever it is written out, so in its Undo."""
    return f"concat_ws(':', {kind}, coalesce({actor}, ''), {object_ref}, {reference(target)})"


_OBJECT_REF = f"""coalesce(
    case when o_type = 'Create' then {reference("o.object")} end,
    {reference("written")},
    case when o_type in {one_of(ACTIVITIES)} then
        {made_id("o_type", f"coalesce({reference('o.actor')}, doer)", reference("o.object"), "o.target")} end)"""
# where nobody is named as author, an account speaks for what lies on its own server
_BY_ITS_AUTHOR = f"""case
    when o.attributedTo <> '' then o.attributedTo = doer or contains(o.attributedTo, '"' || doer || '"')
    else {host("object_ref")} = {host("doer")} end"""
_IS_VERSION = f"""type = 'Update' and coalesce(o.content, o.contentMap, o.name) is not null
    and o_type not in {one_of([*ACTIVITIES, *ACTORS, *COLLECTIONS, TOMBSTONE])} and {_BY_ITS_AUTHOR}"""


def _reading(activity: str, written: str, *, place: str = "1", relayed_at: str = _NOTHING) -> dict[str, str]:
    """Read an activity, given as a struct, and one of its objects, given as text."""
    return {
        "a": activity,
        "written": written,
        "place": place,
        "o": parsed("written"),
        "type": type_in("a"),
        "o_type": type_in("o"),
        "doer": f"coalesce({reference('a.actor')}, {reference('a.attributedTo')})",
        "object_ref": _OBJECT_REF,
        "is_profile": f"""coalesce(o_type in {one_of(ACTORS)}
            and (type = 'Create' or type = 'Update' and object_ref = doer), false)""",
        "is_made": f"coalesce(type = 'Create' and not is_profile or {_IS_VERSION}, false)",
        "actor_ref": f"case when is_made then coalesce({reference('o.attributedTo')}, doer) else doer end",
        "said_at": f"""case
            when is_made then coalesce({instant("o.published")}, {instant("a.published")}, {relayed_at},
                {instant("o.updated")}, {instant("a.updated")})
            else coalesce({instant("a.published")}, {instant("a.startTime")}, {instant("a.updated")},
                case when type = 'Delete' then {instant("o.deleted")} end, {relayed_at}) end""",
    }


def _made(thing: str) -> dict[str, str]:
    """Read an object, given as a struct, as the Create of it."""
    return {
        **_reading(thing, _NOTHING),
        "type": "'Create'",
        "o": "a",
        "object_ref": own_id("a"),
    }


AS_IT_IS = _reading("r", "each.written", place="each.place")
HANDED_ON = _reading(parsed("each.written"), first("a.object"), relayed_at=instant("r.published"))
MADE = _made("r")
SHOWN = _made(parsed("each.written"))
