{# int_network_months over the three published months that end with the month: observed is what was in one of them. #}
with months as (

    select * from {{ ref('int_network_months') }}

)

select
    last_months.period_month,
    last_months.network,
    bool_or(months.is_observed) as is_observed,
    bool_or(months.views_observed) as views_observed
from months as last_months
inner join months
    on
        last_months.network = months.network
        and last_months.period_month >= months.period_month
        and {{ in_quarter('months.period_month', 'last_months.period_month') }}
group by last_months.period_month, last_months.network
