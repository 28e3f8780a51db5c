"""Processes that ended though nobody had told them to."""

from collections.abc import Sequence

from tests.chaos.members import End


def unordered(ends: Sequence[End]) -> list[str]:
    """Each end that nobody wanted, with the process's last words: no fault excuses one."""
    return [
        f"{end.name} ended with {end.code}:\n{end.last_words}" for end in ends if not end.ordered
    ]
