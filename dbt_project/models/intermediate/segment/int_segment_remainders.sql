{# What the figures of all networks less those of the networks shown would tell: of the networks that are hidden, how many
   there are, and how many customers stand behind them. Where that is one network, or fewer than k customers, the figure
   of all networks leaves it. #}
{% set sums = {
    'active': ('customers_active', 'active_activities'),
    'passive': ('customers_passive', 'passive_activities'),
    'untimed': ('customers_untimed', 'local_time_unknown'),
    'connected': ('customers_connected', 'connections')
} %}

with hidden as (

    select * from {{ ref('int_guarded_networks') }}
    where
        {% for numerator, _ in sums.values() -%}
            {{ numerator }} > 0 and (is_suppressed or hides_{{ numerator }}){{ ' or' if not loop.last }}
        {% endfor %}

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
        {% for name, (numerator, figure) in sums.items() -%}
            count(distinct case when hidden.{{ numerator }} > 0 and (hidden.is_suppressed or hidden.hides_{{ numerator }})
                then hidden.network end) as networks_{{ name }},
            count(distinct case when customer_networks.{{ figure }} > 0 and (hidden.is_suppressed or hidden.hides_{{ numerator }})
                then customer_networks.person_id end) as customers_{{ name }},
        {% endfor -%}
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
    {% for name in sums -%}
        networks_{{ name }} > 0 and (networks_{{ name }} = 1 or customers_{{ name }} < min_cell)
            as leaves_{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from left_over
