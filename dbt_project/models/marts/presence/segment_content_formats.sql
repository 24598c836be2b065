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
        {% for figure in [
            'contributors', 'activities', 'activities_squared', 'posts_product', 'originals', 'authors_counted',
            'originals_counted', 'counted_squared', 'interactions', 'interactions_squared', 'interactions_product'
        ] -%}
            coalesce(post_sums.{{ figure }}, 0) as {{ figure }},
        {% endfor -%}
        post_sums.authors,
        post_sums.posts_squared,
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

posts as (

    select
        *,
        content_format as format
    from {{ ref('int_customer_posts') }}

),

guarded as (

    {{ guard_over_networks('dense', 'posts', ['format'], {'authors_counted': none}) }}

),

shared as (

    select
        *,
        sum(activities) over (partition by period_month, segmentation, segment, network) as posts,
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
        {{ quotient_interval('activity_share', {
            'x': 'shared.activities', 'y': 'shared.posts', 'xx': 'shared.activities_squared',
            'xy': 'shared.posts_product', 'yy': 'shared.posts_squared', 'n': 'shared.authors'
        }, most=1) }},
        {{ ratio('100 * shared.share', 'shares_of_all.share') }} as index_vs_all,
        {{ ratio('shared.interactions', 'shared.originals_counted') }} as interactions_per_post,
        {{ quotient_interval('interactions_per_post', {
            'x': 'shared.interactions', 'y': 'shared.originals_counted', 'xx': 'shared.interactions_squared',
            'xy': 'shared.interactions_product', 'yy': 'shared.counted_squared', 'n': 'shared.authors_counted'
        }) }}
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
    {{ row_status(is_undefined='posts = 0') }},

    -- measures
    {{ measure_if('true', 'customers', 'bigint') }},
    {{ measure_if('is_observed', 'contributors', 'bigint') }},
    {{ measure_if('is_observed', 'activities', 'bigint') }},
    {{ measure_if('is_observed', 'activity_share', 'double') }},
    {{ measure_if('is_observed', 'activity_share_low', 'double') }},
    {{ measure_if('is_observed', 'activity_share_high', 'double') }},
    {{ measure_if('is_observed', 'index_vs_all', 'double') }},
    {{ measure_if('is_observed', 'originals', 'bigint') }},
    {{ measures_if(
        'counters_observed and not hides_authors_counted', ['authors_counted', 'originals_counted'], 'bigint'
    ) }},
    {{ measures_if(
        'counters_observed and not hides_authors_counted',
        ['interactions_per_post', 'interactions_per_post_low', 'interactions_per_post_high'],
        'double'
    ) }}
from indexed
