"""The states of an execution and the edges between them: one table, everything else derives."""

from enum import StrEnum


class State(StrEnum):
    """Where an execution stands; a state without an edge is final and never changes."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"


EDGES: dict[State, frozenset[State]] = {
    # Skipped: a budget does not let it start.
    State.PENDING: frozenset({State.RUNNING, State.CANCELLED, State.SKIPPED}),
    State.RUNNING: frozenset(
        {State.SUCCESS, State.FAILED, State.CANCELLED, State.PENDING, State.WAITING}
    ),
    State.WAITING: frozenset({State.PENDING, State.CANCELLED}),
}

ACTIVE = tuple(EDGES)
FINAL = tuple(state for state in State if state not in EDGES)


def sources(target: State) -> tuple[State, ...]:
    """The states from which an execution may become `target`."""
    return tuple(state for state, targets in EDGES.items() if target in targets)
