{# Sampling error of figures that are ranked or compared. Customers are the units: what one of them does again and again
   is one piece of evidence. Linking doubt is no part of it (link_doubt). #}

{# Wilson's interval (95 %) of hits / customers: (p + z²/2n ∓ z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Beside a rate, as
   <rate>_low and <rate>_high; NULL without customers. #}
{% macro rate_interval(rate, hits, customers) -%}
    {%- set n = 'cast(' ~ customers ~ ' as double)' -%}
    {%- set p = '(' ~ hits ~ ' / ' ~ n ~ ')' -%}
    {%- set middle = '(' ~ p ~ ' + 1.9208 / ' ~ n ~ ')' -%}
    {%- set spread = '1.96 * sqrt(' ~ p ~ ' * (1 - ' ~ p ~ ') / ' ~ n ~ ' + 0.9604 / ' ~ n ~ ' / ' ~ n ~ ')' -%}
    case
        when {{ customers }} > 0
            then round(greatest(0, ({{ middle }} - {{ spread }}) / (1 + 3.8416 / {{ n }})), 9)
    end as {{ rate }}_low,
    case
        when {{ customers }} > 0
            then round(least(1, ({{ middle }} + {{ spread }}) / (1 + 3.8416 / {{ n }})), 9)
    end as {{ rate }}_high
{%- endmacro %}

{# Interval (95 %) of a quotient Σx / Σy over customers, clustered by customer (linearised; Cochran, Sampling Techniques,
   1977, 6.4): R ∓ 1.96·√(n/(n − 1) · (Σx² − 2RΣxy + R²Σy²)) / Σy, at least 0. `sums` names the columns x, y, xx, xy, yy
   and n, the customers behind Σy; NULL for fewer than two of them. `unit` divides the quotient, `most` is the most that it can
   be. #}
{% macro quotient_interval(figure, sums, unit='1', most=none) -%}
    {%- set r = '(cast(' ~ sums.x ~ ' as double) / ' ~ sums.y ~ ')' -%}
    {%- set squares = sums.xx ~ ' - 2 * ' ~ r ~ ' * ' ~ sums.xy ~ ' + ' ~ r ~ ' * ' ~ r ~ ' * ' ~ sums.yy -%}
    {%- set error = 'sqrt(greatest(0, ' ~ squares ~ ') * ' ~ sums.n ~ ' / (' ~ sums.n ~ ' - 1.0)) / ' ~ sums.y -%}
    {%- set is_known = sums.n ~ ' > 1 and ' ~ sums.y ~ ' > 0' -%}
    case when {{ is_known }} then round(greatest(0, {{ r }} - 1.96 * {{ error }}) / {{ unit }}, 9) end as {{ figure }}_low,
    {%- set high = '(' ~ r ~ ' + 1.96 * ' ~ error ~ ') / ' ~ unit -%}
    case when {{ is_known }} then round({{ 'least(' ~ most ~ ', ' ~ high ~ ')' if most else high }}, 9) end as {{ figure }}_high
{%- endmacro %}

{# quotient_interval of a sum over customers by the customers present; int_segment_networks has its parts. #}
{% macro mean_of_present_interval(figure, sum, unit) -%}
    {{ quotient_interval(
        figure,
        {
            'x': sum, 'y': 'dense.customers_present', 'xx': sum ~ '_squared', 'xy': sum ~ '_of_present',
            'yy': 'dense.customers_present', 'n': 'dense.customers_present'
        },
        unit
    ) }}
{%- endmacro %}

{# The parts of it, in int_segment_networks: Σx, Σx², and Σx of customers present. #}
{% macro sums_for_intervals(figures) -%}
    {%- for figure in figures -%}
        {%- set x = 'customer_networks.' ~ figure -%}
        sum({{ x }}) as {{ figure }},
        sum(cast({{ x }} as double) * {{ x }}) as {{ figure }}_squared,
        sum(case when customer_networks.is_present then {{ x }} else 0 end) as {{ figure }}_of_present
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
