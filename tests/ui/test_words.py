"""Dates as a person reads them, in both languages."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from ui.calendar import is_working_day, paris_day, working_days_between
from ui.templatetags.ui import date_in_words, due_in_words, mask, moment_in_words, relative_day

THURSDAY = date(2026, 5, 14)  # Ascension Day: a public holiday
WEDNESDAY = date(2026, 5, 13)


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("en", THURSDAY, "Thursday 14 May 2026"),
        ("fr", THURSDAY, "jeudi 14 mai 2026"),
        ("fr", date(2026, 5, 1), "vendredi 1er mai 2026"),
        ("en", date(2026, 5, 1), "Friday 1 May 2026"),
    ],
)
def test_a_day_is_told_with_its_weekday(language: str, day: date, words: str) -> None:
    with override(language):
        assert date_in_words(day) == words


def test_an_instant_late_in_the_evening_of_greenwich_is_told_on_the_next_day_of_paris() -> None:
    late = datetime(2026, 5, 13, 22, 30, tzinfo=UTC)
    assert paris_day(late) == THURSDAY
    with override("en"):
        assert moment_in_words(late) == "Thursday 14 May 2026 at 0:30"


def test_no_date_is_told_as_nothing() -> None:
    assert date_in_words(None) == moment_in_words(None) == due_in_words(None) == relative_day(None) == ""


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 5, 18), "due Monday 18 May 2026, in 2 working days"),
        (date(2026, 5, 15), "due Friday 15 May 2026, in 1 working day"),
        (date(2026, 5, 13), "due today, Wednesday 13 May 2026"),
        (date(2026, 5, 12), "was due Tuesday 12 May 2026, 1 working day late"),
        (date(2026, 5, 7), "was due Thursday 7 May 2026, 3 working days late"),
    ],
)
def test_a_due_day_says_what_is_left_without_week_ends_and_holidays(day: date, words: str) -> None:
    with override("en"):
        assert due_in_words(day, WEDNESDAY) == words


@pytest.mark.parametrize(("days", "words"), [(-2, "2 days ago"), (-1, "yesterday"), (0, "today"), (1, "tomorrow"), (3, "in 3 days")])
def test_a_day_is_told_from_today(days: int, words: str) -> None:
    with override("en"):
        assert relative_day(date(2026, 5, 10 + days), date(2026, 5, 10)) == words


@pytest.mark.parametrize("since", [date(2026, 1, 1), date(2026, 5, 8), date(2026, 12, 30)])
@pytest.mark.parametrize("length", [0, 1, 6, 7, 30, 400])
def test_working_days_are_counted_as_if_one_by_one(since: date, length: int) -> None:
    days = [date.fromordinal(since.toordinal() + n) for n in range(1, length + 1)]
    until = date.fromordinal(since.toordinal() + length)
    assert working_days_between(since, until) == sum(map(is_working_day, days))
    assert working_days_between(until, since) == -working_days_between(since, until)


@pytest.mark.parametrize(
    ("text", "masked"), [("jane.roe@chu.example", "j•••@chu.example"), ("123456789", "•••89"), ("123", "•••"), (None, "")]
)
def test_a_masked_address_can_be_recognised_and_not_used(text: str | None, masked: str) -> None:
    assert mask(text) == masked
