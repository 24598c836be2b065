{#- A romanised name → lower-case words: case, punctuation, brackets and emoji gone, "Family, Given" turned
    round, honorifics and suffixes left out, particles glued to what follows (van der berg → vanderberg). -#}
{% macro standardise_name(text, words) -%}
    array_to_string(
        list_filter(
            string_split(
                trim(regexp_replace({{ glue_name_particles(spell_name(text)) }}, '[^a-z]+', ' ', 'g')), ' '
            ),
            lambda word: word <> '' and not list_contains({{ words }}, word)
        ),
        ' '
    )
{%- endmacro %}
