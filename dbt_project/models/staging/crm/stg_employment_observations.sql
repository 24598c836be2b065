{# stg_contacts and stg_profiles keep what was last said; whom a persona works for is dated by every observation. #}
with contacts as (

    select * from {{ source('lake', 'contacts') }}

),

profiles as (

    select * from {{ source('lake', 'profiles') }}

)

select distinct
    'contact:' || contact_id as persona_id,
    observed_at,
    record_hash,
    created_at,
    account_id,
    employer,
    cast(null as varchar) as bio,
    email
from contacts
where account_id is not null or employer is not null or email is not null

union all

select distinct
    'profile:' || network || ':' || profile_id as persona_id,
    observed_at,
    record_hash,
    created_at,
    cast(null as varchar) as account_id,
    employer,
    bio,
    email
from profiles
where employer is not null or bio is not null or email is not null
