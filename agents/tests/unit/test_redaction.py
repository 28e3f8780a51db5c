"""Keys do not get into what people read."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.redaction import HIDDEN, SECRET_SHAPES, SHAPE_MARKS, hide, known, redact, settled


def test_known_secrets(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MODEL_API_KEY = "model-key-1"
    monkeypatch.setenv("ACME_API_KEY", "model-key-1-longer")
    monkeypatch.setenv("ACME_TOKEN", "tok/en+8")
    monkeypatch.setenv("ACME_REGION", "europe-west")
    text = "a model-key-1 b model-key-1-longer c tok/en+8 d europe-west"
    assert redact(text) == "a [hidden] b [hidden] c [hidden] d europe-west"


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-planted*****1234.",
        "Authorization: planted",
        "{'authorization': 'planted'}",
        'sent "x-api-key": "planted"',
        "headers Bearer planted",
        "?api_key=planted",
    ],
)
def test_what_looks_like_a_key(text: str) -> None:
    assert "planted" not in redact(text)


@pytest.mark.parametrize(
    "text", ["Authorization: planted", "Bearer planted", '"api_key": "planted"']
)
def test_what_looks_like_a_key_in_json_within_json(text: str) -> None:
    nested = json.dumps({"echo": json.dumps({"sent": json.dumps([text])})})
    shown = redact(nested)
    assert "planted" not in shown
    # The quotes around it are still in their places.
    assert json.loads(json.loads(shown)["echo"]).keys() == {"sent"}


@pytest.mark.parametrize("value", ["planted", 12345, None])
@pytest.mark.parametrize("name", ["authorization", "Authorization", "api_key", "x-api-key"])
def test_json_stays_json(name: str, value: Any) -> None:
    sent = {"a": 1, name: value, "b": [2]}
    assert json.loads(redact(json.dumps(sent))) == {"a": 1, name: HIDDEN, "b": [2]}
    nested = json.loads(redact(json.dumps({"echo": json.dumps(sent)})))
    assert json.loads(nested["echo"]) == {"a": 1, name: HIDDEN, "b": [2]}


def test_json_with_a_scheme_stays_json() -> None:
    sent = {"authorization": "Basic planted", "b": [2]}
    assert json.loads(redact(json.dumps(sent))) == {"authorization": HIDDEN, "b": [2]}


def test_short_values_and_plain_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "a")
    assert redact("a plain risk-free task") == "a plain risk-free task"


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8))
@example("hidden]0")
def test_any_model_key(key: str) -> None:
    from django.test import override_settings

    with override_settings(MODEL_API_KEY=key):
        assert redact(f"({key})") == "([hidden])"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer planted",
        '"authorization": "Basic planted"',
        "authorization=Token planted;",
        "Proxy-Authorization: planted",
    ],
)
def test_headers_with_a_scheme(text: str) -> None:
    assert "planted" not in redact(text)


def test_the_orders_own_secrets() -> None:
    text = 'a one/secret b one%2Fsecret c {"x": "tw\\"o-secret"}'
    assert redact(text, ["one/secret", 'tw"o-secret']) == (
        'a [hidden] b [hidden] c {"x": "[hidden]"}'
    )


@given(st.text("abs k-:\n山", max_size=30), st.text("abs k-:\n山", max_size=30))
@example("api_key", "= abc")
@example("Authorization: Bearer ", "abcdef")
def test_what_is_settled_does_not_depend_on_what_follows(text: str, more: str) -> None:
    secrets = ["bab-sack", "sk sk ab", "a山b山", "山山abs"]
    end = settled(text, known(secrets))
    assert redact(text[:end], secrets) + redact((text + more)[end:], secrets) == redact(
        text + more, secrets
    )


@given(st.from_regex(SECRET_SHAPES))
def test_whatever_has_a_shape_has_a_mark(text: str) -> None:
    assert any(mark in text.lower() for mark in SHAPE_MARKS)
    assert HIDDEN in redact(text)


def test_an_agents_secrets() -> None:
    text = "a hunter2 b hunter2-longer c pin d 'line\\none' e \"line\\none\""
    secrets = ["hunter2", "hunter2-longer", "pin", "line\none"]
    expected = "a [hidden] b [hidden] c pin d '[hidden]' e \"[hidden]\""
    assert redact(text, secrets) == hide(text, secrets) == expected
    assert hide("Bearer planted", secrets) == "Bearer planted"


WRITERS: list[Callable[[Any], str]] = [
    json.dumps,
    lambda value: json.dumps(value, ensure_ascii=False),
    # As PHP does.
    lambda value: json.dumps(value).replace("/", "\\/"),
]


@given(st.text('"\\/\n\té😀', max_size=8), st.lists(st.sampled_from(WRITERS), max_size=3))
@example("\n/\n", WRITERS)
def test_a_secret_in_json_within_json(odd: str, writers: list[Callable[[Any], str]]) -> None:
    text = secret = f"zz{odd}zz"
    for write in writers:
        text = write({"echo": text})
    text = hide(text, [secret])
    for _ in writers:
        text = json.loads(text)["echo"]
    assert text == HIDDEN


def test_a_secret_as_python_writes_it() -> None:
    secret = 'pa"ss\\word'
    assert hide(repr([secret]), [secret]) == "['[hidden]']"


def test_a_secret_that_comes_into_the_environment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("planted-first", "planted-second"):
        assert redact(value) == value
        monkeypatch.setenv("ACME_TOKEN", value)
        assert redact(value) == HIDDEN
    monkeypatch.delenv("ACME_TOKEN")
    assert redact("planted-second") == "planted-second"


def test_former_keys_of_the_deployment(settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = ["planted-former-key"]
    assert redact("sealed with planted-former-key") == "sealed with [hidden]"


def test_a_secret_whose_ends_were_lost() -> None:
    assert redact("sent planted-1, planted-2", ["planted-1\n", " planted-2 "]) == (
        "sent [hidden], [hidden]"
    )
    assert redact("a pin", [" pin "]) == "a pin"


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "HTTPS_PROXY", "all_proxy"])
def test_passwords_in_urls(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "https://planted-user:planted%2Bpass@word@db.example:5432/name")
    text = redact("failed: planted%2Bpass@word, planted+pass@word, db.example")
    assert text == "failed: [hidden], [hidden], db.example"
    monkeypatch.setenv(name, "redis://:planted-1-long@a/0,redis://:planted-2-long@b/0")
    assert redact("planted-1-long planted-2-long") == "[hidden] [hidden]"


@pytest.mark.parametrize(
    "name", ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"]
)
def test_headers_of_the_collector(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x-team=planted-team-1, auth=Basic%20planted-basic")
    assert redact("planted-team-1 and planted-basic") == "[hidden] and [hidden]"


@pytest.mark.parametrize("text", ["今日は良い天気です", "แมวนั่งบนเสื่อ"])
def test_a_language_without_spaces_is_settled_as_it_grows(text: str) -> None:
    assert settled(text, known()) == len(text)
    assert settled(f"{text}key", known()) == len(text)


def test_a_secret_in_such_a_language_is_not_taken_apart() -> None:
    own = known(["合言葉は山と川"])
    assert settled("彼は合言葉は山", own) == 2
    assert settled("api-key=鍵", own) == 0
