"""Budgets at the claim: what each run may spend is held back for it before it starts.

Every way to start a run ends in a claim, so this is the one place that asks.

Locks are taken in the order that holds everywhere: schedules, executions, budgets. A claim under
budgets needs its schedules because a refusal releases what waits behind the run, or pauses its
schedule; it cannot know beforehand that it will refuse, and to ask for a schedule while it holds
an execution would be the wrong way round: a finish or an edit that has the schedule waits for
its executions. None of these locks is waited for, as all that is claimed in the same transaction
would wait, too: runs of which somebody holds the schedule or a budget are left, and tried again
(busy.py). A finish takes no budget: in one transaction it turns what was held back into what is
spent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from agents.budgets import Account, Decision, decide
from schedules import applicants, balances, db
from schedules.applicants import Applicant
from schedules.outcomes import LOCK_SCHEDULES


class Decided(NamedTuple):
    """What budgets say to one run."""

    applicant: Applicant
    decision: Decision


@dataclass(frozen=True)
class Reserved:
    """Which executions may be claimed, and what budgets said, if they were asked."""

    ids: list[UUID]
    decided: Mapping[UUID, Decided] = field(default_factory=dict)


# All that a claim without budgets pays for them: two looks into one index for each execution.
# Without the LIMIT the planner may read all budgets there are to save them.
UNDER_BUDGETS = """
SELECT e.id FROM schedules_execution e CROSS JOIN LATERAL (
    SELECT FROM agents_budget b WHERE b.owner_id = e.owner_id AND b.schedule_id IS NULL
    UNION ALL
    SELECT FROM agents_budget b WHERE b.owner_id = e.owner_id AND b.schedule_id = e.schedule_id
    LIMIT 1) one
WHERE e.id = ANY(%s::uuid[])
"""


def reserve(ids: Sequence[UUID]) -> Reserved:
    """Ask the budgets of these executions, and hold back for each run what it may spend.

    The number of statements does not depend on that of the executions. What was held back for
    a run that is then not claimed counts for nothing, as only running ones are looked at.
    """
    under = {row[0] for row in db.fetch(UNDER_BUDGETS, (list(ids),))}
    if not under:
        return Reserved(list(ids))
    locked = [row[0] for row in db.fetch(LOCK_SCHEDULES, (list(under),))]
    decided = {each.applicant.id: each for each in _decide(applicants.lock(list(under), locked))}
    going = [each for each in decided.values() if each.decision.verdict == "go"]
    _hold(going)
    free = [id for id in ids if id not in under]
    return Reserved(free + [each.applicant.id for each in going], decided)


BUDGETS = """agents_budget
    WHERE owner_id = ANY(%(owners)s::int[])
      AND (schedule_id IS NULL OR schedule_id = ANY(%(schedules)s::bigint[]))"""
LOCK_BUDGETS = f"""
WITH ours AS (SELECT id FROM {BUDGETS} ORDER BY id FOR UPDATE SKIP LOCKED)
SELECT id, owner_id, schedule_id, id IN (SELECT id FROM ours) FROM {BUDGETS}
"""


class Locked(NamedTuple):
    """A budget that exists, and whether this claim has it."""

    id: int
    owner_id: int
    schedule_id: int | None
    ours: bool

    def covers(self, applicant: Applicant) -> bool:
        mine = self.owner_id == applicant.owner_id
        return mine and self.schedule_id in (None, applicant.schedule_id)


def _lock_budgets(found: Sequence[Applicant]) -> list[Locked]:
    owners = {applicant.owner_id for applicant in found}
    schedules = {a.schedule_id for a in found if a.schedule_id is not None}
    facts = {"owners": list(owners), "schedules": list(schedules)}
    return [Locked(*row) for row in db.fetch(LOCK_BUDGETS, facts)] if found else []


def _decide(found: Sequence[Applicant]) -> Iterator[Decided]:
    """What budgets say to those of which nobody else has one."""
    budgets = _lock_budgets(found)
    others = [budget for budget in budgets if not budget.ours]
    free = [a for a in found if not any(budget.covers(a) for budget in others)]
    # Read by a statement of its own: the locking one would still show how they stood before the
    # claim that has just let go of them.
    return _in_turn(free, balances.accounts([budget.id for budget in budgets if budget.ours]))


def _in_turn(found: Sequence[Applicant], accounts: Sequence[Account]) -> Iterator[Decided]:
    """One after the other: what is held back for one is not there for the next."""
    standing: dict[int, list[Account]] = {}
    for account in accounts:
        standing.setdefault(account.owner_id, []).append(account)
    for applicant in found:
        own = standing.get(applicant.owner_id, [])
        covering = [account for account in own if account.covers(applicant.schedule_id)]
        priced = any(account.unit == "dollars" for account in covering)
        decision = decide(applicant.request(priced=priced), covering)
        standing[applicant.owner_id] = [
            account.after(decision) if account in covering else account for account in own
        ]
        yield Decided(applicant, decision)


HOLD = """
UPDATE schedules_execution e SET reserved_tokens = held.tokens, reserved_cost = held.cost
FROM unnest(%s::uuid[], %s::bigint[], %s::numeric[]) AS held(id, tokens, cost)
WHERE e.id = held.id
"""


def _hold(going: Sequence[Decided]) -> None:
    rows = [(each.applicant.id, *each.decision.held) for each in going]
    if rows:
        db.fetch(HOLD, db.columns(rows, 3))
