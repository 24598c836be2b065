{# Id of the record (int_organization_records) that a statement points at; names are kept apart by country. #}
{% macro organization_record(source, value, country) -%}
    case
        when {{ source }} in ('crm_account', 'opportunity_role') then 'account:' || {{ value }}
        when {{ source }} = 'email_domain' then 'domain:' || {{ value }}
        else 'name:' || coalesce({{ standardise_organization('lower(' ~ value ~ ')') }}, lower({{ value }})) || '|' || coalesce({{ country }}, '')
    end
{%- endmacro %}
