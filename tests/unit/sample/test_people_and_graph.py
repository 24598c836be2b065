"""The people, their accounts and friendships: stated rates, and what a social graph must be like."""

import numpy as np
import pytest

from ingestion.sample.activity.graph import build_graph
from ingestion.sample.business.crm import build_crm
from ingestion.sample.noise import PLANTED, Noise
from ingestion.sample.people.personas import build_profiles
from ingestion.sample.people.population import STAFF, draw_people
from ingestion.sample.world import World, new_world

CUSTOMERS = 2000


def world_of(noise: Noise, seed: int = 5) -> World:
    world = new_world(CUSTOMERS, seed, noise, lambda _: None)
    world.add("people", draw_people(CUSTOMERS, noise, seed))
    build_crm(world)
    build_profiles(world)
    build_graph(world)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(Noise())


def share(world: World, query: str) -> float:
    found = world.db.execute(query).fetchone()
    assert found is not None
    return float(found[0])


def test_classes_have_their_share(world: World) -> None:
    rows = world.db.execute(
        "select value_class, count(*) from people where kind = 'customer' group by 1"
    ).fetchall()
    assert dict(rows) == {name: round(p.share * CUSTOMERS) for name, p in PLANTED.items()}


@pytest.mark.parametrize("network", ["x", "forum", "fediverse", "blogs"])
def test_presence_is_planted_by_class(world: World, network: str) -> None:
    rows = world.db.execute(
        f"""select value_class, count(distinct q.person) / count(distinct p.person) from people p
        left join profiles q on q.person = p.person and q.network = '{network}'
        where p.kind = 'customer' group by 1"""
    ).fetchall()
    for name, rate in rows:
        assert rate == pytest.approx(PLANTED[name].presence[network], abs=0.005)


@pytest.mark.parametrize(
    ("rate", "query"),
    [
        ("pseudonym", "select avg(cast(kind = 'pseudonym' as integer)) from profiles where role = 'person'"),
        (
            "crm_duplicate",
            f"select count(*) / {CUSTOMERS} from contacts where role = 'duplicate'",
        ),
        ("crm_merged", f"select count(*) / {CUSTOMERS} from contacts where role = 'merged'"),
        ("converted_lead", f"select count(*) / {CUSTOMERS} from contacts where role = 'converted_lead'"),
        ("email_missing", "select avg(cast(email is null as integer)) from contacts"),
        ("phone_missing", "select avg(cast(phone is null as integer)) from contacts"),
        ("time_zone_missing", "select avg(cast(time_zone is null as integer)) from contacts"),
        ("city_missing", "select avg(cast(city is null as integer)) from contacts"),
        ("protected", "select avg(cast(is_protected as integer)) from profiles where network = 'x'"),
        (
            "two_in_household",
            f"select 2 * sum(cast(is_second_in_household as integer)) / {CUSTOMERS} from people",
        ),
        ("objection", "select avg(cast(objects as integer)) from contacts"),
    ],
)
def test_stated_rates_hold(world: World, rate: str, query: str) -> None:
    assert share(world, query) == pytest.approx(getattr(Noise(), rate), rel=0.25, abs=0.004)


def test_pseudonyms_say_nothing_of_the_person(world: World) -> None:
    leaks = share(
        world,
        """select count(*) from profiles p join people q using (person) join addresses a using (person)
        where p.kind = 'pseudonym' and (contains(lower(p.display_name), lower(q.family_latin))
            or p.email in (a.email, a.related_email, a.old_email)
            or p.link is not null and p.profile not in (select profile from claims where not is_true))""",
    )
    assert leaks == 0


def test_rates_can_be_planted_by_class() -> None:
    harder = world_of(Noise(by_class={"low": Noise(pseudonym=0.38, email_missing=0.5, same_handle=0.0)}))
    rows = harder.db.execute(
        """select value_class, avg(cast(p.kind = 'pseudonym' as integer))
        from profiles p join people q using (person) where q.kind = 'customer' group by 1"""
    ).fetchall()
    found = dict(rows)
    assert found["low"] == pytest.approx(2 * Noise().pseudonym, abs=0.05)
    assert found["top"] == pytest.approx(Noise().pseudonym, abs=0.05)
    for name, missing, styles in (("low", 0.5, 4), ("top", Noise().email_missing, 5)):
        where = f"from people left join contacts using (person) where people.value_class = '{name}'"
        assert share(harder, f"select avg(cast(email is null as integer)) {where}") == pytest.approx(
            missing, abs=0.06
        )
        assert share(harder, f"select count(distinct style) {where}") == styles


def test_noise_of_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="best; value classes: top, high"):
        Noise(by_class={"best": Noise()})


def test_friends_of_a_pseudonym_meet_the_persons_other_account_and_few_others(world: World) -> None:
    world.make("ties", """select follower as profile, b.person as friend from edges
        join profiles b on b.profile = followed where b.role = 'person'
        union select followed, a.person from edges join profiles a on a.profile = follower
        where a.role = 'person'""")  # fmt: skip
    pairs = """from profiles a join profiles b on a.network = 'x' and b.network = 'fediverse'
        and a.kind = 'pseudonym' and b.role = 'person'"""
    count = """(select count(*) from ties s join ties t using (friend)
        where s.profile = a.profile and t.profile = b.profile)"""
    own = share(world, f"select avg({count}) {pairs} and a.person = b.person")
    others = share(world, f"select avg({count}) {pairs} and a.person <> b.person and b.profile % 10 = 0")
    assert own > 1.5
    assert others < own / 20


def test_handles_are_unique_on_their_network(world: World) -> None:
    assert share(world, "select count(*) - count(distinct (network, lower(handle))) from profiles") == 0
    assert share(world, "select max(length(handle)) from profiles where network = 'x'") <= 15


def test_members_have_an_account_and_staff_is_on_the_forum(world: World) -> None:
    silent = (
        "select count(*) from people where kind = 'member' and person not in (select person from profiles)"
    )
    assert share(world, silent) == 0
    staff = "select count(*) from profiles where network = 'forum' and role = 'staff'"
    assert share(world, staff) == STAFF


def test_claims_are_true_and_false(world: World) -> None:
    true = share(world, "select count(*) from claims c join profiles p using (profile) join profiles q on"
                 " q.profile = c.other where c.is_true and p.person <> q.person")  # fmt: skip
    false = share(world, "select count(*) from claims c join profiles p using (profile) join profiles q on"
                  " q.profile = c.other where not c.is_true and p.person = q.person")  # fmt: skip
    assert (true, false) == (0, 0)
    assert share(world, "select count(*) from claims where is_true") > 100
    assert share(world, "select count(*) from claims where not is_true") > 5


def test_friends_meet_again_on_the_other_network(world: World) -> None:
    """The networks are samples of one graph: who is connected on X is far likelier to be on the fediverse."""
    edges = world.arrow(
        """select e.network, a.person as one, b.person as other from edges e
        join profiles a on a.profile = e.follower join profiles b on b.profile = e.followed
        where a.role = 'person' and b.role = 'person' and not a.is_second and not b.is_second"""
    ).to_pylist()
    pairs = {
        n: {frozenset((e["one"], e["other"])) for e in edges if e["network"] == n} for n in ("x", "fediverse")
    }
    both = {p for (p,) in world.db.execute(
        """select person from profiles where network in ('x', 'fediverse')
        group by 1 having count(distinct network) = 2"""
    ).fetchall()}  # fmt: skip
    on_x = [p for p in pairs["x"] if p <= both]
    kept = np.mean([p in pairs["fediverse"] for p in on_x])
    chance = len([p for p in pairs["fediverse"] if p <= both]) / (len(both) * (len(both) - 1) / 2)
    assert kept > 20 * chance
    assert kept > 0.15  # the rest are strangers, whom people follow on one network only


def test_sociability_is_planted_by_class(world: World) -> None:
    rows = world.db.execute(
        """select value_class, count(*) / count(distinct follower)
        from edges e join profiles p on p.profile = e.follower join people using (person)
        where e.network = 'x' group by 1"""
    ).fetchall()
    found = dict(rows)
    assert found["top"] > found["high"] > found["medium"] > found["low"]
