with contacts as (

    select * from {{ ref('stg_contacts') }}

),

personas as (

    select * from {{ ref('int_personas') }}

),

resolved as (

    select * from {{ linked('personas') }}

),

country_names as (

    select * from {{ ref('country_names') }}

),

countries as (

    select * from {{ ref('countries') }}

),

time_zones as (

    {{ known_time_zones() }}

)

select
    contacts.contact_id,
    resolved.person_id,
    contacts.account_id,
    personas.account_role,
    personas.role_reason,
    contacts.contact_type,
    contacts.is_deleted is not true and contacts.merged_into_id is null as is_living,
    countries.country_code,
    time_zones.time_zone,
    country_zones.time_zone as country_time_zone,
    contacts.language,
    contacts.modified_at
from contacts
inner join personas on personas.persona_type = 'contact' and contacts.contact_id = personas.native_id
inner join resolved on personas.persona_id = resolved.persona_id
left join country_names on lower(trim(contacts.country)) = country_names.written
left join countries on country_names.country_code = countries.country_code
left join time_zones on contacts.time_zone = time_zones.time_zone
left join time_zones as country_zones on countries.only_time_zone = country_zones.time_zone
