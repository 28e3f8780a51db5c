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


@pytest.fixture
def visit(
    browser: Browser, running: Installation, session: Callable[[str], Any]
) -> Iterator[Callable[..., Visitor]]:
    """Makes somebody who looks at the console, signed in where they have a name."""
    visitors: list[Visitor] = []

    def come(name: str | None = "ada", **options: Any) -> Visitor:
        options["storage_state"] = session(name) if name else None
        visitors.append(Visitor(browser.new_context(base_url=running.address, **options)))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()


@pytest.fixture
def page(visit: Callable[..., Visitor]) -> Page:
    """Ada's."""
    return visit().page
