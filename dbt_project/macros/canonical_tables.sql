{# The canonical tables of the lake, each staged as stg_<table>. #}
{% macro canonical_tables() -%}
    {{ return([
        'profiles', 'profile_counters', 'activities', 'activity_counters', 'connections', 'web_visits',
        'contacts', 'accounts', 'users', 'opportunities', 'opportunity_contacts', 'campaigns', 'campaign_members',
        'cases', 'case_comments', 'touchpoints',
        'orders', 'order_lines', 'products', 'exchange_rates', 'consents', 'segment_assignments', 'ideas',
    ]) }}
{%- endmacro %}
