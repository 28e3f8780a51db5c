"""Accounts of the operating system: who runs a child, and what that account may reach."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scheduler_project.embedded.errors import EmbeddedError

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    """A user and group id that a child process runs as."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()


def current() -> Account:
    """The account of this process."""
    return Account(os.geteuid(), os.getegid())


def for_postgres() -> Account:
    """The current account; for root, whom PostgreSQL refuses, the existing `nobody`."""
    if os.geteuid() != 0:
        return current()
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL does not run as root and there is no account '{UNPRIVILEGED}' "
            "to run it as: start as another user, or set DATABASE_URL."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def name_of(uid: int) -> str:
    """The account's name, or its number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def may_pass(account: Account, directory: Path) -> bool:
    """Whether the account can reach what lies in `directory`, through all its parents.

    Asked of the system and not read off mode bits: access lists count as well.
    """
    if account.is_ours:
        return os.access(directory, os.X_OK)
    return _exit_code(account, ["test", "-x", str(directory)]) == 0


def _exit_code(account: Account, command: list[str]) -> int:
    try:
        return subprocess.run(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
    except PermissionError as error:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and root may not become '{UNPRIVILEGED}' here "
            f"({error.strerror}): start as another user, or set DATABASE_URL."
        ) from error
