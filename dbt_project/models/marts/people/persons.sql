with persons as (

    select * from {{ ref('int_persons') }}

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

profiles as (

    select * from {{ ref('profiles') }}

),

customers as (

    select * from {{ ref('customers') }}

),

profile_names as (

    select
        person_id,
        min_by(coalesce(display_name, handle), network || profile_id) as name
    from profiles
    where coalesce(display_name, handle) is not null
    group by person_id

)

select
    -- grain
    persons.person_id,

    -- who
    coalesce(
        nullif(trim(contacts.full_name), ''),
        nullif(trim(concat_ws(' ', contacts.given_name, contacts.family_name)), ''),
        profile_names.name
    ) as name,
    persons.account_role,
    customers.person_id is not null as is_customer,
    persons.contact_id,
    persons.country_code,
    coalesce(persons.time_zone, persons.country_time_zone) as time_zone,
    persons.language,

    -- personas
    persons.personas,
    persons.contacts,
    persons.profiles,
    persons.touchpoint_identities,
    persons.networks,
    round(cast(persons.weakest_link_probability as double), 9) as weakest_link_probability,
    persons.is_held_back
from persons
left join contacts on persons.contact_id = contacts.contact_id
left join profile_names on persons.person_id = profile_names.person_id
left join customers on persons.person_id = customers.person_id
