"""Pure: which limits a model's calls have, and how many may begin now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MICROSECONDS = 1_000_000
MINUTE = 60 * MICROSECONDS


@dataclass(frozen=True)
class Limit:
    """What MODEL_LIMITS says under one key: all calls that the key stands for count together."""

    key: str
    concurrency: int = 0
    """Calls at once; 0 is any number."""
    requests_per_minute: int = 0
    """Calls that begin within any 60 seconds; 0 is any number."""

    @property
    def burst(self) -> int:
        """How many may begin at the same instant: a second's share.

        Providers count so, too: "60 a minute may be enforced as one a second".
        """
        return -(-self.requests_per_minute // 60)

    @property
    def interval(self) -> int:
        """Microseconds from one call to the next, once the burst is used up; 0 without a rate.

        A little more than an even share, so that a minute with a burst in it has no more either.
        """
        if not self.requests_per_minute:
            return 0
        return -(-MINUTE // (self.requests_per_minute - self.burst + 1))

    @property
    def tolerance(self) -> int:
        """How many microseconds ahead of their turn calls may begin, which makes the burst."""
        return max(0, self.burst - 1) * self.interval

    @property
    def most_at_once(self) -> int:
        """Calls that can begin together when nothing else goes on."""
        return min(filter(None, (self.concurrency, self.burst)))

    def __str__(self) -> str:
        said = []
        if self.concurrency:
            said.append(f"{self.concurrency} at once")
        if self.requests_per_minute:
            said.append(f"{self.requests_per_minute} a minute")
        return f"{' and '.join(said)} for {self.key}"


def limits_of(model: str, configured: Mapping[str, Mapping[str, int]]) -> Sequence[Limit]:
    """All limits that a call of a resolved model string counts under; it waits for each of them.

    Its own, its provider's (`openai:*`), and `local` for the models at MODEL_BASE_URL.
    """
    return tuple(Limit(key, **configured[key]) for key in _keys(model) if key in configured)


def _keys(model: str) -> Iterator[str]:
    provider, _, _ = model.partition(":")
    yield model
    yield f"{provider}:*"
    yield provider


def admit(limit: Limit, next_at: int, now: int, wanted: int) -> int:
    """How many of the `wanted` calls may begin now, by the rate alone.

    `next_at` is when the next call would begin if all were spread evenly: GCRA's "theoretical
    arrival time" (ITU-T I.371), which is all that has to be kept. Times are in microseconds.
    """
    if not limit.interval:
        return wanted
    ahead = max(next_at, now) - now
    if ahead > limit.tolerance:
        return 0
    return min(wanted, (limit.tolerance - ahead) // limit.interval + 1)


def advanced(limit: Limit, next_at: int, now: int, begun: int) -> int:
    """`next_at` after so many calls have begun."""
    return max(next_at, now) + begun * limit.interval
