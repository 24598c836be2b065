{# An account of the brand may be known by its configured id alone, before any export shows its profile. #}
with personas as (

    select * from {{ ref('int_personas') }}

),

configured_accounts as (

    select * from {{ source('inputs', 'configured_accounts') }}

)

select
    network,
    lower(native_id) as profile_id
from personas
where persona_type = 'profile' and account_role = 'brand'

union

select
    network,
    lower(account) as profile_id
from configured_accounts
where owner_kind = 'brand'
