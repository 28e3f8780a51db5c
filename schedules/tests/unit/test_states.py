"""The edges between states, and what is derived from them."""

import pytest

from schedules.states import ACTIVE, EDGES, FINAL, State, sources


def test_every_state_is_either_active_or_final() -> None:
    assert set(ACTIVE) | set(FINAL) == set(State)
    assert not set(ACTIVE) & set(FINAL)


def test_what_is_active_and_what_is_final() -> None:
    assert {state.value for state in ACTIVE} == {"pending", "running", "waiting"}
    assert {state.value for state in FINAL} == {
        *("success", "failed", "cancelled"),
        *("skipped", "missed"),
    }


@pytest.mark.parametrize("final", FINAL)
def test_a_final_state_never_changes(final: State) -> None:
    assert final not in EDGES
    assert all(final not in sources(target) for target in State)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (State.RUNNING, {State.PENDING}),
        (State.SUCCESS, {State.RUNNING}),
        (State.FAILED, {State.RUNNING}),
        (State.CANCELLED, {State.PENDING, State.RUNNING, State.WAITING}),
        (State.PENDING, {State.RUNNING, State.WAITING}),
        (State.WAITING, {State.RUNNING}),
        (State.SKIPPED, {State.PENDING}),
        (State.MISSED, set()),
    ],
)
def test_from_which_states_an_execution_gets_there(target: State, expected: set[State]) -> None:
    assert set(sources(target)) == expected


def test_every_active_state_leads_to_a_final_one() -> None:
    reaches = {state: {state} | set(EDGES.get(state, ())) for state in State}
    for _ in State:
        reaches = {s: set().union(*(reaches[t] for t in targets)) for s, targets in reaches.items()}
    assert all(reaches[state] & set(FINAL) for state in ACTIVE)
