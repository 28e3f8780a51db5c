"""Schedules in plain words: right, or the expression itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules import words
from schedules.cron_grammar import parse


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("30 7 * * MON-FRI", "At 07:30 on weekdays"),
        ("30 7 ? * 1-5", "At 07:30 on weekdays"),
        ("0 0 * * 6,7", "At 00:00 at weekends"),
        ("@daily", "At 00:00 every day"),
        ("0 7,19 * * *", "At 07:00 and 19:00 every day"),
        ("*/5 * * * *", "Every 5 minutes"),
        ("* * * * *", "Every minute"),
        ("0 * * * *", "Every hour"),
        ("5/15 * * * *", "Every 15 minutes, from 00:05 on"),
        ("30 */2 * * *", "Every 2 hours, from 00:30 on"),
        ("0 9-17 * * 1-5", "Every hour from 09:00 to 17:00 on weekdays"),
        ("*/15 9-17 * * *", "Every 15 minutes from 09:00 to 17:45"),
        ("0 22-2 * * *", "Every hour from 22:00 to 02:00"),
        # On Mondays it is not: that would be said of Monday's night.
        ("0 22-2 * * MON", "Cron 0 22-2 * * MON"),
        ("0 0 * * FRI-MON", "At 00:00 from Friday to Monday"),
        ("0 0 * * MON,WED", "At 00:00 on Mondays and Wednesdays"),
        ("0 0 L * *", "At 00:00 on the last day of the month"),
        ("0 0 L,15 * *", "At 00:00 on the 15th and the last day of the month"),
        ("0 0 8-14 * *", "At 00:00 from the 8th to the 14th of the month"),
        ("0 0 * * FRIL", "At 00:00 on the last Friday of the month"),
        ("0 0 * * L5", "At 00:00 on the last Friday of the month"),
        ("0 0 * * MON#2", "At 00:00 on the second Monday of the month"),
        ("0 0 1 * MON", "At 00:00 on the 1st of the month, and on Mondays as well"),
        ("0 0 1-31 * MON", "At 00:00 every day"),
        ("0 0 1 NOV-FEB *", "At 00:00 on the 1st of the month from November to February"),
        ("15 10 2,3 JAN,JUL *", "At 10:15 on the 2nd and the 3rd of the month in January and July"),
        ("0 0 * */6 *", "At 00:00 every day in January and July"),
        # An interval would be told from these, which begin anew each day, or hour, or month.
        ("*/7 * * * *", "Cron */7 * * * *"),
        ("0 0 1/5 * *", "Cron 0 0 1/5 * *"),
        ("0 0 */2 * MON", "Cron 0 0 */2 * MON"),
        ("0 0 * * MON#2,FRIL", "Cron 0 0 * * MON#2,FRIL"),
    ],
)
def test_sentences(expression: str, said: str) -> None:
    assert words.of_cron(expression) == said


def field(low: int, high: int, *more: str) -> st.SearchStrategy[str]:
    """A field of an expression: few values, as people write them, so that some are alike."""
    number = st.integers(low, high).map(str)
    item = st.one_of(
        number,
        st.tuples(number, number).map("-".join),
        st.sampled_from(["*", "*/2", f"{low}-{high}", *more]),
    )
    return st.lists(item, min_size=1, max_size=2).map(",".join)


EXPRESSIONS = st.tuples(
    st.sampled_from(["0", "30", "0,30", "*/15", "*/20", "5/15", "0-30/10"]),
    field(0, 23, "9-17", "22-2", "*/6"),
    field(1, 31, "*", "1", "L", "1-7"),
    field(1, 12, "*", "NOV-FEB"),
    field(0, 7, "*", "MON-FRI", "FRI-MON", "MON#2", "FRIL", "SAT,SUN"),
).map(" ".join)


def days_and_times(expression: str) -> tuple[object, ...]:
    calendar = parse(expression)
    return calendar.minutes, calendar.months, calendar.days


SEEN: dict[str, tuple[object, ...]] = {}


@given(EXPRESSIONS)
def test_one_sentence_never_says_two_things(expression: str) -> None:
    try:
        allowed = days_and_times(expression)
    except ValueError:
        return
    said = words.of_cron(expression)
    if not said.startswith("Cron "):
        assert SEEN.setdefault(said, allowed) == allowed


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1, "hours", "Every hour"),
        (90, "seconds", "Every 90 seconds"),
        (1500, "days", "Every 1,500 days"),
    ],
)
def test_intervals(value: int, unit: str, said: str) -> None:
    assert words.of_interval(value, unit) == said
