with parameters as (

    select * from {{ source('inputs', 'parameters') }}

),

fact_days as (

    select * from {{ ref('int_fact_days') }}

),

last_look as (

    select max(last_observed_at) as observed_at
    from {{ ref('int_observations') }}

),

-- A day is over when something was observed at or after its end.
last_full_day as (

    select max(fact_days.happened_on) as happened_on
    from fact_days
    inner join last_look
        on {{ dbt.dateadd('day', 1, 'fact_days.happened_on') }} <= {{ utc_time('last_look.observed_at') }}

),

counted as (

    select
        parameters.currency,
        parameters.months,
        parameters.min_cell,
        parameters.stage_since,
        parameters.as_of is not null as is_as_of_configured,
        coalesce(parameters.as_of, last_full_day.happened_on) as as_of_on
    from parameters
    cross join last_full_day

)

select
    currency,
    months,
    min_cell,
    stage_since,
    is_as_of_configured,
    cast(as_of_on as date) as as_of_on,
    cast({{ dbt.dateadd('day', 1, 'as_of_on') }} as {{ type_instant() }}) as as_of_at
from counted
