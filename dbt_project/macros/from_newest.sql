{# The order of observations from the newest on, down to a last decision that does not hang on reading. #}
{% macro from_newest() -%}
    observed_at desc, record_hash asc, source asc, source_file_sha256 asc, source_record asc
{%- endmacro %}
