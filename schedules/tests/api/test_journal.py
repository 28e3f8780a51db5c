"""Each change of what somebody has defined is journalled, with old and new values; no other is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import keys
from accounts.models import ApiKey
from agents import services as agent_services
from agents.models import Agent, Budget
from hooks import services as hook_services
from hooks.models import Hook
from hooks.tests.scenes import hook_of
from journal.models import Entry
from scheduler_project.database import fetch
from schedules import dispatch, services
from schedules.loads import Load
from schedules.models import Schedule
from schedules.services import bulk
from tests.clients import client_of, send, superuser

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]
WATCHED = """
SELECT array_agg(a.attname::text) FROM pg_trigger t
JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr)
WHERE t.tgrelid = %s::regclass AND t.tgname LIKE 'journal_%%'
"""
# What runs and sign-ins write, and what follows from the rest.
OF_RUNS = {
    *("id", "owner_id", "anchor_at", "next_run_at", "last_run_at", "last_state", "run_count"),
    *("consecutive_failures", "periodic_task_id", "created_at", "updated_at", "alerted_at"),
    *("former_secret", "former_until", "failing_since", "last_login", "date_joined"),
}


def last() -> Entry:
    return Entry.objects.order_by("id").reverse()[0]


@pytest.mark.parametrize("model", [Schedule, Agent, Budget, Hook, User, Group])
def test_every_column_is_watched_or_left_out_on_purpose(model: Any) -> None:
    columns = {field.column for field in model._meta.concrete_fields}
    assert set(fetch(WATCHED, (model._meta.db_table,))[0][0]) == columns - OF_RUNS


def test_a_schedule_from_its_creation_to_its_end(make: Make, ann: User) -> None:
    schedule = make(name="nightly", schedule_type="cron", cron_expression="0 3 * * *")
    made = last()
    assert (made.kind, made.object_id, made.name) == ("schedule", schedule.pk, "nightly")
    assert (made.action, made.owner, made.actor, made.via) == ("created", ann, "", "")
    assert made.changes["cron_expression"] == [None, "0 3 * * *"]
    assert made.changes["agent_id"] == [None, "helper"]
    assert "run_at" not in made.changes
    services.update_schedule(schedule=schedule, changes={"cron_expression": "0 4 * * *"})
    assert (last().action, last().changes) == (
        "changed",
        {"cron_expression": ["0 3 * * *", "0 4 * * *"]},
    )
    services.disable_schedule(schedule=schedule, note="too dear")
    assert last().changes == {"enabled": [True, False], "note": [None, "too dear"]}
    services.delete_schedule(schedule=schedule)
    assert (last().action, last().changes["note"]) == ("deleted", ["too dear", None])
    assert Entry.objects.filter(kind="schedule").count() == 4


def test_one_save_is_one_entry(make: Make) -> None:
    schedule = make()
    before = Entry.objects.count()
    services.update_schedule(schedule=schedule, changes={"name": "other", "enabled": False})
    assert last().changes == {"name": ["schedule 0", "other"], "enabled": [True, False]}
    assert Entry.objects.count() == before + 1


def test_what_changes_nothing_and_what_runs_write_is_left_out(make: Make) -> None:
    schedule = make(schedule_type="interval", interval_value=1, interval_unit="days")
    before = Entry.objects.count()
    services.update_schedule(schedule=schedule, changes={"name": schedule.name})
    Schedule.objects.update(next_run_at="2020-01-01T00:00:00Z", run_count=5)
    assert dispatch.tick() == 1
    assert Entry.objects.count() == before


def test_a_pause_is_the_systems_doing(make: Make) -> None:
    schedule = make()
    dispatch.advance([dispatch.Advance(schedule.pk, None, 0, "It failed 10 times in a row.")])
    assert (last().actor, last().via) == ("", "")
    assert last().changes["note"] == [None, "It failed 10 times in a row."]


def test_secrets_are_never_in_it(ann: User) -> None:
    agent = agent_services.create_agent(
        owner=ann, fields={"name": "a", "secrets": {"door": "first secret"}}
    )
    sealed = [agent.secrets]
    agent = agent_services.update_agent(agent=agent, changes={"secrets": {"door": "second"}})
    assert last().changes == {"secrets": ["[hidden]", "[hidden]"]}
    hook = hook_of(ann, url="https://example.com/in?key=abcdef")
    hook, _ = hook_services.rotate_secret(hook=hook)
    assert last().changes == {"secret": ["[hidden]", "[hidden]"]}
    hook_services.update_hook(hook=hook, changes={"url": "https://example.com/out?key=ghijkl"})
    hidden = ["https://example.com/in?[hidden]", "https://example.com/out?[hidden]"]
    assert last().changes == {"url": hidden}
    _, text = keys.issue(owner=ann, name="laptop")
    assert (last().kind, last().name) == ("api_key", "laptop")
    keys.revoke(ApiKey.objects.get())
    written = str(list(Entry.objects.values()))
    stored = [*sealed, agent.secrets, hook.secret, text[-43:], "abcdef", "ghijkl"]
    assert not [secret for secret in stored if secret in written]


def test_budgets_and_stops(ann: User) -> None:
    fields = {"unit": "tokens", "period": "day", "amount": 1000}
    budget = services.create_budget(owner=ann, fields=fields)
    services.update_budget(budget=budget, changes={"amount": 2000})
    assert last().name == "2000 tokens a day"
    services.stop(owner=ann, by="ann", note="loops")
    assert (last().kind, last().action, last().changes["note"]) == (
        "stop",
        "created",
        [None, "loops"],
    )
    services.resume(owner=ann)
    assert last().action == "deleted"


def test_of_a_stop_it_says_whose_it_is(ann: User) -> None:
    key = ann.pk
    services.stop(owner=None, by="root")
    assert last().name == "everything"
    services.stop(owner=ann, by="root")
    services.stop(owner=ann, by="ann", by_staff=False)
    ann.delete()
    names = Entry.objects.filter(kind="stop", owner_id=key).values_list("name", flat=True)
    assert list(names) == ["everything of ann"] * 4


def test_what_a_deletion_takes_along_is_noted_and_the_log_stays(make: Make, ann: User) -> None:
    schedule = make()
    fields = {"schedule_id": schedule.pk, "unit": "tokens", "period": "day", "amount": 1}
    services.create_budget(owner=ann, fields=fields)
    services.delete_schedule(schedule=schedule)
    assert set(Entry.objects.filter(action="deleted").values_list("kind", flat=True)) == {
        "budget",
        "schedule",
    }
    Agent.objects.all().delete()
    of_ann = set(Entry.objects.filter(owner=ann))
    ann.delete()
    assert (last().kind, last().name, last().action) == ("user", "ann", "deleted")
    assert of_ann < set(Entry.objects.all())


def test_loads_for_trials_are_left_out() -> None:
    assert list(bulk.load_schedules(Load(3, None, None, "skip"))) == [3]
    assert not Entry.objects.exists()


class TestWhoItWas:
    def test_the_api_by_token(self, make: Make, own: Client) -> None:
        send(own, "patch", f"/api/scheduled-commands/{make().pk}", {"description": "new"})
        assert (last().actor, last().via) == ("ann", "API")

    def test_the_api_by_key(self, make: Make, ann: User) -> None:
        _, text = keys.issue(owner=ann, name="100% 'mine'", scope="write")
        client = Client(headers={"Authorization": f"Bearer {text}"})
        send(client, "patch", f"/api/scheduled-commands/{make().pk}", {"description": "new"})
        assert (last().actor, last().via) == ("ann", "API, with the key 100% 'mine'")

    def test_staff_on_what_is_somebody_elses(self, make: Make, ann: User) -> None:
        staff = client_of(superuser("root"))
        send(staff, "post", f"/api/scheduled-commands/{make().pk}/disable", {"note": "no"})
        assert (last().actor, last().owner) == ("root", ann)

    def test_the_admin_and_the_console(self, admin: Client, ann: User) -> None:
        chosen = {"action": "switch_off", "_selected_action": hook_of(ann).pk}
        admin.post("/admin/hooks/hook/", chosen)
        assert (last().actor, last().via) == ("root", "admin")
        browser = Client()
        browser.force_login(ann)
        browser.post("/console/hooks/hook/", chosen | {"action": "switch_on"})
        assert (last().actor, last().via) == ("ann", "console")

    def test_commands(self) -> None:
        call_command("stop")
        assert (last().actor, last().via, last().owner) == ("", "manage.py stop", None)
        call_command("resume")
        assert (last().action, last().via) == ("deleted", "manage.py resume")

    @pytest.mark.django_db(transaction=True)
    def test_nobody_is_taken_for_the_one_before(self, make: Make, own: Client) -> None:
        schedule = make()
        send(own, "patch", f"/api/scheduled-commands/{schedule.pk}", {"description": "new"})
        services.update_schedule(schedule=schedule, changes={"description": "newer"})
        assert (last().actor, last().via) == ("", "")

    def test_saying_so_costs_no_statement(self, make: Make, own: Client) -> None:
        address = f"/api/scheduled-commands/{make().pk}"
        with CaptureQueriesContext(
            connection,
        ) as queries:
            send(own, "patch", address, {"description": "new"})
        told = [query["sql"] for query in queries if "journal.by" in query["sql"]]
        assert told
        assert all("UPDATE" in sql for sql in told)
