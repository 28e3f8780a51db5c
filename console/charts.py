"""Bars by the hour, for static/console/charts.js, and as the table beside them (pure)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple


class Series(NamedTuple):
    """One kind of bar; `colour` names a custom property of console.css."""

    name: str
    colour: str
    values: Sequence[float]

    @property
    def total(self) -> float:
        """Of all times."""
        return sum(self.values)


class Chart(NamedTuple):
    """Stacked bars over times, with the sentence that says what they show."""

    id: str
    summary: str
    times: Sequence[datetime]
    series: Sequence[Series]
    by: str = "hour"

    @property
    def as_json(self) -> str:
        """What charts.js draws."""
        times = [time.isoformat() for time in self.times]
        series = [each._asdict() | {"values": list(each.values)} for each in self.series]
        return json.dumps({"times": times, "by": self.by, "series": series})

    @property
    def rows(self) -> list[tuple[datetime, list[float]]]:
        """Of the table: each time with a value for each series; times without any are left out."""
        columns = zip(self.times, *(each.values for each in self.series), strict=True)
        return [(time, list(values)) for time, *values in columns if any(values)]


def hours_from(first: datetime, count: int) -> list[datetime]:
    """So many whole hours."""
    return [first + n * timedelta(hours=1) for n in range(count)]


def stacked(
    times: Sequence[datetime], found: Mapping[datetime, Mapping[str, Any]], names: Sequence[str]
) -> list[Series]:
    """A series for each state that occurs, in this order."""
    values = {name: [found.get(time, {}).get(name, 0) for time in times] for name in names}
    return [Series(name, f"--state-{name}", values[name]) for name in names if any(values[name])]
