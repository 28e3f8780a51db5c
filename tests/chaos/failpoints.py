"""Named points in the scheduler at which a process of a chaos run is killed.

An armed process dies (or, at one of them, sees an error) when it first comes to its point.
Nothing of this is in the product: the functions around a point are wrapped in the armed
process (failpoint_places.py), and arming fails where they are not what they were.
"""

import os
import signal

BEFORE_CLAIM_COMMIT = "before claim commit"
COMMIT_TO_PUBLISH = "commit to publish"
PUBLISH_TO_RETURN = "publish to return"
CLAIM_TO_HEARTBEAT = "claim to first heartbeat"
MID_RUN = "in mid-run"
RUN_TO_FINISH = "run done to finish"
FINISH_WITHOUT_ANSWER = "finish committed, client sees an error"
MID_RECOVERY = "recovery in mid-batch"
ANSWER_LOST = "request carried out, answer lost"
FROZEN_CLAIM = "frozen from claim to start"

ROLES = {
    **dict.fromkeys((COMMIT_TO_PUBLISH, PUBLISH_TO_RETURN, MID_RECOVERY), "beat"),
    **dict.fromkeys((BEFORE_CLAIM_COMMIT, CLAIM_TO_HEARTBEAT, MID_RUN, RUN_TO_FINISH), "worker"),
    FINISH_WITHOUT_ANSWER: "worker",
    ANSWER_LOST: "web",
}
ALL = tuple(ROLES)
REACHED = "chaos: reached"

_armed: str | None = None


def arm(point: str) -> None:
    """Have this process die at `point`; only in a process that has not begun its work."""
    global _armed
    _armed = point
    if point != MID_RUN:
        # Only there: it imports what only a process of the scheduler has loaded.
        from tests.chaos import failpoint_places

        failpoint_places.WRAPPERS[point]()


def reach(point: str) -> None:
    """Die here, if this is the point that was armed."""
    if point == _armed:
        say(point)
        os.kill(os.getpid(), signal.SIGKILL)


def say(point: str) -> None:
    """A line in the process's log, which is counted from the outside."""
    # Not through sys.stderr, which Celery has taken over.
    os.write(2, f"{REACHED} {point}\n".encode())
