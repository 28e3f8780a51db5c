"""Open sockets, whose tickets are looked at again and again: all of a process at once."""

import asyncio
import logging

from channels.db import database_sync_to_async

from accounts import tickets
from accounts.tickets import Ticket
from scheduler_project.hubs import Hub

logger = logging.getLogger(__name__)

CHECK_SECONDS = 30.0


class Guest:
    """One socket; `ended` is set when the ticket that it has shown last counts no more."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.ended = asyncio.Event()


class Guests(Hub[Guest]):
    """All of an event loop."""

    async def live(self) -> None:
        """Look at the tickets every CHECK_SECONDS."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._check()
            except Exception as error:
                # Whatever it was, most likely the database: then nothing is shown either.
                logger.warning("Tickets of sockets could not be checked: %r", error)

    async def _check(self) -> None:
        shown = {guest: guest.ticket for guest in self.members}
        good = await database_sync_to_async(tickets.good)(set(shown.values()))
        for guest, ticket in shown.items():
            # A fresh one may have been shown meanwhile.
            if ticket not in good and guest.ticket is ticket:
                guest.ended.set()
