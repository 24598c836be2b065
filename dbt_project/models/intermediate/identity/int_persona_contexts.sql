-- Where a persona lives, what it speaks, whom it works for: weak evidence, one standard value each. The language is
-- the one it states, else the one it posts in.

with sources as (
    select * from {{ ref('int_persona_sources') }}
),

posted as (
    select * from {{ ref('int_persona_languages') }}
),

words as (
    select list(word) filter (where kind = 'title_stop_word') as ignored
    from {{ ref('identity_words') }}
),

-- "Leipzig, Germany" → city and country; one word alone is a country where there is one of that name
places as (
    select
        persona_id,
        country as stated_country,
        coalesce(city, trim(split_part(location, ',', 1))) as stated_city,
        trim(string_split(coalesce(country, location), ',')[-1]) as last_part
    from sources
),

countries as (
    select
        text,
        scrm_country(text) as country
    from (select distinct unnest([stated_country, stated_city, last_part]) as text from places) as stated
    where text is not null
),

romanised as (
    select
        text,
        nullif(
            trim(regexp_replace({{ fold_spelling('lower(scrm_transliterate(text))') }}, '[^a-z0-9]+', ' ', 'g')), ''
        ) as plain
    from (
        select distinct unnest([city, trim(split_part(location, ',', 1)), employer, title]) as text from sources
    ) as stated
    where text is not null
),

-- "Designer at Alder Logistics" → an employer; the words of the bio are matched with the other's title
bios as (
    select
        persona_id,
        nullif(
            regexp_extract(
                bio,
                '(?:^|[\s,.|/-])(?:at|bei|chez|presso|en|@) ([\p{Lu}][\p{L}0-9&-]+(?: [\p{Lu}][\p{L}0-9&-]+){0,2})',
                1
            ), ''
        )
            as employer,
        list_distinct(
            list_filter(
                string_split(trim(regexp_replace(lower(scrm_transliterate(bio)), '[^a-z]+', ' ', 'g')), ' '),
                lambda word: len(word) >= 2
            )
        ) as tokens
    from sources
    where bio is not null
)

select
    sources.persona_id,
    case when own_city.country is null then city.plain end as city,
    coalesce(stated.country, last_part.country, own_city.country) as country,
    sources.time_zone,
    coalesce({{ primary_language('sources.language') }}, posted.language) as language,
    nullif(
        trim(regexp_replace(
            coalesce(employer.plain, {{ fold_spelling('lower(bios.employer)') }}),
            '\b(gmbh|ag|inc|llc|ltd|plc|corp|co|sa|srl|spa|bv|kg|se|limited|company)\b', '', 'g'
        )), ''
    ) as employer,
    coalesce(
        list_sort(list_distinct(list_filter(
            string_split(title.plain, ' '),
            lambda word: len(word) >= 2 and not list_contains(words.ignored, word)
        ))),
        []
    ) as title_tokens,
    coalesce(bios.tokens, []) as bio_tokens,
    -- what a system puts where nobody said a year
    case when sources.birth_year not in (0, 1, 1753, 1899, 1900, 9999) then sources.birth_year end as birth_year
from sources
cross join words
inner join places on sources.persona_id = places.persona_id
left join countries as stated on places.stated_country = stated.text
left join countries as last_part on places.last_part = last_part.text
left join countries as own_city on places.stated_city = own_city.text
left join romanised as city on places.stated_city = city.text
left join romanised as employer on sources.employer = employer.text
left join romanised as title on sources.title = title.text
left join bios on sources.persona_id = bios.persona_id
left join posted on sources.persona_id = posted.persona_id
