"""What bin/up --smoke waits for: the line of the first successful timed run."""

import os
from collections.abc import Callable, Iterator

from scheduler_project.embedded.process import Child
from scheduler_project.supervision.interrupts import Interrupts
from scheduler_project.supervision.supervisor import UpError, describe


def first_success(
    watch: Child,
    interrupts: Interrupts,
    revive: Callable[[], None],
    say: Callable[[str], None],
) -> str:
    """Pass on what the watcher prints, keep its last line for the end and return it.

    UpError if the watcher fails or prints nothing. `revive` is called whenever a
    process may have died meanwhile.
    """
    last = ""
    try:
        for line in _lines(watch, interrupts, revive):
            if last:
                say(last)
            last = line
    finally:
        watch.popen.terminate()
        watch.finish(5.0)
    if watch.popen.returncode or not last:
        raise UpError(describe(watch, "No successful timed run was seen"))
    return last


def _lines(watch: Child, interrupts: Interrupts, revive: Callable[[], None]) -> Iterator[str]:
    """The watcher's lines as they come, to its end."""
    assert watch.popen.stdout is not None
    pipe = watch.popen.stdout.fileno()
    os.set_blocking(pipe, False)
    rest = b""
    while True:
        interrupts.wait(also=pipe)
        revive()
        try:
            received = os.read(pipe, 65536)
        except BlockingIOError:
            continue
        if not received:
            break
        *lines, rest = (rest + received).split(b"\n")
        yield from (line.decode(errors="replace") for line in lines)
    watch.popen.wait()
    if rest:
        yield rest.decode(errors="replace")
