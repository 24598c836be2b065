"""What the CRM makes of the people: accounts, contacts, duplicates, merges and leads, with their errors.

`build_crm` fills the tables `addresses`, `accounts` and `contacts` of the world (leads are contacts, too).
Must not live here: orders and cases (commerce.py), CSV columns (formats/salesforce_export/sample.py).
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.noise import Noise
from ingestion.sample.people.affiliations import written_employer
from ingestion.sample.streams import exactly, stream
from ingestion.sample.world import World, salesforce_ids

CONTACT_ROLES = ("standing", "duplicate", "merged", "lead", "converted_lead")

# Local parts of e-mail addresses, as people form them from their name; g = given, f = family, n = nickname.
_LOCAL_PART = """case
    when u1 < 0.26 then g || '.' || f      when u1 < 0.38 then left(g, 1) || f
    when u1 < 0.50 then g || f             when u1 < 0.58 then g || '_' || f
    when u1 < 0.68 then g || right(cast(birth_year as varchar), 2)
    when u1 < 0.76 then n || '.' || f      when u1 < 0.82 then f || '.' || g
    else {words} end"""
_WORDS = "word1 || word2 || cast(10 + floor(u3 * 90) as integer)"
_WORDS_TEXT = """
    sunny quiet blue little silver happy lazy wild green lucky paper cosmic salty velvet
    rusty misty gentle brave crispy electric hidden lunar mellow nordic polar rapid sleepy tiny urban vivid
"""
_THINGS_TEXT = """
    otter falcon maple comet pixel kettle badger raven cactus biscuit rocket teapot walnut
    heron anchor acorn ember fjord gecko harbor island jackal koala lemon meadow nimbus onion panda quartz
"""
WORDS = tuple(_WORDS_TEXT.split())
THINGS = tuple(_THINGS_TEXT.split())


def word_columns() -> str:
    """SQL of two invented words, from u7 and u8 of the row: they say nothing of the person."""
    words = "[" + ",".join(f"'{w}'" for w in WORDS) + "]"
    things = "[" + ",".join(f"'{w}'" for w in THINGS) + "]"
    return (
        f"{words}[1 + cast(floor(u7 * {len(WORDS)}) as integer)] as word1, "
        f"{things}[1 + cast(floor(u8 * {len(THINGS)}) as integer)] as word2"
    )


def build_crm(world: World) -> None:
    """Fill `addresses` (one row a person), `accounts`, `contacts` (one row a contact or lead)."""
    _addresses(world)
    _accounts(world)
    _contact_skeleton(world)
    _household_dice(world)
    world.make("contacts", _CONTACTS.format(**_rates(world.noise)))
    _type_in_haste(world)


def _rates(noise: Noise) -> dict[str, str]:
    return {f.name: noise.sql(f.name) for f in fields(noise) if f.name != "by_class"}


def _addresses(world: World) -> None:
    size = world.rows("people")
    world.add(
        "address_dice",
        pa.table({"person": np.arange(size, dtype=np.int32), **world.dice("addresses", size, 8)}),
    )
    world.make(
        "addresses",
        f"""
        with parts as (
            select p.*, d.* exclude (person), {word_columns()},
                regexp_replace(lower(given_latin), '[^a-z]', '', 'g') as g,
                regexp_replace(lower(family_latin), '[^a-z]', '', 'g') as f,
                regexp_replace(lower(nickname), '[^a-z]', '', 'g') as n,
                lower(regexp_replace(employer, '[^A-Za-z0-9]', '', 'g')) || '.example' as work_domain
            from people p join address_dice d using (person)
        ), formed as (
            select *, {_LOCAL_PART.format(words=_WORDS)} as local_part,
                customer_type <> 'household' and u2 < 0.7 as at_work
            from parts
        ), addressed as (
            select *, case when at_work then g || '.' || f else local_part end as local_main,
                case when at_work then work_domain else mail_domain end as domain_main
            from formed
        ), numbered as (
            select *, row_number() over (partition by local_main,
                domain_main order by person) as nth from addressed
        )
        select person, g, f, n, work_domain,
            local_main || case when nth > 1 then cast(nth + 60 as varchar) else '' end as local_part,
            local_main || case when nth > 1 then cast(nth + 60 as varchar) else '' end || '@' || domain_main
                as email,
            local_main || case when nth > 1 then cast(nth + 60 as varchar) else '' end || '@web.'
                || other_mail_domain as related_email,
            word2 || word1 || cast(person as varchar) || '@' || other_mail_domain as unrelated_email,
            word1 || '.' || word2 || cast(100 + person as varchar) || '@' || mail_domain as old_email,
            mobile_pattern, phone_digits
        from numbered order by person""",
    )
    world.make("addresses", f"select *, {_PHONE} as phone from addresses order by person")


def _fill_pattern(pattern: str, digits: str) -> str:
    """SQL that writes digits at the end of a pattern in place of its #."""
    room = f"length({pattern}) - length(rtrim({pattern}, '#'))"
    return f"rtrim({pattern}, '#') || right('00000000' || cast({digits} as varchar), {room})"


_PHONE = _fill_pattern("mobile_pattern", "phone_digits")


def _accounts(world: World) -> None:
    """One account a household, one a business."""
    world.make(
        "account_of",
        """
        select person, dense_rank() over (order by customer_type <> 'household',
            case when customer_type = 'household' then household else employer_number end) - 1 as account
        from people where kind = 'customer' order by person""",
    )
    number = world.rows("(select distinct account from account_of)")
    ids = salesforce_ids("001", np.arange(number, dtype=np.int64) + 1000)
    world.add("account_ids", pa.table({"account": np.arange(number), "account_id": ids}))
    world.make(
        "accounts",
        """
        select a.account, any_value(i.account_id) as account_id, min(p.person) as first_person,
            case when any_value(p.customer_type) = 'household'
                then arg_min(p.family, p.person) || ' Household' else any_value(p.employer) end as name,
            any_value(p.customer_type) as customer_type, arg_min(p.city, p.person) as city,
            arg_min(p.country, p.person) as country, arg_min(d.work_domain, p.person) as domain,
            arg_min(d.phone, p.person) as phone, min(p.customer_from) as created_us,
            count(*) as members
        from account_of a join people p using (person) join addresses d using (person)
            join account_ids i using (account)
        group by a.account order by a.account""",
    )


def _contact_skeleton(world: World) -> None:
    """Which contacts and leads there are, whose, in which role: one row each, in order of id."""
    rng = stream(world.seed, "contacts")
    kind = world.column("select kind from people order by person")
    customers = np.flatnonzero(kind == "customer")
    classes = world.column("select value_class from people order by person")[customers]
    persons = [customers]
    roles = [np.zeros(len(customers), dtype=np.int64)]
    for code, rate in ((1, "crm_duplicate"), (2, "crm_merged"), (4, "converted_lead")):
        chosen = customers[exactly(rng, world.noise.rates(rate, classes), len(customers))]
        persons.append(chosen)
        roles.append(np.full(len(chosen), code))
    prospects = np.flatnonzero(kind == "prospect")
    persons.append(prospects)
    roles.append(np.full(len(prospects), 3))
    person, role = np.concatenate(persons), np.concatenate(roles)
    order = rng.permutation(len(person))
    person, role = person[order], role[order]
    number = np.arange(len(person), dtype=np.int64)
    ids = np.where(role >= 3, salesforce_ids("00Q", number + 7000), salesforce_ids("003", number + 7000))
    world.add(
        "contact_rows",
        pa.table(
            {
                "contact": number.astype(np.int32),
                "contact_id": pa.array(ids.astype(object)),
                "person": person.astype(np.int32),
                "role": pa.array(np.array(CONTACT_ROLES, dtype=object)[role]),
                **world.dice("contact_rows", len(person), 24),
            }
        ),
    )


def _household_dice(world: World) -> None:
    """Which couples gave the CRM one e-mail address, or one phone number, for both."""
    size, rng = world.customers, stream(world.seed, "households")
    world.add(
        "household_dice",
        pa.table(
            {
                "household": np.arange(size, dtype=np.int32),
                "same_email": exactly(rng, world.noise.household_email, size),
                "same_phone": exactly(rng, world.noise.household_phone, size),
            }
        ),
    )


def _typo(column: str, rate: str, chance: str, place: str) -> str:
    """SQL that drops a letter, or swaps two, in the share `rate` of names of four letters or more."""
    at = f"cast(2 + floor({place} * (length({column}) - 3)) as integer)"
    swapped = (
        f"left({column}, {at} - 1) || substr({column}, {at} + 1, 1) || substr({column}, {at}, 1)"
        f" || substr({column}, {at} + 2)"
    )
    dropped = f"left({column}, {at} - 1) || substr({column}, {at} + 1)"
    return (
        f"case when {chance} < {rate} * 0.5 and length({column}) > 3 then {swapped} "
        f"when {chance} < {rate} and length({column}) > 3 then {dropped} else {column} end"
    )


def _type_in_haste(world: World) -> None:
    """What a form or a hurried agent leaves of names and cities, in records that are not the standing one.

    Errors come in bunches: each of given name, family name and city is mistyped in most of the hasty records.
    """
    size = world.rows("contacts")
    world.add(
        "haste_dice",
        pa.table({"contact": np.arange(size, dtype=np.int32), **world.dice("haste", size, 8)}),
    )
    world.make("contacts", _HASTY.format(**_rates(world.noise)))


_SPELLINGS = " ".join(
    f"when '{c.code}' then [" + ",".join(f"'{s}'" for s in c.spellings) + "]" for c in company.COUNTRIES
)
_START = company.microseconds(company.HISTORY_FROM)
_CHANGE = company.microseconds(company.FIRST_MONTH)

_CONTACTS = (
    """
with named as (
    select r.*, p.* exclude (person), a.g, a.f, a.email as person_email, a.related_email, a.old_email,
        a.phone as person_phone, o.account, h.email as household_email, h.phone as household_phone,
        u1 < {latin_in_crm} and p.given <> p.given_latin and not regexp_matches(p.given,
            '[A-Za-z]') as in_latin,
        case when p.former_family is not null and (role <> 'standing' or u2 < 0.6) then 1 else 0 end as
            is_former,
        hash_dice.same_email, hash_dice.same_phone
    from contact_rows r
        join people p using (person)
        join addresses a using (person)
        left join account_of o using (person)
        left join addresses h on h.person = p.household
        left join household_dice hash_dice on hash_dice.household = p.household
), written as (
    select *,
        case when in_latin then given_latin when role = 'duplicate' and u3 < 0.25 then upper(left(nickname,
            1)) || substr(nickname, 2)
            when role = 'duplicate' and u3 < 0.35 then left(given,
                1) || '.' else given end as first_name_true,
        case when in_latin and is_former = 1 then former_family_latin when is_former = 1 then former_family
            when in_latin then family_latin
            when second_family is not null and u4 < 0.6 then family || ' ' || second_family
            else family end as last_name_true,
        case
            when role = 'standing' and is_second_in_household and coalesce(same_email,
                false) then household_email
            when u5 < {email_missing} then null
            when u5 < {email_missing} + {email_stale} then old_email
            when role in ('duplicate', 'merged') and u6 < 0.55 then related_email
            else person_email end as email_true,
        case when kind = 'customer' then customer_from - cast(u24 * 40 * 86400e6 as bigint)
            else """
    + f"{_START} + cast(u24 * ({_CHANGE} - {_START}) as bigint)"
    + """ end as created_us
    from named
)
select contact, contact_id, person, role, account,
    """
    + _typo("first_name_true", "{name_typo}", "u7", "u8")
    + """ as first_name,
    """
    + _typo("last_name_true", "{name_typo}", "u9", "u10")
    + """ as last_name,
    is_former,
    case when is_former = 0 and role = 'standing' and u2 < 0.8 then case when in_latin then
        former_family_latin else former_family end
        end as former_last_name,
    case when u11 < 0.04 then nickname end as nickname,
    case when u12 < {placeholder} then case when u13 < 0.5 then 'noname@halvenwire.example' else 'info@' ||
        split_part(person_email, '@', 2) end
        when u14 < {email_typo} then left(email_true, 1) || substr(email_true,
            3) else email_true end as email,
    email_true is not null and u12 >= {placeholder} and u14 >= {email_typo} as is_email_true,
    case when role = 'standing' and is_second_in_household and coalesce(same_phone,
        false) then household_phone
        when u15 < {phone_missing} then null when u16 < {placeholder} then '000000' else person_phone end as
            phone,
    u17 as phone_format,
    cast(house_number as varchar) || ' ' || ['Mill Lane', 'Station Road', 'Garden Street', 'Church Street',
        'High Street',
        'Linden Way', 'Park Avenue', 'River Street'][1 + street_number % 8] as street,
    case when u18 >= {city_missing} then city end as city, region,
    regexp_replace(regexp_replace(postal_pattern, '#', cast(postal_digit as varchar)), '#', '4',
        'g') as postal_code,
    case country """
    + _SPELLINGS
    + """ end as spellings, country, u19 as spelling_die,
    case when u20 >= {time_zone_missing} then time_zone end as time_zone, time_zone as true_time_zone,
    case when u21 < 0.7 then language end as language,
    case when u22 < 0.45 then job end as title, case when role in ('lead',
        'converted_lead') then """
    + written_employer("employer", "u6")
    + """ end as company_name,
    case when u23 < 0.15 then birth_year end as birth_year,
    case role when 'lead' then 'Prospect' else 'Customer' end as stage,
    case when role in ('lead', 'converted_lead') then null
        else make_timestamp(customer_from) end as stage_from,
    make_timestamp(created_us) as created_at,
    make_timestamp(greatest(customer_from, created_us, """
    + f"{_CHANGE} + cast((u23 - 0.8) * 400 * 86400e6 as bigint)"
    + """)) as modified_at,
    u13 < {objection} as objects
from written order by contact"""
)

# Share of the fields of a hasty record that are mistyped.
_IN_HASTE = "case when role <> 'standing' and h1 < {hasty} then 0.65 else 0 end"
_HASTY = (
    """
with diced as (
    select c.*, p.value_class,
        d.u1 as h1, d.u2 as h2, d.u3 as h3, d.u4 as h4, d.u5 as h5, d.u6 as h6, d.u7 as h7, d.u8 as h8,
        role <> 'standing' and d.u8 < {half_name} as is_half_name,
        role <> 'standing' and d.u8 >= {half_name} and d.u8 < {half_name} + {swapped_name} as is_swapped
    from contacts c join haste_dice d using (contact) join people p using (person)
), retyped as (
    select * exclude (first_name, last_name, city),
        """
    + _typo("first_name", _IN_HASTE, "h2", "h3")
    + """ as given_typed,
        """
    + _typo("last_name", _IN_HASTE, "h4", "h5")
    + """ as family_typed,
        """
    + _typo("city", _IN_HASTE, "h6", "h7")
    + """ as city
    from diced
)
select * exclude (value_class, given_typed, family_typed, h1, h2, h3, h4, h5, h6, h7, h8, is_swapped),
    case when is_half_name then null when is_swapped then family_typed else given_typed end as first_name,
    -- a form that insists on a last name gets the one name that somebody gives
    case when is_swapped or (is_half_name and h8 < {half_name} * 0.4) then given_typed else family_typed end
        as last_name
from retyped order by contact"""
)
