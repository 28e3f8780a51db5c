"""Processes that ended though nobody had told them to."""

from collections.abc import Sequence

from tests.chaos.facts import Fault
from tests.chaos.members import End

# Celery's worker gives up on what its broker should never say: a message that is no
# message, a refusal of every write. It hands its runs back and a supervisor starts it anew.
CELERY_GIVES_UP = frozenset({"broken messages", "broker's disk full"})
# It drains first, which takes its grace and a lease, and longer on a busy machine.
AFTERWARDS_SECONDS = 20.0


def inexplicable(ends: Sequence[End], faults: Sequence[Fault]) -> list[str]:
    """The ends of processes that neither an order nor a fault explains, with their last words."""
    return [
        f"{end.name} ended with {end.code}:\n{end.last_words}"
        for end in ends
        if not end.ordered and not any(explains(fault, end) for fault in faults)
    ]


def explains(fault: Fault, end: End) -> bool:
    """Whether a worker can have given up because of this fault."""
    return (
        fault.kind in CELERY_GIVES_UP
        and end.name.startswith("worker")
        and fault.begun <= end.at <= fault.healed + AFTERWARDS_SECONDS
    )


def reason(end: End) -> str:
    """The last line that names an error."""
    lines = [line for line in end.last_words.splitlines() if "Error" in line]
    return f"{end.name} ({end.code}): {lines[-1][:100] if lines else 'no word'}"
