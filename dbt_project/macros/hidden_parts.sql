{# The numerators of a guarded row (guard_small_cells) that are hidden though the row is shown, joined by commas. #}
{% macro hidden_parts(numerators) -%}
    nullif(
        concat_ws(
            ', ',
            {% for numerator in numerators -%}
                case when not is_suppressed and hides_{{ numerator }} then '{{ numerator }}' end{{ ',' if not loop.last }}
            {% endfor %}
        ),
        ''
    ) as hidden_parts
{%- endmacro %}
