"""The ways in which a run can break the promise."""

from dataclasses import dataclass

LOST = "lost"
CREATED_TWICE = "created twice"
ACCOUNTED_TWICE = "accounted for twice"
NEVER_DUE = "never due"
BY_HAND_WRONG = "by hand"
NOT_FINAL = "not final"
NO_REASON = "no reason"
STALE_BELIEVED = "stale write believed"
STARTED_TOO_OFTEN = "started too often"
STARTED_LATE = "started after its end"
NOT_CANCELLED = "cancelled and yet not"
PROVES_NOTHING = "proves nothing"
UNEXPECTED_END = "unexpected end"
AUDIT_OBJECTS = "the audit objects"


@dataclass(frozen=True)
class Breach:
    """One breach of the promise."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"
