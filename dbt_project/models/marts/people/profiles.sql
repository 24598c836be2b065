with profiles as (

    select * from {{ ref('int_profiles') }}

),

owners as (

    select * from {{ ref('int_profile_owners') }}

),

trust as (

    select * from {{ ref('int_persona_trust') }}

),

resolved as (

    select * from {{ linked('personas') }}

),

candidates as (

    select * from {{ linked('link_candidates') }}

),

likeliest_owners as (

    select
        network,
        profile_id,
        max(probability) as probability
    from candidates
    group by network, profile_id

),

counters as (

    select * from {{ ref('stg_profile_counters') }}
    where followers is not null

),

last_counters as (

    select
        network,
        profile_id,
        max_by(followers, observed_at) as followers
    from counters
    group by network, profile_id

)

select
    -- grain
    owners.network,
    owners.profile_id,

    -- whose
    owners.persona_id,
    owners.person_id,
    round(cast(
        case
            when owners.link_status = 'accepted' then owners.person_probability
            else likeliest_owners.probability
        end as double
    ), 9) as probability,
    owners.link_status,
    resolved.decided_by,
    resolved.rule,

    -- what kind of account
    owners.account_role,
    owners.role_reason,
    case
        when owners.account_role <> 'person' then null
        when coalesce(profiles.employer, profiles.job_title) is not null then 'professional'
        when {{ employer_in_bio('profiles.bio') }} <> '' then 'professional'
        else 'personal'
    end as persona_role,
    round(trust.trust_score, 9) as trust_score,
    array_to_string(trust.trust_reasons, ', ') as trust_reasons,

    -- how it shows itself
    profiles.handle,
    profiles.display_name,
    profiles.language,
    profiles.is_verified,
    last_counters.followers,
    owners.present_from,
    profiles.created_at,
    profiles.deleted_at,

    -- where from
    profiles.source,
    profiles.source_file_sha256,
    profiles.source_record
from owners
inner join profiles on owners.network = profiles.network and owners.profile_id = profiles.profile_id
inner join trust on owners.persona_id = trust.persona_id
inner join resolved on owners.persona_id = resolved.persona_id
left join likeliest_owners
    on owners.network = likeliest_owners.network and owners.profile_id = likeliest_owners.profile_id
left join last_counters on owners.network = last_counters.network and owners.profile_id = last_counters.profile_id
