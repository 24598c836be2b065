with parameters as (

    select * from {{ source('inputs', 'parameters') }}

),

activities as (

    select * from {{ ref('stg_activities') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}

),

cases as (

    select * from {{ ref('stg_cases') }}

),

-- A fact dated after its own observation is a wrong date: it must not carry as_of into the future.
facts as (

    select
        max(published_at) as happened_at,
        max(observed_at) as observed_at
    from activities
    where published_at <= observed_at

    union all

    select
        max(ordered_at) as happened_at,
        max(observed_at) as observed_at
    from orders
    where ordered_at <= observed_at

    union all

    select
        max("at") as happened_at,
        max(observed_at) as observed_at
    from touchpoints
    where "at" <= observed_at

    union all

    select
        max(opened_at) as happened_at,
        max(observed_at) as observed_at
    from cases
    where opened_at <= observed_at

),

-- A day is full when something was observed at or after its end.
last_full_day as (

    select
        least(
            cast(max(happened_at) as date) + interval '1' day,
            cast(max(observed_at) as date)
        ) as ends_on
    from facts

)

select
    parameters.currency,
    parameters.months,
    parameters.min_cell,
    cast(
        coalesce(parameters.as_of + interval '1' day, last_full_day.ends_on) as {{ type_instant() }}
    ) as as_of_at,
    cast(
        coalesce(cast(parameters.as_of as date), last_full_day.ends_on - interval '1' day) as date
    ) as as_of_on
from parameters
cross join last_full_day
