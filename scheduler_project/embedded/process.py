"""Children: start one, wait for it with a deadline, stop it by its own id."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from scheduler_project.embedded.account import Account, current
from scheduler_project.embedded.records import Records
from scheduler_project.embedded.waiting import wait_until

LAUNCHER = Path(__file__).with_name("launcher.py")
# For Child's stdout: into its log; None is inherited, the rest is subprocess's.
TO_LOG = -3
LARGEST_LOG_BYTES = 10 * 1024 * 1024
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


@dataclass(frozen=True)
class Program:
    """What to run and how; it gets `on_parent_death` when this process ends, however it ends."""

    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    account: Account = field(default_factory=current)
    on_parent_death: signal.Signals = signal.SIGTERM
    stdin: bytes = b""
    keep_open: Sequence[int] = ()

    def launch_command(self) -> list[str]:
        """The command behind the launcher, which binds it to this process."""
        numbers = (self.on_parent_death, os.getpid(), self.account.uid, self.account.gid)
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
        return [*launcher, *(str(int(number)) for number in numbers), *self.command]


class Child:
    """A running program in a session of its own, which a terminal's Ctrl-C does not reach.

    It stands in `records` until it was stopped. What it prints goes to `log`; its
    standard output goes to `stdout` instead, where that is given (None: inherited).
    """

    def __init__(
        self,
        name: str,
        program: Program,
        *,
        log: Path,
        records: Records,
        stdout: int | None = TO_LOG,
    ) -> None:
        self.name = name
        self.log = log
        self.records = records
        self.started_at = time.monotonic()
        make_room(log)
        with interrupts_held_back(), open(log, "ab", opener=private) as output:
            self.log_start = output.tell()
            self.popen = subprocess.Popen(
                program.launch_command(),
                stdin=subprocess.PIPE if program.stdin else subprocess.DEVNULL,
                stdout=output if stdout == TO_LOG else stdout,
                stderr=output,
                env=dict(program.environment),
                cwd=program.directory,
                start_new_session=True,
                pass_fds=program.keep_open,
            )
            records.add(name, self.pid)
        if self.popen.stdin is not None:
            # A broken pipe: it has ended already, and its log says why.
            with suppress(BrokenPipeError), self.popen.stdin as pipe:
                pipe.write(program.stdin)

    @property
    def pid(self) -> int:
        return self.popen.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.popen.poll() is None

    def ending(self) -> str:
        """How it ended, in words: "exit code 1" or "signal SIGKILL"."""
        code = self.popen.returncode or 0
        return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"

    def last_lines(self, count: int) -> list[str]:
        """The last non-empty lines it wrote to its log."""
        with open(self.log, errors="replace") as log:
            log.seek(self.log_start)
            return [line.rstrip() for line in log if line.strip()][-count:]

    def wait(self, seconds: float, hurry: threading.Event | None = None) -> bool:
        """Whether it ended within `seconds`; gives up at once when `hurry` gets set."""
        wait_until(lambda: not self.alive() or (hurry is not None and hurry.is_set()), seconds)
        return not self.alive()

    def finish(self, seconds: float, hurry: threading.Event | None = None) -> None:
        """Wait for the end of a child that was asked to stop; kill its session after `seconds`."""
        if not self.wait(seconds, hurry):
            self.kill()
        self.records.discard(self.pid)
        if self.popen.stdout is not None:
            self.popen.stdout.close()

    def kill(self) -> None:
        """Kill it and all that is left of its session, now."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM, so that no child is started and then forgotten."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def make_room(log: Path) -> None:
    """Set a log aside, in place of the one before, when it has become large."""
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_name(log.name + ".1"))


def private(path: str, flags: int) -> int:
    """An opener for files that only their owner may read."""
    return os.open(path, flags, 0o600)


def run(program: Program) -> subprocess.CompletedProcess[str]:
    """Run a short program to its end; it is killed when this process ends."""
    finished = subprocess.run(
        program.launch_command(),
        input=program.stdin,
        capture_output=True,
        env=dict(program.environment),
        cwd=program.directory,
        start_new_session=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        program.command,
        finished.returncode,
        finished.stdout.decode(errors="replace"),
        finished.stderr.decode(errors="replace"),
    )
