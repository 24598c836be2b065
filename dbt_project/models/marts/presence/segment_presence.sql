with measured as (

    select
        presence.*,
        parameters.min_cell
    from {{ ref('int_segment_presence') }} as presence
    cross join {{ ref('int_parameters') }} as parameters

),

guarded as (

    {{ guard_small_cells('measured', ['period_month', 'segmentation', 'network']) }}

)

select
    -- grain
    period_month,
    segmentation,
    segment,
    network,

    -- what can be said at all
    is_observed,
    views_observed as passive_observed,
    is_suppressed,

    -- size
    {{ measure_if('true', 'customers', 'bigint') }},
    {{ measure_if('is_observed', 'contributors', 'bigint') }},

    -- presence
    {{ measure_if('is_observed', 'customers_present', 'bigint') }},
    {{ measure_if('is_observed', 'presence_rate', 'double') }},
    {{ measure_if('is_observed', 'presence_rate_expected', 'double') }},
    {{ measure_if('is_observed', 'presence_rate_low', 'double') }},
    {{ measure_if('is_observed', 'presence_rate_high', 'double') }},
    {{ measure_if('is_observed', 'link_recall', 'double') }},

    -- use
    {{ measure_if('is_observed', 'customers_active', 'bigint') }},
    {{ measure_if('is_observed', 'active_rate', 'double') }},
    {{ measure_if('is_observed', 'active_per_week', 'double') }},
    {{ measure_if('views_observed', 'passive_per_week', 'double') }},

    -- when
    {{ measure_if('is_observed', 'primary_weekday_active', 'integer') }},
    {{ measure_if('views_observed', 'primary_weekday_passive', 'integer') }},
    {{ measure_if('is_observed', 'primary_hour_active', 'integer') }},
    {{ measure_if('views_observed', 'primary_hour_passive', 'integer') }},
    {{ measure_if('is_observed', 'primary_share_active', 'double') }},
    {{ measure_if('views_observed', 'primary_share_passive', 'double') }},
    {{ measure_if('is_observed', 'local_time_unknown', 'bigint') }},

    -- connections
    {{ measure_if('is_observed', 'followers_median', 'double') }},
    {{ measure_if('is_observed and edges_observed', 'connections_avg', 'double') }},
    {{ measure_if('is_observed and edges_observed', 'connected_customers_share', 'double') }},
    {{ measure_if('is_observed and brand_followers_observed', 'brand_follower_rate', 'double') }}
from guarded
