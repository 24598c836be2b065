"""Profile pictures at hand, as perceptual hashes: files in, one hash a profile out.

`identity: avatars` of scrm.yml names a folder with <network>/<profile_id>.<png|jpg|webp>; an id that no file
name can hold (an address) is percent-encoded. Must not live here: what near hashes prove (identity/evidence),
which pictures are everybody's (dbt).

The hash is the difference hash (dHash): the picture in grey, 9 × 8 pixels, and one bit for each pixel that
is brighter than its right neighbour, row by row, 64 in all. Scale, compression and colour change few of them.
No library does it: `imagehash` would take over the last two lines (compare, pack) and need SciPy and PyWavelets
for them; what makes hashes comparable (upright, on white, bounded, not of one colour) would stay here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.builds.inputs import SCHEMAS
from warehouse.lake import Home, file_beside
from warehouse.settings import Settings

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".webp"))
_FORMATS = ("PNG", "JPEG", "WEBP")
# A larger picture is no avatar; a small file may unpack to one that fills the memory.
MOST_PIXELS = 40_000_000
# Grey values (of 256) between darkest and brightest, up to which a picture is of one colour.
ONE_COLOUR = 8
# What was hashed how: another value makes every kept hash anew.
_METHOD = "dhash-9x8-1"

_KEPT = pa.schema(
    {
        **{field.name: field.type for field in SCHEMAS["avatars"]},
        "stamp": pa.string(),
        "problem": pa.string(),
    }
)


@dataclass(frozen=True)
class Picture:
    """A picture file of a profile. `stamp` changes when the file does."""

    network: str
    profile_id: str
    path: Path
    stamp: str


@dataclass(frozen=True)
class Hashes:
    """`hashes` (network, profile_id, avatar_hash; NULL for one colour), and what could not be read, in words."""

    hashes: pa.Table
    problems: tuple[str, ...]


def hash_avatars(settings: Settings, home: Home) -> Hashes:
    """Hash the pictures that `identity: avatars` names; those seen before are not opened again.

    A picture that cannot be read costs only itself: it has no row, and a sentence in `problems`; so has a
    folder that is not there.
    """
    cache = home.identity / "avatars.parquet"
    kept = _read(cache)
    pictures = list(find_pictures(settings))
    new = [picture for picture in pictures if picture.stamp not in kept]
    with ThreadPoolExecutor() as pool:  # Pillow decodes and scales without the interpreter's lock
        fresh = dict(zip((p.stamp for p in new), pool.map(_hash_or_problem, new), strict=True))
    found = [(picture, *(kept | fresh)[picture.stamp]) for picture in pictures]
    if new or len(kept) != len(pictures):
        _write(cache, found)
    readable = [(picture, value) for picture, value, problem in found if problem is None]
    columns = (
        [p.network for p, _ in readable],
        [p.profile_id for p, _ in readable],
        [value for _, value in readable],
    )
    return Hashes(
        pa.table(dict(zip(SCHEMAS["avatars"].names, columns, strict=True)), SCHEMAS["avatars"]),
        (*missing_folder(settings), *(problem for *_, problem in found if problem is not None)),
    )


def avatars_key(settings: Settings) -> str | None:
    """SHA-256 over the picture files as they are now, by name, size and time; None where none are configured."""
    if settings.identity.avatars is None:
        return None
    return hashlib.sha256("\n".join(p.stamp for p in find_pictures(settings)).encode()).hexdigest()


def missing_folder(settings: Settings) -> list[str]:
    """Return a sentence where `identity: avatars` names a folder that is not there."""
    named = settings.identity.avatars
    if named is None or (settings.folder / named).is_dir():
        return []
    return [
        f"{settings.folder / named}: no such folder; 'identity: avatars' in {settings.path} must name one "
        "with <network>/<profile_id>.png, .jpg or .webp. Profiles are linked without pictures."
    ]


def find_pictures(settings: Settings) -> Iterator[Picture]:
    """Yield the picture files in order of their names, one a profile; links are left out."""
    if settings.identity.avatars is None:
        return
    seen: set[tuple[str, str]] = set()
    for path in sorted((settings.folder / settings.identity.avatars).glob("*/*")):
        key = (path.parent.name, unquote(path.stem))
        if path.suffix.lower() in SUFFIXES and key not in seen and path.is_file() and not path.is_symlink():
            seen.add(key)
            state = path.stat()
            stamp = f"{_METHOD} {key[0]}/{path.name} {state.st_size} {state.st_mtime_ns}"
            yield Picture(*key, path, stamp)


def difference_hash(path: Path) -> int | None:
    """Return the 64-bit dHash of a picture, None for one of one colour.

    Raises OSError, ValueError or SyntaxError on what is no picture, and Pillow's DecompressionBombError.
    """
    from PIL import Image, ImageOps

    with Image.open(path, formats=_FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError(f"has {opened.width} x {opened.height} pixels, at most {MOST_PIXELS:,} are read")
        opened.draft("L", (64, 64))  # a large JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    grey = Image.alpha_composite(ground, upright).convert("L").resize((9, 8), Image.Resampling.BOX)
    pixels = np.asarray(grey, dtype=np.int16)
    if int(pixels.max() - pixels.min()) <= ONE_COLOUR:
        return None
    bits = np.packbits(pixels[:, :-1] > pixels[:, 1:])
    return int.from_bytes(bits.tobytes(), "big")


def _hash_or_problem(picture: Picture) -> tuple[int | None, str | None]:
    from PIL import Image

    try:
        return difference_hash(picture.path), None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return None, (
            f"{picture.path}: not read as a picture ({error}); the profile {picture.profile_id} of "
            f"{picture.network} is linked without one. PNG, JPEG and WebP are read."
        )


def _read(cache: Path) -> dict[str, tuple[int | None, str | None]]:
    """What is known by stamp; nothing where the cache is missing, of another layout or damaged."""
    try:
        table = pq.read_table(cache, schema=_KEPT)
    except (OSError, pa.ArrowException):
        return {}
    columns = (table.column(name).to_pylist() for name in ("stamp", "avatar_hash", "problem"))
    return {stamp: (value, problem) for stamp, value, problem in zip(*columns, strict=True)}


def _write(cache: Path, found: list[tuple[Picture, int | None, str | None]]) -> None:
    columns = (
        [p.network for p, *_ in found],
        [p.profile_id for p, *_ in found],
        [value for _, value, _ in found],
        [p.stamp for p, *_ in found],
        [problem for *_, problem in found],
    )
    with file_beside(cache) as beside:
        pq.write_table(pa.table(dict(zip(_KEPT.names, columns, strict=True)), _KEPT), beside)
