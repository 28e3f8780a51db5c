"""Directories and processes for tests of whole programs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scheduler_project import embedded
from scheduler_project.embedded import Services
from scheduler_project.embedded.waiting import wait_until
from tests.system.running import Running

ROOT = Path(__file__).resolve().parents[2]
SCRIPTED = Path(__file__).with_name("scripted")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another account")


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory that other accounts may pass, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="agent-scheduler-tests-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        yield directory


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """A data directory with a new database, to be copied: making one takes a second."""
    with tempfile.TemporaryDirectory(prefix="agent-scheduler-tests-") as name:
        Path(name).chmod(0o711)
        data_dir = Path(name) / "data"
        embedded.start(data_dir, redis=False, model=False, durable=False).stop()
        yield data_dir


@pytest.fixture
def data_dir(place: Path, made_once: Path) -> Path:
    """A data directory of the test's own, whose database has been made."""
    subprocess.run(["cp", "-a", made_once, place], check=True)
    return place / "data"


@pytest.fixture
def start() -> Iterator[Callable[..., Services]]:
    """`embedded.start` for PostgreSQL alone, unless asked for more; stopped and erased after."""
    started: list[Services] = []

    def begin(data_dir: Path, **wishes: object) -> Services:
        chosen = {"redis": False, "model": False, "durable": False, **wishes}
        started.append(embedded.start(data_dir, **chosen))  # type: ignore[arg-type]
        return started[-1]

    yield begin
    for services in started:
        if services.servers:
            services.stop()
    for services in started:
        embedded.erase(services.data_dir)


@pytest.fixture
def project(place: Path) -> Path:
    """A copy of the supervisor with scripted children, in a directory of its own."""
    package = place / "scheduler_project"
    for name in ("embedded", "supervision"):
        shutil.copytree(ROOT / "scheduler_project" / name, package / name)
    shutil.copy(ROOT / "scheduler_project" / "up.py", package)
    (package / "__init__.py").touch()
    for name in ("asgi.py", "celery.py"):
        shutil.copy(SCRIPTED / name, package)
    shutil.copy(SCRIPTED / "manage.py", place)
    return place


@pytest.fixture
def up(project: Path) -> Iterator[Callable[..., Running]]:
    """Start bin/up in the scripted project; ended afterwards, whatever happened."""
    runs: list[Running] = []

    def begin(*options: str, **variables: str) -> Running:
        runs.append(Running(project, *options, **variables))
        return runs[-1]

    yield begin
    for run in runs:
        # A context manager of its pipes and, at the end, of its process.
        with run.process as process:
            process.terminate()
    soon(lambda: processes_in(project) == [])


def processes_in(directory: Path) -> list[str]:
    """Command lines of the processes that run in, or for, a directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            where = os.readlink(process / "cwd")
        except OSError:
            continue
        # A zombie has no command line.
        if words and (where.startswith(str(directory)) or str(directory) in words):
            found.append(words)
    return found


def soon(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Fail unless the condition comes true in time."""
    assert wait_until(condition, seconds), "did not happen in time"
