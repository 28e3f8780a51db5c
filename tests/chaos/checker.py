"""The judgement: what a run broke of the promise, one sentence for each breach.

No occurrence is lost, none is created twice, every execution ends in exactly one final
state with a reason, no two attempts of one execution are both believed, and a stale worker
changes nothing. A run that proves nothing breaks the promise, too.
"""

from collections.abc import Callable, Iterator

from tests.chaos import executions, occurrences
from tests.chaos.breaches import (
    AUDIT_OBJECTS,
    NOT_CANCELLED,
    PROVES_NOTHING,
    UNEXPECTED_END,
    Breach,
)
from tests.chaos.facts import Facts


def check(facts: Facts) -> list[Breach]:
    """All breaches that the facts show."""
    checks: tuple[Callable[[Facts], Iterator[Breach]], ...] = (
        *(occurrences.accounted_for, occurrences.created_once, occurrences.by_hand),
        *(executions.final, executions.believed, executions.answers),
        *(executions.starts, executions.late_starts),
        *(_cancelled, _proof, _ends, _audit),
    )
    return [breach for each in checks for breach in each(facts)]


def accounted(facts: Facts) -> int:
    """How many occurrences the ledger accounts for, those of runs by hand included."""
    return sum(row.coalesced + 1 for row in facts.rows)


def _cancelled(facts: Facts) -> Iterator[Breach]:
    """What a user was told is cancelled stays so."""
    states = {row.id: row for row in facts.rows}
    for plan in facts.plans:
        for id in plan.cancelled:
            if id not in states or states[id].state != "cancelled":
                yield Breach(NOT_CANCELLED, f"{id} of {plan.name}")


def _proof(facts: Facts) -> Iterator[Breach]:
    """A run in which nothing happened says nothing."""
    fired = {fault.kind for fault in facts.faults if fault.effect}
    for kind in sorted(facts.expected_kinds - fired):
        yield Breach(PROVES_NOTHING, f"the fault {kind!r} did not fire")
    for fault in facts.faults:
        if not fault.effect:
            yield Breach(PROVES_NOTHING, f"the fault {fault.kind!r} did nothing to {fault.target}")
    if not facts.expected_kinds:
        return
    seen = {
        "no answer was unclear": facts.unclear,
        "no write of a stale attempt was refused": facts.evidence.stale_refused,
        "no lease expired": facts.evidence.leases_expired,
        "nothing was published again": facts.evidence.published_again,
    }
    yield from (Breach(PROVES_NOTHING, what) for what, number in seen.items() if not number)


def _ends(facts: Facts) -> Iterator[Breach]:
    for end in facts.unexpected_ends:
        yield Breach(UNEXPECTED_END, end)


def _audit(facts: Facts) -> Iterator[Breach]:
    if facts.audit:
        yield Breach(AUDIT_OBJECTS, facts.audit)
