-- A suppressed row gives away no figure at all, not even the number of customers; and every row that is shown has
-- customers enough, and contributors enough or none.
with parameters as (

    select * from {{ ref('int_parameters') }}

),

cells as (

    {% for mart in ['segment_presence', 'segment_active_hours', 'segment_content_formats'] -%}
        select
            '{{ mart }}' as mart,
            is_suppressed,
            customers,
            contributors,
            coalesce({{ (measures_of(ref(mart)) or ['customers']) | join(', ') }}) is not null as shows_a_figure
        from {{ ref(mart) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select cells.*
from cells
cross join parameters
where
    (cells.is_suppressed and cells.shows_a_figure)
    or (not cells.is_suppressed and cells.customers < parameters.min_cell)
    or (not cells.is_suppressed and cells.contributors > 0 and cells.contributors < parameters.min_cell)
