"""What SQL cannot standardise: transliteration, nickname sets, country names, keyed hashes.

Each function takes and returns an Arrow array of distinct values and has no state. Must not live here: e-mail
addresses, numbers and hosts as typed (contact_points.py), anything that portable SQL can say
(dbt_project/macros/standardise_*.sql), and any rule of matching.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
import re
from collections.abc import Callable

import pyarrow as pa
from anyascii import anyascii

HASH_KEY_VARIABLE = "SCRM_HASH_KEY"
GIVEN_NAMES = pa.struct([("canonicals", pa.list_(pa.string())), ("forms", pa.list_(pa.string()))])
# Chinese and Korean names come out as joined syllables (WangXiaoMing): give each its space back.
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASCII = re.compile(r"^[\x00-\x7f]*$")


_COUNTRY_NAME_LANGUAGES = tuple(
    "en de fr es it pt nl pl ru ja zh ko ar tr sv da nb fi cs el uk hu ro".split()  # noqa: SIM905
)
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})
_EVERYDAY_COUNTRY_NAMES = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "america": "US", "uk": "GB"} | {
    **dict.fromkeys(("england", "scotland", "wales", "northern ireland", "great britain"), "GB"),
    **{"holland": "NL", "uae": "AE", "czech republic": "CZ"},
}


def transliterate(texts: pa.Array) -> pa.Array:
    """Romanise text of any script; ASCII text comes back as it is, case kept."""
    return _each(texts, _romanise)


def country_code(texts: pa.Array) -> pa.Array:
    """ISO 3166-1 alpha-2 of a country written as a code or by name in any common language, else NULL."""
    return _each(texts, _country)


def given_names(names: pa.Array) -> pa.Array:
    """For each lower-case given name: `canonicals` (itself, and what it is short for) and `forms`.

    `forms` are all spellings that a handle may use: the canonicals and the nicknames of the name. Two
    names are nickname-equivalent when their canonicals meet (bob and rob, not alexander and alexandra).
    """
    return pa.array([_given(name) for name in names.to_pylist()], GIVEN_NAMES)


def keyed_hash(texts: pa.Array) -> pa.Array:
    """HMAC-SHA-256 in hex under the key in `SCRM_HASH_KEY`; plain SHA-256 where no key is set.

    Without a key, an address that somebody guesses can be tested against the hash: set one in production.
    """
    key = os.environ.get(HASH_KEY_VARIABLE, "").encode()
    if key:
        return _each(texts, lambda text: hmac.new(key, text.encode(), hashlib.sha256).hexdigest())
    return _each(texts, lambda text: hashlib.sha256(text.encode()).hexdigest())


def _each(values: pa.Array, function: Callable[[str], str | None]) -> pa.Array:
    return pa.array([None if v is None else function(v) for v in values.to_pylist()], pa.string())


def _romanise(text: str) -> str:
    if _ASCII.match(text):
        return text
    if not _is_syllabic(text):
        return str(anyascii(text))
    words = text.split()
    # Written with a space (明美 西村), each word is one name; without, syllables stay apart, since the first
    # one is the family name (王小明).
    between = "" if len(words) > 1 else " "
    return " ".join(_SYLLABLE.sub(between, str(anyascii(word))) for word in words)


def _is_syllabic(text: str) -> bool:
    """Whether the text holds Han characters or Hangul, which romanise to one capital a syllable."""
    return any("\u4e00" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in text)


@functools.cache
def _countries() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in _COUNTRY_NAME_LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
                names.setdefault(_plain(name), code)
                names.setdefault(code.lower(), code)
    return names | _EVERYDAY_COUNTRY_NAMES


def _country(text: str) -> str | None:
    return _countries().get(_plain(text))


def _plain(text: str) -> str:
    return str(anyascii(text)).strip().lower()


@functools.cache
def _nicknamer() -> object:
    from nicknames import NickNamer

    return NickNamer()


def _given(name: str | None) -> dict[str, list[str]] | None:
    if name is None:
        return None
    table = _nicknamer()
    canonicals = {c for c in table.canonicals_of(name) if c.isalpha()} | {name}  # type: ignore[attr-defined]
    nicknames = {n for n in table.nicknames_of(name) if n.isalpha()}  # type: ignore[attr-defined]
    return {"canonicals": sorted(canonicals), "forms": sorted(canonicals | nicknames)}
