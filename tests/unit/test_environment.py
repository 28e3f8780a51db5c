"""Settings from the environment: listed, typed, and refused with a sentence."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from scheduler_project import environment

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'(?:environment\.\w+|server_url)\(\s*"([A-Z_]+)"')


def names_read() -> Iterator[str]:
    for file in (ROOT / "scheduler_project").rglob("*.py"):
        yield from READ.findall(file.read_text())


def test_the_example_lists_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == set(names_read())


def settings_with(**variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check"]
    values = {**os.environ, "DJANGO_SETTINGS_MODULE": "scheduler_project.settings", **variables}
    return subprocess.run(
        command, cwd=ROOT, env=values, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEV_USER": "ann"}, "works only with DEBUG=1"),
        ({"DEBUG": "perhaps"}, "DEBUG must be 1 or 0"),
        ({"TRACE_URL": "javascript:x"}, "TRACE_URL must begin with http:// or https://"),
        ({"LEASE_SECONDS": "soon"}, "LEASE_SECONDS must be a whole number"),
        ({"DISPATCH_BATCH": "0"}, "DISPATCH_BATCH must be at least 1"),
        ({"LEASE_SECONDS": "2", "HEARTBEAT_SECONDS": "2"}, "LEASE_SECONDS must be at least"),
        ({"MODEL_PRICES": "cheap"}, "MODEL_PRICES must be JSON such as {"),
        ({"MODEL_LIMITS": '{"openai": {"concurrency": 2}}'}, "'openai' is wrong"),
        ({"ALLOWED_PRIVATE_HOSTS": "internal:8080"}, "none, or a port: 'internal:8080'"),
        ({"ALLOWED_PRIVATE_HOSTS": "10.0.0.300"}, "'10.0.0.300'"),
        ({"ALLOWED_PRIVATE_HOSTS": "a.test,10.0.0.1/8"}, "ALLOWED_PRIVATE_HOSTS names a network"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must be a PostgreSQL URL"),
    ],
)
def test_the_server_refuses_to_start(variables: dict[str, str], sentence: str) -> None:
    done = settings_with(**variables)
    assert done.returncode != 0
    assert sentence in done.stderr.strip().splitlines()[-1]


def test_without_servers_it_says_what_to_do(tmp_path: Path) -> None:
    done = settings_with(DATABASE_URL="", REDIS_URL="", DATA_DIR=str(tmp_path))
    assert "start bin/up, or set DATABASE_URL" in done.stderr.strip().splitlines()[-1]


def test_dev_user_with_debug_starts() -> None:
    assert settings_with(DEV_USER="ann", DEBUG="1").returncode == 0


def test_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("N", " 7 ")
    assert environment.number("N", 1) == 7
    monkeypatch.setenv("N", "")
    assert environment.number("N", 1) == 1
    monkeypatch.setenv("N", "٣")
    with pytest.raises(ImproperlyConfigured):
        environment.number("N", 1)


def test_a_kept_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    secret = environment.kept_secret(path)
    assert environment.kept_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_was_never_written_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch()
    assert len(environment.kept_secret(path)) > 40
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: environment.kept_secret(tmp_path / "s"), range(40)))
    assert len(found) == 1
    assert len(found.pop()) > 40


def test_options_of_the_url_do_not_lift_the_timeouts() -> None:
    command = [
        sys.executable,
        "-c",
        "from scheduler_project.settings import DATABASES; import sys;"
        "sys.stdout.write(DATABASES['default']['OPTIONS']['options'])",
    ]
    url = "postgresql:///x?options=-c%20search_path%3Dapp"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "statement_timeout=60s" in done.stdout
    assert "search_path=app" in done.stdout


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}, "DATABASE_URL leads to no database"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL leads to no Redis"),
        ({"REDIS_URL": "nonsense"}, "REDIS_URL leads to no Redis"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be a PostgreSQL URL"),
    ],
)
def test_servers_that_do_not_answer_are_one_sentence(
    variables: dict[str, str], sentence: str
) -> None:
    command = [sys.executable, "manage.py", "check_servers"]
    values = {**os.environ, "DJANGO_SETTINGS_MODULE": "scheduler_project.settings", **variables}
    done = subprocess.run(
        command, cwd=ROOT, env=values, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_prices_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", '{"openai:gpt-5": {"input": 1.1, "output": 10}}')
    prices = {"input": Decimal("1.1"), "output": Decimal(10)}
    assert environment.prices("X") == {"openai:gpt-5": prices}
    monkeypatch.setenv("X", "")
    assert environment.prices("X") == {}


@pytest.mark.parametrize(
    "price",
    [
        *("1", "{}", '{"input": 1}', '{"input": 1, "output": "2"}', '{"input": -1, "output": 2}'),
        *('{"input": NaN, "output": 2}', '{"input": 1, "output": true}'),
        '{"input": 1, "output": 2, "cache": 3}',
    ],
)
def test_what_is_no_price(monkeypatch: pytest.MonkeyPatch, price: str) -> None:
    monkeypatch.setenv("X", f'{{"openai:gpt-5": {price}}}')
    with pytest.raises(ImproperlyConfigured, match="X must be JSON such as"):
        environment.prices("X")


@pytest.mark.parametrize(
    "given",
    [
        *("fast", "[]", "5", '{"openai:*": 5}', '{"openai:*": {}}', '{"openai:*": []}'),
        *('{"": {"concurrency": 1}}', '{"*": {"concurrency": 1}}', '{"a:": {"concurrency": 1}}'),
        *('{"a:b*": {"concurrency": 1}}', '{"a b:c": {"concurrency": 1}}'),
        *('{"a:b": {"concurrency": 0}}', '{"a:b": {"concurrency": -1}}'),
        *('{"a:b": {"concurrency": 1.5}}', '{"a:b": {"concurrency": true}}'),
        *('{"a:b": {"concurrency": "2"}}', '{"a:b": {"concurrency": null}}'),
        *('{"a:b": {"requests": 1}}', '{"a:b": {"requests_per_minute": 10000000}}'),
    ],
)
def test_limits_that_are_none(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("L", given)
    with pytest.raises(ImproperlyConfigured, match=r"^L must be JSON such as \{"):
        environment.limits("L")


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("L", "")
    assert environment.limits("L") == {}
    given = {
        "openai:*": {"concurrency": 50, "requests_per_minute": 500},
        "bedrock:us.anthropic.claude-v2:0": {"concurrency": 1},
        "gateway/openai:gpt-5": {"requests_per_minute": 60},
        "local": {"concurrency": 4},
    }
    monkeypatch.setenv("L", json.dumps(given))
    assert environment.limits("L") == given


def test_the_example_of_limits_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("L", environment.LIMITS_EXAMPLE)
    assert environment.limits("L")
