"""Profile pictures as hashes: near for copies of one, far for others, none for one colour, and never a crash."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.warehouse.publishing import settings_of
from warehouse.builds.avatars import Hashes, avatars_key, difference_hash, hash_avatars
from warehouse.identity.evidence.avatar import LARGEST_DISTANCE, NEAR
from warehouse.lake import Home
from warehouse.settings import Settings


def picture(seed: int, side: int = 96) -> Image.Image:
    """Smooth noise: a picture of its own for each seed."""
    colours = np.random.default_rng(seed).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    return Image.fromarray(colours).resize((96, 96), Image.Resampling.BICUBIC).resize((side, side))


def distance(one: Path, other: Path) -> int:
    a, b = difference_hash(one), difference_hash(other)
    assert a is not None
    assert b is not None
    return (a ^ b).bit_count()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SCRM_HOME", str(tmp_path / "home"))
    settings = settings_of(identity={"avatars": "pictures"})
    settings._path = tmp_path / "scrm.yml"
    for network in ("x", "fediverse"):
        (tmp_path / "pictures" / network).mkdir(parents=True)
    return settings


def hashes_of(settings: Settings) -> Hashes:
    return hash_avatars(settings, Home(settings.home))


@pytest.mark.parametrize(("side", "suffix", "quality"), [(48, "jpg", 60), (200, "webp", 70), (73, "png", 0)])
def test_a_copy_of_another_size_and_compression_is_near(
    tmp_path: Path, side: int, suffix: str, quality: int
) -> None:
    for seed in range(20):
        picture(seed).save(tmp_path / "one.png")
        picture(seed, side).save(tmp_path / f"copy.{suffix}", quality=quality)
        assert distance(tmp_path / "one.png", tmp_path / f"copy.{suffix}") <= NEAR


def test_another_picture_is_far(tmp_path: Path) -> None:
    for seed in range(8):
        picture(seed).save(tmp_path / f"{seed}.png")
    found = [distance(tmp_path / f"{a}.png", tmp_path / f"{b}.png") for a in range(8) for b in range(a)]
    assert min(found) > LARGEST_DISTANCE


def test_the_hash_says_where_it_gets_darker(tmp_path: Path) -> None:
    """Brightness falls from left to right in the upper half alone: 4 rows of 8 set bits, then 4 of none."""
    falling = np.repeat(np.linspace(255, 0, 90), 10).reshape(1, -1).repeat(400, axis=0)
    rising = falling[:, ::-1]
    Image.fromarray(np.vstack([falling, rising])[::8, ::9].astype(np.uint8)).save(tmp_path / "p.png")
    assert difference_hash(tmp_path / "p.png") == 0xFFFF_FFFF_0000_0000


def test_a_transparent_picture_is_seen_on_white(tmp_path: Path) -> None:
    seen_through = picture(1).convert("RGBA")
    seen_through.putalpha(Image.linear_gradient("L").resize((96, 96)))
    seen_through.save(tmp_path / "a.png")
    on_white = Image.alpha_composite(Image.new("RGBA", (96, 96), "white"), seen_through)
    on_white.convert("RGB").save(tmp_path / "b.png")
    assert distance(tmp_path / "a.png", tmp_path / "b.png") == 0


def test_every_profile_has_its_hash_and_one_colour_none(settings: Settings, tmp_path: Path) -> None:
    picture(1).save(tmp_path / "pictures/x/17.png")
    picture(1).save(tmp_path / "pictures/fediverse/https%3A%2F%2Fs.example%2Fusers%2Fann.webp")
    Image.new("RGB", (64, 64), "teal").save(tmp_path / "pictures/x/18.jpg")
    (tmp_path / "pictures/x/notes.txt").write_text("no picture")
    rows = {(r["network"], r["profile_id"]): r["avatar_hash"] for r in hashes_of(settings).hashes.to_pylist()}
    assert rows.keys() == {("x", "17"), ("x", "18"), ("fediverse", "https://s.example/users/ann")}
    assert rows["x", "18"] is None
    assert rows["x", "17"] is not None


def test_an_unreadable_picture_costs_only_itself_and_is_said(settings: Settings, tmp_path: Path) -> None:
    picture(1).save(tmp_path / "pictures/x/1.png")
    encoded = BytesIO()
    picture(2).save(encoded, "JPEG")
    (tmp_path / "pictures/x/2.jpg").write_bytes(encoded.getvalue()[:200])
    (tmp_path / "pictures/x/3.png").write_bytes(b"")
    (tmp_path / "pictures/x/4.webp").write_bytes(b"<svg onload=alert(1)>")
    found = hashes_of(settings)
    assert found.hashes.column("profile_id").to_pylist() == ["1"]
    assert [name for name in ("2.jpg", "3.png", "4.webp") if any(name in p for p in found.problems)] == [
        *("2.jpg", "3.png", "4.webp")
    ]
    assert hashes_of(settings) == found, "it is said again in the next run"


def test_a_picture_too_large_is_refused_before_it_is_unpacked(settings: Settings, tmp_path: Path) -> None:
    header = struct.pack(">II", 10_000, 5_000) + b"\x08\x00\x00\x00\x00"  # 8 bits of grey
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", b""))
    )
    (tmp_path / "pictures/x/bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    (problem,) = hashes_of(settings).problems
    assert "10000 x 5000 pixels" in problem


def test_links_are_left_out(settings: Settings, tmp_path: Path) -> None:
    picture(1).save(tmp_path / "elsewhere.png")
    (tmp_path / "pictures/x/1.png").symlink_to(tmp_path / "elsewhere.png")
    assert hashes_of(settings).hashes.num_rows == 0


def test_a_picture_is_opened_again_only_when_its_file_changed(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "pictures/x/1.png"
    picture(1).save(path)
    first, key, state = hashes_of(settings), avatars_key(settings), path.stat()
    path.write_bytes(b"\0" * state.st_size)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert hashes_of(settings) == first
    assert avatars_key(settings) == key
    picture(2, 64).save(path)
    assert hashes_of(settings) != first
    assert avatars_key(settings) != key


def test_without_pictures_there_are_no_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRM_HOME", str(tmp_path))
    settings = settings_of()
    assert hashes_of(settings).hashes.num_rows == 0
    assert avatars_key(settings) is None


def test_a_folder_that_is_not_there_is_said(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "pictures").rename(tmp_path / "moved")
    found = hashes_of(settings)
    assert found.hashes.num_rows == 0
    assert "pictures: no such folder" in found.problems[0]


def test_a_folder_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="must not climb out"):
        settings_of(identity={"avatars": "../elsewhere"})
