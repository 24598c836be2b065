{#- Consonants of a romanised name, alike ones as one, doubled ones once: what scripts without vowels,
    transliterations and spelling by ear leave in common (Aisha Mansour and ishh mnswr, Babii and Babiy). -#}
{% macro sound_of(text) -%}
{%- set sound = namespace(sql=text) -%}
{%- for written, sounds in [('ph', 'f'), ('ck', 'k'), ('ts', 's'), ('x', 'ks')] -%}
    {%- set sound.sql = "replace(" ~ sound.sql ~ ", '" ~ written ~ "', '" ~ sounds ~ "')" -%}
{%- endfor -%}
{%- set sound.sql = "translate(" ~ sound.sql ~ ", 'cqzvbgdaeiouwyhj ', 'kksffkt')" -%}
{%- for letter in 'fklmnprst' -%}
    {%- set sound.sql = "replace(" ~ sound.sql ~ ", '" ~ letter * 2 ~ "', '" ~ letter ~ "')" -%}
{%- endfor -%}
    nullif({{ sound.sql }}, '')
{%- endmacro %}
