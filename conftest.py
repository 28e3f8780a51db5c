"""People, their clients and further connections, for the tests of all apps."""

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client, override_settings

import scheduler_project.urls  # noqa: F401  (some tests are made of all that consoles register)
from tests import described, emptying, properties
from tests.clients import browser_of, client_of, person, superuser
from tests.connections import OtherConnection
from tests.crowd import gather

hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=properties.UNTIMED
)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: the others run beside them, and nobody waits for them at the end."""
    items.sort(key=lambda item: "chaos" not in item.path.parts)


@pytest.fixture(autouse=True, scope="session")
def described_answers() -> Iterator[None]:
    """Every answer of the API to a client of Django's is one that its description lists."""
    plain = Client.request

    def request(client: Client, **environ: Any) -> Any:
        response = plain(client, **environ)
        described.check(response.wsgi_request, response)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", request)
        yield


@pytest.fixture(autouse=True, scope="session")
def hashed_quickly() -> Iterator[None]:
    """Passwords of tests are no secrets; a real hash takes half a second."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def emptied_quickly() -> Iterator[None]:
    """What tests have committed is gone after each, without making all tables anew."""
    with pytest.MonkeyPatch.context() as patches:
        emptying.patch(patches)
        yield


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One crowd for all tests of a module, gone afterwards."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            gather()
            yield
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def ann() -> User:
    """An owner who is nobody special."""
    return person("ann")


@pytest.fixture
def own(ann: User) -> Client:
    """Ann's API client."""
    return client_of(ann)


@pytest.fixture
def admin() -> Client:
    """A superuser's browser."""
    return browser_of(superuser("root"))


@pytest.fixture
def connect() -> Iterator[Callable[[], OtherConnection]]:
    """Opens further connections to the database, each in a thread of its own."""
    opened: list[OtherConnection] = []

    def open_another() -> OtherConnection:
        opened.append(OtherConnection())
        return opened[-1]

    yield open_another
    for other in opened:
        other.close()
