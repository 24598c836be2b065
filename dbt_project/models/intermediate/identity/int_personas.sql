-- Everything the matcher may know of a persona, and nothing else of it. One row per persona.

with sources as (
    select * from {{ ref('int_persona_sources') }}
),

roles as (
    select * from {{ ref('int_persona_roles') }}
),

names as (
    select * from {{ ref('int_persona_names') }}
),

handles as (
    select * from {{ ref('int_persona_handles') }}
),

contact_points as (
    select * from {{ ref('int_persona_contact_points') }}
),

accounts as (
    select * from {{ ref('int_persona_accounts') }}
),

contexts as (
    select * from {{ ref('int_persona_contexts') }}
),

avatars as (
    select * from {{ ref('int_persona_avatars') }}
),

rhythms as (
    select * from {{ ref('int_persona_rhythms') }}
),

interests as (
    select * from {{ ref('int_persona_interests') }}
),

trust as (
    select * from {{ ref('int_persona_trust') }}
)

select
    -- who
    sources.persona_id,
    sources.persona_type,
    sources.network,
    sources.native_id,
    roles.account_role,
    roles.role_reason,
    roles.is_linkable,
    'contact:' || sources.merged_into_id as merged_into_persona_id,
    sources.created_at,

    -- names
    names.full_name,
    names.given_name,
    names.family_name,
    names.former_family_name,
    names.name_generation,
    names.given_canonicals,
    names.given_forms,
    names.family_names,
    names.name_tokens,
    names.given_sound,
    names.family_sound,
    names.full_handles,
    names.initial_handles,

    -- handles
    handles.handle,
    handles.handle_letters,
    handles.handle_skeleton,
    handles.is_handle_of_name,
    handles.aliases,
    handles.name_local_parts,

    -- contact points
    contact_points.email_hashes,
    contact_points.own_email_hashes,
    case when sources.persona_type = 'profile' then contact_points.email_hashes[1] end as verified_email_hash,
    handles.email_local_parts,
    contact_points.email_domains,
    trust.trust_score,
    contact_points.phone_hashes,
    contact_points.own_phone_hashes,
    contact_points.sites,

    -- declared links
    accounts.own_accounts,
    accounts.declared_accounts,
    accounts.declared_networks,

    -- context
    contexts.city,
    contexts.country,
    contexts.time_zone,
    contexts.language,
    contexts.employer,
    contexts.title_tokens,
    contexts.bio_tokens,
    contexts.birth_year,

    -- how it looks and behaves
    avatars.avatar_hash,
    rhythms.rhythm_hours,
    rhythms.rhythm_weekdays,
    coalesce(interests.interests, []) as interests
from sources
inner join roles on sources.persona_id = roles.persona_id
inner join names on sources.persona_id = names.persona_id
inner join handles on sources.persona_id = handles.persona_id
inner join contact_points on sources.persona_id = contact_points.persona_id
inner join accounts on sources.persona_id = accounts.persona_id
inner join contexts on sources.persona_id = contexts.persona_id
left join avatars on sources.persona_id = avatars.persona_id
left join rhythms on sources.persona_id = rhythms.persona_id
left join interests on sources.persona_id = interests.persona_id
inner join trust on sources.persona_id = trust.persona_id
