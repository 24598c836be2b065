{#- A romanised name of an organisation → lower-case words without punctuation, article and legal form
    ("The Alder & Söhne GmbH & Co. KG" → "alder and sohne"). NULL where nothing is left. -#}
{% macro standardise_organization(text) -%}
    {%- set forms = [
        "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "ev", "eg", "inc", "incorporated", "llc", "llp", "lp", "ltd",
        "limited", "plc", "corp", "corporation", "co", "company", "sa", "sas", "sarl", "srl", "spa", "sl", "sau", "bv",
        "nv", "ab", "as", "asa", "aps", "oy", "oyj", "se", "pty", "pte", "pvt", "kk", "ooo", "zao", "tov", "sp z oo",
        "sro", "doo", "ltda", "eirl", "and co", "cie", "et cie",
    ] | join("|") -%}
    nullif(
        trim(regexp_replace(
            trim(regexp_replace(
                replace(regexp_replace(lower({{ text }}), '[.''’`]', '', 'g'), '&', ' and '), '[^a-z0-9]+', ' ', 'g'
            )),
            '(^the | (?:{{ forms }}))+$|^the ', '', 'g'
        )), ''
    )
{%- endmacro %}
