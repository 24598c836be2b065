{# What a format lists wherever it occurs is observed from the first file on; all else once one of it has landed, and
   from then on for good: only then does a month without any say that there was none. #}
with configured_sources as (

    select * from {{ source('inputs', 'configured_sources') }}

),

activities as (

    select * from {{ ref('stg_activities') }}

),

modes as (

    select * from {{ ref('activity_modes') }}

),

counters as (

    select * from {{ ref('stg_activity_counters') }}

),

configured as (

    select
        network,
        bool_or(observes_views) as observes_views,
        bool_or(observes_counters) as observes_counters
    from configured_sources
    where network is not null
    group by network

),

networks_with_reads as (

    select distinct activities.network
    from activities
    inner join modes on activities.activity_type = modes.activity_type
    where modes.mode = 'passive'

),

networks_with_counters as (

    select distinct network
    from counters
    where coalesce(likes, shares, replies, quotes) is not null

)

select
    configured.network,
    configured.observes_views or networks_with_reads.network is not null as observes_views,
    configured.observes_counters or networks_with_counters.network is not null as observes_counters
from configured
left join networks_with_reads on configured.network = networks_with_reads.network
left join networks_with_counters on configured.network = networks_with_counters.network
