{# Numbers of customers on which measures of segment_presence rest (guard_small_cells). What adds up over networks could
   be had for one of them by subtraction from all: there, leaves_<…> says so (int_segment_remainders). #}
{% macro presence_numerators() -%}
    {{ return({
        'customers_present': none,
        'customers_active': 'leaves_active',
        'customers_passive': 'leaves_passive',
        'customers_untimed': 'leaves_untimed',
        'customers_connected': 'leaves_connected',
        'customers_counted': none,
        'brand_followers': none
    }) }}
{%- endmacro %}
