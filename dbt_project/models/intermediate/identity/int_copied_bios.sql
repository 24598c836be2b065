-- Profiles whose self-description an older account of another name on the network already had, word for word.

with profiles as (
    select
        sources.persona_id,
        sources.network,
        sources.created_at,
        names.full_name,
        -- what else the account names stands behind a separator
        trim(lower(split_part(sources.bio, ' · ', 1))) as bio
    from {{ ref('int_persona_sources') }} as sources
    inner join {{ ref('int_persona_names') }} as names on sources.persona_id = names.persona_id
    where sources.persona_type = 'profile'
),

-- short ones are anybody's
texts as (
    select
        network,
        bio,
        min(created_at) as first_at,
        min(full_name) as first_name,
        max(full_name) as last_name
    from profiles
    where len(bio) >= 35
    group by network, bio
    having count(*) > 1
)

select profiles.persona_id
from profiles
inner join texts on profiles.network = texts.network and profiles.bio = texts.bio
where
    profiles.created_at > texts.first_at
    and (texts.first_name is null or texts.first_name <> texts.last_name or profiles.full_name is null)
