"""The dashboard in a real browser: filters, definitions, keys, dark and narrow; nothing leaves the machine."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import browser
from tests.integration.published_home import (
    ANN,
    KEYS,
    SMYTH,
    decisions,
    draw_for_audit,
    write_publication,
)
from tests.serving import served
from warehouse.dashboard.pages import pages
from warehouse.dashboard.published import MARTS_FILE, connect_to
from warehouse.lake import Home

pytestmark = pytest.mark.skipif(not browser.is_installed(), reason=browser.WHY_NOT)
MARKUP = "<img src=x onerror=alert(1)>"
ADDRESSES = (
    *(f"/{name}" for name in pages()),
    "/customer/person_a",
    "/review?kind=audit",
    "/rows/segment_presence",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("home"))
    write_publication(made, "pub-1", segment=MARKUP)
    draw_for_audit(made)
    return made


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    """Where a server of this test answers."""
    with served(home, "Hearthlight", KEYS) as where:
        yield where


@contextlib.contextmanager
def inside(address: str, width: int = 1280, *, is_dark: bool = False) -> Iterator[Any]:
    """A browser that has come in."""
    with browser.open_browser(width, is_dark=is_dark) as driver:
        driver.get(f"{address}/?key={KEYS.entry}")
        yield driver


def until(driver: Any, script: str) -> Any:
    """What a script gives, as soon as it gives something."""
    for _ in range(200):
        if found := driver.execute_script(script):
            return found
        time.sleep(0.05)
    raise AssertionError(f"never true: {script}")


@pytest.mark.parametrize(("width", "is_dark"), [(1280, False), (1280, True), (412, False)])
def test_every_page_is_shown_without_complaint_and_asks_nobody_else(
    address: str, width: int, is_dark: bool
) -> None:
    with inside(address, width, is_dark=is_dark) as driver:
        for each in ADDRESSES:
            driver.get(address + each)
            assert browser.console_errors(driver) == [], each
            assert driver.execute_script("return document.documentElement.scrollWidth") <= width, each
            assert driver.execute_script("return document.querySelectorAll('h1').length") == 1
            paper = driver.execute_script("return getComputedStyle(document.documentElement).backgroundColor")
            assert paper == ("rgb(20, 23, 26)" if is_dark else "rgb(255, 255, 255)")
        asked = browser.requested(driver)
        assert len(asked) > len(ADDRESSES)
        assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_whatever_can_be_worked_has_a_name_and_markup_of_data_is_text(address: str) -> None:
    nameless = """
        const worked = 'a, button, input:not([type=hidden]), select, svg[role=img], [role=region]';
        const named = each => each.textContent.trim() || each.ariaLabel || each.labels?.length;
        return [...document.querySelectorAll(worked)].filter(each => !named(each)).map(each => each.outerHTML);
        """
    with inside(address) as driver:
        for each in ADDRESSES:
            driver.get(address + each)
            assert driver.execute_script(nameless) == [], each
            assert (
                driver.execute_script("return document.querySelectorAll('img, main script').length") == 0
            ), each
        driver.get(f"{address}/segments")
        assert MARKUP in driver.execute_script("return document.querySelector('main').innerText")


@pytest.mark.parametrize("is_dark", [False, True])
def test_axe_finds_no_fault_of_accessibility(address: str, is_dark: bool) -> None:
    from axe_core_python.selenium import Axe

    with inside(address, is_dark=is_dark) as driver:
        for each in ADDRESSES:
            driver.get(address + each)
            found = Axe().run(driver)
            assert len(found["passes"]) > 20, each
            assert [(fault["impact"], fault["id"]) for fault in found["violations"]] == [], each


def test_a_filter_changes_the_figures_to_what_sql_says(address: str, home: Home) -> None:
    with contextlib.closing(connect_to(home.current.resolve() / MARTS_FILE)) as marts:
        (customers,) = marts.execute(
            "select customers from segment_presence where segment = 'low' and network = 'x'"
        ).fetchall()[0]
    with inside(address) as driver:
        from selenium.webdriver.support.ui import Select

        driver.get(f"{address}/segments")
        labels = "return [...document.querySelectorAll('.gutter .label')].map(each => each.textContent)"
        assert "Forum" in driver.execute_script(labels)
        Select(driver.find_element("name", "network")).select_by_value("x")
        until(driver, "return location.search.includes('network=x') && document.readyState === 'complete'")
        assert "Forum" not in driver.execute_script(labels)
        assert driver.switch_to.active_element.get_attribute("name") == "network"
        driver.execute_script("document.querySelector('input[value=low]').click()")
        until(driver, "return location.search.includes('segment=low') && document.readyState === 'complete'")
        names = driver.execute_script(
            "return [...document.querySelectorAll('.segment')].map(e => e.textContent)"
        )
        assert [name.strip() for name in names] == ["Low"]
        size = driver.execute_script(
            "return document.querySelector('svg[role=img]').getAttribute('aria-label')"
        )
        assert f"Customers: {customers}." in size
        driver.back()  # the address holds the state
        until(driver, "return !location.search.includes('segment=low') && document.readyState === 'complete'")
        assert len(driver.find_elements("css selector", ".segment")) == 2


def test_a_definition_is_one_focus_away(address: str) -> None:
    with inside(address) as driver:
        driver.get(f"{address}/segments")
        shown = "return getComputedStyle(document.querySelector('.term .tip')).visibility"
        assert driver.execute_script(shown) == "hidden"
        driver.execute_script("document.querySelector('.term button').focus()")
        assert driver.execute_script(shown) == "visible"


def test_a_review_is_decided_by_keys(address: str, home: Home) -> None:
    from selenium.webdriver.common.keys import Keys

    with inside(address) as driver:
        driver.get(f"{address}/review")
        driver.find_element("name", "reviewer").send_keys("yun")  # typed: no key of the review
        driver.execute_script("document.activeElement.blur()")
        body = driver.find_element("tag name", "body")
        body.send_keys("j")
        until(driver, "return location.search.includes('at=2')")
        driver.find_element("tag name", "body").send_keys("k")
        until(driver, "return location.search.includes('at=1')")
        driver.find_element("name", "reviewer").send_keys("yun", Keys.TAB, "same face")
        assert decisions(home) == []
        driver.execute_script("document.activeElement.blur()")
        driver.find_element("tag name", "body").send_keys("y")
        until(driver, "return location.search.includes('at=2') && location.search.includes('reviewer=yun')")
        assert decisions(home) == [(ANN, SMYTH, "match", "yun", "same face", "review")]
        assert driver.find_element("name", "reviewer").get_attribute("value") == "yun"


def test_it_prints_without_its_controls(address: str, tmp_path: Path) -> None:
    with inside(address) as driver:
        driver.get(f"{address}/segments")
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        hidden = "return getComputedStyle(document.querySelector(arguments[0])).display"
        assert driver.execute_script(hidden, ".filters") == "none"
        assert driver.execute_script(hidden, ".board") != "none"
        assert driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
