"""Who gave whom which rights is journalled, as is every other change of users and groups."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from journal.models import Entry
from tests.clients import PASSWORD, browser_of, person, send, signs_in

pytestmark = pytest.mark.django_db
USERS, GROUPS = "/admin/auth/user/", "/admin/auth/group/"


def said(kind: str, key: int) -> list[tuple[str, str, dict[str, list[object]]]]:
    """What there is about somebody or something since it was made: who did what."""
    of_it = Entry.objects.filter(kind=kind, object_id=key).exclude(action="created")
    return list(of_it.order_by("id").values_list("actor", "action", "changes"))


def permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename)


def test_somebody_from_the_first_day_to_the_last(admin: Client) -> None:
    words = {"username": "bob", "password1": PASSWORD, "password2": PASSWORD}
    admin.post(f"{USERS}add/", words | {"usable_password": "true"})
    bob = User.objects.get(username="bob")
    assert bob.check_password(PASSWORD)
    made = Entry.objects.get(kind="user", object_id=bob.pk)
    assert (made.action, made.actor, made.via, made.owner) == ("created", "root", "admin", bob)
    assert made.changes["username"] == [None, "bob"]
    assert made.changes["is_staff"] == [None, False]
    bob.is_staff = True
    bob.save()
    bob.set_password("another horse battery")
    bob.save()
    key, hashed = bob.pk, bob.password
    bob.delete()
    changes = [each for _, _, each in said("user", key)]
    assert changes[:2] == [{"is_staff": [False, True]}, {"password": ["[hidden]", "[hidden]"]}]
    assert changes[2]["username"] == ["bob", None]
    assert hashed not in str(list(Entry.objects.values()))


def test_what_somebody_is_given_stands_there_before_and_after(admin: Client, ann: User) -> None:
    first, second = (Group.objects.create(name=name) for name in ("first", "second"))
    view, stop = permission("view_schedule"), permission("add_stop")
    form = {
        "username": "ann",
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
    }
    for groups, permissions in (([first], [view, stop]), ([first, second], [stop]), ([], [])):
        given = {
            "groups": [each.pk for each in groups],
            "user_permissions": [each.pk for each in permissions],
        }
        answer = admin.post(f"{USERS}{ann.pk}/change/", form | given)
        assert answer.status_code == 302
    assert said("user", ann.pk) == [
        ("root", "changed", {name: values})
        for name, values in (
            ("groups", [None, ["first"]]),
            ("permissions", [None, ["schedules.add_stop", "schedules.view_schedule"]]),
            ("groups", [["first"], ["first", "second"]]),
            (
                "permissions",
                [["schedules.add_stop", "schedules.view_schedule"], ["schedules.add_stop"]],
            ),
            ("groups", [["first", "second"], None]),
            ("permissions", [["schedules.add_stop"], None]),
        )
    ]
    page = admin.get(f"{USERS}{ann.pk}/history/").content.decode()
    assert "<strong>groups</strong>: first → first, second" in page


def test_groups(admin: Client) -> None:
    admin.post(f"{GROUPS}add/", {"name": "ops", "permissions": [permission("add_stop").pk]})
    ops = Group.objects.get()
    person("bob").groups.add(ops)
    admin.post(f"{GROUPS}{ops.pk}/change/", {"name": "on call"})
    admin.post(f"{GROUPS}{ops.pk}/delete/", {"post": "yes"})
    assert said("group", ops.pk) == [
        ("root", "changed", {"permissions": [None, ["schedules.add_stop"]]}),
        ("root", "changed", {"name": ["ops", "on call"]}),
        ("root", "changed", {"permissions": [["schedules.add_stop"], None]}),
        ("root", "deleted", {"name": ["on call", None]}),
    ]
    bob = User.objects.get(username="bob")
    assert said("user", bob.pk)[-1] == ("root", "changed", {"groups": [["on call"], None]})


def test_signing_in_is_no_change(ann: User) -> None:
    words = {"username": signs_in(ann).username, "password": PASSWORD}
    before = Entry.objects.count()
    assert Client().post("/console/login/", words).status_code == 302
    assert send(Client(), "post", "/api/token", words).status_code == 200
    ann.refresh_from_db()
    assert ann.last_login
    assert Entry.objects.count() == before


def test_owners_see_what_was_done_to_them(admin: Client, ann: User) -> None:
    signs_in(ann)
    words = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    answer = admin.post(f"{USERS}{ann.pk}/password/", words)
    assert answer.status_code == 302
    page = browser_of(User.objects.get(pk=ann.pk)).get("/console/journal/entry/").content.decode()
    assert "root (admin)" in page
    assert "<strong>password</strong>: changed" in page
    page = browser_of(person("eve")).get("/console/journal/entry/").content.decode()
    assert "User eve" in page
    assert "ann" not in page
