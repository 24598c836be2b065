"""E-mail addresses, phone numbers and hosts as people type them, brought to one form each.

A field may hold several ("a@x.example; b@y.example"), a name beside the address, a scheme (mailto:, tel:), signs
that nobody sees, a domain in its own script. Each function takes and returns an Arrow array and has no state.
What is typed is read here alone: by the dbt models (dbt_plugin.py) and by `identity: excluded_values`
(excluded_values.py). Must not live here: which addresses and numbers count as evidence
(int_persona_contact_points.sql).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

import pyarrow as pa

TEXTS = pa.list_(pa.string())
# Digits of a national number; shorter ones, and 0000000, are placeholders.
SHORTEST_NUMBER = 6
# Digits from which a text before or after a slash is a number of its own, and no code of an area.
_WHOLE_NUMBER = 7

# Zero-width spaces and joiners, soft hyphens, marks of direction: copied along, and never seen.
_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_PLAIN_ADDRESS = re.compile(r"[a-z0-9._%-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}")
_AROUND_AT = re.compile(r"\s*@\s*")
_MAILTO = re.compile(r"mailto:([^\s?<>]*)\S*")
_BETWEEN_ADDRESSES = re.compile(r"[\s;,|/<>()\[\]{}\"“”„«»]+")
_DOMAIN = re.compile(r"(?:[a-z0-9_-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)")
_GOOGLE = ("gmail.com", "googlemail.com")

_BETWEEN_NUMBERS = re.compile(r"[;,|\r\n\t]+|/\s*(?=\+|00)|\s(?:or|oder|ou|und|and|&)\s", re.IGNORECASE)
_NOTE = re.compile(r"\([^()\d]*\)")
_AFTER_LAST_DIGIT = re.compile(r"\D+$")


def email_addresses(written: pa.Array) -> pa.Array:
    """Of each list of texts the addresses in it, none twice: in lower case, without +tag, domains in ASCII.

    Where the provider ignores dots, they go. What is no address gives none.
    """
    found = [[a for text in texts or () for a in _addresses(text)] for texts in written.to_pylist()]
    return pa.array([list(dict.fromkeys(each)) for each in found], TEXTS)


def phone_numbers(written: pa.Array, countries: pa.Array) -> pa.Array:
    """Of each list of texts the numbers in it, none twice, in E.164.

    `countries` (ISO alpha-2) say what a national number means; "+" or "00" at the start needs none. What is no
    possible number, or a placeholder, gives none.
    """
    pairs = zip(written.to_pylist(), countries.to_pylist(), strict=True)
    found = [[n for text in texts or () for n in _numbers(text, country)] for texts, country in pairs]
    return pa.array([list(dict.fromkeys(each)) for each in found], TEXTS)


def ascii_hosts(addresses: pa.Array) -> pa.Array:
    """Domains, or host/path, with the host as it is registered: in ASCII (punycode), whatever its script."""
    return pa.array([None if a is None else _ascii_host(a) for a in addresses.to_pylist()], pa.string())


def _addresses(text: str | None) -> Iterator[str]:
    if text is None:
        return
    text = text.strip().lower()
    if _PLAIN_ADDRESS.fullmatch(text):
        yield _standard(text)
        return
    text = _MAILTO.sub(lambda link: unquote(link[1]), _AROUND_AT.sub("@", _visible(text)))
    for part in _BETWEEN_ADDRESSES.split(text):
        # "e-mail:a@x.example.", 'a@x.example'
        local, at, domain = part.strip("'’‘`.:").rpartition(":")[2].partition("@")
        domain = _ascii_host(domain)
        if at and local.partition("+")[0] and _DOMAIN.fullmatch(domain):
            yield _standard(f"{local}@{domain}")


def _standard(address: str) -> str:
    local, _, domain = address.partition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '')}@gmail.com" if domain in _GOOGLE else f"{local}@{domain}"


def _ascii_host(address: str) -> str:
    if address.isascii():
        return address
    host, slash, path = address.partition("/")
    labels = unicodedata.normalize("NFKC", host.lower()).replace("。", ".").split(".")
    in_ascii = (part if part.isascii() else f"xn--{part.encode('punycode').decode()}" for part in labels)
    return ".".join(in_ascii) + slash + path


def _numbers(text: str | None, country: str | None) -> Iterator[str]:
    for part in _BETWEEN_NUMBERS.split(_visible(text or "")):
        of_slash = part.split("/")
        several = len(of_slash) > 1 and all(_digits(piece) >= _WHOLE_NUMBER for piece in of_slash)
        for piece in of_slash if several else (part,):
            number = _e164(piece, country)
            if number is not None:
                yield number


def _e164(written: str, country: str | None) -> str | None:
    import phonenumbers

    written = _NOTE.sub("", written).strip()
    if _digits(written) >= _WHOLE_NUMBER:
        written = _AFTER_LAST_DIGIT.sub("", written)  # "0171 1234567 private" is no number of letters
    if written.startswith("00"):
        written = "+" + written[2:]
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    is_placeholder = len(national) < SHORTEST_NUMBER or len(set(national)) == 1
    if is_placeholder or not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _visible(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
