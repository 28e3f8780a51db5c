"""A courier and receivers on loopback: what arrives, how often, and in spite of whom."""

import base64
import hashlib
import hmac
import json
import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from hooks import claims, services
from hooks.courier import Courier
from hooks.models import Delivery, Hook
from hooks.tests.scenes import happen, hook_of, make_due, only, states
from scheduler_project.embedded.waiting import wait_until
from tests.clients import person
from tests.connections import OtherConnection, terminate_others
from tests.scripted_web import Received, ScriptedWeb, answer

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., Courier]
TIMEOUT = 20


def over(hook: Hook, count: int = 1) -> bool:
    """Whether so many of its deliveries come to have arrived."""
    return wait_until(lambda: states(hook).count("delivered") == count, TIMEOUT)


def attempts(hook: Hook, count: int) -> bool:
    """Whether so many attempts of its one delivery come to be recorded as failed."""
    return wait_until(lambda: only(hook).failures == count, TIMEOUT)


def signed_with(secret: str, received: Received) -> bool:
    """By the book, without any code of ours: https://www.standardwebhooks.com."""
    headers = received.headers
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + received.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return f"v1,{digest}" in headers["webhook-signature"].split()


def test_an_event_arrives_signed(ann: User, web: ScriptedWeb, courier: Start) -> None:
    fields = {"name": "mine", "url": f"{web.url}/in?key=1", "events": ["execution.*"]}
    hook, secret = services.create_hook(owner=ann, fields=fields)
    (change,) = happen(ann, "execution.running", name="report", attempt=1)
    change.refresh_from_db()
    courier()
    assert over(hook)
    (received,) = web.requests
    assert (received.method, received.target) == ("POST", "/in?key=1")
    assert received.headers["content-type"] == "application/json"
    assert signed_with(secret, received)
    assert not signed_with("whsec_" + base64.b64encode(b"x" * 32).decode(), received)
    assert json.loads(received.body) == {
        "type": "execution.running",
        "timestamp": change.at.isoformat(),
        "data": only(hook).data,
    }
    delivery = only(hook)
    assert (delivery.status, delivery.answer, delivery.attempt) == (200, "ok", 1)
    assert received.headers["webhook-id"] == f"delivery_{delivery.pk}"


def test_two_secrets_sign_while_receivers_go_over(
    ann: User, web: ScriptedWeb, courier: Start
) -> None:
    fields = {"name": "mine", "url": web.url, "events": ["*"]}
    hook, former = services.create_hook(owner=ann, fields=fields)
    hook, secret = services.rotate_secret(hook=hook)
    services.ping(hook=hook)
    courier()
    assert over(hook)
    (received,) = web.requests
    assert signed_with(secret, received)
    assert signed_with(former, received)
    assert json.loads(received.body)["type"] == "ping"


def test_a_repeat_has_the_same_id_and_body(ann: User, web: ScriptedWeb, courier: Start) -> None:
    hook = hook_of(ann, url=web.url)
    happen(ann, "execution.failed")
    web.then(answer(status=503, body=b"come back later", Retry_After="0"))
    courier()
    assert attempts(hook, 1)
    assert only(hook).error == "The receiver answered 503."
    assert only(hook).answer == "come back later"
    make_due()
    assert over(hook)
    first, second = web.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (answer(status=404), "answered 404."),
        (
            answer(status=302, Location="http://127.0.0.1/elsewhere"),
            "302, a redirect: give the URL",
        ),
        ([b"nonsense\r\n\r\n"], "broke off"),
        ([b""], "broke off"),
        (answer(status=410), "answered 410."),
    ],
)
def test_all_but_success_is_a_failure(
    ann: User, web: ScriptedWeb, courier: Start, script: Any, sentence: str
) -> None:
    hook = hook_of(ann, url=web.url)
    happen(ann, "execution.failed")
    web.then(script)
    courier()
    assert attempts(hook, 1)
    assert sentence in only(hook).error
    assert len(web.requests) == 1
    assert Hook.objects.get().enabled == ("410" not in sentence)


def test_one_that_does_not_answer_is_left(
    ann: User, web: ScriptedWeb, courier: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hooks.sending.TIMEOUT", 0.2)
    hook, never = hook_of(ann, url=web.url), threading.Event()
    happen(ann, "execution.failed")
    web.then([never])
    courier()
    assert attempts(hook, 1)
    never.set()
    assert only(hook).error == "127.0.0.1 did not answer in time."


def test_one_that_asks_for_time_gets_it(ann: User, web: ScriptedWeb, courier: Start) -> None:
    hook = hook_of(ann, url=web.url)
    happen(ann, "execution.failed")
    web.then(answer(status=429, Retry_After="3600"))
    courier()
    assert attempts(hook, 1)
    delivery = only(hook)
    assert delivery.due_at is not None
    assert delivery.sent_at is not None
    assert 3600 <= (delivery.due_at - delivery.sent_at).total_seconds() < 3660


def test_a_secret_that_no_key_opens_is_an_error_with_a_way_out(
    ann: User, web: ScriptedWeb, courier: Start, settings: Settings
) -> None:
    hook = hook_of(ann, url=web.url)
    services.ping(hook=hook)
    settings.SECRET_KEY = "another one, that nobody has sealed anything with"
    courier()
    assert attempts(hook, 1)
    assert "rotate it" in only(hook).error
    assert web.requests == []
    services.rotate_secret(hook=hook)
    make_due()
    assert over(hook)


def test_an_error_of_ours_counts(
    ann: User, web: ScriptedWeb, courier: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hooks.sending._body", lambda claimed: 1 / 0)
    hook = hook_of(ann, url=web.url)
    happen(ann, "execution.failed")
    courier()
    assert attempts(hook, 1)
    assert "error on our side" in only(hook).error


def test_long_answers_are_kept_in_part(ann: User, web: ScriptedWeb, courier: Start) -> None:
    hook = hook_of(ann, url=web.url)
    happen(ann, "execution.failed")
    web.then(answer(body=b"\x00x" * 5_000_000))
    courier()
    assert over(hook)
    assert len(only(hook).answer) == 1000


def test_a_slow_receiver_holds_up_nobody(ann: User, web: ScriptedWeb, courier: Start) -> None:
    slow, quick = hook_of(ann, url=web.url), threading.Event()
    for _ in range(claims.EACH):
        web.then([quick])
    happen(ann, *["execution.failed"] * 300)
    courier(at_once=claims.EACH + 2)
    assert wait_until(lambda: len(web.requests) == claims.EACH, TIMEOUT)
    with ScriptedWeb() as other:
        hooks = [hook_of(person(f"owner {n}"), url=other.url) for n in range(5)]
        for hook in hooks:
            happen(hook.owner, *["execution.failed"] * 10)
        for hook in hooks:
            assert over(hook, 10)
    assert len(web.requests) == claims.EACH
    assert states(slow).count("pending") == 300 - claims.EACH
    quick.set()


def test_two_couriers_send_each_once(ann: User, web: ScriptedWeb, courier: Start) -> None:
    hooks = [hook_of(ann, url=web.url) for _ in range(5)]
    happen(ann, *["execution.failed"] * 40)
    courier(), courier()
    for hook in hooks:
        assert over(hook, 40)
    sent = Counter(received.headers["webhook-id"] for received in web.requests)
    assert len(sent) == 200
    assert set(sent.values()) == {1}
    assert set(Delivery.objects.values_list("attempt", flat=True)) == {1}


def test_it_survives_the_loss_of_its_connection(
    ann: User, web: ScriptedWeb, courier: Start
) -> None:
    hook = hook_of(ann, url=web.url)
    courier()
    happen(ann, "execution.failed")
    assert over(hook)
    terminate_others()
    happen(ann, "execution.failed")
    assert over(hook, 2)


def test_what_came_back_is_recorded_once_its_hook_is_let_go(
    ann: User, web: ScriptedWeb, courier: Start, connect: Callable[[], OtherConnection]
) -> None:
    hook, answers = hook_of(ann, url=web.url), threading.Event()
    happen(ann, "execution.failed")
    web.then([answers, *answer()])
    courier()
    assert wait_until(lambda: len(web.requests) == 1, TIMEOUT)
    clerk = connect()
    clerk.lock("hooks_hook", hook.pk)
    answers.set()
    free = hook_of(person("eve"), url=web.url)
    happen(free.owner, "execution.failed")
    assert over(free), "in spite of the held row"
    assert states(hook) == ["sending"]
    clerk.commit()
    assert over(hook)
    assert len(web.requests) == 2


def test_drained_it_waits_for_what_is_on_its_way(
    ann: User, web: ScriptedWeb, courier: Start
) -> None:
    hook, answers = hook_of(ann, url=web.url), threading.Event()
    happen(ann, "execution.failed")
    web.then([answers, *answer()])
    leaving = courier()
    assert wait_until(lambda: len(web.requests) == 1, TIMEOUT)
    draining = threading.Thread(target=leaving.drain, args=(TIMEOUT,))
    draining.start()
    answers.set()
    draining.join()
    assert states(hook) == ["delivered"]


def test_drained_it_gives_back_what_takes_too_long(
    ann: User, web: ScriptedWeb, courier: Start
) -> None:
    hook, never = hook_of(ann, url=web.url), threading.Event()
    happen(ann, "execution.failed")
    web.then([never])
    leaving = courier()
    assert wait_until(lambda: len(web.requests) == 1, TIMEOUT)
    leaving.drain(0)
    assert (only(hook).state, only(hook).failures) == ("pending", 0)
    never.set()
    courier()
    assert over(hook)


def test_closed_it_takes_nothing_new_and_can_still_be_drained(
    ann: User, web: ScriptedWeb, courier: Start
) -> None:
    hook, leaving = hook_of(ann, url=web.url), courier()
    leaving.close()
    assert wait_until(lambda: not leaving._thread.is_alive(), TIMEOUT)
    happen(ann, "execution.failed")
    leaving.drain(TIMEOUT)
    assert states(hook) == ["pending"]


def test_no_secret_shows(
    ann: User, web: ScriptedWeb, courier: Start, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{web.url}/planted-in-the-url"
    fields = {"name": "mine", "url": url, "events": ["*"]}
    hook, secret = services.create_hook(owner=ann, fields=fields)
    body = json.dumps({"you sent": url, "signed with": secret, "authorization": "Bearer planted"})
    web.then(answer(status=500, body=body.encode()))
    services.ping(hook=hook)
    with caplog.at_level(logging.DEBUG):
        courier()
        assert attempts(hook, 1)
    kept = only(hook).answer
    assert "[hidden]" in kept
    for place in (kept, only(hook).error, caplog.text):
        assert secret not in place
        assert "planted" not in place
