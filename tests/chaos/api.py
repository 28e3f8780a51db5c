"""A user of the HTTP API, who sends everything again until the answer is clear.

Nothing is done twice by that: a POST has a key of its own, an edit the version that it is made to,
and what is deleted stays so.
"""

import http.client
import json
from collections.abc import Callable, Mapping
from itertools import count

from tests.acceptance.database import PASSWORD
from tests.chaos.answers import Answer, persistently
from tests.chaos.clock import wall

# Shorter than any freeze: a web server that goes on finds the same request again behind the first.
PATIENCE_SECONDS = 3.0
# To look at a password takes its time on a busy machine.
SIGN_IN_PATIENCE_SECONDS = 60.0
NOTHING: Mapping[str, str] = {}


class Api:
    """One owner's client; one thread uses it. `unclear` counts changes that were sent again."""

    def __init__(self, port: int, owner: str) -> None:
        self.owner = owner
        self.unclear = 0
        self._port = port
        self._token = ""
        self._keys = count(1)

    def get(self, path: str) -> Answer:
        """What is there."""
        return persistently(lambda: self._send("GET", path), lambda answer: answer.clear)

    def post(self, path: str, body: object = None) -> Answer:
        """Carried out once, by its key (accounts/idempotency.py)."""
        headers = {"Idempotency-Key": str(next(self._keys))}
        return self._change(lambda: self._send("POST", path, body, headers))

    def patch(self, path: str, body: object, version: str) -> Answer:
        """Made to this version, and so once at most (scheduler_project/versions.py)."""
        return self._change(lambda: self._send("PATCH", path, body, {"If-Match": version}))

    def delete(self, path: str) -> Answer:
        """Sent until it is gone: a 409 says that an earlier sending is just doing it."""
        return self._change(lambda: self._send("DELETE", path), lambda answer: answer.gone)

    def _change(
        self,
        send: Callable[[], Answer],
        good: Callable[[Answer], bool] = lambda answer: answer.clear,
    ) -> Answer:
        answer = persistently(send, good)
        self.unclear += answer.repeated
        return answer

    def _send(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = NOTHING
    ) -> Answer:
        """One request, signed in; what a token was too old for was not looked at."""
        while True:
            signed = {**headers, "Authorization": f"Bearer {self._token or self._sign_in()}"}
            answer = self._request(method, path, body, signed)
            if answer.status != http.client.UNAUTHORIZED:
                return answer
            self._token = ""

    def _sign_in(self) -> str:
        credentials = {"username": self.owner, "password": PASSWORD}

        def send() -> Answer:
            patience = SIGN_IN_PATIENCE_SECONDS
            return self._request("POST", "/api/token", credentials, NOTHING, patience)

        self._token = persistently(send, lambda answer: answer.done).body["access"]
        return self._token

    def _request(
        self,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str],
        patience: float = PATIENCE_SECONDS,
    ) -> Answer:
        sent = wall()
        try:
            status, text, version = self._exchange(method, path, body, headers, patience)
            return Answer(status, json.loads(text) if text else None, version, sent, wall())
        except (OSError, http.client.HTTPException, ValueError):
            return Answer(None, None, "", sent, wall())

    def _exchange(
        self, method: str, path: str, body: object, headers: Mapping[str, str], patience: float
    ) -> tuple[int, bytes, str]:
        """Status, body and ETag."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=patience)
        content = json.dumps(body) if body is not None else ""
        kind = {"Content-Type": "application/json", "Connection": "close"}
        try:
            connection.request(method, path, content, {**kind, **headers})
            response = connection.getresponse()
            return response.status, response.read(), response.getheader("ETag", "")
        finally:
            connection.close()
