{#- An e-mail address → lower case, without +tag, and without dots where the provider ignores them; NULL
    where it is none. -#}
{% macro standardise_email(text) -%}
    case
        when regexp_matches(lower(trim({{ text }})), '^[^@\s]+@(gmail|googlemail)\.com$')
            then replace(regexp_replace(split_part(lower(trim({{ text }})), '@', 1), '\+.*$', ''), '.', '') || '@gmail.com'
        when regexp_matches(lower(trim({{ text }})), '^[^@\s]+@[^@\s]+\.[a-z]{2,}$')
            then regexp_replace(lower(trim({{ text }})), '\+[^@]*@', '@')
    end
{%- endmacro %}
