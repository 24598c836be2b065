{#- An account that somebody names, as address, acct:, @name@host or network:handle → a key `network:handle`
    that the account itself has among its own; NULL where the text names none. `network` and `host_network`
    are the standard names of what stands before the colon and of the host (NULL where unknown). -#}
{% macro standardise_account(text, url, network, host_network) -%}
    case
        when regexp_matches(lower({{ text }}), '^(acct:)?@?[a-z0-9_.-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$')
            then 'fediverse:' || regexp_replace(lower({{ text }}), '^(acct:)?@?', '')
        when {{ network }} is not null and regexp_matches(lower({{ text }}), '^[^:]+:@?[^@]+@.')
            then 'fediverse:' || ltrim(regexp_replace(lower({{ text }}), '^[^:]+:', ''), '@')
        when {{ network }} is not null
            then {{ network }} || ':' || ltrim(regexp_replace(lower({{ text }}), '^[^:]+:', ''), '@')
        when {{ host_network }} is not null
            then
                {{ host_network }} || ':'
                || ltrim(regexp_extract({{ url }}, '^[^/]+/(?:(?:in|user|profile|c|channel|u)/)?([^/]+)', 1), '@')
        when regexp_matches({{ url }}, '^[^/]+/(@|users/)[^/]+$')
            then
                'fediverse:' || regexp_extract({{ url }}, '^[^/]+/(?:@|users/)([^/@]+)', 1)
                || '@' || split_part({{ url }}, '/', 1)
        when regexp_matches({{ url }}, '^[^/]+/(u|user|member|members|profile)/[^/]+')
            then 'community:' || regexp_extract({{ url }}, '^[^/]+/[a-z]+/([^/]+)', 1)
        when contains({{ url }}, '.') then 'web:' || {{ url }}
    end
{%- endmacro %}
