-- What is known of a person as a customer.
-- needs: customers
select *
from customers
where person_id = $person
