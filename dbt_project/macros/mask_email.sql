{# The first letter of an e-mail address and its domain: enough for a reviewer to see whether two can be the same. #}
{% macro mask_email(address) -%}
    case
        when {{ address }} like '_%@_%' then left({{ address }}, 1) || '…@' || lower(split_part({{ address }}, '@', -1))
    end
{%- endmacro %}
