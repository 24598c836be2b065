-- Persons of whom a persona goes by the words given, the nearest first: by id, masked address, handle, name.
-- Each id is looked up by itself, since then but the row groups that may hold it are read.
-- needs: persona_details
with hits as (

    select rowid as hit
    from persona_details
    where contains(lower(name), lower($words)) or contains(lower(handle), lower(ltrim($words, '@')))
    union
    select rowid
    from persona_details
    where masked_email = $masked
    union
    select rowid
    from persona_details
    where person_id = $words
    union
    select rowid
    from persona_details
    where persona_id = $words
    union
    select rowid
    from persona_details
    where native_id = $words

),

named as (

    select
        person_id,
        persona_id,
        name,
        network,
        handle,
        masked_email,
        place,
        employer,
        case
            when person_id = $words or persona_id = $words or native_id = $words then 1
            when masked_email = $masked then 2
            when lower(handle) = lower(ltrim($words, '@')) then 3
            when lower(name) = lower($words) then 4
            else 5
        end as nearness
    from persona_details
    where rowid in (select hit from hits)

)

select
    * exclude (persona_id),
    count(*) over () as found
from named
qualify row_number() over (partition by person_id order by nearness, persona_id) = 1
order by nearness, name, person_id
limit $most
