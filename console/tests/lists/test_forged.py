"""Whatever an address or a form says to a list, the answer is a page or a refusal, no error."""

from typing import Any

import pytest
from django.contrib.admin import AdminSite
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models import Model
from django.test import Client, RequestFactory

from accounts import keys
from accounts.models import ApiKey
from console.tests.walk import SITES
from schedules import services
from schedules.models import Schedule
from tests.clients import person

pytestmark = pytest.mark.django_db
VALUES = ["\x00", "(", "x", "-1", "²", "9" * 30, "9" * 5_000, "9999-12-31", "0001-01-01"]
LOOKUPS = ["", "__regex", "__year", "__gte"]
LISTS = [
    pytest.param(site, model, id=f"{site.name}-{model._meta.label_lower}")
    for site in SITES
    for model in site._registry
]


def shown(site: AdminSite, model: type[Model], user: User, asked: dict[str, str]) -> Any:
    """The rows of the first page, read; None where the list refuses what it is asked."""
    request: Any = RequestFactory().get("/", asked)
    request.user, request._messages = user, CookieStorage(request)
    known: Any = site.get_model_admin(model)
    try:
        with transaction.atomic():
            return list(known.get_changelist_instance(request).result_list[:5])
    except (IncorrectLookupParameters, SuspiciousOperation):
        return None


@pytest.mark.parametrize(("site", "model"), LISTS)
def test_what_lists_are_asked(site: AdminSite, model: type[Model]) -> None:
    user = person("root", is_staff=True, is_superuser=True)
    request: Any = RequestFactory().get("/")
    request.user = user
    known: Any = site.get_model_admin(model)
    specs = known.get_changelist_instance(request).filter_specs
    names = {name for spec in specs for name in spec.expected_parameters() if name}
    last = model._meta.fields[-1].name
    names |= {f"{last}{lookup}" for lookup in LOOKUPS}
    for name in sorted(names | {"p", "o", "q", "nonsense"}):
        for value in VALUES:
            shown(site, model, user, {name: value})


@pytest.mark.parametrize("name", ["command__icontains", "name__regex", "scheduled_for__year"])
@pytest.mark.parametrize("of", ["schedules/schedule", "schedules/execution"])
def test_no_filter_but_those_of_the_list(browser: Client, of: str, name: str) -> None:
    assert browser.get(f"/console/{of}/", {name: "1"}).status_code in {302, 400}


@pytest.mark.parametrize(
    "address",
    [
        "schedules/execution/?state__exact=%00",
        "schedules/execution/?error_type=%00",
        "schedules/execution/export/?error_type=%00",
        "schedules/schedule/?last_state=%00",
        "schedules/schedule/?q=%00",
        "schedules/schedule/export/?name__regex=(",
        "schedules/schedule/bulk/disable/?job=1&filters=last_state%3D%2500",
        "schedules/schedule/bulk/disable/?job=1&ids=%00",
        f"schedules/schedule/bulk/disable/?job=1&ids={'9' * 30}",
        f"schedules/schedule/bulk/disable/?job=1&ids={'9' * 5_000}",
        "schedules/execution/bulk/cancel/?job=1&ids=x",
        f"schedules/schedule/add/?copy={'9' * 5_000}",
        "schedules/schedule/add/?copy=²",
        f"schedules/schedule/preview/?schedule={'9' * 5_000}",
        "search/?s=a&page=x",
        "search/?s=%00",
        *(
            f"autocomplete/?app_label=schedules&model_name={of}&{more}"
            for of in ("execution&field_name=schedule", "schedule&field_name=agent")
            for more in ("term=%00", "term=a&page=x", f"term=a&page={'9' * 5_000}")
        ),
    ],
)
@pytest.mark.parametrize("site", ["admin", "console"])
def test_addresses(
    admin: Client, browser: Client, schedule: Schedule, site: str, address: str
) -> None:
    client = admin if site == "admin" else browser
    assert client.get(f"/{site}/{address}").status_code in {200, 302, 400, 404}


@pytest.mark.parametrize("key", ["x", "\x00", "9" * 30, "9" * 5_000, ""])
@pytest.mark.parametrize(("site", "model"), LISTS)
def test_rows_that_are_none_are_selected(
    admin: Client, site: AdminSite, model: type[Model], key: str
) -> None:
    known: Any = site.get_model_admin(model)
    page = f"/{site.name}/{model._meta.app_label}/{model._meta.model_name}/"
    action = (known.actions or ["delete_selected"])[0]
    data = {"action": getattr(action, "__name__", action), "_selected_action": key, "post": "yes"}
    assert admin.post(page, data).status_code in {200, 302, 403}


@pytest.mark.parametrize("written", ['{"a": ' + "9" * 5_000 + "}", "[" * 100_000])
@pytest.mark.parametrize("field", ["options", "new_secrets"])
def test_json_that_no_program_reads(browser: Client, field: str, written: str) -> None:
    answer = browser.post("/console/agents/agent/add/", {"name": "x", field: written})
    assert answer.status_code == 200
    assert "Enter a valid JSON." in answer.content.decode()


def test_an_id_that_is_none_shows_the_form_again(admin: Client) -> None:
    fields = {"name": "x", "owner": "9" * 5_000, "agent": "²"}
    assert admin.post("/admin/schedules/schedule/add/", fields).status_code == 200


def test_an_approval_that_is_none(browser: Client, schedule: Schedule) -> None:
    execution = services.run_now(schedule=schedule)
    page = f"/console/schedules/execution/{execution.pk}/"
    for key in ("9" * 5_000, "x", "\x00", ""):
        assert browser.post(page, {"do": "approve", "approval": key}).status_code == 404


def test_revoked_keys_go_through_their_service(
    admin: Client, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked: list[ApiKey] = []
    monkeypatch.setattr(keys, "revoke", revoked.append)
    key, _ = keys.issue(owner=ann, name="laptop")
    page = "/admin/accounts/apikey/"
    admin.post(f"{page}{key.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": key.pk, "post": "yes"}
    admin.post(page, chosen)
    assert revoked == [key, key]
