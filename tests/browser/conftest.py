"""An installation, and people who look at it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.database import PASSWORD, Database
from tests.acceptance.installation import Installation
from tests.browser import chromium
from tests.browser.visitor import Visitor
from tests.scripted_model import ScriptedModel

STAFF = "stan"
MAKE_STAFF = f"""
from django.contrib.auth.models import User
User.objects.create_superuser({STAFF!r}, password={PASSWORD!r})
"""
# Less than the time between two heartbeats of a socket: what comes live does not come by them.
expect.set_options(timeout=10_000)


@pytest.fixture(scope="package")
def browser(model: ScriptedModel) -> Iterator[Browser]:
    """The machine's; without one the tests are skipped, or fail where one is required.

    Playwright keeps the thread's event loop to itself: the model's has begun before, and other
    packages' come after it.
    """
    with chromium.opened() as browser:
        yield browser


@pytest.fixture(scope="package")
def running(browser: Browser, template: Database, model: ScriptedModel) -> Iterator[Installation]:
    """Web, a beat and a worker, shared by all of these tests."""
    leading = {"MODEL_BASE_URL": model.url, "MODEL_API_KEY": "key"}
    settings = {**leading, "MAX_SCHEDULES_PER_OWNER": 500}
    with Database(template) as database, Installation(database, **settings) as installation:
        database.manage("shell", "-v0", "-c", MAKE_STAFF)
        installation.beat()
        installation.worker()
        yield installation


@pytest.fixture(scope="package")
def session(browser: Browser, running: Installation) -> Callable[[str], Any]:
    """That of somebody who has signed in, by name."""

    @cache
    def session(name: str) -> Any:
        visitor = Visitor(browser.new_context(base_url=running.address))
        visitor.sign_in(name, PASSWORD)
        found = visitor.session
        visitor.leave()
        return found

    return session


@pytest.fixture(scope="package")
def enter(
    browser: Browser, running: Installation, session: Callable[[str], Any]
) -> Callable[..., Visitor]:
    """Makes somebody who looks at the console, signed in where they have a name."""

    def enter(name: str | None, **options: Any) -> Visitor:
        options["storage_state"] = session(name) if name else None
        return Visitor(browser.new_context(base_url=running.address, **options))

    return enter


@pytest.fixture(scope="package")
def regulars() -> Iterator[dict[str, Visitor]]:
    """Those who stay, by who they are and how they look at things."""
    found: dict[str, Visitor] = {}
    yield found
    for visitor in found.values():
        visitor.leave()


@pytest.fixture
def stay(
    enter: Callable[..., Visitor], regulars: dict[str, Visitor]
) -> Iterator[Callable[..., Visitor]]:
    """Who only looks goes on from page to page in one window: as `visit`, in half of its time."""

    def come(name: str | None = "ada", **options: Any) -> Visitor:
        if (key := f"{name} {options}") not in regulars:
            regulars[key] = enter(name, **options)
        return regulars[key]

    yield come
    for visitor in regulars.values():
        visitor.must_be_content()


@pytest.fixture
def visit(enter: Callable[..., Visitor]) -> Iterator[Callable[..., Visitor]]:
    """Somebody new, for one test."""
    visitors: list[Visitor] = []

    def come(name: str | None = "ada", **options: Any) -> Visitor:
        visitors.append(enter(name, **options))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()


@pytest.fixture
def page(visit: Callable[..., Visitor]) -> Page:
    """Ada's."""
    return visit().page
