"""Switching off schedules that fail or cost too much: the reason stands on them, and is told."""

from collections.abc import Mapping

from schedules import cancellation, db, dispatch, history, notifications

FAILING = "the schedule was paused after too many failures"
TOO_DEAR = "the schedule was paused by a budget"


def pause(notes: Mapping[int, str], reason: str = FAILING) -> None:
    """Switch these schedules (by id, with the reason) off; the caller holds their row locks.

    What was due until now is accounted for first. What waits is cancelled, which the ledger
    gives that reason for; what runs may finish.
    """
    now, ids = db.now_in_locks(), list(notes)
    # Cancelling what runs would lock it out of turn, and a pause lets it finish.
    dispatch.settle(ids, now, replacing=False)
    cancellation.cancel(reason=reason, schedules=ids, running_too=False)
    dispatch.advance([dispatch.Advance(id, None, 0, note) for id, note in notes.items()])
    history.append([(id, now) for id in ids])
    notifications.tell_paused(notes)
