{# stg_connections tells what was last seen of an edge; this tells since when it is known. #}
with observations as (

    select * from {{ source('lake', 'connections') }}

),

newest as (

    select * from {{ ref('stg_connections') }}

),

first_seen as (

    select
        network,
        follower_profile_id,
        followed_profile_id,
        min(since) as since,
        min(observed_at) as first_observed_at
    from observations
    group by network, follower_profile_id, followed_profile_id

)

select
    newest.network,
    newest.follower_profile_id,
    newest.followed_profile_id,
    coalesce(first_seen.since, {{ just_before('first_seen.first_observed_at') }}) as known_from,
    newest.until as known_to,

    -- the newest observation
    newest.observed_at as last_seen_at,
    newest.source_file_sha256,
    newest.source_record
from newest
inner join first_seen
    on
        newest.network = first_seen.network
        and newest.follower_profile_id = first_seen.follower_profile_id
        and newest.followed_profile_id = first_seen.followed_profile_id
