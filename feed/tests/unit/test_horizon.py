"""However transactions interleave: who reads up to the horizon gets each change once, in order."""

from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feed.horizon import PATIENCE_SECONDS, Horizon, Look

SESSIONS = 4


@dataclass(frozen=True)
class Row:
    """After a crash a number may be another row's."""

    id: int
    serial: int


@dataclass
class Transaction:
    id: str
    rows: list[Row] = field(default_factory=list)
    # How many rows there were at the savepoint.
    savepoint: int = 0


class Server:
    """PostgreSQL, as far as a look can tell: numbers, locks of transactions, and the disk."""

    def __init__(self) -> None:
        self.next_id = self.serial = 1
        self.open: dict[int, Transaction] = {}
        # Each row with the position in the log at which it was committed.
        self.rows: dict[Row, int] = {}
        self.written = self.flushed = 0
        # By position in the log: the next number then. Sequences are written to it, too.
        self.next_ids = {0: 1}

    def begin(self, session: int) -> None:
        """A transaction, which may write anything else."""
        self.open.setdefault(session, Transaction(f"{session}/{self.serial}"))
        self.serial += 1

    def take(self, session: int) -> None:
        """A write, and the number that its trigger takes; it begins a transaction if need be."""
        self.begin(session)
        self.open[session].rows.append(Row(self.next_id, self.serial))
        self.next_id += 1
        self.serial += 1
        self._write()

    def save(self, session: int) -> None:
        if transaction := self.open.get(session):
            transaction.savepoint = len(transaction.rows)

    def back(self, session: int) -> None:
        """What was locked since the savepoint is locked no more."""
        if transaction := self.open.get(session):
            del transaction.rows[transaction.savepoint :]

    def commit_without_the_disk(self, session: int) -> None:
        if transaction := self.open.pop(session, None):
            self._write()
            self.rows |= dict.fromkeys(transaction.rows, self.written)

    def commit(self, session: int) -> None:
        if session in self.open:
            self.commit_without_the_disk(session)
            self.flush()

    def undo(self, session: int) -> None:
        self.open.pop(session, None)

    def flush(self, _: int = 0) -> None:
        self.flushed = self.written

    def _write(self) -> None:
        self.written += 1
        self.next_ids[self.written] = self.next_id

    def crash(self) -> None:
        self.open.clear()
        self.rows = {row: at for row, at in self.rows.items() if at <= self.flushed}
        self.next_id = self.next_ids[self.flushed]
        self.written = self.flushed

    def look(self, at: int | None) -> Look:
        numbers = [row.id for row in self.rows]
        newest = max(numbers, default=0)
        complete = at is not None and sum(n > at for n in numbers) >= newest - at
        writers = frozenset(one.id for one in self.open.values() if one.rows)
        return Look(newest, complete, writers, self.written, self.flushed, 0.0)


class Reader:
    """One who looks, and reads up to the horizon."""

    def __init__(self) -> None:
        self.horizon = Horizon()
        self.position = 0
        self.shown: list[Row] = []

    def look(self, server: Server) -> None:
        self.horizon.take(server.look(self.horizon.at))
        if (settled := self.horizon.at) is not None:
            fresh = [row for row in server.rows if self.position < row.id <= settled]
            self.shown += sorted(fresh, key=lambda row: row.id)
            self.position = max(self.position, settled)


steps = st.tuples(
    st.sampled_from(
        [
            *("begin", "take", "take", "take", "commit", "commit_without_the_disk", "undo"),
            *("save", "back", "flush", "look", "look", "look", "restart of the reader", "crash"),
        ]
    ),
    st.integers(0, SESSIONS - 1),
)


# Another process at the same time makes it slow.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, min_size=60, max_size=120))
def test_each_change_is_read_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    server, reader = Server(), Reader()
    for step, session in steps:
        if step == "look":
            reader.look(server)
        elif step == "crash":
            server.crash()
            reader.horizon = Horizon()
        elif step == "restart of the reader":
            reader.horizon = Horizon()
        else:
            getattr(server, step)(session)
    for session in range(SESSIONS):
        server.commit(session)
    server.flush()
    reader.look(server)
    reader.look(server)
    assert reader.shown == sorted(server.rows, key=lambda row: row.id)


def held_back() -> tuple[Server, Reader]:
    """The second number is there; the first is another transaction's, still at work."""
    server, reader = Server(), Reader()
    reader.look(server)
    server.take(0)
    server.take(1)
    server.commit(1)
    reader.look(server)
    assert reader.shown == []
    return server, reader


def test_a_number_that_another_transaction_holds_is_waited_for() -> None:
    server, reader = held_back()
    server.commit(0)
    reader.look(server)
    assert [row.id for row in reader.shown] == [1, 2]


def test_who_writes_something_else_is_not() -> None:
    server, reader = Server(), Reader()
    reader.look(server)
    server.begin(0)
    server.take(1)
    server.undo(1)
    server.take(1)
    server.commit(1)
    reader.look(server)
    assert [row.id for row in reader.shown] == [2]


def test_without_gaps_nobody_is_waited_for() -> None:
    server, reader = Server(), Reader()
    reader.look(server)
    server.take(0)
    server.take(1)
    server.commit(0)
    reader.look(server)
    assert [row.id for row in reader.shown] == [1]


def test_what_a_crash_may_undo_is_not_shown() -> None:
    server, reader = Server(), Reader()
    reader.look(server)
    server.take(0)
    server.commit_without_the_disk(0)
    reader.look(server)
    assert reader.shown == []
    server.flush()
    reader.look(server)
    assert [row.id for row in reader.shown] == [1]


def test_a_disk_that_nobody_else_writes_to_is_asked_for() -> None:
    server, horizon = Server(), Horizon()
    server.take(0)
    server.commit_without_the_disk(0)
    for seconds, asked in ((0.0, False), (0.5, False), (1.0, True)):
        horizon.take(replace(server.look(horizon.at), at=seconds))
        assert (horizon.at, horizon.needs_flush) == (None, asked)
    server.flush()
    horizon.take(replace(server.look(horizon.at), at=1.1))
    assert (horizon.at, horizon.needs_flush) == (1, False)


def test_nor_is_what_was_committed_since_the_look() -> None:
    server, reader = held_back()
    server.commit_without_the_disk(0)
    reader.look(server)
    assert reader.shown == []
    server.flush()
    reader.look(server)
    assert [row.id for row in reader.shown] == [1, 2]


def test_nobody_is_waited_for_for_ever() -> None:
    server, horizon = Server(), Horizon()
    server.take(0)
    server.take(1)
    server.commit(1)
    for seconds, settled in ((0.0, None), (PATIENCE_SECONDS - 1, None), (PATIENCE_SECONDS, 2)):
        horizon.take(replace(server.look(horizon.at), at=seconds))
        assert horizon.at == settled
