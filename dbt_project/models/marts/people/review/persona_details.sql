{# What a reviewer needs to see of a persona. Addresses are masked, also where somebody wrote them into a bio. #}
with sources as (

    select * from {{ ref('int_persona_sources') }}

),

resolved as (

    select * from {{ source('identity', 'personas') }}

),

made as (

    select * from {{ ref('int_personas') }}

),

masked as (

    select
        sources.*,
        {{ mask_email('sources.emails[1]') }} as masked_email,
        {{ mask_addresses('sources.bio') }} as masked_bio,
        {{ mask_addresses("array_to_string(list_concat(sources.urls, sources.named_accounts), ' ')") }}
            as names_accounts
    from sources

)

select
    -- grain
    resolved.persona_id,

    -- whose
    resolved.person_id,
    round(cast(resolved.person_probability as double), 9) as probability,
    resolved.link_status,
    resolved.decided_by,
    resolved.rule,

    -- what kind
    made.persona_type,
    made.network,
    made.native_id,
    made.account_role,

    -- how it shows itself
    coalesce(masked.full_name, nullif(concat_ws(' ', masked.given_name, masked.family_name), '')) as name,
    masked.handle,
    nullif(concat_ws(', ', masked.location, masked.city, masked.country), '') as place,
    masked.language,
    masked.employer,
    masked.title,
    masked.masked_bio as bio,
    nullif(masked.names_accounts, '') as names_accounts,
    masked.masked_email,
    masked.created_at
from resolved
inner join made on resolved.persona_id = made.persona_id
inner join masked on resolved.persona_id = masked.persona_id
