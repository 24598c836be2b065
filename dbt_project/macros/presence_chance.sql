{# Aggregate over the profiles that one customer may own: the chance of owning at least one, which is 1 less the
   product of the chances of owning none. `probability` is normalised over each profile's candidate owners, and
   below 1 by construction; the cap keeps the logarithm finite, the rounding keeps the order of summing out of it. #}
{% macro presence_chance(probability) -%}
    round(1 - exp(sum(ln(1 - least({{ probability }}, {{ policy('highest_probability') }})))), 12)
{%- endmacro %}
