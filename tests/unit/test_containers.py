"""docker-compose.yml and Dockerfile say what the code can do; no engine is needed to see that."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from scheduler_project.supervision.stack import SMALL_MESSAGES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]


def test_the_services():
    assert set(SERVICES) == {"postgres", "valkey", "model", "migrate", "web", "beat", "worker"}
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["valkey"]["image"].startswith("valkey/valkey:9")
    assert {SERVICES[name]["image"] for name in OURS} == {"agent-scheduler"}


@pytest.mark.parametrize("name", OURS)
def test_commands_exist(name):
    match SERVICES[name].get("command", _default_command()):
        case ["python", "-m", module, *rest]:
            assert find_spec(module)
            assert "scheduler_project" in " ".join(rest)
        case ["python", script, *_]:
            assert (ROOT / script).is_file()
        case other:
            raise AssertionError(other)


def _default_command() -> list[str]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    line = re.search(r"^CMD (.+)$", text, re.MULTILINE)
    assert line
    return yaml.safe_load(line[1])


def test_sockets_take_no_large_messages():
    command = _default_command()
    assert tuple(command[-len(SMALL_MESSAGES) :]) == SMALL_MESSAGES


@pytest.mark.parametrize("name", ["web", "beat", "worker"])
def test_what_needs_the_tables_waits_for_them(name):
    assert SERVICES[name]["depends_on"]["migrate"] == {
        "condition": "service_completed_successfully"
    }


@pytest.mark.parametrize("name", ["beat", "worker"])
def test_beats_and_workers_scale(name):
    assert not {"container_name", "ports"} & set(SERVICES[name])


def test_servers_are_named_by_url_so_that_none_is_embedded():
    for name in ("migrate", "web", "beat", "worker"):
        environment = SERVICES[name]["environment"]
        assert environment["DATABASE_URL"].endswith("@postgres:5432/scheduler")
        assert environment["REDIS_URL"] == "redis://valkey:6379/0"


def test_only_the_web_server_is_reachable_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_the_image_runs_without_privileges():
    assert re.findall(r"^USER (\w+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE) == [
        "scheduler"
    ]
