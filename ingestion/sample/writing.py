"""Puts the sample together: draws the world network by network, writes its exports, configuration and truth.

Must not live here: what is drawn and how it is laid out; this says only in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingestion.formats.activitystreams import sample as activitystreams
from ingestion.formats.discourse import sample as discourse
from ingestion.formats.feed import sample as feed
from ingestion.formats.salesforce_export import sample as salesforce
from ingestion.formats.table import sample as table
from ingestion.formats.x_api_v2 import sample as x
from ingestion.sample import company
from ingestion.sample.activity.activities import draw_accounts, draw_activities
from ingestion.sample.activity.graph import build_graph
from ingestion.sample.activity.texts import TextPool, text_pool
from ingestion.sample.business.commerce import build_commerce
from ingestion.sample.business.crm import build_crm
from ingestion.sample.business.segments import build_memberships
from ingestion.sample.configuration import write_configuration
from ingestion.sample.defects import plant_defects, write_records
from ingestion.sample.noise import Noise
from ingestion.sample.people.affiliations import write_affiliations
from ingestion.sample.people.avatars import write_avatars
from ingestion.sample.people.personas import build_profiles
from ingestion.sample.people.population import draw_people
from ingestion.sample.truth.figures import Facts, facts_of, with_follows, write_truth
from ingestion.sample.world import World, new_world

CUSTOMERS_AT_SCALE_ONE = 100_000
_DEFECTS = (*x.DEFECTS, *discourse.DEFECTS, *activitystreams.DEFECTS, *salesforce.DEFECTS, *table.DEFECTS)


def write_sample(
    out: Path,
    scale: float,
    seed: int,
    progress: Callable[[str], None] | None = None,
    noise: Noise | None = None,
) -> None:
    """Write the sample company to `out`: `exports/`, `scrm.yml` and `truth/`.

    Scale 1 has 100,000 customers, about 250,000 profiles and 5 million activities; the same seed gives the
    same bytes. Raises ValueError where the scale gives fewer than 100 customers.
    """
    customers = round(CUSTOMERS_AT_SCALE_ONE * scale)
    if customers < 100:
        raise ValueError(
            f"scale {scale} gives {customers} customers; at least 100 are needed: use 0.001 or more"
        )
    world = new_world(customers, seed, noise or Noise(), progress or (lambda _: None))
    world.progress("people, accounts and friendships")
    world.add("people", draw_people(customers, world.noise, seed))
    build_crm(world)
    build_commerce(world)
    build_profiles(world)
    build_graph(world)
    out.mkdir(parents=True, exist_ok=True)
    exports, truth = out / "exports", out / "truth"
    facts = list(_networks(world, exports, text_pool(seed)))
    world.progress("CRM and tables")
    build_memberships(world)
    salesforce.write_salesforce(world, exports / "salesforce")
    table.write_tables(world, exports)
    write_avatars(world, out / "avatars")
    write_records(truth, plant_defects(exports, _DEFECTS, world.noise.broken_per_kind))
    write_configuration(world, out / "scrm.yml")
    world.progress("truth")
    write_truth(world, truth, facts)
    write_affiliations(world, truth)


def _networks(world: World, folder: Path, pool: TextPool) -> Iterator[Facts]:
    """Draw and write network after network; only what the truth needs of each is kept."""
    for network in company.NETWORKS:
        world.progress(network)
        accounts = draw_accounts(world, network)
        posts, reactions = draw_activities(world, network, accounts, pool)
        if network == company.X:
            x.write_x(world, folder / network, posts, pool)
        elif network == company.FORUM:
            forum = discourse.write_discourse(world, folder / network, posts, reactions, pool)
            table.write_views(folder / "forum_views", forum.users["native_id"], forum.post_id, reactions)
        elif network == company.FEDIVERSE:
            activitystreams.write_activitystreams(world, folder / network, accounts, posts, reactions, pool)
        else:
            feed.write_feeds(world, folder / network, accounts, posts, pool)
        facts = facts_of(network, accounts, posts, reactions, accounts.protected)
        yield with_follows(world, facts, accounts) if network == company.FEDIVERSE else facts
