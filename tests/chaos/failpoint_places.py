"""Where the failpoints are: the functions of the scheduler that an armed process has wrapped."""

import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError

from agents import records
from schedules import attempts, broker, outcomes, runs
from tests.chaos.failpoints import (
    ANSWER_LOST,
    BEFORE_CLAIM_COMMIT,
    CLAIM_TO_HEARTBEAT,
    COMMIT_TO_PUBLISH,
    FINISH_WITHOUT_ANSWER,
    FROZEN_CLAIM,
    MID_RECOVERY,
    PUBLISH_TO_RETURN,
    RUN_TO_FINISH,
    reach,
    say,
)
from tests.chaos.switches import Patches


def _before_claim_commit() -> None:
    def wrapped(original: Any, claimed: list[Any], *rest: Any) -> Any:
        if claimed:
            reach(BEFORE_CLAIM_COMMIT)
        return original(claimed, *rest)

    Patches().wrap(attempts, "begin", wrapped)


def _commit_to_publish() -> None:
    def wrapped(original: Any, ids: Any) -> Any:
        if ids:
            reach(COMMIT_TO_PUBLISH)
        return original(ids)

    Patches().wrap(broker, "publish", wrapped)


def _publish_to_return() -> None:
    def wrapped(original: Any, ids: Any) -> Any:
        sent = original(ids)
        if sent:
            reach(PUBLISH_TO_RETURN)
        return sent

    Patches().wrap(broker, "publish", wrapped)


def _claim_to_heartbeat() -> None:
    _after_take(lambda: reach(CLAIM_TO_HEARTBEAT))


def _frozen_claim() -> None:
    def freeze() -> None:
        say(FROZEN_CLAIM)
        # This thread itself: it would go on to the start until another one had noticed.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)

    _after_take(freeze)


def _after_take(act: Callable[[], None]) -> None:
    def wrapped(original: Any, *arguments: Any) -> Any:
        jobs = original(*arguments)
        if jobs:
            act()
        return jobs

    Patches().wrap(runs, "take", wrapped)


def _run_to_finish() -> None:
    def wrapped(original: Any, conclusions: Sequence[Any], **options: Any) -> Any:
        reach(RUN_TO_FINISH)
        return original(conclusions, **options)

    Patches().wrap(outcomes, "finish", wrapped)


def _finish_without_answer() -> None:
    answered: set[tuple[Any, int]] = set()

    def wrapped(original: Any, conclusions: Sequence[Any], **options: Any) -> Any:
        accepted = original(conclusions, **options)
        attempt = (conclusions[0].execution_id, conclusions[0].attempt)
        if accepted and attempt not in answered:
            answered.add(attempt)
            say(FINISH_WITHOUT_ANSWER)
            raise OperationalError("chaos: the answer to the commit was lost")
        return accepted

    Patches().wrap(outcomes, "finish", wrapped)


def _mid_recovery() -> None:
    def wrapped(original: Any, finished: Sequence[Any]) -> Any:
        # In a beat only recovery ends an agent task with one of these, after its UPDATE.
        if any(task.error_type in {"worker_lost", "timed_out"} for task in finished):
            reach(MID_RECOVERY)
        return original(finished)

    Patches().wrap(records, "finish", wrapped)


def _answer_lost() -> None:
    # Only there: beats and workers have nothing of the API loaded.
    from accounts.idempotency import Idempotent

    def wrapped(original: Any, view: Any, request: Any, *arguments: Any, **options: Any) -> Any:
        response = original(view, request, *arguments, **options)
        if request.method != "GET" and response.status_code < 300:
            reach(ANSWER_LOST)
        return response

    Patches().wrap(Idempotent, "dispatch", wrapped)


WRAPPERS: dict[str, Callable[[], None]] = {
    BEFORE_CLAIM_COMMIT: _before_claim_commit,
    COMMIT_TO_PUBLISH: _commit_to_publish,
    PUBLISH_TO_RETURN: _publish_to_return,
    CLAIM_TO_HEARTBEAT: _claim_to_heartbeat,
    FROZEN_CLAIM: _frozen_claim,
    RUN_TO_FINISH: _run_to_finish,
    FINISH_WITHOUT_ANSWER: _finish_without_answer,
    MID_RECOVERY: _mid_recovery,
    ANSWER_LOST: _answer_lost,
}
