"""The console of the database that `api` fills: each page that grows with what there is."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import django

from benchmarks.workers.api import OWNER, STAFF, fill

__all__ = ["cases", "fill"]
# The form of a schedule as its page sends it while it is being written.
WRITTEN = {"schedule_type": "cron", "cron_expression": "0 9 * * *", "timezone": "Europe/Berlin"}


def cases() -> dict[str, dict[str, Any]]:
    """Each page by its title: an owner's own things, and everybody's for staff."""
    django.setup()
    from django.contrib import admin
    from django.contrib.auth.models import User

    from console.sites import owners

    return {
        f"{who}: {title}": {"cookie": cookie, "method": "GET", "address": address}
        for who, name, site in (("owner", OWNER, owners), ("staff", STAFF, admin.site))
        for cookie in [_signed_in(User.objects.get(username=name))]
        for title, address in _addresses(site).items()
    }


def _signed_in(user: Any) -> str:
    """The cookie of somebody's browser."""
    from django.conf import settings
    from django.test import Client

    browser = Client()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def _addresses(site: Any) -> dict[str, str]:
    return {**_own_pages(site), **_lists(site), **_searches(site), **_sorted(site)}


def _own_pages(site: Any) -> dict[str, str]:
    from schedules.models import Schedule

    at = _urls(site)
    first = Schedule.objects.order_by("id")[0]
    run = first.executions.order_by("-id").values_list("pk", flat=True)[0]
    written = WRITTEN | {"name": "x", "command": "x", "agent": first.agent_id}
    return {
        "home": at("index"),
        "home, what is live": at("home_now"),
        "one schedule": at("schedule", first.pk),
        "one schedule, what is live": at("schedule_now", first.pk),
        "one schedule, how it went": at("schedule_past", first.pk),
        "form of a schedule": at("schedules_schedule_change", first.pk),
        "form of a budget": at("agents_budget_add"),
        "its preview": f"{at('schedule_preview')}?{urlencode(written)}",
        "one execution": at("execution", run),
        "one agent task": at("agent_task", run),
        "stops": at("stops"),
    }


def _lists(site: Any) -> dict[str, str]:
    at = _urls(site)
    return {
        f"list of {model._meta.verbose_name_plural}": at(
            f"{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model in site._registry
        if model._meta.app_label in {"schedules", "agents", "accounts", "hooks", "journal", "auth"}
    }


def _searches(site: Any) -> dict[str, str]:
    at = _urls(site)
    schedules, runs = at("schedules_schedule_changelist"), at("schedules_execution_changelist")
    return {
        "schedules, searched": f"{schedules}?q=load-1,+number+4",
        "schedules, searched in vain": f"{schedules}?q=nowhere",
        "executions, failed": f"{runs}?state__exact=failed",
        "executions, searched": f"{runs}?q=load-1,+number+1",
        "executions, page 200": f"{runs}?p=200",
        "executions, failed for a reason": f"{runs}?state__exact=failed&error_type=timed_out",
        "executions, skipped for a rare reason": f"{runs}?{urlencode(_rare())}",
    }


def _sorted(site: Any) -> dict[str, str]:
    """The list that owners may sort."""
    address = _urls(site)("schedules_schedule_changelist")
    return {"schedules, by their next run": f"{address}?o=5"} if site.name == "console" else {}


def _rare() -> dict[str, str]:
    """As the first page asks for it."""
    from console.home import ends, past
    from schedules import db

    since = db.now() - timedelta(hours=ends.HOURS - 1)
    return past.query(ends.Reason("skipped", "The budget is spent.", runs=1, said=""), since)


def _urls(site: Any) -> Any:
    from django.urls import reverse

    return lambda name, *args: reverse(f"admin:{name}", args=args, current_app=site.name)
