"""Contestants take turns: each of them once, then each of them again."""

from argparse import Namespace
from collections.abc import Sequence

from benchmarks.contestants.registry import OURS
from benchmarks.errors import BenchmarkError, NotInTimeError, TooLateError
from benchmarks.progress import Progress
from benchmarks.results import Results, Row
from benchmarks.servers import Servers
from benchmarks.stage import Stage, make_template
from benchmarks.trials import start
from benchmarks.trials.trial import Entry, Outcome, Trial

WARM_UP_SCHEDULES = 100
PATIENCE = (1, 2, 4, 8)


def line_up(trial: Trial, options: Namespace) -> list[Entry]:
    """The lines of the table, in their order."""
    peers = [peer for peer in options.peers if peer.is_shared or not trial.shares]
    own_beats = getattr(options, "beats", trial.beats)
    return [
        Entry(contestant, schedules, beats)
        for schedules in options.schedules
        for contestant in (OURS, *peers)
        for beats in (own_beats if contestant is OURS else (trial.peer_beats,))
    ]


class Turns:
    """All turns of a run on its servers; after each one the results are kept."""

    def __init__(
        self, servers: Servers, trial: Trial, options: Namespace, entries: Sequence[Entry]
    ) -> None:
        self.servers = servers
        self.trial = trial
        self.options = options
        self.entries = entries
        self.contestants = {entry.contestant.name: entry.contestant for entry in entries}
        warm_ups = 0 if options.no_warm_up else len(self.contestants)
        self.progress = Progress(warm_ups + options.repeats * len(entries))

    def take(self, results: Results) -> None:
        """Warm up, then measure every entry as often as was asked for."""
        shows_beats = len({entry.beats for entry in self.entries}) > 1
        results.rows = [Row(entry.title(shows_beats), entry.schedules) for entry in self.entries]
        try:
            self._warm_up()
            for _ in range(self.options.repeats):
                for entry, row in zip(self.entries, results.rows, strict=True):
                    self._measure(entry, row)
                    if self.options.json:
                        results.write(self.options.json)
        finally:
            self.progress.close()

    def _warm_up(self) -> None:
        """Make the tables of all, and start each beat once, unmeasured."""
        for contestant in self.contestants.values():
            make_template(self.servers, contestant)
            if not self.options.no_warm_up:
                self.progress.turn(f"{contestant.name}: warming up")
                self._turn(start.TRIAL, Entry(contestant, WARM_UP_SCHEDULES))

    def _measure(self, entry: Entry, row: Row) -> None:
        self.progress.turn(f"{entry.title(entry.beats > 1)}, {entry.schedules:,} schedules")
        try:
            outcome = self._turn(self.trial, entry)
        except NotInTimeError as late:
            outcome = Outcome(dict.fromkeys(self.trial.measures, str(late)))
        row.add(outcome.values)
        row.curve = list(outcome.curve) or row.curve

    def _turn(self, trial: Trial, entry: Entry) -> Outcome:
        """One turn, on a fresh stage; again with more time where the planned time was too short."""
        for patience in PATIENCE:
            limit = self.options.limit
            stage = Stage(self.servers, entry.contestant, self.progress, limit, patience)
            try:
                with stage:
                    return trial.measure(stage, entry, self.options)
            except TooLateError:
                self.progress.show("that took longer than planned: once more")
        raise BenchmarkError(f"{entry.contestant.name} was never ready in time.")
