-- One person.
-- needs: persons
select *
from persons
where person_id = $person
