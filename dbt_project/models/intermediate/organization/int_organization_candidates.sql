-- The organisations a persona may speak for: those its own records name, and for a profile that names a job but no
-- organisation those of its person in the CRM. Which of them counts is int_persona_organizations'.

with claims as (
    select * from {{ ref('int_organization_claims') }}
),

personas as (
    select * from {{ ref('int_personas') }}
    where persona_type in ('profile', 'contact')
),

owners as (
    select * from {{ linked('personas') }}
),

profiles as (
    select
        'profile:' || network || ':' || profile_id as persona_id,
        employer is not null or job_title is not null as is_professional
    from {{ ref('stg_profiles') }}
),

-- a profile that names a job but no organisation speaks for the one its person works for
employed as (
    select
        profiles.persona_id,
        claims.source,
        claims.organization_id,
        claims.valid_from,
        claims.valid_to,
        claims.is_open
    from profiles
    inner join owners as own on profiles.persona_id = own.persona_id and own.link_status = 'accepted'
    inner join owners as contacts on own.person_id = contacts.person_id and contacts.persona_id like 'contact:%'
    inner join claims on contacts.persona_id = claims.persona_id
    where profiles.is_professional and claims.source in ('crm_account', 'opportunity_role', 'crm_employer')
),

candidates as (
    select
        claims.persona_id,
        claims.source,
        claims.organization_id,
        claims.valid_from,
        claims.valid_to,
        claims.is_open
    from claims
    inner join personas on claims.persona_id = personas.persona_id
    union all
    select * from employed
)

select
    persona_id,
    source,
    organization_id,
    valid_from,
    max(valid_to) as valid_to,
    bool_or(is_open) as is_open
from candidates
group by persona_id, source, organization_id, valid_from
