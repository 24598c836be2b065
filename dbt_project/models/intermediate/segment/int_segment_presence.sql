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

    select * from {{ ref('int_link_recall') }}

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
        network_months.edges_observed and network_months.has_brand_account as brand_followers_observed,
        network_months.days_in_month / 7.0 as weeks,
        segments.customers,
        coalesce(sums.contributors, 0) as contributors,
        coalesce(sums.customers_present, 0) as customers_present,
        coalesce(sums.customers_active, 0) as customers_active,
        coalesce(sums.chance_sum, 0) as chance_sum,
        coalesce(sums.variance_sum, 0) as variance_sum,
        coalesce(sums.active_activities, 0) as active_activities,
        coalesce(sums.passive_activities, 0) as passive_activities,
        coalesce(sums.local_time_unknown, 0) as local_time_unknown,
        sums.followers_median,
        coalesce(sums.connections, 0) as connections,
        coalesce(sums.connected_customers, 0) as connected_customers,
        coalesce(sums.brand_followers, 0) as brand_followers
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
    {{ ratio('dense.customers_present', 'dense.customers') }} as presence_rate,
    {{ link_doubt('presence_rate', 'dense.chance_sum', 'dense.variance_sum', 'dense.customers') }},
    recalls.link_recall,
    {{ ratio('dense.customers_active', 'dense.customers') }} as active_rate,
    {{ ratio('dense.active_activities', 'dense.customers_present * dense.weeks') }} as active_per_week,
    {{ ratio('dense.passive_activities', 'dense.customers_present * dense.weeks') }} as passive_per_week,
    active.primary_weekday as primary_weekday_active,
    passive.primary_weekday as primary_weekday_passive,
    active.primary_hour as primary_hour_active,
    passive.primary_hour as primary_hour_passive,
    active.primary_share as primary_share_active,
    passive.primary_share as primary_share_passive,
    {{ ratio('dense.connections', 'dense.customers_present') }} as connections_avg,
    {{ ratio('dense.connected_customers', 'dense.connections') }} as connected_customers_share,
    {{ ratio('dense.brand_followers', 'dense.customers') }} as brand_follower_rate
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
        dense.segmentation = recalls.segmentation
        and dense.segment = recalls.segment
        and dense.network = recalls.network
