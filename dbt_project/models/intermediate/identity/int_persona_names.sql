{#- The suffix by which namesakes of one family are told apart: never the first word, where Sr. is a salutation. -#}
{%- set generation_suffix = '[\\s,](jr|sr|ii|iii|iv)\\.?(?:$|[^\\p{L}])' %}
-- Names as the matcher reads them: romanised, cleaned, in order, with what handles could make of them.

with sources as (
    select * from {{ ref('int_persona_sources') }}
),

words as (
    select
        list(word) filter (where kind in ('honorific', 'name_suffix', 'name_noise')) as ignored,
        list(word) filter (where kind = 'placeholder_name') as placeholders
    from {{ ref('identity_words') }}
),

written as (
    select distinct unnest([full_name, given_name, middle_name, family_name, former_family_name, nickname]) as text
    from sources
),

-- emoji and other symbols go before they are read aloud
romanised as (
    select
        text,
        scrm_transliterate(regexp_replace(text, '[\p{So}\p{Sk}]', ' ', 'g')) as latin,
        regexp_matches(text, '[\p{Han}\p{Hangul}]') as is_syllabic,
        -- of two written words, a single character is the family name: 王 小明, 小明 王
        regexp_matches(text, '[\p{Han}\p{Hangul}]')
        and not regexp_matches(text, '^\s*[\p{Han}\p{Hangul}]{2,}\s+[\p{Han}\p{Hangul}]\s*$') as is_family_first
    from written
    where text is not null
),

cleaned as (
    select
        romanised.text,
        romanised.is_syllabic,
        romanised.is_family_first,
        {{ standardise_name('romanised.latin', 'words.ignored') }} as name
    from romanised
    cross join words
),

spoken as (
    select
        cleaned.text,
        cleaned.is_family_first,
        nullif(cleaned.name, '') as name,
        -- a name in a field of its own is one word, however many syllables
        case when cleaned.is_syllabic then nullif(replace(cleaned.name, ' ', ''), '') else nullif(cleaned.name, '') end
            as part
    from cleaned
    cross join words
    where not list_contains(words.placeholders, cleaned.name)
),

parts as (
    select
        sources.persona_id,
        -- a handle shown in the place of a name is none
        case
            when
                {{ standardise_handle('sources.full_name') }} = {{ standardise_handle('sources.handle') }}
                and not contains(trim(sources.full_name), ' ')
                then null
            else string_split(full_text.name, ' ')
        end as words,
        coalesce(full_text.is_family_first, false) as is_family_first,
        given.part as given,
        middle.part as middle,
        family.part as family,
        former.part as former,
        nickname.part as nickname,
        list_extract([1, 2, 2, 3, 4], list_position(
            ['sr', 'jr', 'ii', 'iii', 'iv'],
            coalesce(
                {% for field in ['full_name', 'family_name', 'given_name'] -%}
                    nullif(regexp_extract(lower(sources.{{ field }}), '{{ generation_suffix }}', 1), '')
                    {{- ',' if not loop.last }}
                {% endfor %}
            )
        )) as name_generation
    from sources
    left join spoken as full_text on sources.full_name = full_text.text
    left join spoken as given on sources.given_name = given.text
    left join spoken as middle on sources.middle_name = middle.text
    left join spoken as family on sources.family_name = family.text
    left join spoken as former on sources.former_family_name = former.text
    left join spoken as nickname on sources.nickname = nickname.text
),

ordered as (
    select
        *,
        case
            when given is not null then split_part(given, ' ', 1)
            when len(words) >= 2 and is_family_first then array_to_string(words[2:], '')
            else words[1]
        end as given_name,
        case
            when family is not null then replace(family, ' ', '')
            when len(words) >= 2 and is_family_first then words[1]
            -- "Anna B." shows no family name, only its initial
            when len(words) >= 2 and len(words[-1]) >= 2 then words[-1]
        end as family_name,
        -- all given names as one: Jean-Pierre, Maria Luiza, Chia-Hao
        case
            when given is not null
                then nullif(replace(concat_ws('', given, middle), ' ', ''), split_part(given, ' ', 1))
            when len(words) between 3 and 4 and not is_family_first then array_to_string(words[:-2], '')
        end as joined_given_name,
        coalesce(left(middle, 1), case when len(words) = 3 and not is_family_first then left(words[2], 1) end, '')
            as middle_initial
    from parts
),

looked_up as (
    select
        given_name,
        scrm_given_names(given_name) as known
    from (
        select distinct unnest([given_name, split_part(nickname, ' ', 1)]) as given_name from ordered
    ) as spoken_names
    where given_name is not null
),

named as (
    select
        ordered.persona_id,
        ordered.name_generation,
        ordered.given_name,
        ordered.middle_initial,
        {{ fold_spelling('ordered.family_name') }} as family_name,
        {{ fold_spelling("replace(ordered.former, ' ', '')") }} as former_family_name,
        list_distinct(list_concat(given.known.canonicals, nickname.known.canonicals)) as given_canonicals,
        list_distinct(list_concat(given.known.forms, nickname.known.forms, [ordered.joined_given_name])) as given_forms,
        list_filter(
            list_distinct(
                list_concat(
                    [ordered.family_name, replace(ordered.former, ' ', '')], string_split(ordered.family, ' ')
                )
            ),
            lambda part: len(part) >= 2
        ) as family_spellings,
        list_sort(
            list_distinct(
                list_concat(
                    ordered.words, string_split(ordered.given, ' '), string_split(ordered.middle, ' '),
                    [replace(ordered.family, ' ', ''), replace(ordered.former, ' ', '')]
                )
            )
        ) as name_tokens
    from ordered
    left join looked_up as given on ordered.given_name = given.given_name
    left join looked_up as nickname on split_part(ordered.nickname, ' ', 1) = nickname.given_name
)

select
    persona_id,
    name_generation,
    given_name,
    family_name,
    former_family_name,
    middle_initial,
    case when family_name is not null then given_name || ' ' || family_name end as full_name,
    given_canonicals,
    given_forms,
    list_distinct(list_transform(family_spellings, lambda part: {{ fold_spelling('part') }})) as family_names,
    list_filter(name_tokens, lambda token: token is not null) as name_tokens,
    {{ sound_of('given_name') }} as given_sound,
    {{ sound_of('family_name') }} as family_sound,
    case
        when family_name is null or len(given_name) < 2 then []
        else list_distinct(flatten(list_transform(family_spellings, lambda family: list_concat(
            list_transform(given_forms, lambda given: {{ fold_spelling('given || family') }}),
            [
                {{ fold_spelling('family || given_name') }},
                {{ fold_spelling('given_name || middle_initial || family') }}
            ]
        ))))
    end as full_handles,
    case
        when family_name is null then []
        else list_distinct(flatten(list_transform(family_spellings, lambda family: [
            {{ fold_spelling('left(given_name, 1) || family') }},
            {{ fold_spelling('left(given_name, 1) || middle_initial || family') }},
            {{ fold_spelling('family || left(given_name, 1)') }}
        ])))
    end as initial_handles
from named
