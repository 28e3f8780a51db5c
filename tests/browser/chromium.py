"""The browser that tests drive: the machine's Chromium."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "no browser was found, so nobody has looked at the console: install one (apt install chromium)"
)


def program() -> str:
    """Its path; where there is none the test is skipped, or fails under REQUIRE_BROWSER=1."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        required = os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")
        (pytest.fail if required else pytest.skip)(MISSING)
    return found


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser without a screen, in a home of its own: an account may have none."""
    # Skipped before anything is started.
    executable = program()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            # It shows pages of ours only, and a container has no other sandbox to give.
            chromium_sandbox=False,
            args=["--disable-dev-shm-usage"],
            env={**os.environ, "HOME": home},
        )
        yield browser
        browser.close()
