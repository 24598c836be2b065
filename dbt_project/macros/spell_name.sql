{#- Lower-case letters, spaces and hyphens of a name: text in brackets and after a dash or bar goes, initials
    lose their dot, "Family, Given" is turned round, apostrophes vanish (O'Neil → oneil). -#}
{% macro spell_name(text) -%}
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(lower({{ text }}), '\(.*?\)|\[.*?\]|".*?"|( [|–—-] .*$)', ' ', 'g'),
                '[''’`´.]', '', 'g'
            ),
            '^\s*([^,]+?)\s*,\s*([a-z -]{2,})$', '\2 \1'
        ),
        '[^a-z -]+', ' ', 'g'
    )
{%- endmacro %}
