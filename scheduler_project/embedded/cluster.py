"""The database files: made once, completely or not at all, and looked over at every start."""

import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scheduler_project.embedded.account import Account, name_of
from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.home import ENVIRONMENT
from scheduler_project.embedded.process import Program, run

VERSION = "18"
ROLE = DATABASE = "scheduler"
STAGING = "postgres.new-"
FRESH_BYTES = 150 * 1024 * 1024
RESTART_BYTES = 32 * 1024 * 1024
INITDB_OPTIONS = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    # Sorting that depends on no library of the machine, so the files may move to another.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)


@dataclass(frozen=True)
class Cluster:
    """The files of one PostgreSQL server: all in `root`, which only its account can enter."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def sockets(self) -> Path:
        return self.root / "run"

    @property
    def password_file(self) -> Path:
        return self.root / "password"

    @property
    def postmaster_file(self) -> Path:
        return self.data / "postmaster.pid"


def ensure(home: Path, programs: Path, account: Account, durable: bool) -> Cluster:
    """The cluster in `home`, made if there is none; EmbeddedError if it cannot be used.

    A `durable` one survives a power cut from the beginning on.
    """
    for unfinished in home.glob(STAGING + "*"):
        shutil.rmtree(unfinished)
    cluster = Cluster(home / "postgres")
    if cluster.root.is_dir() and not any(cluster.root.iterdir()):
        cluster.root.rmdir()
    is_new = not cluster.root.exists()
    _check_space(home, FRESH_BYTES if is_new else RESTART_BYTES)
    if is_new:
        _make(cluster, programs, account, durable)
    _check(cluster, account)
    return cluster


def _check_space(home: Path, needed: int) -> None:
    disk = os.statvfs(home)
    free = disk.f_bavail * disk.f_frsize
    if free < needed:
        raise EmbeddedError(
            f"There is not enough free disk space in {home}: the database needs "
            f"{needed >> 20} MB and {free >> 20} MB are free."
        )


def _make(cluster: Cluster, programs: Path, account: Account, durable: bool) -> None:
    """Make the files in a sibling directory and rename it when they are complete."""
    home = cluster.root.parent
    staging = Cluster(Path(tempfile.mkdtemp(prefix=STAGING, dir=home)))
    try:
        password = secrets.token_urlsafe(24)
        staging.sockets.mkdir(mode=0o700)
        _write_private(staging.password_file, password)
        superuser_file = staging.root / "superuser"
        _write_private(superuser_file, secrets.token_urlsafe(24))
        for path in (staging.sockets, staging.password_file, superuser_file, staging.root):
            os.chown(path, account.uid, account.gid)
        command = [str(programs / "initdb"), *INITDB_OPTIONS]
        command += [f"--pgdata={staging.data}", f"--pwfile={superuser_file}"]
        command += [] if durable else ["--no-sync"]
        _run(command, staging, account)
        # Nobody needs the superuser: who ever does gets in with `postgres --single`.
        superuser_file.unlink()
        command = [str(programs / "postgres"), "--single", "-D", str(staging.data)]
        command += [] if durable else ["-F"]
        _run([*command, "postgres"], staging, account, _setup(password))
        staging.root.rename(cluster.root)
        _sync(home)
    finally:
        shutil.rmtree(staging.root, ignore_errors=True)


def _setup(password: str) -> bytes:
    """SQL for single-user mode, a statement per line: a role that may not do everything."""
    return (
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
    ).encode()


def _run(command: list[str], staging: Cluster, account: Account, stdin: bytes = b"") -> None:
    result = run(Program(command, ENVIRONMENT, Path("/"), account, stdin=stdin))
    lines = result.stderr.splitlines()
    failures = [line for line in lines if "error:" in line.lower() or "FATAL:" in line]
    if result.returncode or failures:
        reason = (failures or lines[-1:] or [f"exit code {result.returncode}"])[0].strip()
        if "No space left" in result.stderr:
            reason = "no space left on the disk"
        raise EmbeddedError(f"The database could not be made in {staging.root.parent}: {reason}")


def _check(cluster: Cluster, account: Account) -> None:
    """EmbeddedError if the files are another version's, another account's or incomplete."""
    owner = cluster.root.stat().st_uid
    if owner != account.uid:
        raise EmbeddedError(
            f"{cluster.root} belongs to '{name_of(owner)}' and PostgreSQL would run as "
            f"'{name_of(account.uid)}': run as the user who made it, or choose another --data."
        )
    version_file = cluster.data / "PG_VERSION"
    version = version_file.read_text().strip() if version_file.exists() else VERSION
    if version != VERSION:
        raise EmbeddedError(
            f"{cluster.root} was made by PostgreSQL {version} and this is PostgreSQL {VERSION}: "
            "move it away to begin anew, or choose another directory with --data."
        )
    needed = (version_file, cluster.data / "global" / "pg_control", cluster.password_file)
    missing = [str(path.relative_to(cluster.root)) for path in needed if not path.exists()]
    if missing:
        raise EmbeddedError(
            f"{cluster.root} is not a complete database ({missing[0]} is missing): restore it "
            "from a backup, or move it away to begin anew."
        )


def _write_private(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _sync(directory: Path) -> None:
    """Make a rename in the directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
