-- Accounts known by what they did alone: no record of them landed. Who took all back, or is gone, is none.

with activities as (
    select
        network,
        actor_profile_id,
        activity_id,
        activity_type,
        coalesce(is_time_observed, true) as is_dated,
        published_at,
        source,
        source_file_sha256,
        source_record
    from {{ ref('stg_activities') }}
    where not is_reversed and actor_profile_id is not null
),

modes as (
    select * from {{ ref('activity_modes') }}
    where mode in ('active', 'passive')
),

profiles as (
    select
        network,
        profile_id
    from {{ ref('stg_profiles') }}
),

-- '[deleted]', 'anonymous': what stands where the author is not told
placeholders as (
    select word from {{ ref('identity_words') }}
    where kind = 'placeholder_name'
),

by_authors as (
    select
        activities.*,
        row_number() over (
            partition by activities.network, activities.actor_profile_id
            order by activities.is_dated desc, activities.published_at asc, activities.activity_id asc
        ) as place
    from activities
    inner join modes on activities.activity_type = modes.activity_type
    left join profiles
        on activities.network = profiles.network and activities.actor_profile_id = profiles.profile_id
    where profiles.profile_id is null
)

select
    network,
    actor_profile_id as profile_id,
    {{ handle_in_address('actor_profile_id') }} as handle,

    -- provenance: of the first activity
    source,
    source_file_sha256,
    source_record
from by_authors
where
    place = 1
    and trim(lower(actor_profile_id), ' []()<>') not in (select placeholders.word from placeholders)
