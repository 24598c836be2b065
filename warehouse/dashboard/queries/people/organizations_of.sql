-- The organisations that a person belongs to or speaks for.
-- needs: organizations
select
    organization_name,
    domain,
    country_code,
    source,
    persona_id,
    valid_from,
    valid_to,
    is_customer,
    has_open_opportunity,
    link_probability,
    organization_probability
from organizations
where person_id = $person
order by valid_from desc nulls last, organization_name, persona_id
