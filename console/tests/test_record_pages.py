"""Pages of single rows offer nothing that leads nowhere."""

from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django_celery_results.models import GroupResult, TaskResult
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts.models import ApiKey
from agents.models import Agent, AgentTask, Budget, Spending
from console.tests.walk import OURS
from hooks.models import Delivery, Hook
from journal.models import Entry
from schedules.models import Approval, Execution, Notification, Schedule, Stop

pytestmark = pytest.mark.django_db
Anns = dict[type[Model], Any]
KEPT = {Schedule, Agent, Budget, Hook, ApiKey, Stop}
RECORDS = {Execution, AgentTask, Delivery, Spending, Approval, Notification, Entry}


@pytest.mark.parametrize("model", OURS)
def test_a_history_is_offered_where_there_is_one(
    admin: Client, anns: Anns, model: type[Model]
) -> None:
    assert set(OURS) == KEPT | RECORDS
    page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{anns[model]}/"
    shown = admin.get(f"{page}change/")
    assert shown.status_code == 200
    assert (f"{page}history/" in shown.content.decode()) == (model in KEPT)
    assert admin.get(f"{page}history/").status_code == 200


@pytest.mark.parametrize(
    "row",
    [
        TaskResult(task_id="x"),
        GroupResult(group_id="x"),
        AccessAttempt(username="x", failures_since_start=1),
        AccessLog(username="x"),
        AccessFailureLog(username="x"),
        OutstandingToken(jti="x", expires_at=timezone.now()),
    ],
    ids=lambda row: type(row).__name__,
)
def test_what_nobody_types_in_has_nothing_to_save(admin: Client, row: Model) -> None:
    row.save()
    page = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
    shown = admin.get(page)
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert admin.post(page, {"status": "SUCCESS"}).status_code == 403
    assert admin.get(page.removesuffix(f"{row.pk}/change/")).status_code == 200
