{#- Whether a handle-like text is made of the persona's own name: one of the forms people derive from it, or one
    that holds the beginning of a given or family name. Such a handle says little more than the name does. -#}
{% macro is_made_of_name(text, full_handles, initial_handles, family_names, given_forms) -%}
    (
        list_contains({{ full_handles }}, {{ fold_spelling(text) }})
        or list_contains({{ initial_handles }}, {{ fold_spelling(text) }})
        or len(list_filter(
            list_concat({{ family_names }}, {{ given_forms }}),
            lambda part: len(part) >= 3 and contains({{ fold_spelling(text) }}, left(part, 4))
        )) > 0
    )
{%- endmacro %}
