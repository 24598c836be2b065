with segments as (

    select * from {{ ref('int_segment_months') }}

),

network_months as (

    select * from {{ ref('int_network_months') }}

),

post_sums as (

    select * from {{ ref('int_segment_posts') }}

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

formats as (

    {% for format in ['reshare', 'check_in', 'poll', 'video', 'photo', 'link', 'text'] -%}
        select '{{ format }}' as format
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

dense as (

    select
        segments.period_month,
        segments.segmentation,
        segments.segment,
        network_months.network,
        formats.format,
        network_months.is_observed,
        network_months.counters_observed,
        segments.customers,
        coalesce(post_sums.contributors, 0) as contributors,
        coalesce(post_sums.activities, 0) as activities,
        coalesce(post_sums.originals, 0) as originals,
        coalesce(post_sums.originals_counted, 0) as originals_counted,
        coalesce(post_sums.interactions, 0) as interactions,
        parameters.min_cell
    from segments
    inner join network_months on segments.period_month = network_months.period_month
    cross join formats
    cross join parameters
    left join post_sums
        on
            segments.period_month = post_sums.period_month
            and segments.segmentation = post_sums.segmentation
            and segments.segment = post_sums.segment
            and network_months.network = post_sums.network
            and formats.format = post_sums.content_format

),

guarded as (

    {{ guard_small_cells('dense', ['period_month', 'segmentation', 'network', 'format']) }}

),

shared as (

    select
        *,
        cast(activities as double) / nullif(
            sum(activities) over (partition by period_month, segmentation, segment, network), 0
        ) as share
    from guarded

),

-- The share of everybody: an index against a suppressed share would tell it.
shares_of_all as (

    select
        period_month,
        network,
        format,
        share
    from shared
    where segmentation = 'all' and not is_suppressed

),

indexed as (

    select
        shared.*,
        round(shared.share, 9) as activity_share,
        {{ ratio('100 * shared.share', 'shares_of_all.share') }} as index_vs_all,
        {{ ratio('shared.interactions', 'shared.originals_counted') }} as interactions_per_post
    from shared
    left join shares_of_all
        on
            shared.period_month = shares_of_all.period_month
            and shared.network = shares_of_all.network
            and shared.format = shares_of_all.format

)

select
    -- grain
    period_month,
    segmentation,
    segment,
    network,
    format,

    -- what can be said at all
    is_observed,
    counters_observed,
    is_suppressed,

    -- measures
    {{ measure_if('true', 'customers', 'bigint') }},
    {{ measure_if('is_observed', 'contributors', 'bigint') }},
    {{ measure_if('is_observed', 'activities', 'bigint') }},
    {{ measure_if('is_observed', 'activity_share', 'double') }},
    {{ measure_if('is_observed', 'index_vs_all', 'double') }},
    {{ measure_if('is_observed', 'originals', 'bigint') }},
    {{ measure_if('counters_observed', 'originals_counted', 'bigint') }},
    {{ measure_if('counters_observed', 'interactions_per_post', 'double') }}
from indexed
