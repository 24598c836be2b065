{# What adds up over networks in segment_presence: name → (customers behind it, column of int_customer_networks). #}
{% macro sums_over_networks() -%}
    {{ return({
        'active': ('customers_active', 'active_activities'),
        'passive': ('customers_passive', 'passive_activities'),
        'untimed': ('customers_untimed', 'local_time_unknown'),
        'connected': ('customers_connected', 'connections')
    }) }}
{%- endmacro %}

{# Whether a guarded row hides a count of customers that is not zero. #}
{% macro hides_some(numerator) -%}
    (hidden.{{ numerator }} > 0 and (hidden.is_suppressed or hidden.hides_{{ numerator }}))
{%- endmacro %}

{% macro hides_any() -%}
    {%- for numerator, _ in sums_over_networks().values() -%}
        {{ hides_some(numerator) }}{{ ' or ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# Hidden networks, and the distinct customers behind them, for each sum. #}
{% macro count_left_over() -%}
    {%- for name, (numerator, figure) in sums_over_networks().items() -%}
        count(distinct case when {{ hides_some(numerator) }} then hidden.network end) as networks_{{ name }},
        count(distinct case
            when {{ hides_some(numerator) }} and customer_networks.{{ figure }} > 0 then customer_networks.person_id
        end) as customers_{{ name }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro leaves_too_little() -%}
    {%- for name in sums_over_networks() -%}
        networks_{{ name }} > 0 and (networks_{{ name }} = 1 or customers_{{ name }} < min_cell) as leaves_{{ name }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
