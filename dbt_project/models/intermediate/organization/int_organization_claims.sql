-- Which organisation each record ties a persona to, from when to when. One row per persona_id, source,
-- organization_id and valid_from.

with statements as (
    select * from {{ ref('int_organization_statements') }}
),

contexts as (
    select
        persona_id,
        country
    from {{ ref('int_persona_contexts') }}
),

resolved as (
    select * from {{ linked('organizations') }}
),

personas as (
    select * from {{ ref('int_personas') }}
),

brand as (
    select 'brand:' || brand_name as record_id
    from {{ source('inputs', 'parameters') }}
),

pointing as (
    select
        statements.persona_id,
        statements.source,
        {{ organization_record('statements.source', 'statements.value', 'contexts.country') }} as record_id,
        statements.valid_from,
        statements.valid_to,
        statements.first_observed_at,
        statements.last_observed_at
    from statements
    left join contexts on statements.persona_id = contexts.persona_id
    union all
    select
        'contact:' || roles.contact_id,
        'opportunity_role',
        'account:' || opportunities.account_id,
        opportunities.created_at,
        case when opportunities.is_closed then opportunities.closed_at end,
        roles.observed_at as first_observed_at,
        roles.observed_at as last_observed_at
    from {{ ref('stg_opportunity_contacts') }} as roles
    inner join {{ ref('stg_opportunities') }} as opportunities on roles.opportunity_id = opportunities.opportunity_id
    where opportunities.account_id is not null
    union all
    -- an organisation's own account speaks for it, staff and the brand's accounts for the company
    select
        personas.persona_id,
        case when personas.account_role = 'staff' then 'staff' else 'organization_account' end,
        case when personas.account_role = 'organization' then personas.persona_id else brand.record_id end,
        personas.created_at,
        null,
        null,
        null
    from personas
    cross join brand
    where personas.account_role in ('organization', 'brand', 'staff')
)

select
    pointing.persona_id,
    pointing.source,
    resolved.organization_id,
    resolved.probability as organization_probability,
    coalesce(pointing.valid_from, timestamptz '1970-01-01 00:00:00+00') as valid_from,
    max(pointing.valid_to) as valid_to,
    min(pointing.first_observed_at) as first_observed_at,
    max(pointing.last_observed_at) as last_observed_at,
    bool_or(pointing.valid_to is null) as is_open
from pointing
inner join resolved on pointing.record_id = resolved.record_id
inner join {{ ref('int_organizations') }} as organizations
    on resolved.organization_id = organizations.organization_id and organizations.is_named
where pointing.valid_to is null or pointing.valid_to >= pointing.valid_from
group by
    pointing.persona_id, pointing.source, resolved.organization_id, resolved.probability,
    coalesce(pointing.valid_from, timestamptz '1970-01-01 00:00:00+00')
