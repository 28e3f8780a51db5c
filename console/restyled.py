"""Admin pages of other apps, as the console looks, and as fast: a periodic task is a schedule's."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django_celery_beat.models import PeriodicTask
from django_celery_results.models import GroupResult, TaskResult
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesCheckboxFilter

from console.users import Users
from scheduler_project.admin import Listed
from scheduler_project.admin_filters import Days


def never(*_: Any) -> bool:
    """Nobody may."""
    return False


# What nobody types in has nothing to save.
SHOWN = {"has_change_permission": never}
# Tasks write them.
RECORDS = {"has_add_permission": never, **SHOWN}
# Each is as good as a password, for a day: its text is nobody's but its owner's.
SIGN_INS = {
    **SHOWN,
    "fields": ["jti", "user", "created_at", "expires_at"],
    "search_fields": ["jti"],
}
# What their own would count, sort or list of a whole table, as it is done here.
LISTS: dict[type[Model], dict[str, Any]] = {
    Group: {"search_fields": ["name"], "sortable_by": ["name"]},
    PeriodicTask: {
        "list_filter": [("enabled", BooleanRadioFilter), ("one_off", BooleanRadioFilter)],
        "search_fields": ["id", "name"],
    },
    TaskResult: {
        **RECORDS,
        "list_filter": [("status", ChoicesCheckboxFilter), ("date_done", Days)],
        "search_fields": ["task_id"],
        "ordering": ["-date_done"],
    },
    GroupResult: RECORDS | {"list_filter": [("date_done", Days)], "search_fields": ["group_id"]},
    OutstandingToken: SIGN_INS,
    # Without its row a token that was signed out would count again.
    BlacklistedToken: {
        "has_delete_permission": never,
        "search_fields": ["token__jti"],
    },
    # Its own action fails, and the lock has an end of its own.
    AccessAttempt: {**SHOWN, "actions": [], "search_fields": ["username", "ip_address"]},
    AccessLog: {**SHOWN, "search_fields": ["username", "ip_address"]},
    AccessFailureLog: {**SHOWN, "search_fields": ["username", "ip_address"]},
}


def restyle() -> None:
    """What is registered on the staff's console so far, but is not of its kind."""
    admin.site.unregister(User)
    admin.site.register(User, Users)
    for model, kind in list(admin.site._registry.items()):
        if not isinstance(kind, Listed):
            admin.site.unregister(model)
            admin.site.register(model, _listed(type(kind), LISTS.get(model, {})))


def _listed(base: type[Any], said: dict[str, Any]) -> type[Listed]:
    usual = {"list_filter": [], "date_hierarchy": None, "ordering": ["-id"], "search_fields": []}
    return type(base.__name__, (Listed, base), usual | said)
