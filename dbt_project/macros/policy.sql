{# A number of policy by its name. Written by `python -m warehouse.policy` from warehouse/policy.py. #}
{% macro policy(name) -%}
    {{ {
        'highest_probability': 0.9999,
        'least_candidate': 0.05,
        'least_activities': 100,
        'least_profile_activities': 300,
        'least_posts': 30,
        'value_days': 365,
        'most_months': 120,
    }[name] }}
{%- endmacro %}
