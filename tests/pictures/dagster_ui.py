"""The picture of Dagster's UI: a mart with its owners, checks, rows and columns, served by `scrm dev`.

Needs a browser (tests/browser.py) and a published company. Must not live here: the picture of the report.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests import browser

TARGET = Path(__file__).parent / "dagster.png"
PAGE = "assets/marts/segment_presence?view=overview"
WIDTH, HEIGHT = 1280, 800
SHOWN_ONCE = "[href*='/jobs/refresh']"  # the last part of the page that is drawn
PATIENCE = 180  # seconds until the server answers, or the page is drawn


def draw(company: Path) -> Path:
    """Draw the page of a mart of a published company."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.wait import WebDriverWait

    with _served(company) as address, browser.open_browser(WIDTH, HEIGHT) as driver:
        driver.get(f"{address}/{PAGE}")
        WebDriverWait(driver, PATIENCE).until(lambda page: page.find_elements(By.CSS_SELECTOR, SHOWN_ONCE))
        time.sleep(5)  # icons and figures follow
        picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    picture.quantize(128).save(TARGET, optimize=True)
    return TARGET


@contextmanager
def _served(company: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "dev", "--config", str(company), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(address, process)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE):
        if process.poll() is not None:
            sys.exit(f"'scrm dev' ended with {process.returncode}; try it by hand.")
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(1)
    sys.exit(f"{address} does not answer after {PATIENCE} s.")
