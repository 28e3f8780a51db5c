"""What the pages of all lists have: they teach, the keyboard reaches all, nothing is counted."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.admin import site as staffs
from django.test import Client
from unfold.paginator import InfinitePaginator

from console.sites import owners
from journal.models import Entry
from scheduler_project.admin import Listed

pytestmark = pytest.mark.django_db


def name_of(kind: Any) -> str:
    return f"{kind.admin_site.name}-{kind.opts.model_name}"


OURS = ("accounts", "agents", "hooks", "journal", "schedules")
# Of one's own stops there is a page instead.
LISTS: list[Any] = [
    kind
    for site in (staffs, owners)
    for kind in site._registry.values()
    if isinstance(kind, Listed) and (site.name, kind.opts.model_name) != ("console", "stop")
]


def text_of(client: Client, kind: Any, **query: str) -> str:
    address = f"/{kind.admin_site.name}/{kind.opts.app_label}/{kind.opts.model_name}/"
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    "kind", [each for each in LISTS if each.opts.app_label in OURS], ids=name_of
)
def test_a_list_without_rows_teaches(admin: Client, kind: Any) -> None:
    assert kind.nothing_yet
    # That there is somebody who looks.
    Entry.objects.all().delete()
    assert kind.nothing_yet in text_of(admin, kind)


@pytest.mark.parametrize("kind", [each for each in LISTS if each.search_fields], ids=name_of)
def test_a_search_that_finds_nothing_says_what_can_be_searched_for(
    admin: Client, kind: Any
) -> None:
    text = text_of(admin, kind, q="no such thing")
    assert "Nothing matches" in text
    said = re.search(r"\w: that is what can be searched for", text)
    assert bool(said) == ('id="searchbar"' in text)


@pytest.mark.parametrize("kind", LISTS, ids=name_of)
def test_what_opens_the_filters_is_a_button(admin: Client, kind: Any) -> None:
    openers = re.findall(r"<(\w+)[^>]*filterOpen = true", text_of(admin, kind))
    assert openers == (["button"] if kind.list_filter else [])


def test_nobody_is_offered_a_number_of_rows_that_was_not_counted(
    admin: Client, ids: dict[str, Any]
) -> None:
    for each in LISTS:
        assert str(InfinitePaginator([], 1).count) not in text_of(admin, each)
