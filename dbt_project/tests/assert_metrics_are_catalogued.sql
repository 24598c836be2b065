-- A figure without a definition is hearsay: every measure of a segment mart stands in the catalogue, and the
-- catalogue names no measure of theirs that does not exist.
{% set measures = [] %}
{% for mart in ['segment_presence', 'segment_active_hours', 'segment_content_formats'] %}
    {% for measure in measures_of(ref(mart)) or ['customers'] %}
        {% do measures.append((mart, measure)) %}
    {% endfor %}
{% endfor %}

with shown (mart, metric) as (

    values
    {% for mart, measure in measures -%}
        ('{{ mart }}', '{{ measure }}'){{ ',' if not loop.last }}
    {% endfor %}

),

catalogued as (

    select distinct
        mart,
        metric
    from {{ ref('metric_catalog') }}
    where mart in (select shown.mart from shown)

)

select
    coalesce(shown.mart, catalogued.mart) as mart,
    coalesce(shown.metric, catalogued.metric) as metric,
    shown.metric is not null as is_shown,
    catalogued.metric is not null as is_catalogued
from shown
full outer join catalogued on shown.mart = catalogued.mart and shown.metric = catalogued.metric
where shown.metric is null or catalogued.metric is null
