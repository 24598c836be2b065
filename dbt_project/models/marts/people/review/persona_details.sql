with resolved as (

    select * from {{ linked('personas') }}

),

described as (

    select * from {{ ref('int_persona_descriptions') }}

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
    described.persona_type,
    described.network,
    described.native_id,
    described.account_role,

    -- how it shows itself
    described.name,
    described.handle,
    described.place,
    described.language,
    described.employer,
    described.title,
    described.bio,
    described.names_accounts,
    described.masked_email,
    described.created_at
from resolved
inner join described on resolved.persona_id = described.persona_id
