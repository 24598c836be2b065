{# What somebody took back, and what an account that is gone had done, keeps its place and loses its content; at the
   end of a run the lake loses it, too. What carries no time has that of its observation: the end of a day speaks of
   the day. #}
{% set instead = {
    'in_reply_to_id': 'answered_id',
    'root_id': 'thread_id',
    'published_at':
        'case when is_time_observed is false then ' ~ just_before('published_at') ~ ' else published_at end',
    'is_reversed': 'is_withdrawn',
} %}
{% for column in canonical_tables()['activities']['content'] %}
    {% do instead.update({column: 'case when not is_withdrawn then ' ~ column ~ ' end'}) %}
{% endfor %}

with observations as (

    select * from {{ source('lake', 'activities') }}

),

-- The last look says whether a post is gone, whatever edit came before.
withdrawn as (

    select
        network,
        activity_id
    from observations
    where is_reversed is not null
    group by network, activity_id
    having max_by(is_reversed, (observed_at, is_reversed))
    union
    select
        network,
        subject_id as activity_id
    from {{ ref('stg_withdrawn') }}
    where has_effect and subject_kind = 'activity'

),

gone_accounts as (

    select
        network,
        profile_id
    from {{ ref('stg_profiles') }}
    where deleted_at is not null
    union
    select
        network,
        subject_id as profile_id
    from {{ ref('stg_withdrawn') }}
    where has_effect and subject_kind = 'profile'

),

newest as (

    -- a post seen again is as old as it was: of its versions the last edit wins, whichever file brought it
    {{ newest_observation('observations', ['network', 'activity_id'], version='modified_at') }}

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
        withdrawn.activity_id is not null or gone_accounts.profile_id is not null as is_withdrawn
    from newest
    left join withdrawn on newest.network = withdrawn.network and newest.activity_id = withdrawn.activity_id
    left join gone_accounts
        on newest.network = gone_accounts.network and newest.actor_profile_id = gone_accounts.profile_id
    left join aliases as answered
        on newest.network = answered.network and newest.in_reply_to_id = answered.alias_id
    left join aliases as roots on newest.network = roots.network and newest.root_id = roots.alias_id

)

select
    {{ staged_columns('activities', instead=instead) }}
from flagged
