"""What staff with few permissions cannot see, or do, on pages of other apps than ours."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission, User
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from hooks.tests.scenes import hook_of
from tests.clients import PASSWORD, browser_of, person, staff

pytestmark = pytest.mark.django_db
USERS = "/admin/auth/user/"
DATES = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00"}
TASKS = "/admin/django_celery_beat/periodictask/"


@pytest.fixture
def viewer() -> Client:
    """On the staff, may look at everything and do nothing."""
    return browser_of(staff("viewer", "view"))


def text_of(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nobody_reads_somebody_elses_refresh_token(
    admin: Client, viewer: Client, ann: User
) -> None:
    text = str(RefreshToken.for_user(ann))
    kept = OutstandingToken.objects.get()
    for client in (admin, viewer):
        for page in ("", f"{kept.pk}/change/"):
            shown = text_of(client, f"/admin/token_blacklist/outstandingtoken/{page}")
            assert kept.jti in shown
            assert text[-20:] not in shown


def test_what_was_signed_out_stays_signed_out(admin: Client, ann: User) -> None:
    RefreshToken.for_user(ann).blacklist()
    void = BlacklistedToken.objects.get()
    page = f"/admin/token_blacklist/blacklistedtoken/{void.pk}/delete/"
    assert admin.post(page, {"post": "yes"}).status_code == 403
    assert BlacklistedToken.objects.exists()


@pytest.mark.parametrize("action", ["enable_tasks", "disable_tasks", "toggle_tasks", "run_tasks"])
def test_who_may_only_look_switches_and_runs_no_task(
    admin: Client, viewer: Client, action: str, settings: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    every = IntervalSchedule.objects.create(every=1, period="hours")
    before = action != "enable_tasks"
    task = PeriodicTask.objects.create(
        name="plain", task="celery.backend_cleanup", interval=every, enabled=before
    )
    assert action not in text_of(viewer, TASKS)
    assert action in text_of(admin, TASKS)
    viewer.post(TASKS, {"action": action, "_selected_action": task.pk})
    task.refresh_from_db()
    assert (task.enabled, task.total_run_count, task.last_run_at) == (before, 0, None)


class TestRights:
    @pytest.fixture
    def clerk(self) -> Client:
        """Keeps users: adds, changes and deletes them."""
        user = person("clerk", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__endswith="_user"))
        return browser_of(user)

    def test_only_superusers_give_them(self, clerk: Client, admin: Client, ann: User) -> None:
        page, form = f"{USERS}{ann.pk}/change/", {"username": "anne", "is_active": "on"}
        rights: dict[str, Any] = {"is_staff": "on", "is_superuser": "on", "user_permissions": [1]}
        assert 'name="is_superuser"' not in text_of(clerk, page)
        assert clerk.post(page, form | DATES | rights).status_code == 302
        ann.refresh_from_db()
        assert (ann.username, ann.is_staff, ann.is_superuser) == ("anne", False, False)
        assert not ann.user_permissions.exists()
        admin.post(page, form | DATES | rights)
        ann.refresh_from_db()
        assert (ann.is_staff, ann.is_superuser, ann.user_permissions.count()) == (True, True, 1)

    def test_only_superusers_change_who_has_them(self, clerk: Client) -> None:
        boss, me = person("boss", is_staff=True), User.objects.get(username="clerk")
        words = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
        for user in (boss, me, person("root", is_superuser=True)):
            for view, form in (
                ("change", {"username": "x"} | DATES),
                ("password", words),
                ("delete", {"post": "yes"}),
            ):
                at = f"{USERS}{user.pk}/{view}/"
                assert clerk.post(at, form).status_code == 403, at
        assert not User.objects.exclude(password="").exists()


def test_a_lock_has_an_end_of_its_own(admin: Client) -> None:
    """The action that would end those whose time is over is axes', and fails."""
    AccessAttempt.objects.create(username="ann", ip_address="127.0.0.1", failures_since_start=3)
    page = "/admin/axes/accessattempt/"
    assert "cleanup_expired_attempts" not in text_of(admin, page)
    chosen = {"action": "cleanup_expired_attempts", "_selected_action": "1"}
    assert admin.post(page, chosen).status_code == 302


def test_the_query_of_a_webhooks_address_is_its_owners(admin: Client, ann: User) -> None:
    hook = hook_of(ann, url="https://example.com/in?key=abcdef")
    for page in ("", f"{hook.pk}/change/", f"{hook.pk}/history/", f"{hook.pk}/delete/"):
        assert "abcdef" not in text_of(admin, f"/admin/hooks/hook/{page}")
