"""Browsers on both sites, and what they send of a form as it was opened."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent
from console.tests.schedule.conftest import agent, make, schedule  # noqa: F401

Sent = dict[str, Any]


@pytest.fixture(params=["/console/", "/admin/"])
def site(request: pytest.FixtureRequest) -> str:
    """Each of the two."""
    return str(request.param)


@pytest.fixture
def visitor(site: str, browser: Client, admin: Client) -> Client:
    """Ann on the owners' site, staff on the other."""
    return admin if site == "/admin/" else browser


@pytest.fixture
def opened(visitor: Client) -> Callable[[str], Sent]:
    """What is sent of a page's form if nobody touches it."""
    return lambda address: sent(visitor.get(address).content.decode())


@pytest.fixture
def new_schedule(site: str, ann: User, agent: Agent) -> Sent:  # noqa: F811
    """The order for one, typed in."""
    owner = {"owner": ann.pk} if site == "/admin/" else {}
    return owner | {"name": "nightly", "agent": agent.pk, "command": "tidy up"} | CRON


CRON = {"schedule_type": "cron", "cron_expression": "0 3 * * *"}


def sent(page: str) -> Sent:
    """Of the form on a page, as a browser sends it."""
    reader = Reader()
    reader.feed(page)
    return reader.values


class Reader(HTMLParser):
    """The named fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: Sent = {}
        self._inside, self._first = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag in ("textarea", "select"):
            self._inside, self._first = name, tag == "select"
            self.values[name] = ""
        elif tag == "option" and self._inside and (self._first or "selected" in found):
            # The first one, where none is selected.
            self.values[self._inside], self._first = found.get("value") or "", False
        elif tag == "input" and name and found.get("type") not in ("submit", "search", "file"):
            self._input(name, found)

    def _input(self, name: str, found: dict[str, str | None]) -> None:
        value = found.get("value")
        if found.get("type") not in ("checkbox", "radio"):
            self.values[name] = value or ""
        elif "checked" in found and value:
            self.values.setdefault(name, []).append(value)
        elif "checked" in found:
            self.values[name] = "on"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and self.lasttag == "textarea":
            # Not the first line's end, which belongs to the tag.
            self.values[self._inside] = data.removeprefix("\n").replace("\n", "\r\n")
