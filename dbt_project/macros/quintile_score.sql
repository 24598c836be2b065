{# 1 + floor(5 × percent_rank), at most 5, of a rank that begins at 1 among `total`; one alone scores 1. #}
{% macro quintile_score(rank, total) -%}
    case
        when {{ total }} = 1 then 1
        else least(5, 1 + cast(floor(5.0 * ({{ rank }} - 1) / ({{ total }} - 1)) as integer))
    end
{%- endmacro %}
