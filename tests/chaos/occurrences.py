"""Was each occurrence created, and once? The users' book beside the ledger."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from tests.chaos.breaches import (
    ACCOUNTED_TWICE,
    BY_HAND_WRONG,
    CREATED_TWICE,
    LOST,
    NEVER_DUE,
    Breach,
)
from tests.chaos.facts import Facts
from tests.chaos.ledger import Row

BY_TIMER, BY_HAND = "timer", "manual"


def _timed(facts: Facts) -> dict[str, list[Row]]:
    rows = defaultdict(list)
    for row in facts.rows:
        if row.trigger == BY_TIMER:
            rows[row.name].append(row)
    return rows


def accounted_for(facts: Facts) -> Iterator[Breach]:
    """Each certain occurrence is covered by a row, each possible one by one at most."""
    timed = _timed(facts)
    for plan in facts.plans:
        covered: Counter[datetime] = Counter()
        for row in timed.pop(plan.name, []):
            every = plan.every(row.scheduled_for)
            if every is None:
                yield Breach(NEVER_DUE, f"{row} is of no version of its schedule")
                continue
            for at in row.covers(every):
                covered[at] += 1
                if not plan.possible(at):
                    yield Breach(NEVER_DUE, f"{at:%H:%M:%S.%f} on {row}")
        for at, times in covered.items():
            if times > 1:
                yield Breach(ACCOUNTED_TWICE, f"{plan.name} at {at}: {times} times")
        for at in sorted(plan.certain() - covered.keys()):
            yield Breach(LOST, f"{plan.name} at {at:%H:%M:%S.%f}")
    for rows in timed.values():
        yield from (Breach(NEVER_DUE, f"{row} is of no known schedule") for row in rows)


def created_once(facts: Facts) -> Iterator[Breach]:
    """No planned time has two rows."""
    for name, rows in _timed(facts).items():
        for at, times in Counter(row.scheduled_for for row in rows).items():
            if times > 1:
                yield Breach(CREATED_TWICE, f"{name} at {at:%H:%M:%S.%f}: {times} rows")


def by_hand(facts: Facts) -> Iterator[Breach]:
    """Exactly the runs that their users were told of."""
    found = {row.id: row for row in facts.rows if row.trigger == BY_HAND}
    asked = {id: plan.name for plan in facts.plans for id in plan.by_hand}
    for id in asked.keys() - found.keys():
        yield Breach(BY_HAND_WRONG, f"{id} of {asked[id]} is lost")
    for id in found.keys() - asked.keys():
        yield Breach(BY_HAND_WRONG, f"{found[id]} was not asked for")
