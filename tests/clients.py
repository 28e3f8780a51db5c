"""People and their API clients, for tests."""

import json
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

PASSWORD = "correct horse battery"


def person(name: str, **flags: Any) -> User:
    """A user of this name, without a usable password; flags such as is_staff."""
    return User.objects.create(username=name, **flags)


def superuser(name: str) -> User:
    """Staff who may do everything."""
    return person(name, is_staff=True, is_superuser=True)


def staff(name: str, *verbs: str) -> User:
    """On the staff, and may view, add, change or delete everything, as these verbs say."""
    user = person(name, is_staff=True)
    wanted = Permission.objects.filter(codename__regex=f"^({'|'.join(verbs)})_")
    user.user_permissions.set(wanted)
    return user


def signs_in(user: User) -> User:
    """The same user, who has PASSWORD from now on."""
    user.set_password(PASSWORD)
    user.save()
    return user


def client_of(user: User | None) -> Client:
    """A client that signs its requests with the user's token; None is nobody.

    Errors of the server become answers, as they do outside of tests.
    """
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}"} if user else {}
    return Client(headers=headers, raise_request_exception=False)


def browser_of(user: User) -> Client:
    """A browser in which the user has signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    """A request with a JSON body, if any; returns the response."""
    if method == "get":
        return client.get(path)
    data = "" if body is None else body
    return getattr(client, method)(path, data=data, content_type="application/json")


def problem_of(response: Any, status: int) -> dict[str, Any]:
    """The body of a response that must be a problem of this status."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.content)
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


def refused(response: Any) -> dict[str, str]:
    """The fields that a 400 refuses, each with its sentence."""
    errors = problem_of(response, 400)["errors"]
    return {error["field"]: error["message"] for error in errors}
