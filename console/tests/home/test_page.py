"""The first page of both sites: everybody finds their own, and it costs the same for all."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Budget, Spending
from schedules import db, nodes, services
from schedules.models import Execution, Node, Schedule
from schedules.tests.integration.past import record
from schedules.tests.integration.scenes import park, running
from tests.clients import PASSWORD, person, signs_in

pytestmark = pytest.mark.django_db
# With the session, the user and the time.
MOST_QUERIES = 15


def page(client: Client, address: str = "/console/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def fill(owner: User, make: Callable[..., Schedule], begin: int = 0, end: int = 1) -> None:
    """Something of everything, for each number."""
    now = db.now()
    for n in range(begin, end):
        schedule = make(f"{owner.username}'s {n}", owner)
        running(schedule)
        park(running(make(f"{owner.username}'s parked {n}", owner, overlap_policy="allow")))
        Spending.objects.create(
            owner=owner, schedule_id=n, model="m", hour=now, runs=1, cost=Decimal("1.25")
        )
        amounts = {"unit": "dollars", "period": "day", "amount": n + 1, "action": "skip"}
        Budget.objects.create(owner=owner, schedule_id=schedule.pk, **amounts)
        record([(owner, "success", now)])
        failed(owner, f"reason {n}")


def failed(owner: User, error_type: str, name: str = "") -> None:
    Execution.objects.create(
        id=uuid4(),
        owner=owner,
        trigger="manual",
        command="x",
        state="failed",
        finished_at=db.now(),
        error_type=error_type,
        error_message="it broke",
        schedule_name=name,
    )


def test_owners_find_their_own_and_staff_everybodys(
    browser: Client, admin: Client, ann: User, bob: User, make: Callable[..., Schedule]
) -> None:
    fill(ann, make)
    fill(bob, make)
    failed(bob, "only_bobs")
    for address in ("", "home/now"):
        own = page(browser, f"/console/{address}")
        assert "ann&#x27;s 0" in own
        assert "2 runs ended" in own
        assert "only_bobs" not in own
        assert "bob&#x27;s" not in own
        everybodys = page(admin, f"/admin/{address}")
        assert "ann&#x27;s 0" in everybodys
        assert "bob&#x27;s 0" in everybodys
        assert "only_bobs" in everybodys
        assert "5 runs ended" in everybodys
    assert "<b>2</b>" in everybodys
    assert "$2.5" in everybodys
    assert "$1.25" in own


def test_staff_on_the_owners_site_find_their_own(
    admin: Client, ann: User, make: Callable[..., Schedule]
) -> None:
    fill(ann, make)
    assert "ann&#x27;s" not in page(admin, "/console/")


def test_it_says_what_is_wrong(browser: Client, ann: User) -> None:
    assert "No beat has been seen" in page(browser)
    services.stop(owner=None, by="root", note="a disk is full")
    assert "Everything is stopped by root (a disk is full)" in page(browser)


def test_another_owners_stop_is_listed_for_staff_only(
    browser: Client, admin: Client, bob: User
) -> None:
    services.stop(owner=bob, by="root")
    assert "All runs of bob are stopped" in page(admin, "/admin/")
    assert "bob" not in page(browser)
    assert "No beat has been seen" in page(admin, "/admin/")


def test_what_runs_and_what_waits_for_a_decision(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    long, careful = running(make("long one")), running(make("careful one"))
    park(careful, "send_email")
    shown = page(browser)
    assert "May it call send_email?" in shown
    for run in (long, careful):
        assert f'href="/console/schedules/execution/{run.id}/"' in shown
    assert "left until its timeout" in shown


def test_a_reason_leads_to_its_runs(browser: Client, ann: User) -> None:
    failed(ann, "timed_out", "slow one")
    failed(ann, "invalid_output", "chatty one")
    link = "/console/schedules/execution/?state__exact=failed&amp;error_type=timed_out"
    assert link in page(browser)
    found = page(browser, link.replace("&amp;", "&"))
    assert "slow one" in found
    assert "chatty one" not in found


def test_a_reason_to_skip_leads_to_its_runs_of_these_days(browser: Client, ann: User) -> None:
    now = db.now()
    for name, reason, finished_at in (
        ("spent", "budget: 11 spent", now),
        ("spent before", "budget: 10 spent", now - timedelta(days=9)),
        ("busy", "overlap: one is running", now),
    ):
        run = {"id": uuid4(), "owner": ann, "trigger": "manual", "command": "x"}
        kept = {"schedule_name": name, "reason": reason, "finished_at": finished_at}
        Execution.objects.create(state="skipped", **run, **kept)
    (link,) = re.findall(r'href="([^"]*reason__startswith=budget[^"]*)"', page(browser))
    found = page(browser, html.unescape(link))
    assert "spent" in found
    assert not re.search("spent before|busy", found)


def test_who_has_no_schedule_is_told_how_to_begin(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    first = page(browser)
    assert "Create your first schedule" in first
    assert "/console/schedules/schedule/add/" in first
    assert "Nothing has ended yet" in first
    assert "Without a budget" in first
    make("one")
    assert "Create your first schedule" not in page(browser)


def test_staff_see_what_their_permissions_allow(make: Callable[..., Schedule], ann: User) -> None:
    fill(ann, make)
    client, clerk = Client(), person("clerk", is_staff=True)
    client.force_login(clerk)
    nothing = page(client, "/admin/")
    assert "ann&#x27;s" not in nothing
    assert "There is nothing here that you may see" in nothing
    clerk.user_permissions.add(Permission.objects.get(codename="view_schedule"))
    some = page(client, "/admin/")
    assert "ann&#x27;s 0" in some
    assert "What it costs" not in some
    assert "Running now" not in some


@pytest.mark.parametrize("address", ["/console/", "/admin/", "/console/home/now"])
def test_it_costs_the_same_whatever_there_is(
    browser: Client, admin: Client, ann: User, make: Callable[..., Schedule], address: str
) -> None:
    client = admin if address == "/admin/" else browser
    fill(ann, make)
    once = queries(client, address)
    fill(ann, make, 1, 5)
    fill(person("cleo"), make, 0, 3)
    assert queries(client, address) == once <= MOST_QUERIES


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)


def test_the_live_part_is_the_same_without_its_frame(
    browser: Client, make: Callable[..., Schedule]
) -> None:
    make("one")
    part = page(browser, "/console/home/now")
    assert "<html" not in part
    assert 'aria-label="Health"' in part
    whole = page(browser)
    assert 'data-live="/console/home/now"' in whole
    assert "data-live-every" not in whole
    assert 'id="coming"' in whole


def test_staff_look_again_as_others_changes_do_not_come(admin: Client) -> None:
    whole = page(admin, "/admin/")
    assert 'data-live="/admin/home/now" data-live-every="10"' in whole


@pytest.mark.parametrize("site", ["/console/", "/admin/"])
@pytest.mark.parametrize("address", ["", "home/now"])
def test_nobody_is_sent_to_the_sign_in(site: str, address: str) -> None:
    response = Client().get(site + address)
    assert response.status_code == 302
    assert f"{site}login/" in response["Location"]


def test_owners_are_sent_away_from_the_staffs(browser: Client) -> None:
    for address in ("/admin/", "/admin/home/now"):
        assert "/admin/login/" in browser.get(address)["Location"]


def test_a_sign_in_without_an_address_leads_home(ann: User) -> None:
    signs_in(ann)
    form = {"username": "ann", "password": PASSWORD}
    response = Client().post("/console/login/", form, follow=True)
    assert response.redirect_chain[-1][0] == "/console/"
    assert response.status_code == 200


def test_spending_of_last_month_is_not_of_this(browser: Client, ann: User, settings: Any) -> None:
    now = db.now()
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for hour, cost in ((first - timedelta(hours=1), 7), (first, 3)):
        Spending.objects.create(owner=ann, schedule_id=1, model="m", hour=hour, runs=1, cost=cost)
    shown = page(browser)
    assert "<dt>This month</dt><dd>$3<" in shown
    today = "$3" if now.day == 1 else "$0"
    assert f"<dt>Today</dt><dd>{today}<" in shown


def test_a_budget_says_how_much_of_it_is_used(
    browser: Client, ann: User, make: Callable[..., Schedule]
) -> None:
    Spending.objects.create(owner=ann, schedule_id=1, model="m", hour=db.now(), runs=1, cost=3)
    Budget.objects.create(owner=ann, unit="dollars", period="day", amount=4, action="skip")
    Budget.objects.create(owner=ann, unit="dollars", period="run", amount=99, action="skip")
    shown = page(browser)
    assert "75 % used" in shown
    assert 'aria-valuenow="75"' in shown
    assert "$99" not in shown


def test_what_is_stopped_is_not_late(
    admin: Client, bob: User, make: Callable[..., Schedule]
) -> None:
    """An owner who stops their own things makes no beat look as if it were behind."""
    long_ago = db.now() - timedelta(hours=1)
    schedule = make("bob's", bob)
    waits = services.run_now(schedule=schedule)
    Execution.objects.filter(pk=waits.pk).update(not_before=long_ago)
    Schedule.objects.filter(pk=schedule.pk).update(next_run_at=long_ago)
    for kind in Node.Kind:
        nodes.report(f"{kind.value}@here:1", kind)
    assert "Beats are behind" in page(admin, "/admin/")
    services.stop(owner=bob, by="bob", by_staff=False)
    shown = page(admin, "/admin/")
    assert "Beats are behind" not in shown
    assert "the oldest for" not in shown
    assert "All runs of bob are stopped" in shown


def test_owners_let_their_own_go_on(browser: Client, ann: User) -> None:
    link = '<a href="/console/stops/">Let mine go on</a>'
    services.stop(owner=ann, by="root")
    assert link not in page(browser)
    services.stop(owner=ann, by="ann", by_staff=False)
    assert link in page(browser)


def test_staff_see_which_process_is_gone(browser: Client, admin: Client) -> None:
    nodes.report("worker@here:1", Node.Kind.WORKER, running=3)
    nodes.report("worker@there:2", Node.Kind.WORKER, running=2)
    Node.objects.filter(name="worker@there:2").update(seen_at=db.now() - timedelta(minutes=5))
    shown = " ".join(page(admin, "/admin/").split())
    assert "<strong>silent for 5 min</strong>, with 2 runs in hand" in shown
    assert shown.index("worker@there:2") < shown.index("worker@here:1")
    assert "3 runs in hand" in shown
    assert "worker@" not in page(browser)
