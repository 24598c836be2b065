{# Whose order it is: its contact, else the bill-to contact, else the account's primary or only contact, else nobody. #}
with orders as (

    select * from {{ ref('stg_orders') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

accounts as (

    select * from {{ ref('stg_accounts') }}

),

only_contacts as (

    select
        account_id,
        min(contact_id) as contact_id
    from contacts
    where is_living and account_id is not null and coalesce(contact_type, 'contact') <> 'lead'
    group by account_id
    having count(*) = 1

),

candidates as (

    select
        orders.order_id,
        buyers.contact_id as buyer_id,
        bill_to.contact_id as bill_to_id,
        primaries.contact_id as primary_id,
        only_contacts.contact_id as only_id
    from orders
    left join contacts as buyers on orders.contact_id = buyers.contact_id
    left join contacts as bill_to on orders.bill_to_contact_id = bill_to.contact_id
    left join accounts on orders.account_id = accounts.account_id
    left join contacts as primaries on accounts.primary_contact_id = primaries.contact_id
    left join only_contacts on orders.account_id = only_contacts.account_id

),

owned as (

    select
        order_id,
        coalesce(buyer_id, bill_to_id, primary_id, only_id) as contact_id,
        case
            when buyer_id is not null then 'contact'
            when bill_to_id is not null then 'bill_to_contact'
            when primary_id is not null then 'primary_contact_of_account'
            when only_id is not null then 'only_contact_of_account'
            else 'nobody'
        end as owner_rule
    from candidates

)

select
    owned.order_id,
    owned.contact_id,
    contacts.person_id,
    owned.owner_rule
from owned
left join contacts on owned.contact_id = contacts.contact_id
