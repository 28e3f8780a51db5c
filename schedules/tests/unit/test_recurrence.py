"""What cron expressions, intervals and one-offs mean: examples, sentences and properties."""

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from schedules.recurrence import Cron, Interval, Once, occurrences_between
from schedules.tests.unit.recurrence_oracle import ZONES, Oracle, values

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
instants = st.datetimes(timezones=st.just(UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local_times(expression: str, zone: str, after: str, count: int) -> list[str]:
    """The occurrences that follow a local time, as `DD HH:MM` on the wall, `+` on a second pass."""
    tz = ZoneInfo(zone)
    begin = datetime.fromisoformat(after).replace(tzinfo=tz)
    found = occurrences_between(Cron(expression, zone), begin, utc("9999-01-01"), count)
    return [f"{at:%d %H:%M}{'+' * at.fold}" for at in (moment.astimezone(tz) for moment in found)]


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("30 7 * * MON-FRI", "2026-03-06 08:00", ["09 07:30", "10 07:30"]),
        ("0 0 1 1 *", "2026-01-01 00:00", ["01 00:00"]),
        ("59 23 31 * *", "2026-01-31 23:59", ["31 23:59", "31 23:59"]),
        ("0 0 L * *", "2028-01-31 00:00", ["29 00:00", "31 00:00", "30 00:00"]),
        ("0 0 15,L 2 *", "2027-02-01 00:00", ["15 00:00", "28 00:00", "15 00:00", "29 00:00"]),
        ("0 9 * * FRIL", "2026-01-01 00:00", ["30 09:00", "27 09:00", "27 09:00", "24 09:00"]),
        ("0 9 * * 5L", "2026-01-01 00:00", ["30 09:00", "27 09:00"]),
        ("0 9 * * L5", "2026-01-01 00:00", ["30 09:00", "27 09:00"]),
        ("0 9 * * 7L", "2026-01-01 00:00", ["25 09:00", "22 09:00"]),
        ("0 9 * * MON#2", "2026-01-01 00:00", ["12 09:00", "09 09:00", "09 09:00"]),
        ("0 9 * * 0#5", "2026-01-01 00:00", ["29 09:00", "31 09:00"]),
        ("0 9 * * MON#1,WEDL", "2026-01-01 00:00", ["05 09:00", "28 09:00", "02 09:00"]),
        ("0 0 13 * FRI", "2026-01-01 00:00", ["02 00:00", "09 00:00", "13 00:00", "16 00:00"]),
        ("0 0 */2 * FRI", "2026-01-01 00:00", ["09 00:00", "23 00:00", "13 00:00", "27 00:00"]),
        ("0 0 13 * */5", "2026-01-01 00:00", ["13 00:00", "13 00:00", "13 00:00"]),
        ("0 0 ? * MON", "2026-01-01 00:00", ["05 00:00", "12 00:00"]),
        ("0 0 13 * ?", "2026-01-01 00:00", ["13 00:00", "13 00:00"]),
        ("0 12 * * FRI-MON", "2026-01-01 00:00", ["02 12:00", "03 12:00", "04 12:00", "05 12:00"]),
        ("0 22-2/2 * * *", "2026-01-01 00:00", ["01 02:00", "01 22:00", "02 00:00", "02 02:00"]),
        ("0 0 28-2 * *", "2026-02-03 00:00", ["28 00:00", "01 00:00", "02 00:00", "28 00:00"]),
        ("5-5 * * * *", "2026-01-01 00:00", ["01 00:05", "01 01:05"]),
        ("40/15 3 * * *", "2026-01-01 00:00", ["01 03:40", "01 03:55", "02 03:40"]),
        ("0 0 * * 7", "2026-01-01 00:00", ["04 00:00", "11 00:00"]),
        ("0 0 * * 6-7", "2026-01-01 00:00", ["03 00:00", "04 00:00", "10 00:00"]),
        ("0 0 1 jan,Jul *", "2026-01-02 00:00", ["01 00:00", "01 00:00"]),
        ("  0\t0 1 * *  ", "2026-01-02 00:00", ["01 00:00"]),
        ("@hourly", "2026-01-01 00:00", ["01 01:00", "01 02:00"]),
        ("@daily", "2026-01-01 00:00", ["02 00:00", "03 00:00"]),
        ("@Midnight", "2026-01-01 00:00", ["02 00:00", "03 00:00"]),
        ("@weekly", "2026-01-01 00:00", ["04 00:00", "11 00:00"]),
        ("@monthly", "2026-01-01 00:00", ["01 00:00", "01 00:00"]),
        ("@yearly", "2026-01-02 00:00", ["01 00:00"]),
        ("@annually", "2026-01-02 00:00", ["01 00:00"]),
    ],
)
def test_expressions(expression: str, after: str, expected: list[str]) -> None:
    assert local_times(expression, "UTC", after, len(expected)) == expected


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        # spring: 02:00 becomes 03:00
        ("30 2 * * *", "Europe/Berlin", "2026-03-28 12:00", ["29 03:00", "30 02:30"]),
        ("0,15,30 2 * * *", "Europe/Berlin", "2026-03-28 12:00", ["29 03:00", "30 02:00"]),
        ("0 2,3 * * *", "Europe/Berlin", "2026-03-28 12:00", ["29 03:00", "30 02:00"]),
        ("30 2 29 3 *", "Europe/Berlin", "2026-03-28 12:00", ["29 03:00", "29 02:30"]),
        ("*/30 2 * * *", "Europe/Berlin", "2026-03-28 12:00", ["30 02:00", "30 02:30"]),
        ("30 * * * *", "Europe/Berlin", "2026-03-29 01:00", ["29 01:30", "29 03:30"]),
        ("0 */2 * * *", "Europe/Berlin", "2026-03-29 00:00", ["29 04:00", "29 06:00"]),
        # autumn: 03:00 becomes 02:00
        ("30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", ["25 02:30", "26 02:30"]),
        ("0 3 * * *", "Europe/Berlin", "2026-10-24 12:00", ["25 03:00", "26 03:00"]),
        ("30 * * * *", "Europe/Berlin", "2026-10-25 02:00", ["25 02:30", "25 02:30+", "25 03:30"]),
        ("*/30 2 * * *", "Europe/Berlin", "2026-10-25 02:15", ["25 02:30", "25 02:00+"]),
        ("15 */2 * * *", "Europe/Berlin", "2026-10-25 02:15", ["25 02:15+", "25 04:15"]),
        # half an hour: 02:00 becomes 01:30, 02:00 becomes 02:30
        ("*/20 * * * *", "Australia/Lord_Howe", "2026-04-05 01:30", ["05 01:40", "05 01:40+"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-05 00:00", ["05 01:45", "06 01:45"]),
        ("*/20 * * * *", "Australia/Lord_Howe", "2026-10-04 01:30", ["04 01:40", "04 02:40"]),
        ("10 2 * * *", "Australia/Lord_Howe", "2026-10-04 00:00", ["04 02:30", "05 02:10"]),
        # a whole day that never was, and midnights that were not
        ("30 9 * * *", "Pacific/Apia", "2011-12-29 10:00", ["31 00:00", "31 09:30", "01 09:30"]),
        ("0 9 * * FRI", "Pacific/Apia", "2011-12-23 10:00", ["31 00:00", "06 09:00"]),
        ("0 * * * *", "Pacific/Apia", "2011-12-29 22:30", ["29 23:00", "31 00:00", "31 01:00"]),
        ("0 9 21 8 *", "Pacific/Kwajalein", "1993-08-01 00:00", ["22 00:00", "21 09:00"]),
        ("0 0 * * *", "America/Havana", "2026-03-07 12:00", ["08 01:00", "09 00:00"]),
        ("0 0 * * *", "Africa/Cairo", "2026-10-29 12:00", ["30 00:00", "31 00:00"]),
        # cronsim 2.8 loops for ever here
        ("45 */3 * * *", "Pacific/Chatham", "2027-04-04 01:00", ["04 03:45", "04 06:45"]),
        ("0 */3 * * *", "Pacific/Chatham", "2027-04-04 01:00", ["04 03:00", "04 03:00+"]),
        # offsets with seconds: the first whole minute on the wall after 00:44:30
        ("10 0 * * *", "Africa/Monrovia", "1972-01-06 12:00", ["07 00:45", "08 00:10"]),
        ("10,45 0 * * *", "Africa/Monrovia", "1972-01-06 12:00", ["07 00:45", "08 00:10"]),
        ("*/30 0 * * *", "Africa/Monrovia", "1972-01-06 12:00", ["08 00:00", "08 00:30"]),
    ],
)
def test_changes_of_offset(expression: str, zone: str, after: str, expected: list[str]) -> None:
    assert local_times(expression, zone, after, len(expected)) == expected


def test_instants_have_the_seconds_of_the_offset() -> None:
    found = Cron("0 0 * * *", "Africa/Monrovia").next_after(utc("1971-06-01"))
    assert found == utc("1971-06-01 00:44:30")


def test_an_instant_inside_the_minute_after_a_gap_does_not_lose_the_run() -> None:
    cron = Cron("10 0 * * *", "Africa/Monrovia")
    assert cron.next_after(utc("1972-01-07 00:44:40")) == utc("1972-01-07 00:45:00")


def test_fractions_of_a_second_and_other_zones_are_fine() -> None:
    cron = Cron("0 0 * * *", "UTC")
    assert cron.next_after(utc("2026-01-01 23:59:59.999999")) == utc("2026-01-02")
    assert cron.next_after(utc("2026-01-02 00:00:00.000001")) == utc("2026-01-03")
    found = cron.next_after(datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=5))))
    assert found == utc("2026-01-02")
    assert found.tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(TypeError, match="naive"):
        Cron("0 0 * * *", "UTC").next_after(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("expression", ["0 0 * * *", "*/7 * * * *", "0 0 29 2 */7"])
def test_time_has_two_ends(expression: str, zone: str) -> None:
    cron = Cron(expression, zone)
    latest, earliest = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    assert cron.next_after(latest) is None
    first = cron.next_after(earliest)
    assert first is not None
    assert first > earliest


def test_the_rarest_date_is_found_across_a_century_without_leap_year() -> None:
    cron = Cron("59 23 29 2 */7", "UTC")
    assert cron.next_after(utc("2060-03-01")) == utc("2088-02-29 23:59")
    assert cron.next_after(utc("2088-03-01")) == utc("2128-02-29 23:59")


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("61 * * * *", 'minute field, "61" is out of range: use 0 to 59'),
        ("* 24 * * *", 'hour field, "24" is out of range: use 0 to 23'),
        ("0 0 0 * *", 'day-of-month field, "0" is out of range: use 1 to 31'),
        ("0 0 1,32 * *", 'day-of-month field, "32" is out of range'),
        ("0 0 * 13 *", 'month field, "13" is out of range: use 1 to 12 or JAN to DEC'),
        ("0 0 * * 8", 'day-of-week field, "8" is out of range: use 0 to 7 or SUN to SAT'),
        ("0 0 * MAI *", 'month field, "MAI" is not understood'),
        ("0 0 * * MONDAY", 'day-of-week field, "MONDAY" is not understood'),
        ("1,,2 * * * *", 'minute field, "" is not understood'),
        ("5- * * * *", 'minute field, "5-" is not understood'),
        ("*-5 * * * *", 'minute field, "*-5" is not understood'),
        (
            "*/90 * * * *",
            'minute field, "*/90" has the step 90: use a step from 1 to 60, or an int',
        ),
        ("*/0 * * * *", 'minute field, "*/0" has the step 0: use a step from 1 to 60'),
        ("0 */25 * * *", 'hour field, "*/25" has the step 25: use a step from 1 to 24'),
        ("? * * * *", 'minute field, "?" is not understood'),
        ("0 0 ?,5 * *", 'day-of-month field, "?" is not understood'),
        ("0 0 15W * *", 'day-of-month field, "15W" is not understood'),
        ("0 0 L-3 * *", 'day-of-month field, "L-3" is not understood'),
        ("0 0 * * L", 'day-of-week field, "L" is ambiguous: write SAT, or SATL'),
        ("0 0 * * MON#6", 'day-of-week field, "MON#6" is out of range: write # and 1 to 5'),
        ("0 0 * * MON-FRI#2", 'day-of-week field, "MON-FRI#2" is not understood'),
        ("0 0 * * 8L", 'day-of-week field, "8L" is out of range'),
        ("R * * * *", 'minute field, "R" is not understood'),
        ("0 30 7 * * MON", "this one has 6. There is no field for seconds or years: leave it out."),
        ("0 0 * *", "five fields (minute hour day-of-month month day-of-week), as in 30 7 * * MON"),
        ("", "this one has 0."),
        ("@reboot", "@reboot names no time: give a time, or start the run by hand."),
        ("@every", '"@every" is not known: use one of @hourly, @daily, @midnight, @weekly'),
        ("@daily 5", '"@daily 5" is not known'),
        ("0 0 30 2 *", '"0 0 30 2 *" never fires, as no date has day-of-month 30, month 2 and'),
        ("0 0 31 4,6,9,11 *", "never fires"),
        ("0 0 */5 2 MON#5", "never fires"),
        ("0 0 * * MON,\u0663", "plain ASCII"),
        ("0 0 * *\n*", "one line"),
        ("0 0 * * \x00", "one line"),
        ("0," * 96 + "0 0 * * *", "at most 200 characters, this one has 201"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_the_way_out(expression: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"[.]$") as refusal:
        Cron(expression, "UTC")
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("zone", "sentence"),
    [
        ("Europe/Berln", 'did you mean "Europe/Berlin"?'),
        ("europe/berlin", 'did you mean "Europe/Berlin"?'),
        ("", "use a name such as"),
        ("Europe", "is not a time zone"),
        ("../../etc/passwd", "is not a time zone"),
        ("localtime", "is not a time zone"),
        ("x" * 10_000, '"' + "x" * 40 + '" is not a time zone'),
    ],
)
def test_an_unknown_zone_is_refused(zone: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="time zone") as refusal:
        Cron("0 0 * * *", zone)
    assert sentence in str(refusal.value)


@given(st.text(alphabet="0123456789*/-,LW#?@ MONFRI\t\u00e9", max_size=30))
def test_any_text_is_either_a_recurrence_or_a_value_error(text: str) -> None:
    try:
        cron = Cron(text, "Europe/Berlin")
    except ValueError:
        return
    following = cron.next_after(utc("2026-01-01"))
    assert following is not None
    assert following > utc("2026-01-01")


@given(
    minute=st.sampled_from(["*", "*/20", "0", "30", "5,55"]),
    hour=st.sampled_from(["*", "*/3", "2", "1-3", "0,23"]),
    days=st.sampled_from(["* * *", "L * *", "29 2 *", "* * MON#1", "1 * FRI"]),
    zone=st.sampled_from(ZONES),
    instant=instants,
)
def test_next_after_is_later_and_skips_nothing(
    minute: str, hour: str, days: str, zone: str, instant: datetime
) -> None:
    cron = Cron(f"{minute} {hour} {days}", zone)
    following = cron.next_after(instant)
    if following is None:
        assert instant > utc("9990-01-01")
        return
    assert following > instant
    assert cron.next_after(following - timedelta(microseconds=1)) == following
    assert cron.next_after(instant + (following - instant) / 2) in (following, None)
    if instant > utc("1900-01-01"):
        assert following.astimezone(ZoneInfo(zone)).second == 0


@pytest.mark.parametrize(
    ("expression", "zone", "gap"),
    [
        ("0,1 0 * * *", "UTC", timedelta(minutes=1)),
        ("*/5 * * * *", "UTC", timedelta(minutes=5)),
        ("*/5 * * * *", "Europe/Berlin", timedelta(minutes=5)),
        ("*/7 * * * *", "UTC", timedelta(minutes=4)),
        ("* * * * *", "Australia/Lord_Howe", timedelta(minutes=1)),
        ("0 0 * * *", "UTC", DAY),
        ("0 0 * * *", "Asia/Kolkata", DAY),
        ("0 0 * * *", "Europe/Berlin", timedelta(hours=23)),
        ("30 2 * * *", "Europe/Berlin", timedelta(hours=23, minutes=30)),
        ("0 2,3 * * *", "Europe/Berlin", HOUR),
        ("58 1,2 * * *", "Europe/Berlin", timedelta(minutes=2)),
        ("58 1,2 * * *", "UTC", HOUR),
        ("30 */2 * * *", "Europe/Berlin", HOUR),
        ("45 * * * *", "Australia/Lord_Howe", timedelta(minutes=30)),
        ("0 0,23 * * *", "UTC", HOUR),
        ("0 0 1 * *", "UTC", timedelta(days=28)),
        ("0 0 1 * *", "Europe/Berlin", timedelta(days=28)),
        ("0 0 31 * *", "UTC", timedelta(days=31)),
        ("59 23 31 * *", "UTC", timedelta(days=31)),
        ("0 0 1,31 * *", "UTC", DAY),
        ("0 0 L,1 * *", "UTC", DAY),
        ("0 0 29,1 * *", "UTC", DAY),
        ("0 0 28,1 2,3 *", "UTC", DAY),
        ("0 0 * * MON", "UTC", timedelta(days=7)),
        ("0 0 * * FRIL", "UTC", timedelta(days=28)),
        ("0 0 1 1 *", "UTC", timedelta(days=365)),
        ("0 0 1,31 1,12 *", "UTC", DAY),
        ("0 0 29 2 *", "UTC", timedelta(days=1461)),
        ("0 0 29 2 */7", "UTC", timedelta(days=28 * 365 + 7)),
        ("0 0 */28 2 WED#5", "UTC", timedelta(days=12 * 365 + 2)),  # 2096 and 2108
        ("0 0 29 2 *", "Europe/Berlin", timedelta(days=1461) - HOUR),
        ("58 23 * * *", "Pacific/Apia", timedelta(minutes=2)),
    ],
)
def test_smallest_gap(expression: str, zone: str, gap: timedelta) -> None:
    assert Cron(expression, zone).smallest_gap() == gap


@pytest.mark.parametrize("enough", [timedelta(minutes=1), HOUR, DAY])
@pytest.mark.parametrize("expression", ["58 1,2 * * *", "30 */2 * * *", "0 0 * * MON", "* * * * *"])
def test_smallest_gap_is_exact_or_enough(expression: str, enough: timedelta) -> None:
    cron = Cron(expression, "Europe/Berlin")
    found, exact = cron.smallest_gap(enough=enough), cron.smallest_gap()
    assert found == exact or enough <= found < exact


def test_smallest_gap_since_leaves_history_out() -> None:
    cron = Cron("58 23 * * *", "Pacific/Apia")
    assert cron.smallest_gap(since=utc("2026-01-01")) == DAY


def test_crons_are_values() -> None:
    cron = Cron("0 0 * * *", "UTC")
    assert cron == Cron("0 0 * * *", "UTC") != Cron("0 0 * * *", "Europe/Berlin")
    assert len({cron, copy.copy(cron), pickle.loads(pickle.dumps(cron))}) == 1
    assert repr(cron) == "Cron(expression='0 0 * * *', timezone='UTC')"
    with pytest.raises(AttributeError):
        cron.timezone = "Europe/Berlin"  # type: ignore[misc]


@given(
    every=st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=1000)),
    anchor=instants,
    instant=instants,
)
def test_interval_keeps_its_phase(every: timedelta, anchor: datetime, instant: datetime) -> None:
    following = Interval(every, anchor).next_after(instant)
    if following is None:
        assert utc("9999-12-31 23:59:59.999999") - instant < every
        return
    assert following > instant
    assert following >= anchor
    assert (following - anchor) % every == timedelta(0)
    assert following == anchor or following - every <= instant


def test_interval_examples() -> None:
    interval = Interval(90 * timedelta(minutes=1), datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("CET")))
    assert interval.next_after(utc("2020-01-01")) == utc("2026-03-29 00:00")
    assert interval.next_after(utc("2026-03-29 00:00")) == utc("2026-03-29 01:30")
    assert interval.anchor.tzinfo is UTC
    assert interval.smallest_gap() == timedelta(minutes=90)


@pytest.mark.parametrize("every", [timedelta(0), -HOUR])
def test_an_interval_must_be_positive(every: timedelta) -> None:
    with pytest.raises(ValueError, match="positive duration"):
        Interval(every, utc("2026-01-01"))


def test_once() -> None:
    once = Once(datetime(2026, 1, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")))
    assert once.next_after(utc("2025-12-31 23:59:59")) == utc("2026-01-01 00:00")
    assert once.next_after(utc("2026-01-01 00:00")) is None
    assert once.smallest_gap() == timedelta.max


def test_naive_times_are_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    for make in (lambda: Once(naive), lambda: Interval(HOUR, naive)):
        with pytest.raises(ValueError, match="naive"):
            make()


def test_occurrences_between_leaves_the_beginning_out_and_the_end_in() -> None:
    hourly, begin = Cron("0 * * * *", "UTC"), utc("2026-01-01")
    two_hours = [begin + HOUR, begin + 2 * HOUR]
    assert occurrences_between(hourly, begin, begin + 2 * HOUR, 9) == two_hours
    assert occurrences_between(hourly, begin, begin + DAY, 1) == [begin + HOUR]
    assert occurrences_between(hourly, begin, begin + DAY, 0) == []
    assert occurrences_between(hourly, begin, begin, 9) == []
    assert occurrences_between(Once(begin), begin - DAY, begin, 9) == [begin]
    end_of_time = datetime.max.replace(tzinfo=UTC)
    assert len(occurrences_between(hourly, utc("9999-12-31 20:00"), end_of_time, 9)) == 3


@pytest.mark.parametrize(
    ("expression", "zone", "instant"),
    [
        ("5-5 * * * *", "UTC", "2026-01-01 00:05"),  # every minute there
        ("30 2 * * *", "Europe/Berlin", "2026-10-25 00:30"),  # twice in the autumn hour there
        ("*/20 * * * *", "Australia/Lord_Howe", "2026-04-04 14:40"),  # loses runs there
        ("32-20/5 1 * * *", "UTC", "2026-01-01 00:57"),  # its step does not count on past the top
        ("0 0 */2 * FRI", "UTC", "2026-01-01 00:00"),  # either day field is enough there
    ],
)
def test_known_differences_from_croniter(expression: str, zone: str, instant: str) -> None:
    begin = utc(instant)
    expected = Oracle(expression).occurrences(zone, begin, begin + 10 * DAY)[:5]
    assert occurrences_between(Cron(expression, zone), begin, begin + 10 * DAY, 5) == expected
    theirs = croniter(expression, begin.astimezone(ZoneInfo(zone)))
    assert [theirs.get_next(datetime).astimezone(UTC) for _ in expected] != expected


def test_the_oracle_reads_fields_as_the_manual_says() -> None:
    assert values("22-2/2,7", 0, 23) == {22, 0, 2, 7}
    assert values("50/5", 0, 59) == {50, 55}
    assert values("*/25", 0, 59) == {0, 25, 50}
