"""/ws/agent-tasks/{id}/events: the events of a run as they happen.

The client begins with {"after": N}, and {"token": "..."} unless the handshake carries one or it has
a session of this site. It gets {"heartbeat": true}, each event after number N, further
heartbeats while there is nothing, and at the end {"final": true, "state": "..."}. Whoever comes
back goes on from the last number it saw.
"""

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from accounts import hellos
from accounts.hellos import Goodbye
from accounts.sockets import Socket
from agents.models import AgentTask
from agents.watching import Watch, watching
from scheduler_project.api.permissions import visible_to

LARGEST_NUMBER = 2**31 - 1
NOT_FOUND = "There is no such agent task, or it belongs to someone else."


class EventSocket(Socket):
    """Somebody who watches a run."""

    begin = 'Begin with {"after": N}, and {"token": "..."} without a session.'

    async def serve(self, user: Any, said: dict[str, Any]) -> None:
        """The events of the address's task, if that is the user's."""
        after = hellos.number(said, "after", LARGEST_NUMBER) or 0
        task: UUID = self.scope["url_route"]["kwargs"]["task"]
        if not await database_sync_to_async(_may_see)(user, task):
            raise Goodbye(4404, NOT_FOUND)
        async with watching(task, after) as watch:
            # There may be nothing new for long: whoever listens knows now that they do.
            await self.say({"heartbeat": True})
            await self._show(watch)

    async def _show(self, watch: Watch) -> None:
        while page := await self.next_of(watch):
            for event in page.events:
                await self.say(event)
            if page.final:
                await self.say({"final": True, "state": page.state})
                raise Goodbye(1000, "The agent task has ended.")
        raise Goodbye(4404, NOT_FOUND)


def _may_see(user: Any, task: UUID) -> bool:
    return visible_to(user, AgentTask.objects.filter(pk=task)).exists()
