"""The last step before a child's exec: bind its life to the parent's, take its account.

Run by path as `python -I -S launcher.py SIGNAL PARENT UID GID PROGRAM ARGUMENT...`:
a program of its own, because code between fork and exec is unsafe once the parent
has threads. It imports nothing of the project and keeps its process id.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def launch(death_signal: int, parent: int, uid: int, gid: int, command: list[str]) -> None:
    """Replace this process by `command`, which gets `death_signal` when `parent` ends."""
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After setuid, which would clear it again.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent ended before its child began")
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # A shell that starts us in the background has these ignored, and that is inherited:
    # a child whose parent is gone would then never hear of it.
    for ignored in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(ignored, signal.SIG_DFL)
    os.execvp(command[0], command)


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:5]]
    try:
        launch(numbers[0], numbers[1], numbers[2], numbers[3], sys.argv[5:])
    except OSError as error:
        sys.exit(f"{sys.argv[5]} cannot be run: {error.strerror}")
