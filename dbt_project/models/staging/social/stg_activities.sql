{# What somebody took back keeps its place and loses its content; at the end of a run the lake loses it, too. #}
{% set content = ['title', 'content', 'language', 'links', 'mentions', 'hashtags', 'place'] %}

with observations as (

    select * from {{ source('lake', 'activities') }}

),

modes as (

    select * from {{ ref('activity_modes') }}

),

newest as (

    -- a post seen again is as old as it was: of its versions the last edit wins, whichever file brought it
    {{ newest_observation('observations', ['network', 'activity_id'], version='modified_at') }}

),

withdrawals as (

    select
        newest.network,
        newest.activity_type,
        newest.actor_profile_id,
        newest.object_id,
        max(newest.published_at) as withdrawn_at
    from newest
    inner join modes on newest.activity_type = modes.activity_type
    where
        modes.mode = 'withdrawal'
        and newest.object_id is not null
        and newest.is_reversed is not true
    group by newest.network, newest.activity_type, newest.actor_profile_id, newest.object_id

),

-- The withdrawal names the activity itself, by whomever (moderators delete, too).
named as (

    select distinct
        network,
        object_id as activity_id
    from withdrawals

),

-- The withdrawal names what its own actor had made, joined or added: Delete ends the Create of that object,
-- Leave the Join before it, Remove the Add before it.
undone as (

    select distinct
        newest.network,
        newest.activity_id
    from newest
    inner join withdrawals
        on
            newest.network = withdrawals.network
            and newest.object_id = withdrawals.object_id
            and newest.actor_profile_id = withdrawals.actor_profile_id
            and newest.published_at <= withdrawals.withdrawn_at
    where
        (newest.activity_type = 'Create' and withdrawals.activity_type = 'Delete')
        or (newest.activity_type = 'Join' and withdrawals.activity_type = 'Leave')
        or (newest.activity_type = 'Add' and withdrawals.activity_type = 'Remove')

),

reversed as (

    select * from named
    union
    select * from undone

),

-- What an answer names by another id is the same activity: a post by its place in a thread over several pages.
aliases as (

    select
        network,
        alias_id,
        min(activity_id) as activity_id
    from newest
    where alias_id is not null
    group by network, alias_id

),

flagged as (

    select
        newest.*,
        coalesce(answered.activity_id, newest.in_reply_to_id) as answered_id,
        coalesce(roots.activity_id, newest.root_id) as thread_id,
        newest.is_reversed is true or reversed.activity_id is not null as is_withdrawn
    from newest
    left join reversed on newest.network = reversed.network and newest.activity_id = reversed.activity_id
    left join aliases as answered
        on newest.network = answered.network and newest.in_reply_to_id = answered.alias_id
    left join aliases as roots on newest.network = roots.network and newest.root_id = roots.alias_id

)

select
    network,
    activity_id,
    alias_id,
    actor_profile_id,
    activity_type,
    object_type,
    object_id,
    attachment_types,
    answered_id as in_reply_to_id,
    quote_of_id,
    thread_id as root_id,
    target_id,
    published_at,
    is_time_observed,
    modified_at,
    author_utc_offset_minutes,
    visibility,
    {%- for column in content %}
        case when not is_withdrawn then {{ column }} end as {{ column }},
    {%- endfor %}
    is_withdrawn as is_reversed,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from flagged
