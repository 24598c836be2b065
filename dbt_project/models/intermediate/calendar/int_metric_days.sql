with periods as (

    select * from {{ ref('int_periods') }}

),

days_of_a_month as (

    {{ integers(0, 30) }}

)

select cast({{ dbt.dateadd('day', 'days_of_a_month.n', 'periods.period_month') }} as date) as date_day
from periods
inner join days_of_a_month on periods.days_in_month > days_of_a_month.n
