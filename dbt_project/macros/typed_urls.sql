{#- The addresses in a field as people type it ("a.example; www.b.example, c.example"), without signs that nobody
    sees, as a list. -#}
{% macro typed_urls(text) -%}
    string_split_regex(
        regexp_replace(
            regexp_replace({{ text }}, '[\x{ad}\x{200b}-\x{200f}\x{2060}\x{feff}]', '', 'g'),
            ',(https?://|www\.)', ' \1', 'g'
        ),
        '[\s\x{a0}\x{3000};|]+|,[\s\x{a0}]+'
    )
{%- endmacro %}
