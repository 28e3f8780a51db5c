"""The cron rule once more, minute by minute and as plainly as possible, to test the code with.

Nothing here is shared with the code under test: fields are sets of numbers, days are looked at one
by one, and time passes in steps on a wall clock that `zoneinfo` alone drives.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime"})
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


Names = tuple[str, ...] | None


class Oracle:
    def __init__(self, expression: str) -> None:
        minute, hour, self.day, month, self.weekday = expression.split()
        self.wildcard = minute[0] == "*" or hour[0] == "*"
        self.minutes = values(minute, 0, 59)
        self.hours = values(hour, 0, 23)
        self.months = values(month, 1, 12, MONTHS)
        self.times = {(h, m) for h in self.hours for m in self.minutes}
        self.days: dict[date, bool] = {}

    def matches(self, wall: datetime) -> bool:
        return (wall.hour, wall.minute) in self.times and self.matches_date(wall.date())

    def matches_date(self, day: date) -> bool:
        if day not in self.days:
            self.days[day] = self._matches_date(day)
        return self.days[day]

    def _matches_date(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_date = any(date_item(item, day) for item in self.day.split(","))
        by_weekday = any(weekday_item(item, day) for item in self.weekday.split(","))
        if self.day[0] in "*?" or self.weekday[0] in "*?":
            return by_date and by_weekday
        return by_date or by_weekday

    def occurrences(
        self, zone: str, begin: datetime, end: datetime, step: timedelta = MINUTE
    ) -> list[datetime]:
        """Those in (begin, end], by letting the time pass from two days before `begin`."""
        found, reached = [], None
        for instant, wall in wall_clock(zone, begin - 2 * DAY, end, step):
            if self.wildcard:
                due = self.matches(wall)
            else:
                reached = reached or wall - MINUTE
                due = False
                while reached < wall:
                    reached += MINUTE
                    due = due or self.matches(reached)
            if due and instant > begin:
                found.append(instant)
        return found


@lru_cache(maxsize=10_000)
def values(text: str, low: int, high: int, names: Names = None) -> frozenset[int]:
    items = text.split(",")
    return frozenset(value for item in items for value in item_values(item, low, high, names))


def item_values(item: str, low: int, high: int, names: Names) -> Iterator[int]:
    item, _, step = item.partition("/")
    start, _, end = item.partition("-")
    if item in "*?":
        start, end = str(low), str(high)
    elif step and not end:
        end = str(high)
    value, last = number(start, low, names), number(end or start, low, names)
    while True:  # walk upwards, from the top to the bottom, until the last one has been passed
        yield value
        for _ in range(int(step or 1)):
            if value == last:
                return
            value = low if value == high else value + 1


def number(text: str, low: int, names: Names) -> int:
    value = names.index(text.upper()) + low if names and text.upper() in names else int(text)
    return 0 if names is WEEKDAYS and value == 7 else value


def date_item(item: str, day: date) -> bool:
    if item == "L":
        return (day + DAY).day == 1
    return day.day in values(item, 1, 31)


def weekday_item(item: str, day: date) -> bool:
    weekday = day.isoweekday() % 7
    if "#" in item:
        name, nth = item.split("#")
        return weekday == number(name, 0, WEEKDAYS) and (day.day - 1) // 7 + 1 == int(nth)
    if "L" in item:
        return weekday == number(item.strip("L"), 0, WEEKDAYS) and (day + 7 * DAY).day <= 7
    return weekday in values(item, 0, 6, WEEKDAYS)


@lru_cache(maxsize=8)
def wall_clock(
    zone: str, begin: datetime, end: datetime, step: timedelta
) -> list[tuple[datetime, datetime]]:
    """(UTC instant, naive wall time) of every whole minute that the wall clock shows."""
    tz, shown = ZoneInfo(zone), []
    while begin <= end:
        wall = begin.astimezone(tz).replace(tzinfo=None)
        if wall.second == 0:
            shown.append((begin, wall))
        begin += step
    return shown


def changes(zone: str, first_year: int, last_year: int) -> list[datetime]:
    """Instants at which the zone's offset changes, found by comparing it week by week."""
    tz, found = ZoneInfo(zone), []
    week, until = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    offset = week.astimezone(tz).utcoffset()
    while week < until:
        before, week = week, week + 7 * DAY
        if week.astimezone(tz).utcoffset() != offset:
            found.append(first_other_offset(tz, before, week))
            offset = week.astimezone(tz).utcoffset()
    return found


def first_other_offset(tz: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = before.astimezone(tz).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        same = middle.astimezone(tz).utcoffset() == old
        before, after = (middle, after) if same else (before, middle)
    return after


def random_expression(chance: random.Random, near: datetime) -> str:
    """Of every form, and often close to the wall time `near`, as far ones tell nothing."""
    minute = random_field(chance, 0, 59, near.minute, stars=3)
    hour = random_field(chance, 0, 23, near.hour, stars=3)
    day, month, weekday = "*", "*", "*"
    if chance.random() < 0.35:
        day = random_field(chance, 1, 31, near.day, stars=2)
        day = chance.choice([day, day, "L", f"{near.day},L", "?"])
    if chance.random() < 0.25:
        month = named(chance, random_field(chance, 1, 12, near.month, stars=1), MONTHS, 1)
    if chance.random() < 0.4:
        weekday = random_weekday(chance, near)
    return f"{minute} {hour} {day} {month} {weekday}"


def random_field(chance: random.Random, low: int, high: int, near: int, stars: int) -> str:
    size = high - low + 1

    def value() -> int:
        if chance.random() < 0.3:
            return chance.randint(low, high)
        return (near + chance.randint(-2, 2) - low) % size + low

    def item() -> str:
        first, last, step = value(), value(), chance.randint(1, max(2, size // 3))
        forms = [f"{first}", f"{first}-{last}", f"{first}-{last}/{step}", f"{first}/{step}"]
        return chance.choice(forms)

    if chance.randint(0, 9) < stars:
        return chance.choice(["*", f"*/{chance.randint(1, size)}", f"*/{chance.randint(1, 6)}"])
    return ",".join(item() for _ in range(chance.choice([1, 1, 2, 4])))


def random_weekday(chance: random.Random, near: datetime) -> str:
    name, nth = chance.choice(WEEKDAYS), chance.randint(1, 5)
    plain = named(chance, random_field(chance, 0, 6, near.isoweekday() % 7, stars=2), WEEKDAYS, 0)
    special = [f"{name}L", f"{name}#{nth}", f"{near.isoweekday()}#{nth},{name}", "7", "5-7", "?"]
    return chance.choice([plain, plain, *special])


def named(chance: random.Random, text: str, names: tuple[str, ...], low: int) -> str:
    if text.isdigit() and chance.random() < 0.5:
        return names[int(text) - low]
    return text
