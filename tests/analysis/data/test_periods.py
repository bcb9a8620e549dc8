"""Periods: each form read, none guessed, all of them in order."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.errors import InputError
from analysis.data.periods import (
    first_year,
    last_year,
    meant_day,
    months_of,
    parse_day,
    parse_period,
    period_key,
    shape,
    whole_year,
)


@pytest.mark.parametrize(
    ("text", "form", "first", "last"),
    [
        ("2024", "year", "2024-01-01", "2024-12-31"),
        ("2024-S1", "half", "2024-01-01", "2024-06-30"),
        ("2024-S2", "half", "2024-07-01", "2024-12-31"),
        ("2024-Q1", "quarter", "2024-01-01", "2024-03-31"),
        ("2023-Q4", "quarter", "2023-10-01", "2023-12-31"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2023-02", "month", "2023-02-01", "2023-02-28"),
        ("2024-08-31", "day", "2024-08-31", "2024-08-31"),
        ("2021/2025", "years", "2021-01-01", "2025-12-31"),
        ("2024-01/2024-08", "months", "2024-01-01", "2024-08-31"),
        ("2023-11/2024-02", "months", "2023-11-01", "2024-02-29"),
        ("2011-01-01/2011-12-23", "days", "2011-01-01", "2011-12-23"),
    ],
)
def test_a_period_by_its_days(text: str, form: str, first: str, last: str) -> None:
    found = parse_period(text)
    assert (found.form, str(found.first), str(found.last)) == (form, first, last)
    assert (first_year(text), last_year(text)) == (int(first[:4]), int(last[:4]))
    assert whole_year(text) == (2024 if text == "2024" else None)


@pytest.mark.parametrize(
    "text",
    ["", "24", "0000", "2024-13", "2024-00", "2024-S3", "2024-Q5", "2024-Q0", "2024-02-30", "2024/",
     "/2024", "2024/2021", "2024-08/2024-01", "2024/2024-08", "2024-Q1/2024-Q3", "２０２４",
     "2024年", "2024-1", "2024/2025/2026", " 2024"],
)  # fmt: skip
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_period(text)
    assert (caught.value.code, caught.value.value) == ("no_such_period", text)


def test_months_and_order() -> None:
    assert months_of("2023-Q4") == (10, 11, 12) and months_of("2024-S2") == (7, 8, 9, 10, 11, 12)
    assert months_of("2024") == months_of("2023-11/2024-02") == months_of("2024-08-31") == ()
    assert shape("2024-Q1") == shape("2023-Q1") != shape("2024-Q2")
    parts = ["2024-01", "2024-Q1", "2024-02/2024-03", "2024-S1", "2024", "2024-S2", "2025-01"]
    ordered = ["2024-01", "2024-02/2024-03", "2024-Q1", "2024-S1", "2024-S2", "2024", "2025-01"]
    assert sorted(parts, key=period_key) == ordered


@given(day=st.dates(dt.date(1000, 1, 1)))
def test_a_day_however_written_is_that_day(day: dt.date) -> None:
    assert parse_day(day.isoformat()) == day
    year, month, number = day.year, day.month, day.day
    for text in (f"{year}/{month}/{number}", f"{year}年{month}月{number}日", f"{day:%Y%m%d}"):
        assert meant_day(text) == day
        with pytest.raises(InputError) as caught:
            parse_day(text, file="data/x.csv", row=3, column="published")
        assert (caught.value.row, caught.value.nearest) == (3, day.isoformat())
