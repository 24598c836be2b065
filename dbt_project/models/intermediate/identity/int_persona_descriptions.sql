{{ config(materialized='view') }}
-- What people need to see of a persona, whether its links are published or not: addresses are masked, also where
-- somebody wrote them into a bio. A view, so that a build keeps nothing of it that staging does not hold.

with sources as (

    select * from {{ ref('int_persona_sources') }}

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
    made.persona_id,

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
from made
inner join masked on made.persona_id = masked.persona_id
