"""Profile pictures of some people: the same one on several networks, scaled and compressed anew, or another.

`write_avatars` writes <network>/<profile id>.<png|jpg|webp>; the ids that are addresses are percent-encoded. The
pictures are smooth noise with shapes. Must not live here: hashing (warehouse/builds/avatars.py).
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import numpy as np
from PIL import Image, ImageDraw

from ingestion.sample import company
from ingestion.sample.streams import stream
from ingestion.sample.world import World

_SIDE = 128
_SIDES = (48, 73, 96, 128)  # of the networks' own copies, in pixels
_FILES = {company.X: ("jpg", "JPEG"), company.FORUM: ("png", "PNG"), company.FEDIVERSE: ("webp", "WEBP")}
_MOST_PEOPLE = 3_000  # files are slow to write: a large sample has pictures of fewer than its share
_ONE_PICTURE = 0.6  # people who show the same picture everywhere
_DEFAULT = 0.15  # accounts that never changed the network's own picture
_CUT = 0.2  # copies that are cut


def write_avatars(world: World, folder: Path) -> None:
    """Write the pictures of the share `noise.with_avatar` of people and of the falsified accounts.

    At most those of `_MOST_PEOPLE`.
    """
    accounts = world.arrow(
        """select profile, person, network, native_id, role from profiles
        where role in ('person', 'falsified') and network in ('x', 'forum', 'fediverse') order by profile"""
    ).to_pylist()
    rng = stream(world.seed, "avatars")
    people = int(max(account["person"] for account in accounts)) + 1
    share = min(world.noise.with_avatar, _MOST_PEOPLE / people)
    shows, shows_one = rng.random(people) < share, rng.random(people) < _ONE_PICTURE
    for number, network in enumerate(_FILES):
        (folder / network).mkdir(parents=True, exist_ok=True)
        default = _picture(world.seed, "default", number)
        flat = Image.new("RGB", (_SIDE, _SIDE), (90 + 40 * number, 120, 160))
        for account in accounts:
            person = account["person"]
            if account["network"] != network or not shows[person]:
                continue
            own = rng.random(8)
            quality = 60 + int(30 * own[7])
            if own[0] < _DEFAULT:
                picture, quality = (default, 80) if own[1] < 0.7 else (flat, 80)
            elif shows_one[person]:
                picture = _copied(_picture(world.seed, "person", person), own)
            else:
                picture = _copied(_picture(world.seed, "profile", account["profile"]), own)
            suffix, kind = _FILES[network]
            path = folder / network / f"{quote(account['native_id'], safe='')}.{suffix}"
            picture.save(path, kind, quality=quality)


def _picture(seed: int, what: str, number: int) -> Image.Image:
    """A picture of its own for each number."""
    rng = stream(seed, f"picture {what} {number}")
    colours = Image.fromarray(rng.integers(0, 256, (5, 5, 3), dtype=np.uint8))
    picture = colours.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for corner in rng.integers(0, _SIDE // 2, (2, 2)):
        left, top = (int(c) for c in corner)
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        draw.ellipse((left, top, left + _SIDE // 3, top + _SIDE // 2), fill=colour)
    return picture


def _copied(picture: Image.Image, dice: np.typing.NDArray[np.float64]) -> Image.Image:
    """As another network keeps it: of another size, sometimes cut by up to a twelfth on each side."""
    if dice[2] < _CUT:
        left, top, right, bottom = (int(_SIDE / 12 * d) for d in dice[3:7])
        picture = picture.crop((left, top, _SIDE - right, _SIDE - bottom))
    side = _SIDES[int(dice[1] * len(_SIDES))]
    return picture.resize((side, side), Image.Resampling.BILINEAR)
