"""The embedded model: answers, counts, and a key that nobody else can read."""

import http.client
import json
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scheduler_project import embedded
from scheduler_project.embedded import EmbeddedError, model, openmp
from tests.system.conftest import processes_in


def ask(services: embedded.Services, key: str, **request: object) -> tuple[int, str]:
    """Status and body of the model's answer."""
    base = urlsplit(services.environment["MODEL_BASE_URL"])
    connection = http.client.HTTPConnection(base.netloc, timeout=60)
    messages = [{"role": "user", "content": "Say hello in one short sentence."}]
    body = {"model": "smollm2", "messages": messages, "max_tokens": 20, **request}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", f"{base.path}/chat/completions", json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_the_model_answers_and_counts_tokens(place, start):
    services = start(place / "data", database=False, model=True)
    key = services.environment["MODEL_API_KEY"]
    status, text = ask(services, key)
    answer = json.loads(text)
    assert (status, answer["model"]) == (200, "smollm2")
    assert answer["choices"][0]["message"]["content"].strip()
    assert 0 < answer["usage"]["completion_tokens"] <= 20
    assert answer["usage"]["prompt_tokens"] > 10
    streamed = ask(services, key, stream=True, stream_options={"include_usage": True})[1]
    chunks = [json.loads(line[6:]) for line in streamed.splitlines() if line.startswith("data: {")]
    assert chunks[-1]["usage"]["prompt_tokens"] == answer["usage"]["prompt_tokens"]
    assert chunks[-1]["usage"]["completion_tokens"] > 0
    assert ask(services, "guess")[0] == 401
    assert not any(key in command for command in processes_in(place))


def test_the_model_takes_the_bundled_openmp_library(place, start, monkeypatch):
    package = place / "packages" / openmp.PACKAGE
    libraries = package.with_name(f"{openmp.PACKAGE}.libs")
    package.mkdir(parents=True)
    libraries.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(_installed_openmp(), libraries / "libgomp-0000.so.1.0.0")
    monkeypatch.syspath_prepend(place / "packages")
    services = start(place / "data", database=False, model=True)
    child = services.servers[0].child
    assert child is not None
    assert "libgomp-0000.so.1.0.0" in Path(f"/proc/{child.pid}/maps").read_text()


def _installed_openmp() -> Path:
    """The bundled library, or the system's where it is not installed."""
    found = [*Path(sys.prefix).rglob("libgomp-*.so*"), *Path("/usr/lib").rglob("libgomp.so.1")]
    if not found:
        pytest.skip("this machine has no OpenMP library at all, so no model either")
    return found[0]


def test_a_model_that_cannot_start_says_why(place, start, monkeypatch):
    (place / "broken.gguf").write_bytes(b"nothing")
    monkeypatch.setattr(model, "weights", lambda: place / "broken.gguf")
    with pytest.raises(EmbeddedError, match=r"^Model ended with .* \(see .*model.log\)$"):
        start(place / "data", database=False, model=True)
