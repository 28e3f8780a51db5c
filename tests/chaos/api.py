"""A user of the HTTP API, who is never sure what an answer that did not come would have said."""

import http.client
import json
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.acceptance.database import PASSWORD
from tests.chaos.clock import wall

# Longer than any freeze: a web server that goes on after one must not find us gone.
PATIENCE_SECONDS = 90
PAUSE_SECONDS = 0.3


@dataclass(frozen=True)
class Answer:
    """A request's result and when it was sent and answered; status None: nobody knows."""

    status: int | None
    body: Any
    sent: datetime
    answered: datetime

    @property
    def done(self) -> bool:
        """It was done, for certain."""
        return self.status is not None and self.status < 300

    @property
    def unclear(self) -> bool:
        """It may have been done or not: the connection broke, or the server says 5xx."""
        return self.status is None or self.status >= 500

    def refuses(self, field: str) -> bool:
        """It was not done, because of this field."""
        bad = self.status == http.client.BAD_REQUEST
        return bad and any(error["field"] == field for error in self.body["errors"])


class Api:
    """One owner's client; one thread uses it."""

    def __init__(self, port: int, owner: str, stopping: threading.Event) -> None:
        self.owner = owner
        self._port = port
        self._stopping = stopping
        self._token = ""

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """One request, signed in; it is sent again only where it was refused for certain."""
        while True:
            if not self._token:
                self._log_in()
            answer = self._request(method, path, body)
            if answer.status != http.client.UNAUTHORIZED:
                return answer
            self._token = ""

    def _log_in(self) -> None:
        credentials = {"username": self.owner, "password": PASSWORD}
        while not self._stopping.is_set():
            answer = self._request("POST", "/api/token", credentials)
            if answer.done:
                self._token = answer.body["access"]
                return
            self._stopping.wait(PAUSE_SECONDS)
        raise Stopped

    def _request(self, method: str, path: str, body: object) -> Answer:
        sent = wall()
        try:
            status, text = self._exchange(method, path, body)
            return Answer(status, json.loads(text) if text else None, sent, wall())
        except (OSError, http.client.HTTPException, ValueError):
            return Answer(None, None, sent, wall())

    def _exchange(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if self._token and path != "/api/token":
            headers["Authorization"] = f"Bearer {self._token}"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else "", headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


class Stopped(Exception):  # noqa: N818
    """The run is over while somebody still waits for an answer."""
