"""/ws/executions: each change of a user's executions and schedules, as it happens.

The client begins with {"after": N}, and {"token": "..."} unless the handshake carries one or it has
a session of this site. Without "after" it gets what happens from now on, with 0 all that is kept;
"events" (a list) and "schedule" (an id) choose among that. Each of our messages has a "sequence":
whoever comes back with the last one as "after" misses nothing and gets nothing twice.
"""

from typing import Any

from accounts import hellos
from accounts.hellos import Goodbye
from accounts.sockets import Socket
from feed.changes import Page
from feed.events import EVENTS
from feed.watching import Wants, watching

LARGEST_NUMBER = 2**63 - 1
AHEAD = "'after' is a number that no change has yet: begin without it."


class ChangeSocket(Socket):
    """Somebody who follows their own things; staff, too, follow no others' here."""

    begin = 'Begin with {"after": N}, or {} for what comes, and {"token": "..."} without a session.'

    async def serve(self, user: Any, said: dict[str, Any]) -> None:
        """Where the feed stands, and from there on each change."""
        after = hellos.number(said, "after", LARGEST_NUMBER)
        async with watching(user.pk, after, _wants(said)) as self._watch:
            begin = await self.next_of(self._watch)
            if begin is None:
                raise Goodbye(4400, AHEAD)
            await self.say({"sequence": begin.sequence})
            while page := await self.next_of(self._watch):
                await self._show(page)

    async def _show(self, page: Page) -> None:
        if page.gap is not None:
            await self.say({"gap": True, "sequence": page.gap})
        for change in page.changes:
            await self.say(change)

    def heartbeat(self) -> dict[str, Any] | None:
        """With the number up to which everything was shown: each message of ours has one."""
        position = self._watch.position
        return None if position is None else {"heartbeat": True, "sequence": position}


def _wants(said: dict[str, Any]) -> Wants:
    """What the hello chooses, everything by default; else 4400."""
    schedule = hellos.number(said, "schedule", LARGEST_NUMBER)
    events = said.get("events", EVENTS)
    if not isinstance(events, list | tuple) or not all(event in EVENTS for event in events):
        raise Goodbye(4400, "'events' is a list of names such as \"execution.success\".")
    return lambda change: change["event"] in events and schedule in (None, change["schedule"])
