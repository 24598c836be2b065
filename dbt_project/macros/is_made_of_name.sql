{#- Whether a handle-like text is made of the persona's own name: then it says no more than the name does. -#}
{% macro is_made_of_name(text, full_handles, initial_handles, family_names) -%}
    (
        list_contains({{ full_handles }}, {{ fold_spelling(text) }})
        or list_contains({{ initial_handles }}, {{ fold_spelling(text) }})
        or len(list_filter(
            {{ family_names }}, lambda family: len(family) >= 4 and contains({{ fold_spelling(text) }}, family)
        )) > 0
    )
{%- endmacro %}
