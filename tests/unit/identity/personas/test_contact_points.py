"""Addresses, numbers and hosts as typed: input → what is in it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from warehouse.identity.personas.contact_points import TEXTS, ascii_hosts, email_addresses, phone_numbers


def addresses(*typed: str | None) -> list[str]:
    return email_addresses(pa.array([list(typed)], TEXTS)).to_pylist()[0]  # type: ignore[no-any-return]


def numbers(country: str | None, *typed: str | None) -> list[str]:
    found = phone_numbers(pa.array([list(typed)], TEXTS), pa.array([country], pa.string()))
    return found.to_pylist()[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "typed",
    [
        *("a@x.example", "  A@X.Example ", "a+news@x.example", "a @ x.example", "a@x.example."),
        *("mailto:a@x.example", "mailto:a%40x.example?subject=Hi&cc=b@y.example", "E-Mail: a@x.example"),
        *("Ann Lee <a@x.example>", '"Lee, Ann" <a@x.example>', "a@x.example (work)", "'a@x.example'"),
        *(
            "a@x.example\u200b",
            "\ufeffa@x.example\u00a0",
            "a@\u00adx.example",
            "a＠x.example",
            "ａ@ｘ.example",
        ),
    ],
)
def test_one_address_however_typed(typed: str) -> None:
    assert addresses(typed) == ["a@x.example"]


@pytest.mark.parametrize("between", ["; ", ";", ", ", ",", " ", "\n", " / ", "|", " und "])
def test_field_of_two_addresses_holds_both(between: str) -> None:
    assert addresses(f"a@x.example{between}Bo <b@y.example>") == ["a@x.example", "b@y.example"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Jörg@MÜLLERBY.example", "jörg@xn--mllerby-n2a.example"),
        ("jörg@xn--mllerby-n2a.example", "jörg@xn--mllerby-n2a.example"),
        ("joerg@mu\u0308llerby.example", "joerg@xn--mllerby-n2a.example"),
        ("почта@пример.рф", "почта@xn--e1afmkfd.xn--p1ai"),
        ("ann@例え。jp", "ann@xn--r8jz45g.jp"),
        ("Ann.Lee+a@googlemail.com", "annlee@gmail.com"),
        ("o'neil@x.example", "o'neil@x.example"),
    ],
)
def test_address_has_one_form(typed: str, address: str) -> None:
    assert addresses(typed) == [address]


@pytest.mark.parametrize(
    "typed", [None, "", "none", "a@b@x.example", "@a@x.example", "+a@x.example", "a@host"]
)
def test_what_is_no_address_gives_none(typed: str | None) -> None:
    assert addresses(typed) == []


def test_address_said_twice_is_one() -> None:
    assert addresses("a@x.example", None, "A@x.example; b@y.example") == ["a@x.example", "b@y.example"]
    assert email_addresses(pa.array([None], TEXTS)).to_pylist() == [[]]


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("0171 1234567", "DE", "+491711234567"),
        ("0049 171 1234567", None, "+491711234567"),
        ("+49 (0)171 123 45 67", "US", "+491711234567"),
        ("(202) 224-3121", "US", "+12022243121"),
        ("tel:+49-171-1234567", None, "+491711234567"),
        ("0171/1234567 (mobil)", "DE", "+491711234567"),
        ("Mobil: 0171 / 1234567, privat", "DE", "+491711234567"),
        ("\u200b+49 171\u00a01234567", None, "+491711234567"),
        ("1-800-FLOWERS", "US", "+18003569377"),
    ],
)
def test_one_number_however_typed(typed: str, country: str | None, e164: str) -> None:
    assert numbers(country, typed) == [e164]


@pytest.mark.parametrize("between", ["; ", ", ", " / ", "/", "\n", " oder ", " | "])
def test_field_of_two_numbers_holds_both(between: str) -> None:
    both = ["+491711234567", "+49309876543"]
    assert numbers("DE", f"+49 171 1234567{between}0049 30 9876543") == both
    assert numbers("DE", f"0171 1234567{between}030 9876543") == both


@pytest.mark.parametrize(
    ("typed", "country"),
    [("12", "DE"), ("call me", "DE"), ("0171 1234567", None), (None, "DE"), ("000000", "DE")],
)
def test_what_is_no_number_gives_none(typed: str | None, country: str | None) -> None:
    assert numbers(country, typed) == []


def test_host_is_in_ascii_and_its_path_as_it_is() -> None:
    typed = ["müllerby.example/ü", "plain.example/x", None]
    assert ascii_hosts(pa.array(typed)).to_pylist() == ["xn--mllerby-n2a.example/ü", "plain.example/x", None]
