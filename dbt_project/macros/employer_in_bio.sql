{#- The organisation a self-description names as the employer, as written; '' where it names none. RE2. Reads
    "works at X", "@ X", "CTO, X", "Engineer @x_corp" in English and in the German, French, Spanish, Portuguese, Italian,
    Polish and Swedish words for it; "ex-X" and "formerly at X" are left out. A name is up to five capitalised words. -#}
{% macro employer_in_bio(bio) -%}
    {%- set word = "[\\p{Lu}\\p{Lo}][\\p{L}\\p{N}&''’-]*" -%}
    {%- set name = word ~ "(?:\\s+(?:(?:of|de|des|der|und|and|&|y|et)\\s+)?(?:" ~ word ~ "|\\d+)){0,4}" -%}
    {%- set past = "(?i)\\b(?:ex|former|formerly|previously|past|ehemals|früher|ancien(?:ne)?|anteriormente|antes)\\b[\\s:-]+[^.|;·,/]*" -%}
    {%- set at = [
        "(?:work(?:s|ing)?|employed) (?:at|for|by|with)", "arbeitet? (?:bei|für)", "travaille (?:chez|pour)",
        "trabaj[oa] (?:en|para)", "trabalh[oa] (?:na|no|para)", "lavor[oa] (?:in|presso|per)", "pracuj[ęe] w",
        "jobbar (?:på|hos)", "at", "bei", "chez", "presso", "hos", "@",
    ] | join("|") -%}
    {%- set title = [
        "c[a-z]o", "(?:co-?)?founder", "owner", "director", "president", "vp", "partner", "head of \\p{L}+",
        "manager", "geschäftsführer(?:in)?", "inhaber(?:in)?", "gründer(?:in)?", "direct(?:eur|rice|ora?)",
        "właściciel(?:ka)?",
    ] | join("|") -%}
    {%- set told = "regexp_replace(" ~ bio ~ ", '" ~ past ~ "', ' ', 'g')" -%}
    coalesce(
        nullif(regexp_extract({{ told }}, '(?:^|[\s,.|/·•(–-])(?i:{{ at }})\s+({{ name }})', 1), ''),
        nullif(regexp_extract({{ told }}, '(?i)(?:{{ title }}|engineer|developer|designer|consultant|at)\s+@([a-z0-9_]{3,})', 1), ''),
        regexp_extract({{ told }}, '(?i:\b(?:{{ title }}))\s*(?:,|\||/|–|:| of | von | de )\s*({{ name }})', 1),
        ''
    )
{%- endmacro %}
