-- Profiles made within hours of many like ones: of handles that end in a number, or of one self-description.

with profiles as (
    select
        persona_id,
        network,
        created_at,
        nullif(trim(lower(split_part(bio, ' · ', 1))), '') as bio,
        regexp_matches(handle, '^[A-Za-z]+[0-9]{2,}$') as has_number
    from {{ ref('int_persona_sources') }}
    where persona_type = 'profile' and created_at is not null
),

-- sign-ups within three hours before and after, and how many six hours usually bring
sign_ups as (
    select
        persona_id,
        bio,
        has_number,
        count(*) over three_hours as near,
        count(case when has_number then 1 end) over three_hours as near_with_number,
        mode(bio) over three_hours as commonest_bio,
        count(bio) over three_hours as near_with_bio,
        count(*) over (partition by network) * 21600.0 / greatest(
            extract(epoch from max(created_at) over (partition by network))
            - extract(epoch from min(created_at) over (partition by network)),
            21600
        ) as usual
    from profiles
    window three_hours as (
        partition by network order by created_at
        range between interval 3 hours preceding and interval 3 hours following
    )
)

select distinct persona_id
from sign_ups
where
    near >= 5 and near >= 10 * usual
    and (
        (has_number and near_with_number >= 0.6 * near)
        or (bio = commonest_bio and near_with_bio >= 0.3 * near)
    )
