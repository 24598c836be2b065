{#- The name at the end of an account's web address, as Mastodon, Lemmy, WordPress and PeerTube write it; NULL where
    the address carries none. -#}
{% macro handle_in_address(address) -%}
    nullif(
        regexp_extract({{ address }}, '^https?://[^/]+/(?:@|(?:users|u|author|accounts)/@?)([^/?#@]+)/?$', 1), ''
    )
{%- endmacro %}
