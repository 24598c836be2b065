{# What the figures of all networks less those of the networks shown would tell: of the networks that are hidden, how
   many there are, and how many customers stand behind them. Where that is one network, or fewer than k customers, the
   figure of all networks leaves it. #}
with hidden as (

    select * from {{ ref('int_guarded_networks') }} as hidden
    where {{ hides_any() }}

),

customer_networks as (

    select * from {{ ref('int_customer_networks') }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

),

left_over as (

    select
        hidden.period_month,
        hidden.segmentation,
        hidden.segment,
        {{ count_left_over() }},
        max(hidden.min_cell) as min_cell
    from hidden
    inner join memberships
        on
            hidden.period_month = memberships.period_month
            and hidden.segmentation = memberships.segmentation
            and hidden.segment = memberships.segment
    inner join customer_networks
        on
            hidden.period_month = customer_networks.period_month
            and hidden.network = customer_networks.network
            and memberships.person_id = customer_networks.person_id
    group by hidden.period_month, hidden.segmentation, hidden.segment

)

select
    period_month,
    segmentation,
    segment,
    {{ leaves_too_little() }}
from left_over
