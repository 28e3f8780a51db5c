"""Answers to requests that may have to be sent more than once."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scheduler_project.embedded.waiting import wait_until
from tests.chaos.record import Moment

PAUSE_SECONDS = 0.3
# No fault keeps a web server away for so long.
LONGEST_SECONDS = 180.0


@dataclass(frozen=True)
class Answer:
    """A request's result, and from when to when it was on its way; status None: nobody knows."""

    status: int | None
    body: Any
    version: str
    sent: datetime
    answered: datetime
    repeated: bool = False

    @property
    def done(self) -> bool:
        """It was done, for certain."""
        return self.status is not None and self.status < 300

    @property
    def clear(self) -> bool:
        """It was done or will never be: the connection held, and the server does not say 5xx.

        However late an earlier sending comes: what owners are refused stays refused, as runs that
        have ended and times that have passed.
        """
        return self.status is not None and self.status < 500

    @property
    def gone(self) -> bool:
        """Nothing is there any more, perhaps since an earlier sending."""
        return self.status in {http.client.NO_CONTENT, http.client.NOT_FOUND}

    @property
    def stale(self) -> bool:
        """It was made to a version that is over, perhaps since an earlier sending."""
        return self.status == http.client.PRECONDITION_FAILED

    @property
    def moment(self) -> Moment:
        """When it took effect."""
        return Moment(self.sent, self.answered)

    def refuses(self, field: str) -> bool:
        """It was not done, because of this field."""
        bad = self.status == http.client.BAD_REQUEST
        return bad and any(error["field"] == field for error in self.body["errors"])


def persistently(send: Callable[[], Answer], good: Callable[[Answer], bool]) -> Answer:
    """The first good answer, as one to the first sending; the same is sent until there is one."""
    answers: list[Answer] = []

    def is_good() -> bool:
        answers.append(send())
        return good(answers[-1])

    found = wait_until(is_good, LONGEST_SECONDS, PAUSE_SECONDS)
    assert found, f"no good answer for too long: {answers[-1]}"
    return replace(answers[-1], sent=answers[0].sent, repeated=len(answers) > 1)
