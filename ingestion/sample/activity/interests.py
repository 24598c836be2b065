"""What people care for besides their devices: hobbies, with the hashtags, pages and venues that go with them.

`hobbies_of_posts` says which post shows which hobby. The same person shows the same hobbies on every network,
but on a professional account none. Must not live here: how exports lay a hashtag, link or place out.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingestion.sample.activity.activities import Posts
from ingestion.sample.business.crm import THINGS
from ingestion.sample.streams import Ints, pick, stream, zipf
from ingestion.sample.world import World

_PURSUITS = (
    *("Spotting", "Repair", "Recipes", "Trails", "Vinyl", "Brewing", "Chess", "Knitting", "Photos"),
    *("Gardening", "Sketching", "Radio"),
)
HOBBIES = len(THINGS) * len(_PURSUITS)
_MOST = 3  # hobbies of a person

TAGS = pa.array([thing.title() + pursuit for thing in THINGS for pursuit in _PURSUITS])
PAGES = pa.array([f"{thing}-{pursuit.lower()}.example/start" for thing in THINGS for pursuit in _PURSUITS])
VENUES = pa.array([f"{thing.title()} {pursuit} House" for thing in THINGS for pursuit in _PURSUITS])


def hobbies_of_posts(world: World, network: str, posts: Posts) -> Ints:
    """The hobby that each post of a network shows where it has a hashtag, link or place; -1: none."""
    accounts = world.arrow(f"select person, kind from profiles where network = '{network}' order by profile")
    person = accounts.column("person").to_numpy().astype(np.int64)
    is_professional = accounts.column("kind").to_numpy(zero_copy_only=False) == "professional"
    own = _hobbies_of_people(world)
    beyond = (person >= len(own)) | is_professional  # accounts of no person have the numbers after people's
    of_account = np.where(beyond[:, None], -1, own[np.where(beyond, 0, person)])
    rng = stream(world.seed, f"hobbies {network}")
    size = len(posts.account)
    shown = of_account[posts.account, rng.integers(0, _MOST, size)]
    return np.where(rng.random(size) < world.noise.hobby_shown, shown, -1)


def _hobbies_of_people(world: World) -> Ints:
    """Matrix people × `_MOST` of hobbies, -1 where a person has fewer. Popular ones are common."""
    people = world.rows("people")
    rng = stream(world.seed, "hobbies")
    hobbies = pick(rng, zipf(HOBBIES), people * _MOST).reshape(people, _MOST)
    hobbies[rng.random((people, _MOST)) < 0.3] = -1
    hobbies[rng.random(people) >= world.noise.with_hobby] = -1
    return hobbies
