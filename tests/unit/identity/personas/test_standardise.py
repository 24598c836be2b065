"""What SQL cannot standardise: input → expected."""

from __future__ import annotations

import hashlib
import hmac

import pyarrow as pa
import pytest

from warehouse.identity.personas import standardise


@pytest.mark.parametrize(
    ("written", "romanised"),
    [
        ("Müller", "Muller"),
        ("Łukasz", "Lukasz"),
        ("Александр Иванов", "Aleksandr Ivanov"),
        ("王小明", "Wang Xiao Ming"),
        ("McDonald", "McDonald"),
        ("", ""),
    ],
)
def test_transliterates(written: str, romanised: str) -> None:
    assert standardise.transliterate(pa.array([written, None])).to_pylist() == [romanised, None]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("de", "DE"),
        ("USA", "US"),
        ("Россия", "RU"),
        ("Leipzig", None),
    ],
)
def test_reads_countries(written: str, code: str | None) -> None:
    assert standardise.country_code(pa.array([written])).to_pylist() == [code]


def test_nicknames_meet_in_what_they_are_short_for() -> None:
    bob, robert, alexander, alexandra = standardise.given_names(
        pa.array(["bob", "robert", "alexander", "alexandra"])
    ).to_pylist()
    assert set(bob["canonicals"]) & set(robert["canonicals"])
    assert "bob" in robert["forms"]
    assert not set(alexander["canonicals"]) & set(alexandra["canonicals"])


def test_hash_takes_the_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRM_HASH_KEY", raising=False)
    plain = standardise.keyed_hash(pa.array(["a@b.example"])).to_pylist()[0]
    monkeypatch.setenv("SCRM_HASH_KEY", "secret")
    keyed = standardise.keyed_hash(pa.array(["a@b.example"])).to_pylist()[0]
    assert plain == hashlib.sha256(b"a@b.example").hexdigest()
    assert keyed == hmac.new(b"secret", b"a@b.example", hashlib.sha256).hexdigest()
