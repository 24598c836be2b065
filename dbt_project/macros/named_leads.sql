{# Parts of segment_profiles that stand in it once for each lead that is named. #}

{% macro named_formats(most) -%}
    {%- for n in range(1, most + 1) -%}
        formats_{{ n }}.content_format as how_{{ n }}_format,
        formats_{{ n }}.index_vs_all as how_{{ n }}_index_vs_all,
        formats_{{ n }}.activities as how_{{ n }}_activities,
        formats_{{ n }}.contributors as how_{{ n }}_contributors
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro named_networks(most) -%}
    {%- for n in range(1, most + 1) -%}
        networks_{{ n }}.network as where_{{ n }}_network,
        networks_{{ n }}.active_rate as where_{{ n }}_active_rate,
        case when segments.segmentation <> 'all' then networks_{{ n }}.index_vs_all end as where_{{ n }}_index_vs_all,
        networks_{{ n }}.contributors as where_{{ n }}_contributors
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro join_named(most) -%}
    {%- for n in range(1, most + 1) %}
        {%- for leads in ['formats', 'networks'] %}
            left join {{ leads }} as {{ leads }}_{{ n }}
                on
                    segments.segmentation = {{ leads }}_{{ n }}.segmentation
                    and segments.segment = {{ leads }}_{{ n }}.segment
                    and {{ leads }}_{{ n }}.place = {{ n }}
        {%- endfor %}
    {%- endfor -%}
{%- endmacro %}

{% macro named_if_shown(most) -%}
    {%- for n in range(1, most + 1) -%}
        {{ measure_if('true', 'how_' ~ n ~ '_format', 'varchar') }},
        {{ measure_if('true', 'how_' ~ n ~ '_index_vs_all', 'double') }},
        {{ measures_if('true', ['how_' ~ n ~ '_activities', 'how_' ~ n ~ '_contributors'], 'bigint') }},
        {{ measure_if('true', 'where_' ~ n ~ '_network', 'varchar') }},
        {{ measures_if('true', ['where_' ~ n ~ '_active_rate', 'where_' ~ n ~ '_index_vs_all'], 'double') }},
        {{ measure_if('true', 'where_' ~ n ~ '_contributors', 'bigint') }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
