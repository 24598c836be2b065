"""What the accounts become: rows of `profiles` and of `connections`.

- An account says what it is on a line of its own, in a Create or Update of itself (`modified_at`), or where
  an activity writes out who did it. An Update of somebody else changes nothing.
- An account that deletes itself, or of which a Tombstone is left, is a profile deleted.
- A Follow connects; the Undo that writes the Follow out ends it. One that only names it is told downstream.

Must not live here: who did what to what (acts.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.formats.activitystreams.members import (
    first,
    instant,
    items,
    name_of,
    one_of,
    own_id,
    parsed,
    reference,
    structs,
    type_in,
)
from ingestion.formats.activitystreams.vocabulary import ACTORS
from ingestion.mapping.format import Rows

_OBSERVED = "cast(observed_at as varchar)"
# Mastodon dates the change of an account by nothing but the end of the Update's id
_TIME_IN_ID = r"epoch_seconds(nullif(regexp_extract(a.id, '#updates/(\d{10})$', 1), ''))"
_CHANGED_AT = f"""coalesce({instant("p.updated")}, {instant("a.updated")}, {instant("a.published")},
    {_TIME_IN_ID}, {_OBSERVED})"""


def _profile(changed_at: str) -> dict[str, str]:
    """Give the columns of an account `p`, a struct of all members."""
    fields = structs("p.attachment", "type", "value")
    said = f"list_filter({fields}, lambda m: m.type like '%PropertyValue%')"
    values = f"list_transform({said}, lambda m: m.value)"
    own = f"list_filter({values}, lambda v: regexp_matches(v, '(?i)rel=\"[^\"]*\\bme\\b'))"
    icon = first("p.icon")
    return {
        "profile_id": own_id("p"),
        "handle": "p.preferredUsername",
        "display_name": "p.name",
        "bio": "plain_text(p.summary)",
        "urls": f"list_distinct(list_concat(flatten(list_transform({values}, "
        f"lambda v: list_concat(links_of_html(v), links_of_text(plain_text(v))))), "
        f"links_of_html(p.summary)))",
        "also_known_as": f"list_distinct(list_concat({items('p.alsoKnownAs')}, [p.movedTo], "
        f"flatten(list_transform({own}, lambda v: links_of_html(v)))))",
        "location": name_of("p.location"),
        "avatar_url": f"""case when ({icon}) like '{{%'
            then {reference(f"try(json_extract_string({icon}, '$.url'))")} else {icon} end""",
        "is_bot": "case when p_type in ('Service', 'Application') then true end",
        "is_organization": "case when p_type in ('Organization', 'Group') then true end",
        "created_at": instant("p.published"),
        "modified_at": changed_at,
        "deleted_at": f"case when p.suspended = 'true' then {_OBSERVED} end",
    }


_P_TYPE = {"p_type": type_in("p")}

# an account on a line of its own
ACCOUNT = Rows("profiles", _profile(instant("p.updated")), let={"p": "r", **_P_TYPE})


def written_out(member: str) -> Rows:
    """Give the account that a member of the record writes out with a name."""
    return Rows(
        "profiles",
        _profile("cast(null as varchar)"),
        when=f"p_type in {one_of(ACTORS)} and coalesce(p.preferredUsername, p.name) is not null "
        f"and {own_id('p')} is not null",
        let={"p": parsed(first(member)), **_P_TYPE},
    )


def own_account(reading: Mapping[str, str], each: str | None) -> Rows:
    """Give the account that says of itself what it is."""
    return Rows(
        "profiles",
        _profile(_CHANGED_AT),
        when="is_profile",
        each=each,
        let={**reading, "p": "o", "p_type": "o_type"},
    )


def account_gone(reading: Mapping[str, str], each: str | None) -> Rows:
    """Give the account that deletes itself."""
    return Rows(
        "profiles",
        {"profile_id": "doer", "deleted_at": f"coalesce(said_at, {_OBSERVED})"},
        when="type = 'Delete' and object_ref = doer",
        each=each,
        let=reading,
    )


def connection_begun(reading: Mapping[str, str], each: str | None) -> Rows:
    """Give the connection that a Follow makes."""
    return Rows(
        "connections",
        {"follower_profile_id": "doer", "followed_profile_id": "object_ref", "since": "said_at"},
        when="type = 'Follow'",
        each=each,
        let=reading,
    )


def connection_ended(reading: Mapping[str, str], each: str | None) -> Rows:
    """Give the connection that the Undo of one's own Follow ends."""
    return Rows(
        "connections",
        {
            "follower_profile_id": "doer",
            "followed_profile_id": reference("o.object"),
            "since": instant("o.published"),
            "until": f"coalesce(said_at, {_OBSERVED})",
        },
        when=f"type = 'Undo' and o_type = 'Follow' and coalesce({reference('o.actor')}, doer) = doer",
        each=each,
        let=reading,
    )
