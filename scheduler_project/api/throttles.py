"""How many requests a minute anybody may make, counted in Redis by all web processes together.

While Redis does not answer, requests are let through: it only counts. Windows are fixed minutes
by this machine's clock; the answers' headers are those of the RateLimit draft:
https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from math import ceil
from typing import Any, ClassVar

import redis
from django.conf import settings
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
TIMEOUT_SECONDS = 0.2
# After one that did not answer: not every request shall wait for the next.
SILENCE_SECONDS = 5.0


class Counter:
    """Requests by name and minute; None while Redis does not answer."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    @cached_property
    def _redis(self) -> redis.Redis:
        return redis.Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=None,
        )

    def add(self, name: str, window: int) -> int | None:
        """One more of this name; how many there were in this window."""
        if time.monotonic() < self._silent_until:
            return None
        key = f"throttle:{name}:{window}"
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, 2 * WINDOW_SECONDS)
                return int(pipeline.execute()[0])
        except (RedisError, OSError) as error:
            logger.warning("Requests are not counted for a while: %s", error)
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            return None


counter = Counter()


def _window() -> tuple[int, float]:
    """The number of this minute, and the whole seconds until the next."""
    number, passed = divmod(time.time(), WINDOW_SECONDS)
    return int(number), float(ceil(WINDOW_SECONDS - passed))


class Throttle(BaseThrottle, ABC):
    """So many requests a minute of whoever `whom` names; None: of nobody."""

    policy: ClassVar[str]
    setting: ClassVar[str]

    @abstractmethod
    def whom(self, request: Request) -> object | None:
        """Who is counted."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether there is room for it; says so in the answer's headers."""
        quota, whom = getattr(settings, self.setting), self.whom(request)
        if not quota or whom is None:
            return True
        window, self._left = _window()
        count = counter.add(f"{self.policy}:{whom}", window)
        if count is None:
            return True
        self._tell(request, quota, max(0, quota - count))
        return count <= quota

    def wait(self) -> float:
        """Seconds until the next window."""
        return self._left

    def _tell(self, request: Request, quota: int, left: int) -> None:
        # On Django's request, from which the middleware takes it.
        request._request.rate_limit = {  # type: ignore[attr-defined]
            "RateLimit-Policy": f'"{self.policy}";q={quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={left};t={self.wait():.0f}',
        }


class PerUser(Throttle):
    """Of each user."""

    policy, setting = "user", "REQUESTS_PER_MINUTE"

    def whom(self, request: Request) -> object | None:
        """The user's id."""
        return request.user.pk if request.user else None


class PerAddress(Throttle):
    """Of each address, for requests of nobody."""

    policy, setting = "address", "ANONYMOUS_REQUESTS_PER_MINUTE"

    def whom(self, request: Request) -> object | None:
        """The address, unless somebody is signed in."""
        return None if request.user and request.user.pk else self.get_ident(request)


address_of: Callable[[Any], str] = BaseThrottle().get_ident


class Strangers:
    """Addresses whose requests have failed to say who they are, as often as a minute allows.

    Those count towards PerAddress. Beyond it, what comes with a token or a key is refused before
    anybody looks it up in the database; each process finds out for itself.
    """

    def __init__(self) -> None:
        self._shut: dict[str, int] = {}

    def wait(self, request: HttpRequest) -> float | None:
        """Seconds until the address of this request is listened to again; None if it is now."""
        number, left = _window()
        return left if self._shut.get(address_of(request)) == number else None

    def failed(self, context: Mapping[str, Any]) -> float | None:
        """Count a request that got 401; the seconds to wait if that was one too many.

        `context` is what DRF tells its exception handler.
        """
        request, view = context["request"], context["view"]
        for throttle in view.get_throttles():
            if isinstance(throttle, PerAddress) and not throttle.allow_request(request, view):
                number, left = _window()
                kept = {address: at for address, at in self._shut.items() if at == number}
                self._shut = kept | {address_of(request): number}
                return left
        return None


strangers = Strangers()


class SignIn(Throttle):
    """Of each address, whatever names are tried from there."""

    policy, setting = "sign-in", "SIGN_INS_PER_MINUTE"

    def whom(self, request: Request) -> object | None:
        """The address."""
        return self.get_ident(request)
