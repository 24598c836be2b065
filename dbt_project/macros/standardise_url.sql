{#- An address → host/path in lower case: no scheme, www., query, fragment, file name or trailing slash. -#}
{% macro standardise_url(text) -%}
    nullif(
        rtrim(
            regexp_replace(
                regexp_replace(lower(trim({{ text }})), '^(https?:)?//(www\.)?|^www\.|[?#].*$|/(index\.\w+|feed|rss|atom(\.xml)?|feed\.xml|rss\.xml|about)/?([?#].*)?$', '', 'g'),
                '[?#].*$', ''
            ),
            '/'
        ),
        ''
    )
{%- endmacro %}
