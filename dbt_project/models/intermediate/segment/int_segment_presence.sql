{# segment_presence before small cells are suppressed: dense over segments and networks, NULL where not observed. #}
with segments as (

    select * from {{ ref('int_segment_months') }}

),

network_months as (

    select * from {{ ref('int_network_months') }}

),

sums as (

    select * from {{ ref('int_segment_networks') }}

),

rhythms as (

    select * from {{ ref('int_segment_rhythms') }}
    where activities >= {{ policy('least_activities') }}

),

recalls as (

    select * from {{ ref('int_segment_recall') }}

),

dense as (

    select
        segments.period_month,
        segments.segmentation,
        segments.segment,
        network_months.network,
        network_months.is_observed,
        network_months.views_observed,
        network_months.edges_observed,
        network_months.brand_followers_observed,
        network_months.days_in_month / 7.0 as weeks,
        segments.customers,
        {% for figure in [
            'contributors', 'customers_present', 'customers_active', 'customers_passive', 'customers_untimed',
            'customers_counted', 'customers_connected', 'brand_followers', 'chance_sum', 'variance_sum',
            'local_time_unknown', 'connected_customers', 'active_activities', 'active_activities_squared',
            'active_activities_of_present', 'passive_activities', 'passive_activities_squared',
            'passive_activities_of_present', 'connections', 'connections_squared', 'connections_of_present'
        ] -%}
            coalesce(sums.{{ figure }}, 0) as {{ figure }},
        {% endfor -%}
        sums.followers_median
    from segments
    inner join network_months on segments.period_month = network_months.period_month
    left join sums
        on
            segments.period_month = sums.period_month
            and segments.segmentation = sums.segmentation
            and segments.segment = sums.segment
            and network_months.network = sums.network

)

select
    dense.*,

    -- presence, and what is known of its truth
    {{ ratio('dense.customers_present', 'dense.customers') }} as presence_rate,
    {{ rate_interval('presence_rate', 'dense.customers_present', 'dense.customers') }},
    {{ link_doubt('presence_rate', 'dense.chance_sum', 'dense.variance_sum', 'dense.customers') }},
    recalls.link_recall,
    recalls.link_recall_method,
    recalls.link_recall_is_upper_bound,

    -- use
    {{ ratio('dense.customers_active', 'dense.customers') }} as active_rate,
    {{ rate_interval('active_rate', 'dense.customers_active', 'dense.customers') }},
    {% for mode in ['active', 'passive'] -%}
        {{ ratio('dense.' ~ mode ~ '_activities', 'dense.customers_present * dense.weeks') }} as {{ mode }}_per_week,
        {{ mean_of_present_interval(mode ~ '_per_week', 'dense.' ~ mode ~ '_activities', 'dense.weeks') }},
    {% endfor %}

    -- when
    {% for mode in ['active', 'passive'] -%}
        {{ mode }}.primary_weekday as primary_weekday_{{ mode }},
        {{ mode }}.primary_hour as primary_hour_{{ mode }},
        {{ mode }}.primary_share as primary_share_{{ mode }},
    {% endfor %}

    -- connections
    {{ ratio('dense.connections', 'dense.customers_present') }} as connections_avg,
    {{ mean_of_present_interval('connections_avg', 'dense.connections', '1') }},
    {{ ratio('dense.connected_customers', 'dense.connections') }} as connected_customers_share,
    {{ ratio('dense.brand_followers', 'dense.customers') }} as brand_follower_rate,
    {{ rate_interval('brand_follower_rate', 'dense.brand_followers', 'dense.customers') }}
from dense
left join rhythms as active
    on
        dense.period_month = active.period_month
        and dense.segmentation = active.segmentation
        and dense.segment = active.segment
        and dense.network = active.network
        and active.mode = 'active'
left join rhythms as passive
    on
        dense.period_month = passive.period_month
        and dense.segmentation = passive.segmentation
        and dense.segment = passive.segment
        and dense.network = passive.network
        and passive.mode = 'passive'
left join recalls
    on
        dense.period_month = recalls.period_month
        and dense.segmentation = recalls.segmentation
        and dense.segment = recalls.segment
        and dense.network = recalls.network
