"""How accounts are worded: handles, display names, bios, places, addresses, and which others they name.

Everything is SQL over `profile_rows` (personas.py) and dice u1 … u24 of the row. `write_profiles` fills
`profiles`, `claims` and `contact_links`. Rules are those of people, not of any matcher: nothing of
warehouse/identity may be read here.
"""

from __future__ import annotations

from ingestion.sample import company
from ingestion.sample.business.crm import word_columns
from ingestion.sample.people.affiliations import written_employer
from ingestion.sample.world import World

HANDLE_LIMITS = {"x": 15, "forum": 20, "fediverse": 30, "blogs": 40}

# g, f, n: given, family and nickname in plain letters; yy: year of birth; die: a uniform number.
_DERIVED = """case
    when {die} < 0.20 then {g} || {f}
    when {die} < 0.36 then left({g}, 1) || {f}
    when {die} < 0.46 then {g} || '.' || {f}
    when {die} < 0.54 then {g} || left({f}, 1)
    when {die} < 0.59 then {f} || left({g}, 1)
    when {die} < 0.71 then {g} || {f} || {yy}
    when {die} < 0.81 then {g} || '_' || {f}
    when {die} < 0.87 then {n} || {f}
    when {die} < 0.91 then {f} || '_' || {g}
    when {die} < 0.95 then ['the', 'real', 'its', 'hey'][1 + cast(floor({die} * 1e4) as integer) % 4] || {g}
        || {f}
    else {g} || {f} || ['_hq', '_online', 'writes', 'tv'][1 + cast(floor({die} * 1e4) as integer) % 4] end"""
_NICKED = """case when {die} < 0.40 then {n} || {f} when {die} < 0.60 then {n} || '_' || {f}
    when {die} < 0.75 then {n} || {yy} when {die} < 0.90 then 'its' || {n} || left({f},
        1) else {n} || {n} || {yy} end"""
_YY = "right(cast(birth_year as varchar), 2)"


def _derived(die: str, g: str = "g", f: str = "f", n: str = "n") -> str:
    return _DERIVED.format(die=die, g=g, f=f, n=n, yy=_YY)


def write_profiles(world: World) -> None:
    """Fill `profiles` (an account a row), `claims` (who names whom), `contact_links` (CRM)."""
    _base_handles(world)
    world.make("worded", _WORDED.format(customers=world.customers))
    world.make("profiles", _UNIQUE_HANDLES)
    noise = world.noise
    world.make(
        "profiles",
        _ADDRESSED.format(
            forum_email_same=noise.sql("forum_email_same", "own_class"),
            forum_email_related=noise.sql("forum_email_related", "own_class"),
        ),
    )
    _claims(world)
    world.make("profiles", _WITH_CLAIMS)
    world.make("contact_links", _CONTACT_LINKS.format(handle_in_crm=noise.sql("handle_in_crm")))


def _base_handles(world: World) -> None:
    """The one handle of those who use the same everywhere: derived from the name, or an invented word."""
    world.make(
        "base_handles",
        f"""
        with parts as (
            select person, birth_year, a.g, a.f, a.n, u4, u5, u3, {word_columns()}
            from addresses a join people using (person) join address_dice using (person)
        ), formed as (
            select *, case when u4 < 0.72 then {_derived("u5")} else word1 || word2 || cast(10 + floor(u3 *
                90) as integer) end
                as handle, u4 >= 0.72 as is_invented
            from parts
        ), numbered as (
            select *, row_number() over (partition by left(handle, 12) order by person) as nth from formed
        )
        select person, is_invented, case when nth = 1 then left(handle, 15)
            else left(handle, 12 - length(cast(nth as varchar))) || cast(nth + 1 as varchar) end as handle
        from numbered order by person""",
    )


# Names of roles that are no person's; each list is read by number.
_ORGANIZATIONS = (
    "['Harbour Bakery', 'Cedar Street Cafe', 'Northside Plumbing', 'Riverbank Hotel', 'Oak Lane Dental', "
    "'Gridline Weekly', 'Tinker Space', 'Parkview Estates', 'Ferry Road Gym', 'Lakeside Electric']"
)
_BOTS = "['uptime', 'weather', 'dealfeed', 'traffic', 'headline', 'pricewatch', 'newsline', 'couponcast']"

_WORDED = f"""
with copying as (
    select *, case when role = 'falsified' and u11 < 0.4 then cast(floor(u12 * {{customers}}) as integer) end
        as copied from profile_rows
), joined as (
    select r.*, {word_columns().replace("u7", "r.u7").replace("u8", "r.u8")},
        p.value_class as own_class,
        p.given, p.family, p.given_latin, p.family_latin, p.former_family_latin, p.birth_year, p.city,
            p.country,
        p.language, p.time_zone, p.job, p.employer, p.nickname, p.given <> p.given_latin
            and not regexp_matches(p.given, '[A-Za-z]') and r.u9 < 0.5 as in_latin,
        a.g, case when p.former_family_latin is not null and r.u10 < 0.3
            then regexp_replace(lower(p.former_family_latin), '[^a-z]', '', 'g') else a.f end as f,
        p.former_family_latin is not null and r.u10 < 0.3 as is_former,
        a.n, a.email as person_email, a.related_email, a.unrelated_email, a.old_email,
        b.handle as base_handle, b.is_invented,
        c.given as copied_given, c.family as copied_family, ca.g as copied_g, ca.f as copied_f,
            c.city as copied_city
    from copying r
        left join people p using (person) left join addresses a using (person) left join base_handles b using
            (person)
        left join people c on c.person = r.copied left join addresses ca on ca.person = r.copied
), cased as (
    select *, case when u1 < 0.25 and network = 'x' then upper(left(g, 1)) || substr(g, 2) else g end as cg,
        case when u1 < 0.25 and network = 'x' then upper(left(f, 1)) || substr(f, 2) else f end as cf,
        case when u1 < 0.25 and network = 'x' then upper(left(n, 1)) || substr(n, 2) else n end as cn,
        case when in_latin then given_latin else given end as dg,
        case when is_former then former_family_latin when in_latin then family_latin else family end as df,
        upper(left(nickname, 1)) || substr(nickname, 2) as dn,
        word1 || case when u2 < 0.4 then '_' else '' end || word2 || case when u3 < 0.7
            then cast(cast(floor(u3 * 1000) as integer) as varchar) else '' end as words
    from joined
)
select *,
    case
        when role = 'brand' then ['halvenwire', 'halvenwirehelp'][1 + (row_number() over (partition by role,
            network order by profile) - 1)]
        when role = 'organization' then lower(replace({_ORGANIZATIONS}[1 + cast(floor(u2 * 10) as integer)],
            ' ', '')) || cast(cast(floor(u3 * 90) as integer) as varchar)
        when role = 'bot' then {_BOTS}[1 + cast(floor(u2 * 8) as integer)] || '_bot' || cast(cast(floor(u3 *
            900) as integer) as varchar)
        when role = 'falsified' then coalesce(copied_g || copied_f,
            word1 || word2) || cast(cast(floor(u3 * 9000) as integer) as varchar)
        when kind in ('pseudonym', 'masked') then words
        when kind = 'same_handle' then base_handle
        when kind = 'nickname' then {_NICKED.format(die="u4", n="cn", f="cf", yy=_YY)}
        when kind = 'professional' then case when u4 < 0.5 then cg || cf when u4 < 0.8 then cg || '_' || cf
            else left(cg, 1) || cf end
        when kind = 'private' then case when u4 < 0.5 then cn || left(cf,
            1) || {_YY} when u4 < 0.8 then cn || '_' || word2 else cg || word2 end
        else {_derived("u4", "cg", "cf", "cn")} end as wished_handle
from cased order by profile
"""

_LIMIT = " ".join(f"when '{n}' then {limit}" for n, limit in HANDLE_LIMITS.items())
_PLAIN = (
    """left(case when network = 'forum' then wished_handle else replace(wished_handle, '.', '_') end, room)"""
)

_UNIQUE_HANDLES = f"""
with roomy as (
    select *, case network {_LIMIT} end as room from worded
), first_try as (
    select *, rtrim({_PLAIN}, '._') as plain from roomy
), counted as (
    select *, row_number() over (partition by network, lower(plain) order by role <> 'brand',
        profile) as nth from first_try
), second_try as (
    select * exclude (nth), case when nth = 1 then plain
        else left(plain, room - length(coalesce({_YY}, '7')) - 1) || '_' || coalesce({_YY}, '7') end as second
    from counted
), recounted as (
    select *, row_number() over (partition by network, lower(second) order by role <> 'brand',
        profile) as nth from second_try
)
select * exclude (nth, second, plain, room, wished_handle, word1, word2), word1, word2,
    case when nth = 1 then second
        else left(second, room - length(cast(profile as varchar))) || cast(profile as varchar) end as handle
from recounted order by profile
"""

_FULL = "dg || ' ' || df"
_AT_WORK = f"job || case when u23 < 0.8 then ' at ' else ' @ ' end || {written_employer('employer', 'u22')}"
_JOBS = f"""case when u13 < 0.3 then {_AT_WORK} when u13 < 0.45 then job || '. Opinions my own.'
    when u13 < 0.6 then 'Tinkering with my smart home. ' || coalesce(city,
        '') when u13 < 0.7 then 'Coffee, cycling, ' || lower(job)
    when u13 < 0.78 and language = 'de' then job || ' aus ' || city when u13 < 0.78 and language = 'fr' then
        job || ' à ' || city
    when u13 < 0.78 and language = 'es' then job || ' en ' || city when u13 < 0.78 and language = 'pl' then
        job || ', ' || city
    when u13 < 0.78 then job || ' in ' || city end"""
_MOODS = (
    "['just here to read', 'night owl', 'home automation nerd', 'cables everywhere', 'no DMs', "
    "'lurking since forever']"
)

_ADDRESSED = f"""
select profile, person, network, is_second, role, kind, handle, is_protected, created_us, deleted_us,
    word1, word2, g, f, n, is_former, is_invented, birth_year, city, country, language, employer,
    case
        when role = 'brand' then 'Halvenwire' || case when lower(handle) like '%help' then ' Help' else '' end
        when role = 'organization' then {_ORGANIZATIONS}[1 + cast(floor(u2 * 10) as integer)]
        when role = 'bot' then replace(handle, '_', ' ')
        when role = 'falsified' then coalesce(copied_given || ' ' || copied_family, handle)
        when role = 'staff' then {_FULL} || ' (Halvenwire)'
        when kind in ('pseudonym', 'masked') then case when u5 < 0.5
            then upper(left(word1, 1)) || substr(word1, 2) || ' ' || upper(left(word2, 1)) || substr(word2, 2)
            when u5 < 0.85 then handle else word2 || ' ' || ['🦊', '🌙',
                '⚡'][1 + cast(floor(u6 * 3) as integer)] end
        when kind = 'professional' then {_FULL}
        when kind = 'private' then case when u5 < 0.6 then dn else dg end
        when kind = 'nickname' then case when u5 < 0.5 then dn || ' ' || df when u5 < 0.75 then dn else
            {_FULL} end
        when is_invented and kind = 'same_handle' and u5 < 0.35 then handle
        when u5 < 0.64 then {_FULL} when u5 < 0.74 then dg || ' ' || left(df, 1) || '.' when u5 < 0.84 then dg
        when u5 < 0.89 then lower({_FULL}) when u5 < 0.95 then {_FULL} || ' ' || ['🌻', '🏡',
            '🚲'][1 + cast(floor(u6 * 3) as integer)]
        else handle end as display_name,
    case
        when role = 'brand' then 'Connected home and broadband. Official account.'
        when role = 'organization' then 'Official account of ' || {_ORGANIZATIONS}[1 + cast(floor(u2 * 10) as
            integer)]
        when role = 'bot' then 'Automated account. Beep.'
        when role = 'staff' then 'Helping customers at Halvenwire'
        when role = 'falsified' then case when u13 < 0.6 then 'Love gadgets and great deals, ask me how' end
        when kind in ('pseudonym', 'masked', 'private') then case when u13 < 0.5 then {_MOODS}[1 +
            cast(floor(u6 * 6) as integer)] end
        when kind = 'professional' then {_AT_WORK}
        else {_JOBS} end as bio,
    case
        when role = 'falsified' then copied_city
        when role not in ('person', 'staff') then null
        when kind in ('pseudonym', 'masked') then case when u14 < 0.2 then country when u14 < 0.3 then
            'somewhere online' end
        when u14 < 0.40 then city when u14 < 0.56 then city || ', ' || country when u14 < 0.66 then country
        when u14 < 0.70 then 'planet earth' end as location,
    case when network = 'forum' then case
        when role = 'falsified' then word1 || cast(profile as varchar) || '@tempdrop.example'
        when role = 'staff' then g || '.' || f || '@{company.DOMAIN}'
        when role <> 'person' then handle || '@' || handle || '.example'
        when kind = 'pseudonym' then word1 || cast(profile as varchar) || '@inboxly.example'
        when kind = 'masked' then person_email
        when u15 < {{forum_email_same}} then person_email
        when u15 < {{forum_email_same}} + {{forum_email_related}} then related_email
        when u15 < 0.9 then old_email else unrelated_email end end as email,
    case when role = 'person' and u16 < 0.7 then time_zone end as stated_time_zone,
    time_zone,
    case network
        when 'x' then cast((cast(floor(created_us / 1000) as bigint) - 1288834974657) * 4194304 + profile %
            4194304 as varchar)
        when 'forum' then cast(1000 + row_number() over (partition by network order by created_us,
            profile) as varchar)
        when 'fediverse' then 'https://{company.FEDIVERSE_HOST}/users/' || lower(handle)
        else case when kind = 'pseudonym' then 'https://' || lower(replace(handle, '_',
            '-')) || '.quietpages.example/'
            when u17 < 0.55 then 'https://' || lower(replace(handle, '_', '-')) || '.example/'
            else 'https://' || lower(replace(handle, '_', '-')) || '.quietpages.example/' end end as
                native_id,
    case network
        when 'x' then 'https://x.com/' || handle
        when 'forum' then 'https://{company.FORUM_HOST}/u/' || lower(handle)
        when 'fediverse' then 'https://{company.FEDIVERSE_HOST}/@' || lower(handle)
        else '' end as page,
    own_class, u18, u19, u20, u21, u22, u23, u24
from profiles order by profile
"""


def _claims(world: World) -> None:
    """Who names another account: of the same person (true), or of somebody else (false)."""
    world.make(
        "profiles",
        """select * replace (case when network = 'blogs' then native_id else page end as page)
        from profiles order by profile""",
    )
    world.make(
        "claims",
        f"""
        with own as (
            select profile, person, network, kind, own_class, u18, u19,
                coalesce(lead(profile) over (partition by person order by profile),
                    first_value(profile) over (partition by person order by profile)) as other
            from profiles where role = 'person' and kind not in ('pseudonym', 'masked')
        ), truly as (
            select profile, other, true as is_true, u19 from own
            where other <> profile and network <> 'blogs' and u18 < {world.noise.sql("true_claim", "own_class")}
        ), others as (
            select profile, row_number() over (order by profile) - 1 as place, count(*) over () as size
            from profiles where role = 'person' and network in ('x', 'fediverse')
        ), falsely as (
            select p.profile, o.profile as other, false as is_true, p.u19
            from profiles p join others o on o.place = cast(floor(p.u20 * o.size) as bigint)
                join profiles q on q.profile = o.profile
            where p.role in ('person', 'falsified') and p.network in ('x', 'fediverse',
                'forum') and q.person <> p.person
                and p.u21 < case when p.role = 'falsified' then 0.2
                    else {world.noise.sql("false_claim", "p.own_class")} end
                and p.profile not in (select profile from truly)
        )
        select c.*, q.network as other_network, q.handle as other_handle, q.page as other_page,
            q.native_id as other_native_id
        from (select * from truly union all select * from falsely) c join profiles q on q.profile = c.other
        order by profile""",
    )


# A claim stands in the bio's words (half), or in a link of the profile (rel=me where the network has it).
_WITH_CLAIMS = f"""
select p.* exclude (bio),
    case when c.u19 < 0.5 then concat_ws(' · ', p.bio, case c.other_network
        when 'x' then '@' || c.other_handle || ' on X' when 'fediverse' then '@' || lower(c.other_handle) ||
            '@{company.FEDIVERSE_HOST}'
        else c.other_page end) else p.bio end as bio,
    case when c.u19 >= 0.5 then c.other_page end as link,
    case when c.u19 >= 0.5 and c.other_network = 'fediverse' then c.other_native_id end as linked_actor
from profiles p left join claims c using (profile) order by p.profile
"""

# What the CRM holds of the accounts of its contacts: an X handle, a website.
_CONTACT_LINKS = """
select c.contact, arg_min(x.handle, x.profile) filter (where x.network = 'x' and c.handle_die <
    {handle_in_crm}) as x_handle,
    arg_min(x.native_id, x.profile) filter (where x.network = 'blogs' and c.website_die < 0.3) as website
from (select contact, person, value_class, u1 as handle_die, u4 as website_die
        from contact_rows join people using (person) where role = 'standing') c
    join profiles x on x.person = c.person and x.role = 'person' and x.kind not in ('pseudonym', 'masked',
        'private')
group by c.contact order by c.contact
"""
