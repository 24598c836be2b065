{# Segments of every segmentation add up to all customers, in whatever group the grain makes; a mart of one month makes
   none but that. #}
{% test segments_add_up(model) %}
    {{ segments_that_do_not_add_up(model, grain_without(model, ['segmentation', 'segment']) or 'period_month') }}
{% endtest %}
