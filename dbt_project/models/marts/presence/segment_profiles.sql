{# A segment in a few words, over the three months that end with the last published one, at the snapshot of its end. A
   lead is the most above all customers among what enough people did often enough. #}
{% set most_named = 2 %}

with last_period as (

    select * from {{ ref('int_last_period') }}

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

segments as (

    select segments.*
    from {{ ref('int_segment_months') }} as segments
    inner join last_period on segments.period_month = last_period.period_month

),

-- Over all networks and over each: what is hidden there is no lead here.
timed as (

    select distinct
        hours.segmentation,
        hours.segment
    from {{ ref('segment_active_hours_quarter') }} as hours
    inner join last_period on hours.period_month = last_period.period_month
    where hours.network = '{{ all_networks() }}' and hours.mode = 'active' and hours.status = 'shown'

),

primary_hours as (

    select primary_hours.*
    from {{ ref('int_profile_hours') }} as primary_hours
    inner join timed
        on primary_hours.segmentation = timed.segmentation and primary_hours.segment = timed.segment
    where primary_hours.activities >= {{ policy('least_profile_activities') }}

),

formats as (

    select
        formats.*,
        row_number() over (
            partition by formats.segmentation, formats.segment
            order by formats.index_vs_all desc, formats.content_format asc
        ) as place
    from {{ ref('int_profile_formats') }} as formats
    cross join parameters
    where
        formats.segmentation <> 'all'
        and formats.activities >= {{ policy('least_posts') }}
        and formats.contributors >= parameters.min_cell
        and formats.index_vs_all > 100

),

networks as (

    select
        networks.*,
        row_number() over (
            partition by networks.segmentation, networks.segment
            order by networks.active_rate desc, networks.network asc
        ) as place
    from {{ ref('int_profile_networks') }} as networks
    cross join parameters
    where networks.contributors >= parameters.min_cell

),

measured as (

    select
        segments.period_month,
        segments.segmentation,
        segments.segment,
        segments.customers,
        segments.customers as contributors,
        parameters.min_cell,
        primary_hours.primary_weekday as when_weekday,
        primary_hours.weekday_share as when_weekday_share,
        primary_hours.primary_hour as when_hour,
        primary_hours.primary_share as when_hour_share,
        primary_hours.activities as when_activities
        {%- for n in range(1, most_named + 1) %},
            formats_{{ n }}.content_format as how_{{ n }}_format,
            formats_{{ n }}.index_vs_all as how_{{ n }}_index_vs_all,
            formats_{{ n }}.activities as how_{{ n }}_activities,
            formats_{{ n }}.contributors as how_{{ n }}_contributors,
            networks_{{ n }}.network as where_{{ n }}_network,
            networks_{{ n }}.active_rate as where_{{ n }}_active_rate,
            case when segments.segmentation <> 'all' then networks_{{ n }}.index_vs_all end as where_{{ n }}_index_vs_all,
            networks_{{ n }}.contributors as where_{{ n }}_contributors
        {%- endfor %}
    from segments
    cross join parameters
    left join primary_hours
        on segments.segmentation = primary_hours.segmentation and segments.segment = primary_hours.segment
    {% for n in range(1, most_named + 1) -%}
        left join formats as formats_{{ n }}
            on
                segments.segmentation = formats_{{ n }}.segmentation
                and segments.segment = formats_{{ n }}.segment
                and formats_{{ n }}.place = {{ n }}
        left join networks as networks_{{ n }}
            on
                segments.segmentation = networks_{{ n }}.segmentation
                and segments.segment = networks_{{ n }}.segment
                and networks_{{ n }}.place = {{ n }}
    {% endfor %}

),

guarded as (

    {{ guard_small_cells('measured', ['segmentation']) }}

)

select
    -- grain
    segmentation,
    segment,

    -- what can be said at all
    period_month,
    is_suppressed,
    {{ row_status('true') }},

    -- size
    {{ measure_if('true', 'customers', 'bigint') }},
    {{ measure_if('true', 'contributors', 'bigint') }},

    -- when
    {{ measure_if('true', 'when_weekday', 'integer') }},
    {{ measure_if('true', 'when_weekday_share', 'double') }},
    {{ measure_if('true', 'when_hour', 'integer') }},
    {{ measure_if('true', 'when_hour_share', 'double') }},
    {{ measure_if('true', 'when_activities', 'bigint') }},

    -- how
    {% for n in range(1, most_named + 1) -%}
        {{ measure_if('true', 'how_' ~ n ~ '_format', 'varchar') }},
        {{ measure_if('true', 'how_' ~ n ~ '_index_vs_all', 'double') }},
        {{ measure_if('true', 'how_' ~ n ~ '_activities', 'bigint') }},
        {{ measure_if('true', 'how_' ~ n ~ '_contributors', 'bigint') }},
    {% endfor %}

    -- where
    {% for n in range(1, most_named + 1) -%}
        {{ measure_if('true', 'where_' ~ n ~ '_network', 'varchar') }},
        {{ measure_if('true', 'where_' ~ n ~ '_active_rate', 'double') }},
        {{ measure_if('true', 'where_' ~ n ~ '_index_vs_all', 'double') }},
        {{ measure_if('true', 'where_' ~ n ~ '_contributors', 'bigint') }}{{ ',' if not loop.last }}
    {% endfor %}
from guarded
