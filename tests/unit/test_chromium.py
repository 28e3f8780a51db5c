"""Without a browser the tests of the console are skipped, and say so, unless one is required."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium


@pytest.mark.parametrize(
    ("required", "outcome"), [("", pytest.skip), ("0", pytest.skip), ("1", pytest.fail)]
)
def test_no_browser_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, required: str, outcome: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("REQUIRE_BROWSER", required)
    with pytest.raises(outcome.Exception, match="apt install chromium"):
        chromium.program()


def test_a_browser_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.program() == str(browser)
