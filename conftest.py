"""People and their clients, for the tests of both apps."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.clients import client_of, person


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
    client = Client()
    client.force_login(person("root", is_staff=True, is_superuser=True))
    return client
