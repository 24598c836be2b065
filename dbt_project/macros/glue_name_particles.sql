{#- Glue a particle inside a name to the word after it: "jan van der berg" → "jan vanderberg". -#}
{% macro glue_name_particles(text) -%}
{%- set particles = "van von der den vom zu zum zur de di da do dos das del della dello du des la le los las" -%}
{%- set particles = (particles ~ " ter ten bin ibn al el abu").split() | join("|") -%}
    replace(
        regexp_replace(
            regexp_replace({{ text }}, '(\S) ({{ particles }}) (\S)', '\1 \2~\3', 'g'),
            '~({{ particles }}) ', '~\1~', 'g'
        ),
        '~', ''
    )
{%- endmacro %}
