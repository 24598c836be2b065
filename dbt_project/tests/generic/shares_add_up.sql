{# Shares of a whole add up to 1: `parts` are the columns of the grain that divide it. #}
{% test shares_add_up(model, share, parts, rows_of_whole=none) %}
    {{ shares_that_do_not_add_up(model, share, grain_without(model, parts), rows_of_whole) }}
{% endtest %}
