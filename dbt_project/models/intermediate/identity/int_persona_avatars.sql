{%- set most_profiles = 8 %}
-- Perceptual hash of a profile's picture. Left out by named rules: a one-colour picture (it has no hash), and a default
-- avatar: a picture that more than {{ most_profiles }} profiles of one network show.

with avatars as (
    select * from {{ source('inputs', 'avatars') }}
    where avatar_hash is not null
),

default_avatars as (
    select avatar_hash
    from (
        select
            network,
            avatar_hash
        from avatars
        group by network, avatar_hash
        having count(*) > {{ most_profiles }}
    ) as of_one_network
    group by avatar_hash
)

select
    'profile:' || avatars.network || ':' || avatars.profile_id as persona_id,
    avatars.avatar_hash
from avatars
left join default_avatars on avatars.avatar_hash = default_avatars.avatar_hash
where default_avatars.avatar_hash is null
