"""Django's backend for PostgreSQL, which asks for less: the `ENGINE` of settings.py."""

from select import POLLIN, poll

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Knows without a question whether its connection is still there."""

    def is_usable(self) -> bool:
        """Whether the server has said nothing since the last answer: it says why when it goes.

        Django sends `SELECT 1` at the beginning of each request, and waits for the answer. A
        server or network that has vanished without a word is found out by the next statement in
        either case, within what settings.py allows for that.
        """
        if self.connection is None or self.connection.closed:
            return False
        arrivals = poll()
        arrivals.register(self.connection.fileno(), POLLIN)
        return not arrivals.poll(0)
