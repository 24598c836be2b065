{% set connected = 'is_observed and edges_observed and not hides_customers_connected' %}
{% set following = 'is_observed and brand_followers_observed and not hides_brand_followers' %}

with guarded as (

    select * from {{ ref('int_guarded_presence') }}

),

shown as (

    select
        period_month,
        segmentation,
        segment,
        network,
        is_observed,
        views_observed as passive_observed,
        is_suppressed,
        {{ row_status() }},
        {{ hidden_parts(presence_numerators()) }},
        {{ measure_if('true', 'customers', 'bigint') }},
        {{ measure_if('is_observed', 'contributors', 'bigint') }},

        {{ measure_if('is_observed and not hides_customers_present', 'customers_present', 'bigint') }},
        {{ measures_if(
            'is_observed and not hides_customers_present',
            ['presence_rate', 'presence_rate_low', 'presence_rate_high'],
            'double'
        ) }},
        {{ measures_if(
            'is_observed',
            ['presence_rate_expected', 'presence_rate_expected_low', 'presence_rate_expected_high'],
            'double'
        ) }},
        {{ measure_if('is_observed', 'link_recall', 'double') }},
        {{ measure_if('is_observed', 'link_recall_method', 'varchar') }},
        {{ measure_if('is_observed', 'link_recall_is_upper_bound', 'boolean') }},

        {{ measure_if('is_observed and not hides_customers_active', 'customers_active', 'bigint') }},
        {{ measure_if('is_observed and not hides_customers_active', 'active_activities', 'bigint') }},
        {{ measures_if(
            'is_observed and not hides_customers_active',
            [
                'active_rate', 'active_rate_low', 'active_rate_high', 'active_per_week',
                'active_per_week_low', 'active_per_week_high'
            ],
            'double'
        ) }},
        {{ measure_if('views_observed and not hides_customers_passive', 'customers_passive', 'bigint') }},
        {{ measure_if('views_observed and not hides_customers_passive', 'passive_activities', 'bigint') }},
        {{ measures_if(
            'views_observed and not hides_customers_passive',
            ['passive_per_week', 'passive_per_week_low', 'passive_per_week_high'],
            'double'
        ) }},

        {{ measures_if(
            'is_observed and not hides_customers_active', ['primary_weekday_active', 'primary_hour_active'], 'integer'
        ) }},
        {{ measure_if('is_observed and not hides_customers_active', 'primary_share_active', 'double') }},
        {{ measures_if(
            'views_observed and not hides_customers_passive', ['primary_weekday_passive', 'primary_hour_passive'],
            'integer'
        ) }},
        {{ measure_if('views_observed and not hides_customers_passive', 'primary_share_passive', 'double') }},
        {{ measure_if('is_observed and not hides_customers_untimed', 'local_time_unknown', 'bigint') }},

        {{ measure_if('is_observed and not hides_customers_counted', 'customers_counted', 'bigint') }},
        {{ measure_if('is_observed and not hides_customers_counted', 'followers_median', 'double') }},
        {{ measure_if(connected, 'customers_connected', 'bigint') }},
        {{ measures_if(
            connected,
            ['connections_avg', 'connections_avg_low', 'connections_avg_high', 'connected_customers_share'],
            'double'
        ) }},
        {{ measure_if(following, 'brand_followers', 'bigint') }},
        {{ measures_if(
            following,
            ['brand_follower_rate', 'brand_follower_rate_low', 'brand_follower_rate_high'],
            'double'
        ) }}
    from guarded

),

-- An index against a figure of everybody that is hidden would tell it.
everybody as (

    select * from shown
    where segmentation = 'all'

)

select
    -- grain
    shown.period_month,
    shown.segmentation,
    shown.segment,
    shown.network,

    -- what can be said at all
    shown.is_observed,
    shown.passive_observed,
    shown.is_suppressed,
    shown.status,
    shown.hidden_parts,

    -- size
    shown.customers,
    shown.contributors,

    -- presence
    shown.customers_present,
    shown.presence_rate,
    shown.presence_rate_low,
    shown.presence_rate_high,
    shown.presence_rate_expected,
    shown.presence_rate_expected_low,
    shown.presence_rate_expected_high,
    {{ index_vs_all('presence_rate') }},
    shown.link_recall,
    shown.link_recall_method,
    shown.link_recall_is_upper_bound,

    -- use
    shown.customers_active,
    shown.active_activities as activities_active,
    shown.active_rate,
    shown.active_rate_low,
    shown.active_rate_high,
    {{ index_vs_all('active_rate') }},
    shown.active_per_week,
    shown.active_per_week_low,
    shown.active_per_week_high,
    {{ index_vs_all('active_per_week') }},
    shown.customers_passive,
    shown.passive_activities as activities_passive,
    shown.passive_per_week,
    shown.passive_per_week_low,
    shown.passive_per_week_high,

    -- when
    shown.primary_weekday_active,
    shown.primary_weekday_passive,
    shown.primary_hour_active,
    shown.primary_hour_passive,
    shown.primary_share_active,
    shown.primary_share_passive,
    shown.local_time_unknown,

    -- connections
    shown.customers_counted,
    shown.followers_median,
    shown.customers_connected,
    shown.connections_avg,
    shown.connections_avg_low,
    shown.connections_avg_high,
    {{ index_vs_all('connections_avg') }},
    shown.connected_customers_share,
    shown.brand_followers,
    shown.brand_follower_rate,
    shown.brand_follower_rate_low,
    shown.brand_follower_rate_high,
    {{ index_vs_all('brand_follower_rate') }}
from shown
left join everybody
    on
        shown.period_month = everybody.period_month
        and shown.network = everybody.network
