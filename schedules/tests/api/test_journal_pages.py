"""The audit log on both consoles, and the history of one thing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from hooks.tests.scenes import hook_of
from journal.models import Entry
from schedules import services
from schedules.models import Schedule
from tests.clients import browser_of, person, superuser
from tests.plans import plan

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]
LOG = "journal/entry/"
# Two minutes apart.
ENTRIES = """
INSERT INTO journal_entry (owner_id, kind, object_id, name, action, actor, via, changes, at)
SELECT n % 1000, CASE WHEN n % 9000 = 0 THEN 'stop' ELSE 'schedule' END, n % 5000, 'x', 'changed',
    'somebody ' || n % 500, '', '{}', timestamptz '2026-01-01' + n * interval '2 minutes'
FROM generate_series(1, 30000) n
"""


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_staff_read_of_everybody(admin: Client, make: Make) -> None:
    services.update_schedule(schedule=make(), changes={"timeout_seconds": 5})
    page = text_of(admin.get(f"/admin/{LOG}"))
    assert "schedule schedule 0" in page.lower()
    assert "<strong>timeout seconds</strong>: 600 → 5" in page
    assert "the system" in page


def test_an_entry_shows_all_of_a_long_value(admin: Client, make: Make) -> None:
    make(command="x" * 5_000)
    entry = Entry.objects.filter(kind="schedule").get()
    assert "x" * 200 not in text_of(admin.get(f"/admin/{LOG}"))
    assert "x" * 5_000 in text_of(admin.get(f"/admin/{LOG}{entry.pk}/change/"))


def test_what_people_wrote_is_text(admin: Client, make: Make) -> None:
    make(name="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(admin.get(f"/admin/{LOG}"))


def test_owners_read_their_own_and_what_staff_did_to_it(admin: Client, make: Make) -> None:
    schedule = make()
    hook = hook_of(schedule.owner)
    admin.post("/admin/hooks/hook/", {"action": "switch_off", "_selected_action": hook.pk})
    page = text_of(browser_of(schedule.owner).get(f"/console/{LOG}"))
    assert "root (admin)" in page
    assert "<strong>enabled</strong>: yes → no" in page
    stranger = browser_of(person("eve"))
    assert "schedule 0" not in text_of(stranger.get(f"/console/{LOG}"))
    entry = Entry.objects.get(kind="webhook", action="changed")
    assert stranger.get(f"/console/{LOG}{entry.pk}/change/").status_code == 302


def test_the_history_of_one_thing(admin: Client, make: Make) -> None:
    schedule, other = make(), make()
    for changed, name in ((schedule, "first of two"), (other, "second of two")):
        services.update_schedule(schedule=changed, changes={"name": name})
    address = f"schedules/schedule/{schedule.pk}/history/"
    for page in (
        text_of(admin.get(f"/admin/{address}")),
        text_of(browser_of(schedule.owner).get(f"/console/{address}")),
    ):
        assert "first of two" in page
        assert "second of two" not in page
    assert browser_of(person("eve")).get(f"/console/{address}").status_code == 302


def test_the_log_is_narrowed_down(admin: Client, make: Make) -> None:
    schedule, other = make(name="first"), make(name="second")
    today = schedule.created_at.date()
    of_it = f"kind__exact=schedule&object_id={schedule.pk}"
    for asked in (of_it, f"owner__id__exact={schedule.owner_id}", f"at_from={today}"):
        assert "Schedule first" in text_of(admin.get(f"/admin/{LOG}?{asked}"))
    assert "Schedule second" not in text_of(admin.get(f"/admin/{LOG}?{of_it}"))
    assert "Schedule first" not in text_of(admin.get(f"/admin/{LOG}?at_to=2020-01-01"))
    page = text_of(browser_of(schedule.owner).get(f"/console/{LOG}"))
    assert f'href="/console/schedules/schedule/{other.pk}/"' in page
    assert f"object_id={other.pk}" in page


def test_a_schedules_page_leads_to_its_history(make: Make) -> None:
    schedule = make()
    page = f"/console/schedules/schedule/{schedule.pk}/"
    assert f"{page}history/" in text_of(browser_of(schedule.owner).get(page))


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"at_from": "2026-01-05", "at_to": "2026-01-06"}, "journal_age"),
        ({"owner__id__exact": "77"}, "journal_of_owner"),
        ({"kind__exact": "schedule", "object_id": "77"}, "journal_of_object"),
        ({"kind__exact": "stop"}, "journal_of_kind"),
        ({"q": "somebody 7"}, "journal_of_actor"),
        ({}, "journal_entry_pkey"),
    ],
)
def test_what_narrows_it_has_an_index(asked: dict[str, str], index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES)
        cursor.execute("ANALYZE journal_entry")
    request: Any = RequestFactory().get("/", asked)
    request.user = superuser("root")
    known: Any = site.get_model_admin(Entry)
    with CaptureQueriesContext(connection) as captured:
        list(known.get_changelist_instance(request).result_list)
    found = plan(captured[-1]["sql"])
    assert index in found, found
    assert "Seq Scan on journal_entry" not in found


def test_staff_need_the_permissions(make: Make) -> None:
    address, clerk = f"schedules/schedule/{make().pk}/history/", person("clerk", is_staff=True)
    browser = browser_of(clerk)
    assert browser.get(f"/admin/{LOG}").status_code == 403
    assert browser.get(f"/admin/{address}").status_code == 403
    wanted = Permission.objects.filter(codename__in=["view_schedule", "view_entry"])
    clerk.user_permissions.set(wanted)
    assert browser.get(f"/admin/{LOG}").status_code == 200
    assert browser.get(f"/admin/{address}").status_code == 200


def test_nobody_writes_it(admin: Client, make: Make) -> None:
    make()
    entry = Entry.objects.order_by("id").last()
    assert entry
    assert admin.get(f"/admin/{LOG}add/").status_code == 403
    assert admin.post(f"/admin/{LOG}{entry.pk}/change/", {"actor": "eve"}).status_code == 403
    assert admin.post(f"/admin/{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
