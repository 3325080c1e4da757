"""Dates as pages print them."""

from datetime import UTC, datetime

import pytest

from newstext.extract.dates import Habit, Stamp, parse, role, stamps

NOON = Habit(now=datetime(2024, 2, 7, 12, 0, tzinfo=UTC))

PRINTED = [
    ("07 Feb 2024 01:02:02 GMT9", "2024-02-07T01:02:02+09:00", "second"),
    ("Published: 7 February 2024, 18:05 GMT+3", "2024-02-07T18:05:00+03:00", "minute"),
    ("February 7, 2024, 6:05 PM", "2024-02-07T18:05:00", "minute"),
    ("2024-02-07T18:05+0300", "2024-02-07T18:05:00+03:00", "minute"),
    ("2019-11-19T12:48:14Z Space", "2019-11-19T12:48:14+00:00", "second"),
    ("March 7, 20247:55 AM UTCUpdated ago", "2024-03-07T07:55:00", "minute"),
    ("30.01.202430. Januar 2024", "2024-01-30", "day"),
    ("October 31, 2014 07:15am ET", "2014-10-31T07:15:00-04:00", "minute"),
    ("14:30, 7. Februar 2024", "2024-02-07T14:30:00", "minute"),
    ("10 octobre 2023 à 18h05", "2023-10-10T18:05:00", "minute"),
    ("5 de enero de 2025", "2025-01-05", "day"),
    ("18:30 7 Şubat 2024", "2024-02-07T18:30:00", "minute"),
    ("7 كانون الثاني 2024", "2024-01-07", "day"),
    ("2025.05.31 오후 2:50", "2025-05-31T14:50:00", "minute"),
    ("2024年2月7日 18時05分", "2024-02-07T18:05:00", "minute"),
    ("Tue 4 Mar 2025 10.52 GMT", "2025-03-04T10:52:00+00:00", "minute"),
    ("Wed Feb 07 10:52:07 UTC 2024", "2024-02-07T10:52:07+00:00", "second"),
    ("Wed Feb  7 10:52:07 +0530 2024", "2024-02-07T10:52:07+05:30", "second"),
    ("٧ فبراير ٢٠٢٤ ١٢:٣٠", "2024-02-07T12:30:00", "minute"),
]


@pytest.mark.parametrize(("line", "iso", "precision"), PRINTED)
def test_printed_form(line, iso, precision):
    """A printed date is read with the time, zone and precision it has, and no more."""
    assert stamps(line, NOON)[0][:2] == (iso, precision)


def test_basic_form_of_iso_8601_is_read():
    """Dates without separators, as structured data has them, with their offset."""
    assert parse("20180619T055000+0900", NOON)[:2] == ("2018-06-19T05:50:00+09:00", "second")
    assert parse("20180619T0550Z", NOON)[:2] == ("2018-06-19T05:50:00+00:00", "minute")


def test_year_of_two_digits_behind_a_months_name_is_read():
    """Mail and feeds of RFC 822's time write the year so, before a time of day."""
    assert parse("Wed, 07 Feb 24 10:00:00 GMT", NOON)[0] == "2024-02-07T10:00:00+00:00"
    assert parse("7-Feb-99 10:00", NOON)[0] == "1999-02-07T10:00:00"


def test_day_and_month_follow_the_publishers_habit():
    """The same figures are February in London and July in New York, and never sure."""
    british, american = (parse("07/02/2024", Habit(month_first=first)) for first in (False, True))

    assert british == Stamp("2024-02-07", "day", (0, 10), sure=False)
    assert american == Stamp("2024-07-02", "day", (0, 10), sure=False)


def test_figures_above_twelve_settle_the_order():
    """A figure that can be no month is the day, whatever the habit."""
    assert parse("31/12/2024", Habit(month_first=True)) == Stamp("2024-12-31", "day", (0, 10))


@pytest.mark.parametrize(
    ("line", "iso", "precision"),
    [
        ("3 hours ago", "2024-02-07", "day"),
        ("vor 5 Minuten", "2024-02-07T11:55:00+00:00", "minute"),
        ("il y a 2 jours", "2024-02-05", "day"),
        ("منذ 3 أيام", "2024-02-04", "day"),
    ],
)
def test_relative_time_counts_from_the_fetching(line, iso, precision):
    """So many hours ago is a day counted back from when the file was fetched."""
    assert parse(line, NOON)[:2] == (iso, precision)


def test_relative_time_without_an_anchor_is_no_date():
    """Nothing is invented when the moment of fetching is unknown."""
    assert parse("3 hours ago", Habit()) is None


@pytest.mark.parametrize("line", ["Feb 7", "7 Februar", "in 2024", "31 February 2024", "May 2024", "page 20240", "1-2"])
def test_incomplete_date_is_none(line):
    """A date without a day or a year, or that no calendar has, is no date."""
    assert stamps(line, NOON) == []


@pytest.mark.parametrize("line", ["02/11/2023 02:00pm GMT", "02/11/2023 | 20:26"])
def test_clock_of_another_country_puts_the_day_first(line):
    """Twenty-four hours and zones of other countries are not American, whatever the habit."""
    assert stamps(line, Habit(month_first=True))[0].iso.startswith("2023-11-02")


@pytest.mark.parametrize("line", ["Associated PressMarch 30, 2023 GMT", "Stand:\u00a030.\u00a03.\u00a02023"])
def test_lost_or_unbreakable_blanks_hide_no_date(line):
    """A month that is glued to the word before it, and blanks of another kind, are read."""
    assert stamps(line, Habit())[0].iso == "2023-03-30"


def test_the_nearest_word_says_what_a_date_is():
    """Of two dates on a line each has the role of the word before it."""
    line = "Published: 1 March 2024 | Updated: 2 March 2024"

    assert [role(line, stamp) for stamp in stamps(line, NOON)] == ["published", "updated"]


def test_hostile_line_takes_linear_time():
    """A megabyte of figures and separators is read within a second."""
    assert stamps("1/" * 500_000, NOON) == []
