with parameters as (

    select * from {{ ref('int_parameters') }}

),

months_back as (

    {{ integers(1, policy('most_months')) }}

),

running_month as (

    select
        months,
        {{ dbt.date_trunc('month', 'cast(as_of_at as date)') }} as starts_on
    from parameters
    where as_of_at is not null

),

complete_months as (

    select cast({{ dbt.dateadd('month', '-1 * months_back.n', 'running_month.starts_on') }} as date) as period_month
    from running_month
    cross join months_back
    where months_back.n <= running_month.months

),

facts as (

    select
        cast({{ dbt.date_trunc('month', 'happened_on') }} as date) as period_month,
        sum(facts) as facts
    from {{ ref('int_fact_days') }}
    group by cast({{ dbt.date_trunc('month', 'happened_on') }} as date)

)

select
    complete_months.period_month,
    cast(complete_months.period_month as {{ type_instant() }}) as starts_at,
    cast({{ dbt.dateadd('month', 1, 'complete_months.period_month') }} as {{ type_instant() }}) as ends_at,
    {{ dbt.last_day('complete_months.period_month', 'month') }} as last_day,
    cast(extract(day from {{ dbt.last_day('complete_months.period_month', 'month') }}) as integer) as days_in_month,
    cast(coalesce(facts.facts, 0) as bigint) as facts
from complete_months
left join facts on complete_months.period_month = facts.period_month
