{# Aggregate over the profiles that one customer may own: the chance of owning at least one, which is 1 less the
   product of the chances of owning none. `probability` is normalised over each profile's candidate owners, and
   below 1 by construction; the cap, `most`, keeps the logarithm finite, the rounding keeps the order of summing out
   of it. #}
{% macro presence_chance(probability, most=policy('highest_probability')) -%}
    round(1 - exp(sum(ln(1 - least({{ probability }}, {{ most }})))), 12)
{%- endmacro %}
