"""Switching off schedules that keep failing: with the reason on them, and told to their owners."""

from collections.abc import Mapping

from schedules import cancellation, db, dispatch, history, notifications

REASON = "the schedule was paused after too many failures"


def pause(notes: Mapping[int, str]) -> None:
    """Switch these schedules (by id, with the reason) off; the caller holds their row locks.

    What was due until now is accounted for first. What waits is cancelled, what runs may
    finish.
    """
    now, ids = db.now_in_locks(), list(notes)
    # Cancelling what runs would lock it out of turn, and a pause lets it finish.
    dispatch.settle(ids, now, replacing=False)
    cancellation.cancel(reason=REASON, schedules=ids, running_too=False)
    dispatch.advance([dispatch.Advance(id, None, 0, note) for id, note in notes.items()])
    history.append([(id, now) for id in ids])
    notifications.tell_paused(notes)
