{# is_of_authors: what another wrote is not theirs to take back (deletions_by of the source that tells of it). #}
with observations as (

    select * from {{ source('lake', 'activities') }}

),

modes as (

    select * from {{ ref('activity_modes') }}

),

configured_sources as (

    select
        source,
        max(deletions_by) as deletions_by
    from {{ source('inputs', 'configured_sources') }}
    group by source

),

withdrawals as (

    select observations.*
    from observations
    inner join modes on observations.activity_type = modes.activity_type
    where modes.mode = 'withdrawal' and observations.object_id is not null

),

newest as (

    {{ newest_observation('withdrawals', ['network', 'activity_id']) }}

)

select
    newest.network,
    newest.activity_id,
    newest.activity_type,
    newest.actor_profile_id,
    newest.object_type,
    newest.object_id,
    newest.target_id,
    newest.published_at,
    newest.is_time_observed,
    coalesce(configured_sources.deletions_by = 'author', false) as is_of_authors,

    -- provenance
    newest.source,
    newest.source_file_sha256,
    newest.source_record
from newest
left join configured_sources on newest.source = configured_sources.source
where newest.is_reversed is not true
