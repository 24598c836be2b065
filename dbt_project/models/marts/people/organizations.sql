with claims as (

    select * from {{ ref('int_organization_claims') }}

),

organizations as (

    select * from {{ ref('int_organizations') }}

),

resolved as (

    select * from {{ linked('personas') }}

)

select
    -- grain
    resolved.person_id,
    claims.organization_id,
    claims.persona_id,
    claims.source,
    claims.valid_from,

    -- until when, and when it was seen
    case when not claims.is_open then claims.valid_to end as valid_to,
    claims.first_observed_at,
    claims.last_observed_at,

    -- which organisation
    organizations.name as organization_name,
    organizations.domain,
    organizations.country_code,
    organizations.account_id,
    organizations.is_customer,
    organizations.has_open_opportunity,

    -- how sure
    round(cast(resolved.person_probability as double), 9) as link_probability,
    round(cast(claims.organization_probability as double), 9) as organization_probability
from claims
inner join organizations on claims.organization_id = organizations.organization_id
inner join resolved on claims.persona_id = resolved.persona_id
