{# Who follows whom, from lists of followers and from Follow activities alike. A Follow that was taken back by its id
   ends the edge that rests on it; an edge that a list showed later stands. #}
with spells as (

    select * from {{ ref('stg_connection_spells') }}

),

activities as (

    select * from {{ ref('stg_activities') }}

),

withdrawn as (

    select * from {{ ref('stg_withdrawn') }}
    where has_effect and subject_kind = 'activity'

),

follows as (

    select
        network,
        activity_id,
        actor_profile_id as follower_profile_id,
        object_id as followed_profile_id,
        published_at,
        is_reversed,
        source_file_sha256,
        source_record
    from activities
    where
        activity_type = 'Follow'
        and actor_profile_id is not null
        and object_id is not null

),

standing as (

    select
        network,
        follower_profile_id,
        followed_profile_id,
        min(published_at) as known_from,
        max(published_at) as last_followed_at
    from follows
    where not is_reversed
    group by network, follower_profile_id, followed_profile_id

),

taken_back as (

    select
        follows.network,
        follows.follower_profile_id,
        follows.followed_profile_id,
        max(withdrawn.withdrawn_at) as taken_back_at
    from follows
    inner join withdrawn on follows.network = withdrawn.network and follows.activity_id = withdrawn.subject_id
    group by follows.network, follows.follower_profile_id, follows.followed_profile_id

),

ended as (

    select distinct
        spells.network,
        spells.follower_profile_id,
        spells.followed_profile_id,
        taken_back.taken_back_at
    from spells
    inner join taken_back
        on
            spells.network = taken_back.network
            and spells.follower_profile_id = taken_back.follower_profile_id
            and spells.followed_profile_id = taken_back.followed_profile_id
            and spells.known_from <= taken_back.taken_back_at
    left join standing
        on
            spells.network = standing.network
            and spells.follower_profile_id = standing.follower_profile_id
            and spells.followed_profile_id = standing.followed_profile_id
            and taken_back.taken_back_at < standing.last_followed_at
    left join follows
        on
            spells.network = follows.network
            and spells.source_file_sha256 = follows.source_file_sha256
            and spells.source_record = follows.source_record
    where
        standing.network is null
        and (follows.network is not null or spells.last_seen_at <= taken_back.taken_back_at)

)

select
    spells.network,
    spells.follower_profile_id,
    spells.followed_profile_id,
    spells.known_from,
    coalesce(spells.known_to, ended.taken_back_at) as known_to,
    'connections' as origin
from spells
left join ended
    on
        spells.network = ended.network
        and spells.follower_profile_id = ended.follower_profile_id
        and spells.followed_profile_id = ended.followed_profile_id

union all

select
    network,
    follower_profile_id,
    followed_profile_id,
    known_from,
    cast(null as {{ type_instant() }}) as known_to,
    'activities' as origin
from standing
