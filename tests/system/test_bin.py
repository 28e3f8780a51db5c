"""bin/up before there is any Python environment: it makes one, or says what is missing."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.system.conftest import ROOT, processes_in, soon

# All that the script may need of a machine, besides a Python.
COMMANDS = """
awk bash basename cat cut df dirname env flock grep mkdir mv readlink rm sha256sum tee touch uname
"""


def make_checkout(directory: Path) -> Path:
    """A project with bin/up, no packages to install, and a module that tells it was run."""
    package = directory / "scheduler_project"
    package.mkdir(parents=True)
    shutil.copytree(ROOT / "bin", directory / "bin")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (directory / name).write_text("# none\n")
    (package / "__init__.py").touch()
    (package / "up.py").write_text("import os, sys; print('up', os.getcwd(), *sys.argv[1:])\n")
    return directory


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project as it was cloned."""
    return make_checkout(tmp_path / "check out")


@pytest.fixture(scope="module")
def installed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment has been made, to be copied: making one takes seconds."""
    directory = make_checkout(tmp_path_factory.mktemp("once") / "check out")
    assert "Installing" in up(directory).stdout
    return directory


@pytest.fixture
def installed(tmp_path: Path, installed_once: Path) -> Path:
    """A project whose environment has been made."""
    copy = tmp_path / "installed"
    shutil.copytree(installed_once, copy, symlinks=True)
    return copy


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A directory of programs, the whole PATH of a machine without Python."""
    directory = tmp_path / "programs"
    directory.mkdir()
    for name in COMMANDS.split():
        found = shutil.which(name)
        assert found, name
        (directory / name).symlink_to(found)
    return directory


def up(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it from another directory, with nothing but these variables."""
    environment = {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", **variables}
    return subprocess.run(
        [checkout / "bin" / "up", *arguments],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def fake_python(machine: Path, version: tuple[int, int], script: str) -> None:
    """A python3 on the machine's path that answers the questions of the script."""
    old = "exit 1" if version < (3, 11) else "exit 0"
    program = machine / "python3"
    question = f'case "$*" in *version_info*) {old};; esac'
    program.write_text(f"#!/usr/bin/env bash\n{question}\n{script}\n")
    program.chmod(0o755)


def test_it_makes_an_environment_once_and_works_from_anywhere(installed, tmp_path):
    (tmp_path / "link").symlink_to(installed / "bin" / "up")
    result = subprocess.run(
        # From the project itself: another one's code must not be taken for ours.
        [tmp_path / "link", "--port", "8123"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert (result.stdout, result.stderr) == (f"up {ROOT} --port 8123\n", "")


def test_changed_requirements_are_installed(installed):
    (installed / "requirements.txt").write_text("# none either\n")
    assert "Installing" in up(installed).stdout
    assert up(installed).stdout == "up /\n"


def test_an_interrupted_install_is_done_again(installed):
    (installed / ".venv" / "unfinished").touch()
    assert "Making .venv" in up(installed).stdout
    assert up(installed).stdout == "up /\n"


def test_what_a_linked_environment_leads_to_is_not_cleared(checkout, installed):
    other = installed / ".venv"
    (other / "unfinished").touch()
    (checkout / ".venv").symlink_to(other)
    result = up(checkout)
    assert result.returncode == 1
    assert result.stderr == (
        f"up: {checkout}/.venv is a link, and not up to date: "
        "remove the link, so that an environment can be made here.\n"
    )
    assert (other / "bin" / "python").exists()


def test_a_killed_install_is_done_again(checkout):
    with subprocess.Popen(
        [checkout / "bin" / "up"],
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        soon((checkout / ".venv" / "unfinished").exists)
        os.killpg(process.pid, signal.SIGKILL)
    soon(lambda: processes_in(checkout) == [])
    assert up(checkout).stdout.splitlines()[-1] == "up /"


def test_two_at_once_share_one_environment(checkout):
    with (
        subprocess.Popen([checkout / "bin" / "up"], stdout=subprocess.PIPE, text=True) as one,
        subprocess.Popen([checkout / "bin" / "up"], stdout=subprocess.PIPE, text=True) as two,
    ):
        outputs = [process.communicate(timeout=120)[0] for process in (one, two)]
    assert sorted(("Installing" in output) for output in outputs) == [False, True]
    assert [process.returncode for process in (one, two)] == [0, 0]


def test_no_python_at_all(checkout, machine):
    result = up(checkout, PATH=str(machine))
    assert result.returncode == 1
    assert result.stderr == (
        "up: no Python 3.11 or newer was found: install one (apt install python3 python3-venv)\n"
    )


def test_a_python_that_is_too_old(checkout, machine):
    fake_python(machine, (3, 9), "exit 0")
    result = up(checkout, PATH=str(machine))
    assert (result.returncode, result.stdout) == (1, "")
    assert "no Python 3.11 or newer was found" in result.stderr


def test_a_python_without_venv(checkout, machine):
    fake_python(machine, (3, 11), "exit 1")
    result = up(checkout, PATH=str(machine))
    assert result.returncode == 1
    assert result.stderr == (
        f"up: {machine}/python3 has no venv module: apt install python3-venv\n"
    )


def test_a_package_without_a_wheel_for_this_platform(installed):
    (installed / "requirements.txt").write_text("no-such-package==1.0\n")
    result = up(installed)
    assert result.returncode == 1
    assert result.stderr.startswith("up: a package has no ready-made wheel for this platform (")
    assert (installed / ".venv" / "unfinished").exists()


def test_no_free_disk(installed, machine):
    (installed / "requirements.txt").write_text("# changed\n")
    df = machine / "df"
    df.unlink()
    df.write_text("#!/usr/bin/env bash\nprintf 'x\\nx 1 1 102400 1 /\\n'\n")
    df.chmod(0o755)
    result = up(installed, PATH=f"{machine}:{os.environ['PATH']}")
    assert result.returncode == 1
    assert "not enough free disk space" in result.stderr
    assert "100 MB are free" in result.stderr


def test_a_checkout_of_somebody_else_that_is_not_installed(checkout):
    if os.geteuid() != 0:
        checkout.chmod(0o555)
        result = up(checkout)
        checkout.chmod(0o755)
    else:
        for parent in (checkout, *checkout.parents):
            if str(parent).startswith("/tmp/pytest-of-"):
                parent.chmod(0o755)
        result = subprocess.run(
            [checkout / "bin" / "up"], user=65534, cwd="/", capture_output=True, text=True
        )
    assert result.returncode == 1
    assert "run this once as its owner" in result.stderr
