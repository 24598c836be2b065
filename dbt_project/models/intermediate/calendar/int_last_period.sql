{# The last published month: people marts speak of its end. #}
with periods as (

    select * from {{ ref('int_periods') }}

),

ranked as (

    select
        period_month,
        ends_at,
        row_number() over (order by period_month desc) as place
    from periods

)

select
    period_month,
    ends_at
from ranked
where place = 1
