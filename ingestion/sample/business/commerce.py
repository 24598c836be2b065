"""What customers buy and complain of: orders and their lines, cases, opportunities, campaigns.

`build_commerce` fills `orders`, `order_lines`, `cases`, `case_comments`, `opportunities`, `campaigns`,
`campaign_members` of the world. Must not live here: CSV columns (formats/salesforce_export/sample.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.noise import PLANTED
from ingestion.sample.people.population import STAFF
from ingestion.sample.streams import Floats, Ints, pick, stream, take
from ingestion.sample.world import World, salesforce_ids

DAY = 86_400_000_000
END = company.microseconds(company.AS_OF) + DAY
ORDER_STATUSES = ("Activated", "Completed", "Draft", "Cancelled")
STATUS_WEIGHTS = (0.55, 0.41, 0.02, 0.02)
CASE_ORIGINS = ("Phone", "Email", "Web", "Community", "Social")


def build_commerce(world: World) -> None:
    """Fill the tables of commerce and service."""
    _orders(world)
    _order_lines(world)
    _cases(world)
    _opportunities(world)
    _campaigns(world)


def _orders(world: World) -> None:
    """Fill `orders`: one a purchase, with the person it belongs to by the warehouse's rule (`owner`)."""
    rng = stream(world.seed, "orders")
    person, at = _purchases(world, rng)
    size = len(person)
    amount = _amounts(rng, world, person, size)
    returned = np.where(rng.random(size) < 0.05, np.where(rng.random(size) < 0.5, amount, amount // 2), 0)
    number = np.arange(size, dtype=np.int64)
    world.add(
        "order_rows",
        pa.table(
            {
                "order_number": number,
                "order_id": salesforce_ids("801", number + 100),
                "person": person,
                "ordered_us": at,
                "status": take(ORDER_STATUSES, pick(rng, STATUS_WEIGHTS, size)),
                "amount_cents": amount,
                "discount_cents": np.where(rng.random(size) < 0.15, amount // 10, 0),
                "tax_cents": amount * 19 // 119,
                "returned_cents": returned,
                "u_bill_to": rng.random(size),
            }
        ),
    )
    # Without a bill-to contact an order belongs to the account's only contact; where it has more, to nobody.
    world.make(
        "orders",
        """
        with standing as (
            select person, contact_id, account from contacts where role = 'standing'
        ), living as (
            select account, count(*) as contacts from contacts where role in ('standing',
                'duplicate') group by account
        )
        select o.*, s.contact_id, a.account_id, l.contacts,
            case when u_bill_to < 0.93 then s.contact_id end as bill_to_contact_id,
            case when u_bill_to < 0.93 or l.contacts = 1 then o.person end as owner
        from order_rows o join standing s using (person) join living l using (account)
            join accounts a using (account)
        order by order_number""",
    )


def _purchases(world: World, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(person, instant) of every purchase, in order of time.

    A class has a mean gap between purchases, jittered, from becoming a customer on.
    """
    people = world.arrow(
        "select person, value_class, customer_from from people where kind = 'customer' order by person"
    )
    classes = people.column("value_class").to_numpy(zero_copy_only=False)
    persons, starts = people.column("person").to_numpy(), people.column("customer_from").to_numpy()
    buyers, times = [], []
    for name, planted in PLANTED.items():
        rows = np.flatnonzero(classes == name)
        rate = planted.orders_per_year or 2.0  # inactive customers bought, but long ago
        gap = 365.0 / rate * DAY
        most = int(3.2 * 365 * DAY / (gap * 0.6)) + 2
        steps = gap * rng.uniform(0.6, 1.4, (len(rows), most))
        steps[:, 0] = rng.random(len(rows)) * 2 * DAY
        at = starts[rows][:, None] + np.cumsum(steps, axis=1)
        last = END if planted.orders_per_year else company.microseconds(company.FIRST_MONTH) - 366 * DAY
        kept = at < last
        buyers.append(np.repeat(persons[rows], kept.sum(axis=1)))
        times.append(at[kept].astype(np.int64))
    person, instant = np.concatenate(buyers), np.concatenate(times)
    order = np.lexsort((person, instant))
    return person[order], _office_hours(rng, instant[order])


def _office_hours(rng: np.random.Generator, at: Ints) -> Ints:
    """Move to between 06:00 and 22:00 UTC of the same day, so that the day is the same for most buyers."""
    return np.minimum(at // DAY * DAY + ((6 + 16 * rng.random(len(at))) * 3600e6).astype(np.int64), END - 1)


def _amounts(rng: np.random.Generator, world: World, person: Ints, size: int) -> Ints:
    classes = world.column("select value_class from people order by person")
    mean = np.array([PLANTED[c].order_amount for c in company.VALUE_CLASSES])
    of_class = np.searchsorted(np.sort(np.array(company.VALUE_CLASSES)), classes.astype(str))
    mean = mean[np.argsort(np.array(company.VALUE_CLASSES))]
    own = np.exp(rng.normal(0, 0.2, len(classes)))
    euros = mean[of_class[person]] * own[person] * np.exp(rng.normal(0, 0.3, size))
    cents: Ints = np.maximum(100, euros * 100).astype(np.int64)
    return cents


def _order_lines(world: World) -> None:
    rng = stream(world.seed, "order lines")
    amount = world.column("select amount_cents from orders order by order_number")
    lines = 1 + pick(rng, (0.62, 0.28, 0.10), len(amount))
    order = np.repeat(np.arange(len(amount), dtype=np.int64), lines)
    first = np.concatenate([[0], np.cumsum(lines)[:-1]])
    part = amount[order] // lines[order]
    part[first] += amount - (amount // lines) * lines
    product = pick(rng, [p.weight for p in company.PRODUCTS], len(order))
    price = np.array([p.price for p in company.PRODUCTS])[product] * 100
    quantity = np.maximum(1, np.rint(part / price)).astype(np.int64)
    world.add(
        "order_lines",
        pa.table(
            {
                "order_line_id": salesforce_ids("802", np.arange(len(order), dtype=np.int64) + 100),
                "order_number": order,
                "product": product.astype(np.int32),
                "quantity": quantity,
                "amount_cents": part,
            }
        ),
    )


def _service_times(rng: np.random.Generator, starts: Ints) -> Ints:
    """Instants between becoming a customer and the end of the data."""
    return (starts + rng.random(len(starts)) * (END - DAY - starts)).astype(np.int64)


def _cases(world: World) -> None:
    rng = stream(world.seed, "cases")
    people = world.arrow("select person, customer_from from people where kind = 'customer' order by person")
    count = rng.poisson(1.1, people.num_rows)
    person = np.repeat(people.column("person").to_numpy(), count)
    opened = _office_hours(
        rng, _service_times(rng, np.repeat(people.column("customer_from").to_numpy(), count))
    )
    order = np.lexsort((person, opened))
    person, opened = person[order], opened[order]
    size = len(person)
    response = (np.exp(rng.normal(np.log(180), 1.1, size)) * 60e6).astype(np.int64)
    resolution = response + (np.exp(rng.normal(np.log(30), 1.0, size)) * 3600e6).astype(np.int64)
    number = np.arange(size, dtype=np.int64)
    world.add(
        "case_rows",
        pa.table(
            {
                "case_number": number,
                "case_id": salesforce_ids("500", number + 100),
                "person": person,
                "opened_us": opened,
                "responded_us": np.where(opened + response < END, opened + response, -1),
                "resolved_us": np.where(
                    (opened + resolution < END) & (rng.random(size) < 0.93), opened + resolution, -1
                ),
                "origin": take(CASE_ORIGINS, pick(rng, (0.34, 0.3, 0.2, 0.1, 0.06), size)),
                "product": pick(rng, [p.weight for p in company.PRODUCTS], size).astype(np.int32),
                "fault": rng.integers(0, 8, size).astype(np.int32),
                "reopened": rng.poisson(0.12, size),
                "satisfied": pick(rng, (0.45, 0.15, 0.4), size).astype(np.int32),
                "staff": rng.integers(0, STAFF, size).astype(np.int32),
                "u1": rng.random(size),
            }
        ),
    )
    world.make(
        "cases",
        """
        select c.*, s.contact_id, a.account_id from case_rows c
            join contacts s on s.person = c.person and s.role = 'standing' join accounts a using (account)
        order by case_number""",
    )


def _opportunities(world: World) -> None:
    """Businesses are sold to; a prospect has no account yet, and no opportunity."""
    rng = stream(world.seed, "opportunities")
    people = world.arrow(
        """select person, customer_from from people
        where kind = 'customer' and customer_type <> 'household' order by person"""
    )
    count = rng.poisson(0.9, people.num_rows)
    person = np.repeat(people.column("person").to_numpy(), count)
    created = _office_hours(
        rng, _service_times(rng, np.repeat(people.column("customer_from").to_numpy(), count))
    )
    size = len(person)
    stage = pick(rng, (0.4, 0.25, 0.15, 0.2), size)
    number = np.arange(size, dtype=np.int64)
    world.add(
        "opportunity_rows",
        pa.table(
            {
                "opportunity_id": salesforce_ids("006", number + 100),
                "role_id": salesforce_ids("00K", number + 100),
                "person": person,
                "created_us": created,
                "closed_us": created + (rng.uniform(10, 90, size) * DAY).astype(np.int64),
                "stage": take(("Closed Won", "Closed Lost", "Negotiation/Review", "Prospecting"), stage),
                "amount_cents": (np.exp(rng.normal(np.log(2400), 0.8, size)) * 100).astype(np.int64),
                "product": pick(rng, [p.weight for p in company.PRODUCTS], size).astype(np.int32),
            }
        ),
    )
    world.make(
        "opportunities",
        """
        select o.*, s.contact_id, a.account_id, a.name as account_name from opportunity_rows o
            join contacts s on s.person = o.person and s.role = 'standing' join accounts a using (account)
        order by opportunity_id""",
    )


def _campaigns(world: World) -> None:
    rng = stream(world.seed, "campaigns")
    size = 8
    starts = company.microseconds(company.FIRST_MONTH) + np.arange(size) * 42 * DAY
    world.add(
        "campaigns",
        pa.table(
            {
                "campaign": np.arange(size, dtype=np.int32),
                "campaign_id": salesforce_ids("701", np.arange(size, dtype=np.int64) + 10),
                "name": [
                    f"{p.name} {kind}"
                    for p, kind in zip(company.PRODUCTS[:size], ("Launch", "Raffle") * 4, strict=True)
                ],
                "is_incentivised": [False, True] * 4,
                "starts_us": starts,
            }
        ),
    )
    contacts = world.rows("contacts")
    members = max(size, contacts // 2)
    number = np.arange(members, dtype=np.int64)
    campaign = rng.integers(0, size, members)
    chosen: Floats = rng.random(members)
    world.add(
        "campaign_members",
        pa.table(
            {
                "campaign_member_id": salesforce_ids("00v", number + 10),
                "campaign": campaign.astype(np.int32),
                "contact": rng.integers(0, contacts, members).astype(np.int32),
                "has_responded": chosen < 0.18,
                "at_us": starts[campaign] + (chosen * 21 * DAY).astype(np.int64),
            }
        ),
    )
