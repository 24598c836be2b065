{# Beside a rate of customers counted by link: what linkage expects it to be, with a 95 % interval of linking doubt.
   chance_sum is Σ q and variance_sum Σ q(1 − q) over the customers, q from presence_chance(), 0 where a customer has
   no candidate. Bounds: (Σ q ∓ 1.96·√(Σ q(1 − q))) / n, clipped to [0, 1]; NULL without customers. #}
{% macro link_doubt(rate, chance_sum, variance_sum, customers) -%}
    {{ ratio(chance_sum, customers) }} as {{ rate }}_expected,
    case
        when {{ customers }} > 0
            then greatest(0, {{ ratio(chance_sum ~ ' - 1.96 * sqrt(' ~ variance_sum ~ ')', customers) }})
    end as {{ rate }}_expected_low,
    case
        when {{ customers }} > 0
            then least(1, {{ ratio(chance_sum ~ ' + 1.96 * sqrt(' ~ variance_sum ~ ')', customers) }})
    end as {{ rate }}_expected_high
{%- endmacro %}
