{# The canonical tables of the lake, each staged as stg_<table>. #}
{% macro canonical_tables() -%}
    {{ return([
        'profiles', 'profile_counters', 'activities', 'activity_counters', 'connections', 'web_visits',
        'contacts', 'accounts', 'users', 'opportunities', 'opportunity_contacts', 'campaigns', 'campaign_members',
        'cases', 'case_comments', 'touchpoints',
        'orders', 'order_lines', 'products', 'exchange_rates', 'consents', 'segment_assignments', 'ideas',
    ]) }}
{%- endmacro %}

{# Those whose staged model leaves out what the CRM says it deleted; contacts and accounts stay, marked. #}
{% macro tables_without_deleted() -%}
    {{ return([
        'opportunities', 'opportunity_contacts', 'campaigns', 'campaign_members',
        'cases', 'case_comments', 'touchpoints', 'orders', 'order_lines', 'products',
    ]) }}
{%- endmacro %}
