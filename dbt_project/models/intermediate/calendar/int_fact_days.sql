{# What moves as_of: what has a time of its own, happened before it was observed (a later date is a wrong one), and was
   not taken back; a withdrawal itself is none. #}
with activities as (

    select activities.*
    from {{ ref('stg_activities') }} as activities
    inner join {{ ref('activity_modes') }} as modes on activities.activity_type = modes.activity_type
    where
        modes.mode <> 'withdrawal'
        and not activities.is_reversed
        and activities.is_time_observed is not false

),

facts as (

    select
        'activity' as fact_kind,
        published_at as happened_at,
        observed_at
    from activities

    union all

    select
        'order' as fact_kind,
        ordered_at as happened_at,
        observed_at
    from {{ ref('stg_orders') }}

    union all

    select
        'case' as fact_kind,
        opened_at as happened_at,
        observed_at
    from {{ ref('stg_cases') }}

    union all

    select
        'touchpoint' as fact_kind,
        "at" as happened_at,
        observed_at
    from {{ ref('stg_touchpoints') }}

    union all

    select
        'web_visit' as fact_kind,
        "at" as happened_at,
        observed_at
    from {{ ref('stg_web_visits') }}

)

select
    cast({{ utc_time('happened_at') }} as date) as happened_on,
    fact_kind,
    count(*) as facts
from facts
where happened_at <= observed_at
group by cast({{ utc_time('happened_at') }} as date), fact_kind
