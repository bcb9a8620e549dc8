"""Periods and days as data write them: read here only, ordered, with their first and last day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from analysis.data.errors import InputError, Reason

_PART = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})(?:-([0-9]{2}))?|([QS])([1-4])))?")
#: Months of the parts of a year that have a letter: quarters and halves (semesters).
_MONTHS = {"Q": 3, "S": 6}
_FORMS = {"Q": "quarter", "S": "half"}


class Period(NamedTuple):
    """A period by its form and its days.

    Attributes
    ----------
    form : str
        ``year``, ``half``, ``quarter``, ``month``, ``day``, or a span: ``years``, ``months``,
        ``days``.
    first, last : date
        The days it begins and ends on.
    """

    form: str
    first: dt.date
    last: dt.date

    @property
    def part(self) -> int:
        """Which half or quarter of its year it is, from 1."""
        return self.last.month // (6 if self.form == "half" else 3)


@lru_cache(maxsize=8192)
def parse_period(text: str) -> Period:
    """Read a period: 2024, 2024-S1, 2024-Q3, 2024-08, 2024-08-31, or a span such as 2021/2024.

    Raises
    ------
    InputError
        When it has none of these forms, names a day that is none, or ends before it begins.

    Examples
    --------
    >>> parse_period("2019-S1").last, parse_period("2022-01/2022-07").form
    (datetime.date(2019, 6, 30), 'months')
    >>> parse_period("2021/2025").first, parse_period("2021-Q3").part
    (datetime.date(2021, 1, 1), 3)
    """
    begin, span, end = text.partition("/")
    try:
        form, first, last = _part(begin)
        if span:
            other, _, last = _part(end)
            if form == other in ("year", "month", "day") and first <= last:
                return Period(f"{form}s", first, last)
        else:
            return Period(form, first, last)
    except ValueError:
        pass
    raise InputError("no_such_period", value=text, expected=Reason("period_such_as"))


def _part(text: str) -> tuple[str, dt.date, dt.date]:
    found = _PART.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day, letter, number = found.groups()
    if day:
        only = dt.date(int(year), int(month), int(day))
        return "day", only, only
    form, count, last = "year", 12, 12
    if month:
        form, count, last = "month", 1, int(month)
    elif letter:
        form, count = _FORMS[letter], _MONTHS[letter]
        last = count * int(number)
    end = dt.date(int(year), last, 1)  # S3 and S4 are refused here, as a month 18 or 24
    end = end.replace(day=calendar.monthrange(end.year, last)[1])
    return form, dt.date(end.year, last - count + 1, 1), end


def first_year(period: str) -> int:
    """Return the year a period begins in.

    Examples
    --------
    >>> first_year("2021/2024"), first_year("2020-08")
    (2021, 2020)
    """
    return parse_period(period).first.year


def last_year(period: str) -> int:
    """Return the year a period ends in.

    Examples
    --------
    >>> last_year("2011-01-01/2011-12-23"), last_year("2021/2024")
    (2011, 2024)
    """
    return parse_period(period).last.year


def whole_year(period: str) -> int | None:
    """Return the year of a full-year period, None for any other period.

    Examples
    --------
    >>> whole_year("2024"), whole_year("2024-S1"), whole_year("2021/2024")
    (2024, None, None)
    """
    found = parse_period(period)
    return found.last.year if found.form == "year" else None


def period_key(period: str) -> tuple[int, int, int]:
    """Return year, last month and minus the first month of a period, to sort by.

    Examples
    --------
    >>> sorted(["2019-S1", "2018-01/2018-08", "2019-01/2019-11"], key=period_key)
    ['2018-01/2018-08', '2019-S1', '2019-01/2019-11']
    """
    _, first, last = parse_period(period)
    return last.year, last.month, -first.month


def months_of(period: str) -> tuple[int, ...]:
    """Return the whole months a part of one year covers, none for days, whole years and longer.

    Examples
    --------
    >>> months_of("2021-Q1"), months_of("2020-08"), months_of("2018-01/2018-03")
    ((1, 2, 3), (8,), (1, 2, 3))
    >>> months_of("2011-01-01/2011-12-23"), months_of("2021/2024")
    ((), ())
    """
    form, first, last = parse_period(period)
    if form not in ("half", "quarter", "month", "months") or first.year != last.year:
        return ()
    return tuple(range(first.month, last.month + 1))


def shape(period: str) -> str:
    """Return a period without its years: what two periods a year apart have in common.

    Examples
    --------
    >>> shape("2024-Q1") == shape("2023-Q1"), shape("2018-01/2018-08"), shape("2021/2024")
    (True, 'Y-01/Y-08', 'Y/Y')
    """
    return re.sub("[0-9]{4}", "Y", period)


def parse_day(text: str, **place: Any) -> dt.date:
    """Read a day written ``YYYY-MM-DD``.

    Parameters
    ----------
    text : str
        The day.
    **place : object
        Where it stands, for the message: ``file``, ``row``, ``column``.

    Raises
    ------
    InputError
        When it is not so written or no such day exists, with the day it seems to mean.

    Examples
    --------
    >>> parse_day("2025-12-23")
    datetime.date(2025, 12, 23)
    >>> parse_day("2025年2月3日", column="as_of")
    Traceback (most recent call last):
    ...
    analysis.data.errors.InputError: column as_of: not_date; found '2025年2月3日'; \
expected YYYY-MM-DD; nearest 2025-02-03
    """
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    near = meant_day(text)
    raise InputError(
        "not_date",
        value=text,
        expected="YYYY-MM-DD",
        nearest=near.isoformat() if near else None,
        **place,
    )


def meant_day(text: str) -> dt.date | None:
    """Return the day a person means by any usual writing, year first; None where it is no day.

    Examples
    --------
    >>> [str(meant_day(text)) for text in ("2025/1/5", "２０２５年1月5日", "20250105", "5.1.2025")]
    ['2025-01-05', '2025-01-05', '2025-01-05', 'None']
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", plain) or re.fullmatch(
        r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", plain
    )
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
