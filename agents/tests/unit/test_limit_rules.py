"""Which limits count for a model, and that no minute ever has more calls than its limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.limits.asks import Ask
from agents.limits.local import Local
from agents.limits.rules import MINUTE, Limit, admit, advanced, limits_of

CONFIGURED = {
    "openai:*": {"concurrency": 9},
    "openai:gpt-5": {"requests_per_minute": 60},
    "local": {"concurrency": 1},
}
rates = st.builds(Limit, st.just("k"), requests_per_minute=st.integers(1, 2_000))


@pytest.mark.parametrize(
    ("model", "keys"),
    [
        ("openai:gpt-5", ["openai:gpt-5", "openai:*"]),
        ("openai:gpt-4", ["openai:*"]),
        ("local:smollm2", ["local"]),
        ("anthropic:x", []),
        ("gateway/openai:gpt-5", []),
    ],
)
def test_all_that_fit_count(model: str, keys: list[str]) -> None:
    assert [limit.key for limit in limits_of(model, CONFIGURED)] == keys


def test_nothing_is_limited_unless_it_is_said() -> None:
    assert limits_of("openai:gpt-5", {}) == ()


@given(rates, st.lists(st.tuples(st.integers(0, MINUTE // 50), st.integers(1, 300)), max_size=200))
def test_no_minute_has_more(limit: Limit, arrivals: list[tuple[int, int]]) -> None:
    now = next_at = 0
    begun: list[int] = []
    for pause, wanted in arrivals:
        now += pause
        admitted = admit(limit, next_at, now, wanted)
        assert 0 <= admitted <= min(wanted, limit.burst)
        next_at = advanced(limit, next_at, now, admitted)
        begun += [now] * admitted
        within = sum(time > now - MINUTE for time in begun)
        assert within <= limit.requests_per_minute


@given(rates, st.integers(1, 1000))
def test_the_rate_is_used(limit: Limit, number: int) -> None:
    """Whoever asks whenever it is worth it begins as often as is allowed, but for the rounding."""
    next_at = now = 0
    for _ in range(number):
        now = max(now, next_at - limit.tolerance)
        assert admit(limit, next_at, now, 1) == 1
        assert now == 0 or admit(limit, next_at, now - 1, 1) == 0
        next_at = advanced(limit, next_at, now, 1)
    # Up to two seconds more a minute: what the burst takes.
    assert now <= number / limit.requests_per_minute * MINUTE * 62 / 60 + number


def ask(limits: tuple[Limit, ...], wanted: int) -> Ask:
    return Ask("m", limits, "w", [], [], [str(n) for n in range(wanted)], [0] * wanted)


def test_a_process_alone_keeps_to_all_limits() -> None:
    local = Local()
    limits = (Limit("m", concurrency=3), Limit("p:*", requests_per_minute=120))
    first = local.answer(ask(limits, 5), {"m": 2}, 0)
    assert (first.begun, first.limit) == (1, limits[0])
    second = local.answer(ask(limits, 5), {}, 0)
    assert (second.begun, second.limit) == (1, limits[1])
    assert second.wait == limits[1].interval / 1_000_000
    assert local.answer(ask(limits, 5), {}, limits[1].interval).begun == 1


def test_a_limit_says_what_it_is() -> None:
    assert str(Limit("a:b", 2, 30)) == "2 at once and 30 a minute for a:b"
    assert str(Limit("a:*", requests_per_minute=30)) == "30 a minute for a:*"
