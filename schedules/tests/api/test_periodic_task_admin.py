"""The admin pages of django-celery-beat: plain tasks are changed there, schedules' rows are not."""

from typing import Any

import pytest
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask

pytestmark = pytest.mark.django_db
TASKS = "/admin/django_celery_beat/periodictask/"


def order(**fields: Any) -> dict[str, Any]:
    """For an hourly task, typed in."""
    hour, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    values = {"name": "hourly", "interval": hour.pk, "enabled": "on"}
    return values | {"args": "[]", "kwargs": "{}", "headers": "{}"} | fields


def test_the_names_of_tasks_are_fields_as_all_others(admin: Client) -> None:
    form = admin.get(f"{TASKS}add/").context["adminform"].form
    for name in ("task", "regtask"):
        assert "border-base-200" in str(form[name])
    assert "schedules.run" not in str(form["regtask"])


def test_a_task_by_its_name(admin: Client) -> None:
    assert admin.post(f"{TASKS}add/", order(task="work")).status_code == 302
    assert PeriodicTask.objects.filter(name="hourly", task="work").exists()


@pytest.mark.parametrize("field", ["task", "regtask"])
def test_what_runs_scheduled_commands_is_no_plain_task(admin: Client, field: str) -> None:
    response = admin.post(f"{TASKS}add/", order(**{field: "schedules.run"}))
    (sentence,) = response.context["adminform"].form.errors["task"]
    assert "name another task, or add a scheduled command" in sentence
    assert not PeriodicTask.objects.filter(name="hourly").exists()


@pytest.mark.parametrize(("name", "said"), [("x" * 201, "at most 200"), ("", "Need name")])
def test_names_that_are_none(admin: Client, name: str, said: str) -> None:
    response = admin.post(f"{TASKS}add/", order(task=name))
    assert said in str(response.context["adminform"].form.errors["task"])
