"""W3C ActivityStreams 2.0 as JSON-LD: activities, objects and actors, one a line or in a collection.

The open door: every activity type of the vocabulary passes through by its name. Decisions:
- A Create is known by the id of what it made, since likes, replies and deletions name that. A bare object
  (a Note on a line of its own) is the Create of it.
- An Update passes by name and carries no words, so that no text counts twice.
- An offset in `published` other than Z is the author's own; Z says nothing of the author's clock.
- Addressed to Public in `to` is public, in `cc` unlisted; addressed to nobody at all is not said (NULL).
- What a Delete or Undo names is taken back downstream; an actor deleting itself is a profile deleted.
"""

from __future__ import annotations

from ingestion.containers.json_lines import JsonRecords
from ingestion.format import Format, Observes, RecordKind, Rows, field_names

# Every member may be a text, an object or a list, so each is read as text and looked into by need.
_OBJECT_FIELDS = sorted(
    field_names(
        """
        id type actor attributedTo object target origin location to cc published startTime deleted inReplyTo
        name summary content contentMap tag attachment url icon context conversation audience oneOf anyOf
        mediaType quote quoteUrl quoteUri likes shares replies
        """
    )
)
_ACTOR_FIELDS = ["preferredUsername", "alsoKnownAs", "movedTo", "discoverable", "suspended"]
_FIELDS = dict.fromkeys((*_OBJECT_FIELDS, *_ACTOR_FIELDS), "VARCHAR")
_STRUCT = "{" + ", ".join(f'"{name}": "VARCHAR"' for name in _FIELDS) + "}"

_ACTIVITIES = sorted(
    field_names(
        """
        Accept Add Announce Arrive Block Create Delete Dislike Flag Follow Ignore Invite Join Leave Like
        Listen Move Offer Read Reject Remove TentativeAccept TentativeReject Travel Undo Update View
        """
    )
)
_OBJECTS = ["Article", "Audio", "Document", "Event", "Image", "Note", "Page", "Question", "Video"]
_ACTORS = ["Application", "Group", "Organization", "Person", "Service"]
_COLLECTIONS = ["Collection", "CollectionPage", "OrderedCollection", "OrderedCollectionPage"]


def _one_of(names: list[str]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


def _first(value: str) -> str:
    """The first of a list, or the value itself."""
    return f"""case
        when {value} like '[%' then coalesce(try(json_extract_string({value}, '$[0]')), {value})
        else {value} end"""


def _reference(value: str) -> str:
    """The id of what a member names: written as text, or inside an object, or first of a list."""
    return f"""case
        when {value} like '{{%' then try(json_extract_string({value}, '$.id'))
        when {value} like '[%' then coalesce(try(json_extract_string({value}, '$[0].id')),
            try(json_extract_string({value}, '$[0]')))
        else {value} end"""


def _name(value: str) -> str:
    """The name of what a member describes, or the text itself."""
    return f"case when {value} like '{{%' then try(json_extract_string({value}, '$.name')) else {value} end"


def _items(value: str, fields: str) -> str:
    """The items of a member as a list of structs, whether it holds one or several."""
    return f"""coalesce(case
        when {value} like '[%' then try(from_json({value}, '[{fields}]'))
        when {value} like '{{%' then try([from_json({value}, '{fields}')]) end, [])"""


_TYPE = _first("r.type")
_EMBEDDED = f"case when r.object like '{{%' then try(from_json(r.object, '{_STRUCT}')) end"
_TAGS = '{"type": "VARCHAR", "href": "VARCHAR", "name": "VARCHAR"}'
_ATTACHMENTS = (
    '{"type": "VARCHAR", "mediaType": "VARCHAR", "name": "VARCHAR", "value": "VARCHAR", "href": "VARCHAR"}'
)

# `o` is what was made or done to: the object itself, embedded in the activity or on a line of its own
_LET_ACTIVITY = {
    "type": _TYPE,
    "o": _EMBEDDED,
    "object_ref": _reference("r.object"),
    "actor_ref": _reference("coalesce(r.actor, r.attributedTo)"),
}
_LET_OBJECT = {
    "type": "'Create'",
    "o": "r",
    "object_ref": "r.id",
    "actor_ref": _reference("coalesce(r.attributedTo, r.actor)"),
}

_MADE = "type = 'Create'"
_PUBLISHED = f"""case when {_MADE} then coalesce(o.published, r.published) else r.published end"""
_HTML = f"""case
    when {_MADE} then coalesce(o.content, try(json_extract_string(o.contentMap, '$.*')[1]))
    when type not in ('Update', 'Delete', 'Undo') then coalesce(r.content, r.summary) end"""
# links that only mark a mention or a hashtag are no links
_LINKS = f"""links_of_html(regexp_replace({_HTML},
    '<a\\b[^>]*class="[^"]*\\b(mention|hashtag)\\b[^"]*"[^>]*>', '', 'g'))"""
_TO = "concat_ws(' ', r.to, o.to)"
_CC = "concat_ws(' ', r.cc, o.cc)"
_IS_PUBLIC = "regexp_matches({0}, '(activitystreams#|as:|^|[\" ])Public($|[\" ])')"
_VISIBILITY = f"""case
    when {_IS_PUBLIC.format(_TO)} then 'public'
    when {_IS_PUBLIC.format(_CC)} then 'unlisted'
    when concat({_TO}, {_CC}) = '' then null
    when concat({_TO}, {_CC}) like '%/followers%' then 'followers'
    else 'private' end"""
_MEDIUM = """case
    when m.type in ('Image', 'Video', 'Audio', 'Link') then lower(m.type)
    when m.mediaType like 'image/%' then 'image'
    when m.mediaType like 'video/%' then 'video'
    when m.mediaType like 'audio/%' then 'audio' end"""

_ACTIVITY_COLUMNS = {
    "activity_id": f"""coalesce(case when {_MADE} then o.id end, r.id,
        concat_ws(':', type, coalesce(actor_ref, ''), object_ref))""",
    "actor_profile_id": "actor_ref",
    "activity_type": "type",
    "object_type": _first("o.type"),
    "object_id": f"""case when not {_MADE} then coalesce(object_ref,
        concat_ws(':', {_first("o.type")}, {_reference("o.actor")}, {_reference("o.object")})) end""",
    "in_reply_to_id": f"case when {_MADE} then {_reference('o.inReplyTo')} end",
    "quote_of_id": f"case when {_MADE} then {_reference('coalesce(o.quote, o.quoteUri, o.quoteUrl)')} end",
    "root_id": f"case when {_MADE} and o.inReplyTo is null then o.id end",
    "target_id": _reference("coalesce(r.target, o.audience)"),
    "published_at": f"coalesce({_PUBLISHED}, r.startTime, o.startTime)",
    "author_utc_offset_minutes": f"offset_minutes({_PUBLISHED})",
    "visibility": _VISIBILITY,
    "title": f"case when {_MADE} then plain_text(o.name) end",
    "content": f"plain_text({_HTML})",
    "language": f"case when {_MADE} and len(try(json_keys(o.contentMap))) = 1 "
    "then json_keys(o.contentMap)[1] end",
    "links": _LINKS,
    "mentions": f"""case when {_MADE} then list_transform(
        list_filter({_items("o.tag", _TAGS)}, lambda t: t.type = 'Mention'),
        lambda t: coalesce(t.href, t.name)) end""",
    "hashtags": f"""case when {_MADE} then list_transform(
        list_filter({_items("o.tag", _TAGS)}, lambda t: t.type = 'Hashtag'),
        lambda t: ltrim(t.name, '#')) end""",
    "attachment_types": f"""case when {_MADE} then list_distinct(list_concat(
        list_transform({_items("o.attachment", _ATTACHMENTS)}, lambda m: {_MEDIUM}),
        case when o.type in ('Image', 'Video', 'Audio') then [lower(o.type)] end,
        case when coalesce(o.oneOf, o.anyOf) is not null then ['poll'] end,
        case when len({_LINKS}) > 0 then ['link'] end)) end""",
    "place": _name("coalesce(r.location, o.location)"),
}


def _total(member: str) -> str:
    return f"case when o.{member} like '{{%' then try(json_extract_string(o.{member}, '$.totalItems')) end"


_COUNTER_COLUMNS = {
    "activity_id": "o.id",
    "likes": _total("likes"),
    "shares": _total("shares"),
    "replies": _total("replies"),
}
_HAS_COUNTS = f"{_MADE} and coalesce({_total('likes')}, {_total('shares')}, {_total('replies')}) is not null"


def _profile(at: str) -> dict[str, str]:
    said = f"list_filter({_items(at + '.attachment', _ATTACHMENTS)}, lambda m: m.type = 'PropertyValue')"
    values = f"list_transform({said}, lambda m: m.value)"
    own = f"list_filter({values}, lambda v: regexp_matches(v, '(?i)rel=\"[^\"]*\\bme\\b'))"
    aliases = f"""case
        when {at}.alsoKnownAs like '[%' then try(from_json({at}.alsoKnownAs, '["VARCHAR"]'))
        else [{at}.alsoKnownAs] end"""
    icon = f"""case
        when {at}.icon like '{{%' then try(json_extract_string({at}.icon, '$.url'))
        else {_first(f"{at}.icon")} end"""
    kind = _first(f"{at}.type")
    return {
        "profile_id": f"{at}.id",
        "handle": f"{at}.preferredUsername",
        "display_name": f"{at}.name",
        "bio": f"plain_text({at}.summary)",
        "urls": f"list_distinct(list_concat(flatten(list_transform({values}, "
        f"lambda v: list_concat(links_of_html(v), links_of_text(plain_text(v))))), "
        f"links_of_html({at}.summary)))",
        "also_known_as": f"list_distinct(list_concat({aliases}, [{at}.movedTo], "
        f"flatten(list_transform({own}, lambda v: links_of_html(v)))))",
        "location": _name(f"{at}.location"),
        "avatar_url": icon,
        "is_bot": f"case when {kind} in ('Service', 'Application') then true end",
        "is_organization": f"case when {kind} in ('Organization', 'Group') then true end",
        "created_at": f"{at}.published",
        "deleted_at": f"case when {at}.suspended = 'true' then cast(observed_at as varchar) end",
    }


_ACTIVITY_ROWS = (
    Rows("activities", _ACTIVITY_COLUMNS, let=_LET_ACTIVITY),
    Rows("activity_counters", _COUNTER_COLUMNS, let=_LET_ACTIVITY, when=_HAS_COUNTS),
    Rows(
        "connections",
        {
            "follower_profile_id": _reference("r.actor"),
            "followed_profile_id": _reference("r.object"),
            "since": "r.published",
        },
        when=f"{_TYPE} = 'Follow'",
    ),
    # an Undo that carries the Follow says when it ended; one that only names it is told downstream
    Rows(
        "connections",
        {
            "follower_profile_id": _reference("r.actor"),
            "followed_profile_id": _reference("o.object"),
            "since": "o.published",
            "until": "r.published",
        },
        when="type = 'Undo' and o.type = 'Follow'",
        let=_LET_ACTIVITY,
    ),
    Rows(
        "profiles",
        {"profile_id": "actor_ref", "deleted_at": "r.published"},
        when="type = 'Delete' and object_ref = actor_ref",
        let=_LET_ACTIVITY,
    ),
    Rows(
        "profiles",
        _profile("a"),
        when="a.preferredUsername is not null",
        let={"a": f"case when r.actor like '{{%' then try(from_json(r.actor, '{_STRUCT}')) end"},
    ),
)

_TOMBSTONE = Rows(
    "activities",
    {
        "activity_id": "'Delete::' || r.id",
        "activity_type": "'Delete'",
        "object_type": "'Tombstone'",
        "object_id": "r.id",
        "published_at": "coalesce(r.deleted, cast(observed_at as varchar))",
    },
)

_KINDS = (
    RecordKind(
        "activity",
        f"{_TYPE} in {_one_of(_ACTIVITIES)} and coalesce(r.actor, r.attributedTo) is not null",
        _ACTIVITY_ROWS,
    ),
    RecordKind(
        "object",
        f"{_TYPE} in {_one_of(_OBJECTS)} and r.id is not null",
        (
            Rows("activities", _ACTIVITY_COLUMNS, let=_LET_OBJECT),
            Rows("activity_counters", _COUNTER_COLUMNS, let=_LET_OBJECT, when=_HAS_COUNTS),
        ),
    ),
    RecordKind(
        "actor",
        f"{_TYPE} in {_one_of(_ACTORS)} and r.id is not null",
        (Rows("profiles", _profile("r")),),
    ),
    RecordKind("tombstone", f"{_TYPE} = 'Tombstone' and r.id is not null", (_TOMBSTONE,)),
    RecordKind("place", f"{_TYPE} = 'Place'"),
    RecordKind("empty_collection", f"{_TYPE} in {_one_of(_COLLECTIONS)}"),
)

FORMAT = Format(
    name="activitystreams",
    version=1,
    description="ActivityStreams 2.0 activities, objects and actors, one a line or in a collection",
    reference="https://www.w3.org/TR/activitystreams-vocabulary/",
    network="fediverse",
    container=JsonRecords(("/orderedItems", "/items", "/first/orderedItems", "/first/items")),
    kinds=_KINDS,
    shape=_FIELDS,
    known_fields=field_names(
        """
        @context @id @type _misskey_quote assertionMethod atomUri attributionDomains blurhash capabilities
        cc closed current devices duration endpoints endTime featured featuredTags first followers following
        formerType generator height hreflang image inbox inReplyToAtomUri indexable instrument
        interactionPolicy last manuallyApprovesFollowers memorial nameMap next oneOf outbox partOf prev
        preview proof publicKey radius rel relationship result sensitive showFeatured signature source
        streams subject summaryMap totalItems units updated votersCount width
        """
    ),
    observes=Observes(views=True, counters=True, connections=True, reshares=True),
    deletions_by="author",
)
