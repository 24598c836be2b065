{#- Consonants of a romanised name, alike ones as one, doubled ones once: what scripts without vowels,
    transliterations and spelling by ear leave in common (Aisha Mansour and ishh mnswr, Babii and Babiy). -#}
{% macro sound_of(text) -%}
{%- set sound = namespace(sql="replace(replace(replace(replace(" ~ text ~ ", 'ph', 'f'), 'ck', 'k'), 'ts', 's'), 'x', 'ks')") -%}
{%- set sound.sql = "translate(" ~ sound.sql ~ ", 'cqzvbgdaeiouwyhj ', 'kksffkt')" -%}
{%- for letter in 'fklmnprst' -%}
    {%- set sound.sql = "replace(" ~ sound.sql ~ ", '" ~ letter * 2 ~ "', '" ~ letter ~ "')" -%}
{%- endfor -%}
    nullif({{ sound.sql }}, '')
{%- endmacro %}
