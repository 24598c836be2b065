{# The first letter of an e-mail address and its domain: enough for a reviewer to see whether two can be the same. Of
   several, and beside a name or a scheme, the first address. #}
{% macro mask_email(typed) -%}
{%- set address = "regexp_extract(" ~ typed ~ ", '[^\\s:;,<>()\"]+@[\\p{L}\\p{N}.-]+')" %}
    case
        when {{ address }} <> '' then left({{ address }}, 1) || '…@' || lower(split_part({{ address }}, '@', -1))
    end
{%- endmacro %}
