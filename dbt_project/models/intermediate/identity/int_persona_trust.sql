{# What each sign takes from the trust in a profile: 1 is trusted, and the signs multiply, as independent doubts. Set by
   hand: a throw-away address, or a sign-up among many like ones, is enough to be distrusted (under LEAST_TRUST of
   warehouse/identity/rules.py); two of the others are not. #}
{% set doubts = {
    'throwaway_email': 0.55,
    'burst_of_sign_ups': 0.55,
    'odd_email_domain': 0.3,
    'copied_bio': 0.25,
    'contradicting_attributes': 0.2,
    'no_neighbours_no_activity': 0.15,
    'default_handle': 0.15,
} %}
-- How far a profile is taken at its word, and why not: signs of falsified sign-ups. One row per persona.

with sources as (
    select * from {{ ref('int_persona_sources') }}
),

names as (
    select * from {{ ref('int_persona_names') }}
),

contexts as (
    select * from {{ ref('int_persona_contexts') }}
),

profiles as (
    select
        sources.persona_id,
        sources.network,
        sources.native_id,
        sources.created_at,
        names.full_name,
        contexts.country,
        regexp_matches(sources.handle, '^[A-Za-z._-]+[0-9]{8,}$') as has_default_handle
    from sources
    inner join names on sources.persona_id = names.persona_id
    inner join contexts on sources.persona_id = contexts.persona_id
    where sources.persona_type = 'profile'
),

named_contacts as (
    select
        names.full_name,
        min(contexts.country) as country
    from sources
    inner join names on sources.persona_id = names.persona_id
    inner join contexts on sources.persona_id = contexts.persona_id
    where sources.persona_type = 'contact' and names.full_name is not null
    group by names.full_name
    having count(distinct contexts.country) = 1
),

-- bears the full name of contacts of one country, and places itself in another
contradicting as (
    select profiles.persona_id
    from profiles
    inner join named_contacts on profiles.full_name = named_contacts.full_name
    where profiles.country <> named_contacts.country
),

alive as (
    select
        network,
        actor_profile_id as native_id
    from {{ ref('stg_activities') }}
    union
    select
        network,
        unnest([follower_profile_id, followed_profile_id])
    from {{ ref('stg_connections') }}
),

newest as (
    select
        network,
        max(created_at) as created_at
    from profiles
    group by network
),

signs as (
    select
        sources.persona_id,
        coalesce(contact_points.has_throwaway_email and sources.persona_type = 'profile', false) as throwaway_email,
        coalesce(contact_points.has_odd_email_domain and sources.persona_type = 'profile', false) as odd_email_domain,
        bursts.persona_id is not null as burst_of_sign_ups,
        copies.persona_id is not null as copied_bio,
        sources.persona_id in (select contradicting.persona_id from contradicting) as contradicting_attributes,
        profiles.created_at < newest.created_at - interval 90 days and alive.native_id is null
            as no_neighbours_no_activity,
        profiles.has_default_handle as default_handle
    from sources
    left join profiles on sources.persona_id = profiles.persona_id
    left join {{ ref('int_copied_bios') }} as copies on sources.persona_id = copies.persona_id
    left join {{ ref('int_sign_up_bursts') }} as bursts on sources.persona_id = bursts.persona_id
    left join newest on profiles.network = newest.network
    left join alive on profiles.network = alive.network and profiles.native_id = alive.native_id
    left join {{ ref('int_persona_contact_points') }} as contact_points
        on sources.persona_id = contact_points.persona_id
)

select
    persona_id,
    cast(
        round(
            {% for sign, doubt in doubts.items() -%}
                case when {{ sign }} then {{ (1 - doubt) | round(2) }} else 1 end{{ ' * ' if not loop.last }}
            {% endfor %}, 6
        ) as double
    ) as trust_score,
    list_filter(
        [
            {% for sign in doubts -%}
                case when {{ sign }} then '{{ sign }}' end{{ ',' if not loop.last }}
            {% endfor %}
        ],
        lambda reason: reason is not null
    ) as trust_reasons
from signs
