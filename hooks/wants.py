"""Pure: the names by which a hook says what it wants to hear of."""

from collections.abc import Collection

from feed.events import EVENTS

PING = "ping"
"""Sent to try a hook out: nothing else causes it, and nobody has to ask for it."""
KINDS = tuple(dict.fromkeys(f"{event.partition('.')[0]}.*" for event in EVENTS))
NAMES = ("*", *KINDS, *EVENTS)


def problem_with(names: Collection[str]) -> str | None:
    """Why a hook cannot want these, as a sentence, or None."""
    if names and set(names) <= set(NAMES):
        return None
    return f"Name at least one event, of these: {', '.join(NAMES)}."


def tidy(names: Collection[str]) -> list[str]:
    """Each name once, in the order in which events are listed."""
    return [name for name in NAMES if name in names]
