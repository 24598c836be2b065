{# What a person last said on each purpose by the end of the last published month; of two contacts that said
   otherwise at one instant, the refusal holds. #}
with consents as (

    select * from {{ ref('stg_consents') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

last_period as (

    select * from {{ ref('int_last_period') }}

),

ranked as (

    select
        contacts.person_id,
        consents.purpose,
        consents.status,
        row_number() over (
            partition by contacts.person_id, consents.purpose
            order by
                consents."at" desc,
                case when consents.status = 'granted' then 1 else 0 end asc,
                consents.status asc
        ) as preference
    from consents
    inner join contacts on consents.contact_id = contacts.contact_id
    inner join last_period on consents."at" < last_period.ends_at

)

select
    person_id,
    {{ dbt.listagg("purpose || ': ' || status", "'; '", "order by purpose") }} as consents
from ranked
where preference = 1
group by person_id
