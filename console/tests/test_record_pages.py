"""Pages of single rows offer nothing that leads nowhere."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

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
