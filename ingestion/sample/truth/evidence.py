"""Which personas can be told to be one person at all: the ceiling of any linkage.

`build_evidence` fills `persona_truth`, one row a persona. Two personas of a person share evidence where
they hold one key: the full name, an address, a handle, a website, or where one names the other. A key
decides where only one person holds it (a full name that two people bear decides together with the city).
Must not live here: how a matcher compares; this reads the truth.
"""

from __future__ import annotations

from ingestion.sample.world import World

_ROUNDS = 4  # a person has few personas: no chain of keys is longer


def build_evidence(world: World) -> None:
    """Fill `persona_keys` and `persona_truth`."""
    world.make("persona_list", _PERSONAS)
    world.make("persona_keys", _KEYS)
    world.make(
        "deciding_keys",
        """
        with held as (select key, count(distinct person) as people from persona_keys group by key)
        select k.* from persona_keys k join held using (key) where people = 1 order by persona, key""",
    )
    world.make("linked", "select persona, person from persona_list where network = 'crm' order by persona")
    for _ in range(_ROUNDS):
        world.make(
            "linked",
            """
            with keys as (select distinct key from deciding_keys join linked using (persona))
            select persona, person from linked union
            select k.persona, k.person from deciding_keys k join keys using (key) order by persona""",
        )
    world.make("persona_truth", _TRUTH)


_PERSONAS = """
select 'contact:' || contact_id as persona, person, 'crm' as network, contact_id as native_id, role as kind,
    'person' as account_role,
    contact, cast(null as integer) as profile from contacts
union all
select 'profile:' || network || ':' || native_id, person, network, native_id, kind, role, null,
    profile from profiles
order by persona
"""

_GIVEN = (
    "(contains({text}, lower(p.given)) or contains({text}, lower(p.given_latin))"
    " or contains({text}, a.n) and length(a.n) > 2)"
)
_FAMILY = (
    "(contains({text}, lower(p.family)) or contains({text}, lower(p.family_latin)) or contains({text}, a.f))"
)
_SHOWN = "lower(x.display_name)"
_SPELT = "regexp_replace(lower(x.handle), '[^a-z]', '', 'g')"

_KEYS = f"""
with profile_names as (
    select x.*, a.g, a.f, p.former_family_latin, p.city as home,
        ({_GIVEN.format(text=_SHOWN)} or {_GIVEN.format(text=_SPELT)}) and x.role = 'person' and x.kind not
            in ('pseudonym', 'masked') as has_given,
        {_FAMILY.format(text=_SHOWN)} or {_FAMILY.format(text=_SPELT)} as has_family,
        p.former_family_latin is not null and contains({_SHOWN}, lower(p.former_family_latin)) as has_former
    from profiles x left join people p using (person) left join addresses a using (person)
), contact_names as (
    select c.*, a.g, a.f, p.former_family_latin as former, p.city as home
    from contacts c join people p using (person) join addresses a using (person)
), keys as (
    select 'profile:' || network || ':' || native_id as persona, person, unnest([
        case when has_given and has_family then 'name:' || g || ' ' || f end,
        case when has_given and has_former then 'name:' || g || ' ' || lower(former_family_latin) end,
        case when has_given and has_family and contains(coalesce(location, ''),
            home) then 'name and city:' || g || ' ' || f || ' ' || home end,
        'email:' || lower(email),
        case when length(handle) > 4 and role = 'person' then 'handle:' || regexp_replace(lower(handle),
            '[^a-z0-9]', '', 'g') end,
        case when network = 'blogs' then 'site:' || native_id end,
        case when network = 'x' then 'x:' || lower(handle) end]) as key
    from profile_names
    union all
    select 'contact:' || c.contact_id, c.person, unnest([
        case when is_former = 0 and not is_half_name then 'name:' || g || ' ' || f end,
        case when is_former = 1 and not is_half_name then 'name:' || g || ' ' || lower(former) end,
        case when former_last_name is not null then 'name:' || g || ' ' || lower(former) end,
        case when is_former = 0 and not is_half_name and c.city is not null
            then 'name and city:' || g || ' ' || f || ' ' || home end,
        case when is_email_true then 'email:' || lower(c.email) end,
        case when is_email_true then 'handle:' || regexp_replace(split_part(lower(c.email), '@', 1),
            '[^a-z0-9]', '', 'g') end,
        'site:' || l.website, 'x:' || lower(l.x_handle), 'phone:' || c.phone])
    from contact_names c left join contact_links l using (contact)
    union all
    select 'profile:' || p.network || ':' || p.native_id, p.person, unnest(['claim:' || c.profile])
    from claims c join profiles p on p.profile in (c.profile, c.other) where c.is_true
)
select distinct persona, person, key from keys where key is not null order by persona, key
"""

_TRUTH = """
with shared as (
    select distinct k.persona from persona_keys k join persona_keys o on o.key = k.key and o.person =
        k.person and o.persona <> k.persona
), objectors as (
    select distinct person from contacts where objects
)
select l.*, s.persona is not null as holds_evidence, d.persona is not null and l.network <> 'crm' as
    is_linkable_to_crm,
    o.person is not null as is_objector, list_sort(list_distinct(list(split_part(k.key, ':',
        1)) filter (where k.key is not null))) as keys,
    any_value(c.is_true) as claim_is_true
from persona_list l left join shared s using (persona) left join linked d using (persona) left join objectors
    o on o.person = l.person
    left join persona_keys k using (persona) left join claims c using (profile)
group by all order by l.persona
"""
