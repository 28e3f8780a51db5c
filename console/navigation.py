"""The console's menu: what there is, in the order in which people look for it."""

from typing import Any, NamedTuple

from axes.models import AccessAttempt
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django_celery_beat.models import PeriodicTask
from django_celery_results.models import TaskResult

from accounts.models import ApiKey
from agents.models import Agent, AgentTask, Budget, Spending
from hooks.models import Delivery, Hook
from journal.models import Entry as Noted
from schedules.models import Approval, Execution, Notification, Schedule, Stop


class Entry(NamedTuple):
    """A list of rows of one model, with its name and its icon."""

    model: type[Model]
    title: str
    icon: str


GROUPS: dict[str, list[Entry]] = {
    "Work": [
        Entry(Schedule, "Schedules", "calendar_month"),
        Entry(Execution, "Executions", "history"),
        Entry(Approval, "Approvals", "how_to_reg"),
        Entry(Notification, "Notifications", "notifications"),
    ],
    "Agents": [
        Entry(Agent, "Agents", "smart_toy"),
        Entry(AgentTask, "Agent tasks", "terminal"),
        Entry(Spending, "Spending", "payments"),
        Entry(Budget, "Budgets", "savings"),
    ],
    "Access": [
        Entry(ApiKey, "API keys", "key"),
        Entry(Hook, "Webhooks", "webhook"),
        Entry(Delivery, "Deliveries", "outbox"),
        Entry(Stop, "Stops", "pan_tool"),
        Entry(Noted, "Audit log", "manage_search"),
    ],
    # Only the staff's site has them.
    "System": [
        Entry(User, "Users", "group"),
        Entry(PeriodicTask, "Periodic tasks", "update"),
        Entry(TaskResult, "Task results", "task_alt"),
        Entry(AccessAttempt, "Locked-out addresses", "lock"),
    ],
}


def sidebar(site: AdminSite, request: HttpRequest) -> list[dict[str, Any]]:
    """The menu of this person on this site, as django-unfold wants it: what they may see."""
    home = {"title": "Home", "icon": "home", "link": reverse("admin:index", current_app=site.name)}
    groups: list[dict[str, Any]] = [{"items": [home]}]
    for title, entries in GROUPS.items():
        seen = [entry for entry in entries if _may_see(site, request, entry.model)]
        items = [_item(site, entry) for entry in seen]
        groups.append({"title": title, "separator": True, "items": items})
    return [group for group in groups if group["items"]]


def _may_see(site: AdminSite, request: HttpRequest, model: type[Model]) -> bool:
    return site.is_registered(model) and site.get_model_admin(model).has_view_permission(request)


def _item(site: AdminSite, entry: Entry) -> dict[str, Any]:
    options = entry.model._meta
    name = f"admin:{options.app_label}_{options.model_name}_changelist"
    link = reverse(name, current_app=site.name)
    return {"title": entry.title, "icon": entry.icon, "link": link}
