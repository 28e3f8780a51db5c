"""The scripted model does what its words say, in a thread and as a process."""

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.error import HTTPError

import pytest

from scheduler_project.embedded.waiting import wait_until
from tests.scripted_behaviour import Behaviour, words
from tests.scripted_model import ScriptedModel


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as server:
        yield server


def ask(url: str, command: str) -> Any:
    messages = [{"role": "system", "content": "be kind"}, {"role": "user", "content": command}]
    body = json.dumps({"model": "m", "messages": messages}).encode()
    request = urllib.request.Request(f"{url}/chat/completions", body)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def text_of(answer: Any) -> str:
    return str(answer["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("Good morning", Behaviour()),
        ("say hello there", Behaviour(text="hello there")),
        ("sleep 1.5 say hi", Behaviour(text="hi", seconds=1.5)),
        ("say do not hang or fail", Behaviour(text="do not hang or fail")),
        ("fail 503", Behaviour(status=503)),
        ("fail 429 retry-after 2 times 1", Behaviour(status=429, retry_after=2, times=1)),
        ("malformed", Behaviour(malformed=True)),
        ("drop", Behaviour(drop=True)),
        ("empty", Behaviour(text="")),
        ("repeat 5", Behaviour(text="xxxxx")),
        ("please change nothing", Behaviour()),
    ],
)
def test_words(command: str, expected: Behaviour) -> None:
    assert words(command) == expected


def test_answers_and_records(model: ScriptedModel) -> None:
    answer = ask(model.url, "say good morning")
    assert text_of(answer) == "good morning"
    assert answer["usage"] == {
        "prompt_tokens": 5,
        "completion_tokens": 2,
        "total_tokens": 7,
    }
    assert text_of(ask(model.url, "Hello")) == "You said: Hello"
    assert model.commands == ["say good morning", "Hello"]
    assert model.requests[0]["headers"]["host"].startswith("127.0.0.1:")


def test_a_script_goes_before_the_words(model: ScriptedModel) -> None:
    model.then(Behaviour(text="scripted", input_tokens=40, output_tokens=2))
    answer = ask(model.url, "say no")
    assert (text_of(answer), answer["usage"]["total_tokens"]) == ("scripted", 42)
    assert text_of(ask(model.url, "say yes")) == "yes"


def test_failures_that_pass(model: ScriptedModel) -> None:
    command = "fail 429 times 2 retry-after 3 say recovered"
    for _ in range(2):
        with pytest.raises(HTTPError) as caught:
            ask(model.url, command)
        with closing(caught.value) as error:
            assert (error.code, error.headers["Retry-After"]) == (429, "3")
    assert text_of(ask(model.url, command)) == "recovered"


def test_waiting_for_an_event(model: ScriptedModel) -> None:
    gate = threading.Event()
    model.then(Behaviour(text="now", until=gate))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, model.url, "x")
        assert wait_until(lambda: bool(model.requests), 10)
        with pytest.raises(TimeoutError):
            answer.result(timeout=0.2)
        gate.set()
        assert text_of(answer.result()) == "now"


def test_broken_answers(model: ScriptedModel) -> None:
    with pytest.raises(json.JSONDecodeError):
        ask(model.url, "malformed")
    with pytest.raises(ConnectionError):
        ask(model.url, "drop")


def test_stopping_ends_hanging_requests() -> None:
    with ScriptedModel() as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        body = json.dumps({"messages": [{"role": "user", "content": "hang"}]})
        connection.request("POST", "/v1/chat/completions", body)
        assert wait_until(lambda: bool(server.requests), 10)
        begin = time.monotonic()
    assert time.monotonic() - begin < 8
    connection.close()


def test_as_a_process() -> None:
    command = [sys.executable, "-m", "tests.scripted_model", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            word, url = process.stdout.readline().split()
            assert word == "listening"
            assert text_of(ask(url, "say hello")) == "hello"
            with urllib.request.urlopen(url.replace("/v1", "/requests"), timeout=10) as record:
                (request,) = json.load(record)
            assert request["body"]["messages"][-1]["content"] == "say hello"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
