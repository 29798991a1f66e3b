"""Periods against dates computed by hand with a calendar."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.periods import Pause, Unit, due_on, expiry, is_working_day, next_working_day, paris_day, working_days_between

PARIS = ZoneInfo("Europe/Paris")


def test_seven_working_days_across_the_first_and_the_eighth_of_may() -> None:
    # Filed on Tuesday 28 April 2026. Working days: 29, 30 April, 4, 5, 6, 7 May (1 May is a holiday, 2–3 a week-end); 8 May is a holiday.
    assert due_on(date(2026, 4, 28), 7, Unit.WORKING_DAYS) == date(2026, 5, 11)


def test_seven_working_days_from_a_friday() -> None:
    # Friday 6 March 2026: 9, 10, 11, 12, 13, 16, 17 March.
    assert due_on(date(2026, 3, 6), 7, Unit.WORKING_DAYS) == date(2026, 3, 17)


def test_a_month_from_the_thirty_first_of_january_ends_on_the_last_day_of_february() -> None:
    assert due_on(date(2027, 1, 31), 1, Unit.MONTHS) == date(2027, 2, 28)


def test_a_month_from_the_thirty_first_of_january_of_a_leap_year_ends_on_the_twenty_ninth() -> None:
    assert due_on(date(2028, 1, 31), 1, Unit.MONTHS) == date(2028, 2, 29)


def test_a_period_from_a_leap_day_ends_on_the_twenty_ninth_of_the_next_month() -> None:
    assert due_on(date(2028, 2, 29), 1, Unit.MONTHS) == date(2028, 3, 29)


def test_twelve_months_from_a_leap_day_end_on_the_twenty_eighth() -> None:
    assert due_on(date(2028, 2, 29), 12, Unit.MONTHS) == date(2029, 2, 28)


def test_a_due_day_on_a_sunday_rolls_to_monday_only_where_the_rule_says_so() -> None:
    # 14 May 2026 + 1 month = Sunday 14 June 2026.
    assert due_on(date(2026, 5, 14), 1, Unit.MONTHS) == date(2026, 6, 14)
    assert due_on(date(2026, 5, 14), 1, Unit.MONTHS, rolls=True) == date(2026, 6, 15)


def test_a_due_day_before_a_long_week_end_rolls_past_the_holiday() -> None:
    # 25 February 2027 + 1 month = 25 March; 28 February + 1 month = Sunday 28 March 2027, Easter; Monday 29 is a holiday.
    assert due_on(date(2027, 2, 28), 1, Unit.MONTHS, rolls=True) == date(2027, 3, 30)


def test_a_suspension_of_ten_days_moves_the_due_day_by_ten_days() -> None:
    pause = Pause(date(2026, 9, 10), date(2026, 9, 20))
    assert due_on(date(2026, 9, 1), 1, Unit.MONTHS, pauses=[pause]) == date(2026, 10, 11)


def test_working_days_inside_a_suspension_do_not_count() -> None:
    # From Monday 1 June 2026: 2 and 3 count, 4–9 are suspended, then 10, 11, 12, 15, 16.
    pause = Pause(date(2026, 6, 4), date(2026, 6, 10))
    assert due_on(date(2026, 6, 1), 7, Unit.WORKING_DAYS, pauses=[pause]) == date(2026, 6, 16)


def test_the_due_day_counts_whole_even_when_the_clocks_change() -> None:
    # Summer time begins on 28 March 2027 and ends on 31 October 2027.
    assert expiry(date(2027, 3, 27)) == datetime(2027, 3, 28, 0, 0, tzinfo=PARIS)
    assert (expiry(date(2027, 10, 31)).timestamp() - expiry(date(2027, 10, 30)).timestamp()) == 25 * 3600


def test_an_instant_of_the_night_belongs_to_the_day_in_paris() -> None:
    assert paris_day(datetime(2026, 6, 30, 22, 30, tzinfo=ZoneInfo("UTC"))) == date(2026, 7, 1)


@pytest.mark.parametrize(
    "day", [date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 7, 14), date(2026, 11, 11), date(2026, 12, 25)]
)
def test_public_holidays_are_not_worked(day: date) -> None:
    assert not is_working_day(day)


DAYS = st.dates(date(2017, 1, 1), date(2035, 12, 31))


@given(start=DAYS, length=st.integers(1, 40), unit=st.sampled_from(Unit.values), rolls=st.booleans())
def test_no_period_is_due_before_its_start(start: date, length: int, unit: str, rolls: bool) -> None:
    assert due_on(start, length, unit, rolls=rolls) > start


@given(start=DAYS, length=st.integers(1, 40))
def test_counting_working_days_forth_and_back_agrees(start: date, length: int) -> None:
    due = due_on(start, length, Unit.WORKING_DAYS)
    assert is_working_day(due)
    assert working_days_between(start, due) == length


@given(day=DAYS)
def test_rolling_stops_at_the_first_working_day(day: date) -> None:
    rolled = next_working_day(day)
    assert is_working_day(rolled) and working_days_between(day, rolled) <= 1


@given(start=DAYS, length=st.integers(1, 6), unit=st.sampled_from(Unit.values), lost=st.integers(1, 30))
def test_a_suspension_never_brings_the_due_day_forward(start: date, length: int, unit: str, lost: int) -> None:
    from datetime import timedelta

    pause = Pause(start + timedelta(days=1), start + timedelta(days=1 + lost))
    assert due_on(start, length, unit, pauses=[pause]) >= due_on(start, length, unit)
