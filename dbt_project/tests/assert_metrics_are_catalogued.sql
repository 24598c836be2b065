-- A figure without a definition is hearsay: every measure of a guarded mart stands in the catalogue, and the catalogue
-- names no measure of theirs that does not exist.
{% set shown = [] %}
{% for name, mart in marts().items() if mart.guarded_along %}
    {% for measure in measures_of(mart) %}
        {% do shown.append("('" ~ name ~ "', '" ~ measure ~ "')") %}
    {% endfor %}
{% endfor %}

with shown (mart, metric) as (

    values {{ shown | join(', ') or "('no mart', 'no metric')" }}

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
