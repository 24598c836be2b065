{#- An address → host/path in lower case: no scheme, www., query, fragment, feed file or trailing slash. -#}
{% macro standardise_url(text) -%}
{%- set feed_file = '/(index\.\w+|feed|rss|atom(\.xml)?|feed\.xml|rss\.xml|about)/?$' -%}
    nullif(
        rtrim(
            regexp_replace(
                regexp_replace(
                    regexp_replace(lower(trim({{ text }})), '[?#].*$', ''), '^(https?:)?//(www\.)?|^www\.', ''
                ),
                '{{ feed_file }}', ''
            ),
            '/'
        ),
        ''
    )
{%- endmacro %}
