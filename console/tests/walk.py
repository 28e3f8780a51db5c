"""Every address of the two consoles, and something of somebody's behind each."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from accounts.models import ApiKey
from agents.models import Agent, AgentTask, Budget, Spending
from console.addresses import ADDRESSES
from console.sites import owners
from hooks.models import Delivery, Hook
from journal.models import Entry
from schedules.models import Approval, Execution, Notification, Schedule, Stop

SITES: tuple[AdminSite, ...] = (admin.site, owners)
OURS: tuple[type[Model], ...] = (
    *(Schedule, Execution, Approval, Notification, Stop, Agent, AgentTask, Spending, Budget),
    *(ApiKey, Hook, Delivery, Entry),
)
# By what their names end with; each is of every model.
OF_MODELS = {"changelist", "add", "history", "delete", "change"}
# Beneath a row's address, without a page of their own: buttons.
OF_ROWS = {"hooks_hook_rotate"}
OF_SITES = {
    *("index", "login", "logout", "password_change", "password_change_done", "jsi18n"),
    *("autocomplete", "view_on_site", "app_list", "search"),
}
# Of those of users, which only staff have.
OF_USERS = {"auth_user_password_change"}
# Our own pages by name, each with what its address has to say.
PAGES: dict[str, tuple[Any, ...]] = {
    "agent_task": (AgentTask,),
    "agent_task_head": (AgentTask,),
    "all_read": (),
    "bulk": ("schedules", "schedule", "disable"),
    "execution": (Execution,),
    "execution_head": (Execution,),
    "export": ("schedules", "execution"),
    "home_now": (),
    "rotate": (Hook,),
    "schedule": (Schedule,),
    "schedule_now": (Schedule,),
    "schedule_past": (Schedule,),
    "schedule_preview": (),
    "stops": (),
}


class Address(NamedTuple):
    """What is there, and where."""

    name: str
    path: str


def patterns(found: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The name and route of each."""
    for each in found:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield each.name or "", route


def unknown(site: AdminSite) -> set[str]:
    """Addresses of the site for which there is no case."""
    models = {
        f"{model._meta.app_label}_{model._meta.model_name}_{view}"
        for model in site._registry
        for view in OF_MODELS
    }
    known = {*models, *OF_ROWS, *OF_SITES, *OF_USERS, *PAGES}
    # Without a name: redirects from former addresses, and what is nowhere.
    return {name for name, _ in patterns(site.get_urls()) if name and name not in known}


def addresses(site: AdminSite, keys: dict[type[Model], Any]) -> list[Address]:
    """All but those by which one signs in and out; of rows those with these keys."""

    def at(name: str, *args: Any) -> Address:
        return Address(name, reverse(f"admin:{name}", args=args, current_app=site.name))

    found = [at(name) for name in ("index", "password_change", "jsi18n", "autocomplete", "search")]
    for model in site._registry:
        name, key = f"{model._meta.app_label}_{model._meta.model_name}", keys.get(model, 1)
        found += [at(f"{name}_changelist"), at(f"{name}_add")]
        found += [at(f"{name}_{view}", key) for view in ("history", "delete", "change")]
    for label in {model._meta.app_label for model in site._registry}:
        found.append(at("app_list", label))
    found += [at(name, keys[Hook]) for name in OF_ROWS if site is owners]
    for each in ADDRESSES:
        # A model stands for its row.
        said = [keys[part] if isinstance(part, type) else part for part in PAGES[each.name]]
        found.append(at(each.name, *said))
    return found


def keys_of(owner: User) -> dict[type[Model], Any]:
    """A row of the owner's of each kind."""
    return {model: _newest(model, owner) for model in OURS}


def _newest(model: type[Model], owner: User) -> Any:
    path = "hook__owner" if model is Delivery else "owner"
    row = model._default_manager.filter(**{path: owner}).order_by("-pk").first()
    assert row, model
    return row.pk


def stored() -> dict[str, list[Any]]:
    """All rows of all kinds, and who there is, to see whether any has changed."""
    rows: dict[str, list[Any]] = {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in OURS
    }
    return rows | {"User": list(User.objects.order_by("pk").values("pk", "username", "password"))}


def browser_of(user: User | None) -> Client:
    """Somebody's browser, or (None) nobody's; errors of the server are answers."""
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client
