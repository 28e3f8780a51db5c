"""POSTs that may be repeated: the same Idempotency-Key and request get the same answer, for a day.

The key is written in the transaction of all that the request does. So there is no moment at which
the one is there without the other, whatever dies; and a repeat that comes while the first is still
under way waits for it, at the unique index.
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
import json
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.db import Error, transaction
from django.db.models.functions import Now
from django.http import HttpResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Replay
from scheduler_project.api.problems import Answered, handle
from scheduler_project.sealing import seal

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=1)
FORGOTTEN_AT_ONCE = 100
LONGEST_KEY = 255
PURPOSE = "answers to repeated requests"
KEPT_HEADERS = ("Content-Type", "Location", "ETag")


class OtherRequest(APIException):
    """The key is already used for something else."""

    status_code = 422
    default_detail = (
        f"This {HEADER} was used for another request: repeat that one as it was, "
        "or choose a new key."
    )


class Idempotent:
    """View mixin, left of DRF's base class, for all views that have a POST."""

    _transaction: ExitStack
    _replay: Replay | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """In one transaction with the key, if there is one."""
        try:
            return self._in_one_transaction(request, *args, **kwargs)
        except Error as error:
            # The commit comes after all whose errors DRF handles.
            if (answer := handle(error, {})) is None:
                raise
            return answer

    def _in_one_transaction(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self._transaction:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            if self._replay and isinstance(response, Response) and response.status_code < 300:
                _keep(self._replay, response.render())
            elif self._replay:
                # What was refused may be tried again.
                transaction.set_rollback(True)
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the requester is known: take the key, or give the answer that it has already.

        Not before: nothing is locked while Redis is asked how many requests there were.
        """
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method == "POST" and HEADER in request.headers and request.user.pk:
            self._transaction.enter_context(transaction.atomic())
            self._replay = _taken(request, request.user.pk)


def _taken(request: Request, owner: int) -> Replay:
    """The key's row, which is ours now; Answered or OtherRequest if it was there already."""
    key, fingerprint = _checked(request.headers[HEADER]), _fingerprint(request)
    _forget_old()
    ours = Replay(owner_id=owner, key=key, fingerprint=fingerprint)
    # Waits for a request with this key that is under way.
    Replay.objects.bulk_create([ours], ignore_conflicts=True)
    found = Replay.objects.get(owner_id=owner, key=key)
    if found.fingerprint != fingerprint:
        raise OtherRequest
    if found.status is not None:
        raise Answered(_again(found))
    return found


def _checked(key: str) -> str:
    if key.isascii() and key.isprintable() and 0 < len(key) <= LONGEST_KEY:
        return key
    raise ValidationError({HEADER: f"Give 1 to {LONGEST_KEY} printable ASCII characters."})


def _fingerprint(request: Request) -> str:
    asked = request._request
    parts = ((asked.method or "").encode(), asked.get_full_path().encode(), asked.body)
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def _forget_old() -> None:
    """Some of what is old each time, so that nothing piles up."""
    old = Replay.objects.filter(created_at__lt=Now() - KEPT_FOR).order_by("created_at")
    some = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    Replay.objects.filter(pk__in=list(some[:FORGOTTEN_AT_ONCE])).delete()


def _keep(replay: Replay, response: Any) -> None:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    answer = json.dumps({"headers": headers, "body": response.content.decode()})
    replay.status, replay.answer = response.status_code, _sealed(answer)
    replay.save(update_fields=["status", "answer"])


def _again(replay: Replay) -> HttpResponse:
    answer = json.loads(seal(PURPOSE).decrypt(replay.answer))
    headers = {**answer["headers"], "Idempotency-Replayed": "true"}
    return HttpResponse(answer["body"], status=replay.status, headers=headers)


def _sealed(answer: str) -> str:
    return seal(PURPOSE).encrypt(answer.encode()).decode()
