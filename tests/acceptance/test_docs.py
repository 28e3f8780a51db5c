"""The commands of the documentation do what it says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from agent_scheduler_client.api.scheduled_commands import list_scheduled_commands

from benchmarks import commands
from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.database import PASSWORD, ROOT
from tests.acceptance.installation import Installation
from tests.chaos.__main__ import choose

PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"


def blocks(file: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / file).read_text(), re.MULTILINE | re.DOTALL)


def block_with(words: str) -> str:
    (found,) = [block for block in blocks("README.md") if words in block]
    return str(found)


def test_no_block_of_commands_goes_untested() -> None:
    assert len(blocks("README.md")) == 4
    assert len(blocks("client/README.md")) == 1
    assert len(blocks("docs/benchmarks.md")) == 1
    assert len(blocks("docs/reliability.md")) == 2
    assert blocks("docs/architecture.md") == []


@pytest.mark.parametrize("line", blocks("docs/benchmarks.md")[0].splitlines())
def test_the_benchmarks_take_what_their_page_says(line: str) -> None:
    program, *words = shlex.split(line)
    assert os.access(ROOT / program, os.X_OK)
    assert commands.parse(words).command == words[0], "benchmarks/tests runs each of them"


def test_the_two_commands_are_there() -> None:
    for line in block_with("bin/up").splitlines():
        assert os.access(ROOT / line.split()[0], os.X_OK)


def test_the_walk_through_the_api(running: Installation, tmp_path: Path) -> None:
    script = block_with("/api/scheduled-commands").replace("demo", "ada")
    script = re.sub(r"^export .*$", "", script, flags=re.MULTILINE)
    base = f"http://127.0.0.1:{running.port}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={"PATH": PATH, "BASE": base, "PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = list_scheduled_commands.sync(client=running.client, search="Morning")
    (schedule,) = page.results
    assert running.wait_for_states(schedule, "success").trigger == "manual"


def test_the_example_of_the_client(running: Installation) -> None:
    readme = (ROOT / "client/README.md").read_text()
    (example,) = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=ROOT / "client",
        env={"PATH": PATH, "BASE": running.address, "API_KEY": running.client.token},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "pending" in done.stdout
    assert "name: " in done.stdout


def test_the_client_is_installed_by_pip() -> None:
    (line,) = blocks("client/README.md")
    program, *words = shlex.split(line)
    assert (program, words[:1]) == ("pip", ["install"])
    assert (ROOT / words[1] / "pyproject.toml").exists()


def test_the_commands_for_real_servers(installation: Installation) -> None:
    migrate, web, beat, worker = block_with("celery -A").splitlines()
    installation.stop_all()
    environment = installation.environment | {"PATH": PATH}
    subprocess.run(shlex.split(migrate), cwd=ROOT, env=environment, check=True)
    for command in (f"{web} --port {installation.port}", beat, worker):
        installation.start_command(shlex.split(command), environment)
    assert wait_until(installation.healthy, 60)
    assert wait_until(lambda: installation.nodes("beat") == installation.nodes("worker") == 1, 60)
    schedule = installation.every_second()
    installation.wait_for_states(schedule, "success")


def test_the_audit(running: Installation) -> None:
    schedule = running.every_second()
    running.wait_for_states(schedule, "success")
    done = subprocess.run(
        shlex.split(block_with("manage.py audit")),
        cwd=ROOT,
        env=running.environment | {"PATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every occurrence has exactly one disposition." in done.stdout


def test_the_commands_that_prove_reliability() -> None:
    short, long = (shlex.split(block) for block in blocks("docs/reliability.md"))
    assert short == ["bin/test", "tests/chaos"]
    assert (ROOT / short[1] / "test_chaos.py").exists()
    assert long[:3] == ["python", "-m", "tests.chaos"]
    assert choose(long[3:])[0].seconds == 3600


@pytest.mark.parametrize("line", (ROOT / "requirements.in").read_text().splitlines())
def test_every_dependency_has_its_reason(line: str) -> None:
    name = re.split(r"[>=<\[;# ]", line)[0]
    reasons = (ROOT / "docs/architecture.md").read_text().partition("## Dependencies")[2]
    assert not name or re.search(rf"^\| .*\b{re.escape(name)}\b.* \| ", reasons, re.MULTILINE)


@pytest.mark.parametrize(
    "room", ["scheduler_project", "schedules", "agents", "accounts", "feed", "hooks"]
)
def test_every_module_has_its_room(room: str) -> None:
    described = (ROOT / "docs/architecture.md").read_text()
    for path in (ROOT / room).iterdir():
        if path.name.startswith("_") or path.name in {"apps.py", "migrations", "tests"}:
            continue
        assert path.name in described, path.name
