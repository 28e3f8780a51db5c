"""Every address of both consoles as nobody, a stranger, an owner and staff of several kinds."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client

from agents.models import Agent, Budget
from console.sites import owners
from console.tests.conftest import MARK
from console.tests.walk import OURS, SITES, Address, addresses, browser_of, stored, unknown
from hooks.models import Hook
from schedules.models import Schedule
from tests.clients import person

pytestmark = pytest.mark.django_db
Keys = dict[type[Model], Any]
# Addresses at which nothing is done, and lists, whose actions `acted` tries.
READ = ("changelist", "history", "index", "app_list", "jsi18n", "autocomplete", "search", "_head")
CHANGES = ('name="_save"', 'class="deletelink"', 'name="action"', "/add/")


def both(client: Client, found: list[Address]) -> Iterator[tuple[str, Any]]:
    """Each address looked at, and given what would delete or do anything."""
    for each in found:
        yield f"GET {each.path}", client.get(each.path)
        if not each.name.endswith(READ):
            yield f"POST {each.path}", client.post(each.path, {"post": "yes", "note": "x"})


def acted(client: Client, site: AdminSite, keys: Keys) -> Iterator[tuple[str, Any]]:
    """Each action of each list on these rows, and on all that there are.

    Where it leads to is looked at; the list once for all of its actions, as it shows all messages.
    """
    for model in OURS:
        known = site.get_model_admin(model)
        page = f"/{site.name}/{model._meta.app_label}/{model._meta.model_name}/"
        names = [getattr(each, "__name__", each) for each in known.actions or ()]
        for name in (*names, "delete_selected"):
            for across in ("0", "1"):
                body = {"action": name, "_selected_action": keys[model], "post": "yes"}
                answer = client.post(page, body | {"select_across": across})
                if answer.status_code == 302 and answer["Location"] != page:
                    answer = client.get(answer["Location"])
                yield f"{name} at {page}", answer
        yield f"GET {page}", client.get(page, follow=True)


def clerk(*verbs: str) -> User:
    """On the staff, with these permissions for all that is ours."""
    user = person("clerk", is_staff=True)
    codes = [f"{verb}_{model._meta.model_name}" for verb in verbs for model in OURS]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_every_address_has_its_case(site: AdminSite) -> None:
    assert not unknown(site)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_nobody_is_sent_to_the_sign_in(site: AdminSite, anns: Keys) -> None:
    before = stored()
    for what, answer in both(browser_of(None), addresses(site, anns)):
        assert answer.status_code == 302, what
        assert answer["Location"].startswith(f"/{site.name}/login/"), what
    assert stored() == before


def test_strangers_find_nothing_of_others(anns: Keys, eve: User) -> None:
    browser, before = browser_of(eve), stored()
    for what, answer in (
        *both(browser, addresses(owners, anns)),
        *acted(browser, owners, anns),
    ):
        assert answer.status_code < 500, what
        assert MARK not in answer.getvalue().decode(), what
    _nothing_of_anns_has_changed(before, eve)


def _nothing_of_anns_has_changed(before: dict[str, list[Any]], other: User) -> None:
    after = stored()
    for name, rows in before.items():
        theirs, since = (
            [row for row in each if row.get("owner_id") != other.pk] for each in (rows, after[name])
        )
        assert since == theirs, name


def test_rows_of_others_are_as_if_they_were_not_there(anns: Keys, eve: User) -> None:
    browser = browser_of(eve)
    for model, key in anns.items():
        page = f"/console/{model._meta.app_label}/{model._meta.model_name}"
        for view in ("change", "history", "delete"):
            answer = browser.get(f"{page}/{key}/{view}/")
            assert answer.status_code in {302, 403, 404}, f"{page} {view}"


def test_owners_see_their_own(anns: Keys) -> None:
    ann = Schedule.objects.get(pk=anns[Schedule]).owner
    browser = browser_of(ann)
    for model, key in anns.items():
        page = f"/console/{model._meta.app_label}/{model._meta.model_name}/"
        assert MARK in browser.get(page, follow=True).content.decode(), page
        assert browser.get(f"{page}{key}/change/").status_code == 200, page


def test_owners_have_no_business_at_the_staffs(anns: Keys) -> None:
    ann = Schedule.objects.get(pk=anns[Schedule]).owner
    before = stored()
    for what, answer in both(browser_of(ann), addresses(admin.site, anns)):
        assert answer.status_code == 302, what
        assert answer["Location"].startswith("/admin/login/"), what
    assert stored() == before


def test_staff_without_permissions_see_nothing(anns: Keys) -> None:
    browser, before = browser_of(clerk()), stored()
    for what, answer in (
        *both(browser, addresses(admin.site, anns)),
        *acted(browser, admin.site, anns),
    ):
        assert answer.status_code < 500, what
        assert MARK not in answer.getvalue().decode(), what
    assert stored() == before


def test_who_may_only_look_sees_no_button_and_changes_nothing(anns: Keys) -> None:
    browser, before = browser_of(clerk("view")), stored()
    for model, key in anns.items():
        page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for address in (page, f"{page}{key}/change/"):
            shown = browser.get(address)
            assert shown.status_code == 200, address
            text = shown.content.decode()
            assert MARK in text, address
            assert not [sign for sign in CHANGES if sign in text], address
    for what, answer in (
        *both(browser, addresses(admin.site, anns)),
        *acted(browser, admin.site, anns),
    ):
        assert answer.status_code < 500, what
    assert stored() == before


def test_who_may_change_does_and_deletes_nothing(anns: Keys) -> None:
    browser = browser_of(clerk("view", "change"))
    page = f"/admin/schedules/schedule/{anns[Schedule]}/"
    text = browser.get(f"{page}change/").content.decode()
    assert 'name="_save"' in text
    assert browser.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    body = {"action": "switch_off", "_selected_action": anns[Hook]}
    browser.post("/admin/hooks/hook/", body)
    assert not Hook.objects.get().enabled
    assert browser.get("/admin/schedules/schedule/add/").status_code == 403


class TestHoles:
    """What somebody would try who looks for a way round."""

    @pytest.fixture
    def browser(self, eve: User, anns: Keys) -> Client:
        return browser_of(eve)

    @pytest.mark.parametrize(
        "query",
        [
            f"schedules/schedule/?owner__username__startswith=ann {MARK}",
            "schedules/schedule/?agent__owner__username__startswith=a",
            "schedules/schedule/?owner__password__startswith=p",
            "schedules/execution/?owner__username=ann",
            "schedules/execution/?schedule__owner__username=ann",
            "agents/agenttask/?agent__owner__password__startswith=p",
            "hooks/delivery/?hook__owner__username=ann",
            "hooks/delivery/?hook__secret__startswith=g",
            "hooks/hook/?secret__startswith=g",
            "accounts/apikey/?hashed__startswith=a",
            "agents/agent/?secrets__startswith=g",
            "journal/entry/?owner__username=ann",
        ],
    )
    @pytest.mark.parametrize("site", ["admin", "console"])
    def test_filters_tell_nothing_of_what_is_not_shown(
        self, anns: Keys, eve: User, site: str, query: str
    ) -> None:
        user = clerk("view") if site == "admin" else eve
        assert browser_of(user).get(f"/{site}/{query}").status_code == 400

    @pytest.mark.parametrize("field", ["owner", "agent", "periodic_task"])
    def test_choices_are_ones_own(self, browser: Client, field: str) -> None:
        query = f"app_label=schedules&model_name=schedule&field_name={field}&term="
        answer = browser.get(f"/console/autocomplete/?{query}")
        assert answer.status_code in {200, 403}
        assert MARK not in answer.content.decode()

    @pytest.mark.parametrize(
        "query",
        [
            "app_label=auth&model_name=user&field_name=groups",
            "app_label=schedules&model_name=execution&field_name=owner",
            "app_label=hooks&model_name=delivery&field_name=hook",
            "app_label=agents&model_name=agenttask&field_name=agent",
            "app_label=admin&model_name=logentry&field_name=user",
        ],
    )
    def test_other_choices_are_forged_in_vain(self, browser: Client, query: str) -> None:
        answer = browser.get(f"/console/autocomplete/?{query}&term=")
        assert answer.status_code in {200, 403, 404}
        assert MARK not in answer.content.decode()

    def test_ids_of_others_are_refused_in_forms(
        self, browser: Client, anns: Keys, eve: User
    ) -> None:
        before = stored()
        for page, values in (
            ("schedules/schedule", {"agent": anns[Agent], "name": "x", "command": "x"}),
            ("agents/agenttask", {"agent": anns[Agent], "command": "x", "timeout_seconds": 5}),
            ("agents/budget", {"schedule_id": anns[Schedule], "unit": "tokens", "amount": 1}),
            (
                "hooks/hook",
                {"schedule_id": anns[Schedule], "name": "x", "url": "https://example.com/"},
            ),
        ):
            answer = browser.post(f"/console/{page}/add/", values)
            assert answer.status_code == 200, page
            assert {"agent", "schedule_id"} & set(answer.context["adminform"].form.errors), page
            assert MARK not in answer.content.decode(), page
        assert stored() == before
        assert not Budget.objects.filter(owner=eve).exists()
        assert not Hook.objects.filter(owner=eve).exists()

    def test_nobody_makes_things_for_others(self, browser: Client, anns: Keys, eve: User) -> None:
        ann = Schedule.objects.get(pk=anns[Schedule]).owner
        values = {"name": "mine", "runner": "llm", "max_output_tokens": 5, "max_llm_calls": 1}
        values |= {"options": "{}", "tools": "{}", "mcp_servers": "[]", "fallback_models": "[]"}
        answer = browser.post("/console/agents/agent/add/", values | {"owner": ann.pk})
        assert answer.status_code == 302
        made = Agent.objects.get(name="mine")
        assert made.owner == eve
        browser.post(f"/console/agents/agent/{made.pk}/change/", values | {"owner": ann.pk})
        made.refresh_from_db()
        assert made.owner == eve

    def test_popups_and_other_fields_open_nothing(self, browser: Client, anns: Keys) -> None:
        key = anns[Schedule]
        for query in ("_popup=1", "_to_field=id", "_to_field=name", "_to_field=periodic_task"):
            for view in ("change", "delete"):
                page = f"/console/schedules/schedule/{key}/{view}/?{query}"
                answer = browser.get(page)
                assert answer.status_code in {302, 400}, page
                assert MARK not in answer.content.decode()

    def test_lists_offer_no_names_of_others(self, browser: Client, anns: Keys) -> None:
        for model in anns:
            page = f"/console/{model._meta.app_label}/{model._meta.model_name}/"
            assert MARK not in browser.get(page, follow=True).content.decode()

    def test_deleting_lists_nothing_of_others(self, anns: Keys, eve: User) -> None:
        mine = Agent.objects.create(owner=eve, name="mine")
        browser = browser_of(eve)
        page = browser.get(f"/console/agents/agent/{mine.pk}/delete/").content.decode()
        assert "mine" in page
        assert MARK not in page

    def test_addresses_of_objects_do_not_tell_whether_there_are_any(self, browser: Client) -> None:
        kind = ContentType.objects.get_for_model(User).pk
        answers = [
            browser.get(f"/console/r/{kind}/{key}/")
            for key in (User.objects.order_by("pk")[0].pk, 999_999)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
