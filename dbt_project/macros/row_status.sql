{# Why a row of a guarded relation shows nothing: hidden (small cells), not_observed, undefined (nothing to divide by),
   too_thin (under the support that its figures ask for), else shown. #}
{% macro row_status(is_observed='is_observed', is_undefined='false', is_too_thin='false') -%}
    case
        when is_suppressed then 'hidden'
        when not {{ is_observed }} then 'not_observed'
        when {{ is_undefined }} then 'undefined'
        when {{ is_too_thin }} then 'too_thin'
        else 'shown'
    end as status
{%- endmacro %}
