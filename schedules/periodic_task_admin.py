"""django-celery-beat's own admin page, which shows the rows of schedules without changing them."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_celery_beat.admin import PeriodicTaskAdmin, PeriodicTaskForm, TaskSelectWidget
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from schedules.broker import TASK

OURS = (
    f"“{TASK}” is how beats run scheduled commands, and does nothing for a periodic task: name "
    "another task, or add a scheduled command."
)
LEFT_OUT = "Rows derived from scheduled commands were left out: change those commands."
TIMES = (CrontabSchedule, IntervalSchedule, ClockedSchedule, SolarSchedule)
SHARED = (
    "Scheduled commands run by this, so that it stays as it is: change these commands instead. "
    "For other periodic tasks, add a new one."
)

admin.site.unregister(PeriodicTask)


def is_derived(task: PeriodicTask | None) -> bool:
    """Whether a schedule owns this row."""
    return task is not None and hasattr(task, "schedule_owner")


class TaskChoice(UnfoldAdminSelectWidget, TaskSelectWidget):
    """The tasks that workers know, but not the one that is only for scheduled commands."""

    def tasks_as_choices(self) -> tuple[tuple[str, str], ...]:
        """Their names."""
        return tuple(each for each in super().tasks_as_choices() if each[0] != TASK)


class TaskForm(PeriodicTaskForm):
    """django-celery-beat's own, as the console looks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, widget in (("task", UnfoldAdminTextInputWidget), ("regtask", TaskChoice)):
            # Whoever may only look at it has no fields.
            if name in self.fields:
                self.fields[name].widget = widget()

    def clean(self) -> dict[str, Any]:
        """The values; its own would stumble over a name that is too long."""
        if "task" in self.errors:
            return self.cleaned_data
        values: dict[str, Any] = super().clean()
        if values["task"] == TASK:
            self.add_error("task", OURS)
        return values


@admin.register(PeriodicTask)
class DerivedReadOnlyAdmin(PeriodicTaskAdmin):
    """Plain periodic tasks as ever; those of schedules are read-only."""

    form = TaskForm

    def has_change_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        """A schedule's row is changed through its schedule."""
        return super().has_change_permission(request, obj) and not is_derived(obj)

    def has_delete_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        """A schedule's row goes with its schedule."""
        return super().has_delete_permission(request, obj) and not is_derived(obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever may only look runs and switches nothing; deleting has a permission of its own."""
        found: dict[str, Any] = super().get_actions(request)
        if self.has_change_permission(request):
            return found
        return {name: action for name, action in found.items() if name == "delete_selected"}

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Actions on several rows leave out those of schedules, and say so."""
        plain, chosen = queryset.filter(schedule_owner__isnull=True), _chosen(request, queryset)
        if not chosen.filter(schedule_owner__isnull=False).exists():
            return super().response_action(request, plain)
        self.message_user(request, LEFT_OUT, messages.WARNING)
        if not chosen.filter(schedule_owner__isnull=True).exists():
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, plain)


def _chosen(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """What the list's marks say."""
    if request.POST.get("select_across") == "1":
        return rows
    return rows.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))


class TimesOfSchedules:
    """Admin mixin: what a derived row runs by says what its schedule says, and does not change.

    Nor is it deleted, as the database keeps what schedules' rows refer to.
    """

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether one may, and no schedule runs by it."""
        allowed: bool = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and not _is_shared(obj)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """Its page, which says why it cannot be changed."""
        kept = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if request.method == "GET" and _is_shared(kept):
            messages.warning(request, SHARED)
        return super().change_view(request, object_id, *args)  # type: ignore[misc]


def _is_shared(times: Any) -> bool:
    if times is None:
        return False
    derived = times.periodictask_set.filter(schedule_owner__isnull=False)
    return bool(derived.exists())


for model in TIMES:
    known = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    admin.site.register(model, type(known.__name__, (TimesOfSchedules, known), {}))
