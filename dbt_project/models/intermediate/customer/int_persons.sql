{# Of several contacts the last modified one speaks for the person, then the one with the smallest id. #}

with resolved as (

    select * from {{ linked('personas') }}

),

personas as (

    select * from {{ ref('int_personas') }}

),

contacts as (

    select
        *,
        row_number() over (
            partition by person_id
            order by modified_at desc nulls last, contact_id asc
        ) as contact_rank
    from {{ ref('int_contacts') }}

),

personas_by_person as (

    select
        resolved.person_id,
        count(*) as personas,
        count(case when personas.persona_type = 'contact' then 1 end) as contacts,
        count(case when personas.persona_type = 'profile' then 1 end) as profiles,
        count(case when personas.persona_type = 'touchpoint' then 1 end) as touchpoint_identities,
        count(distinct case when personas.persona_type = 'profile' then personas.network end) as networks,
        min(case when resolved.link_status = 'accepted' then resolved.person_probability end)
            as weakest_link_probability,
        min(case when personas.account_role <> 'person' then personas.account_role end) as other_role,
        coalesce(bool_or(resolved.rule = 'held_back'), false) as is_held_back
    from resolved
    inner join personas on resolved.persona_id = personas.persona_id
    group by resolved.person_id

),

contacts_by_person as (

    select
        person_id,
        bool_or(is_living) as has_living_contact,
        bool_or(account_role <> 'person') as has_other_role,
        min_by(contact_id, contact_rank) as contact_id,
        min_by(time_zone, contact_rank) filter (where time_zone is not null) as time_zone,
        min_by(country_code, contact_rank) filter (where country_code is not null) as country_code,
        min_by(country_time_zone, contact_rank) filter (where country_code is not null) as country_time_zone,
        min_by(language, contact_rank) filter (where language is not null) as language
    from contacts
    group by person_id

)

select
    personas_by_person.person_id,
    contacts_by_person.contact_id,
    coalesce(personas_by_person.other_role, 'person') as account_role,
    coalesce(contacts_by_person.has_living_contact and not contacts_by_person.has_other_role, false)
        as may_be_customer,
    contacts_by_person.time_zone,
    contacts_by_person.country_code,
    contacts_by_person.country_time_zone,
    contacts_by_person.language,
    personas_by_person.personas,
    personas_by_person.contacts,
    personas_by_person.profiles,
    personas_by_person.touchpoint_identities,
    personas_by_person.networks,
    personas_by_person.weakest_link_probability,
    personas_by_person.is_held_back
from personas_by_person
left join contacts_by_person on personas_by_person.person_id = contacts_by_person.person_id
