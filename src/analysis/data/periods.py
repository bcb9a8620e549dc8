"""Periods as data write them: a year, quarter, half-year, month or span, and their order."""

from __future__ import annotations

import re


def last_year(period: str) -> int:
    """Return the year a period ends in.

    Examples
    --------
    >>> last_year("2011-01-01/2011-12-23"), last_year("2020-08")
    (2011, 2020)
    """
    return int(re.findall(r"\d{4}", period)[-1])


def period_key(period: str) -> tuple[int, int, int]:
    """Return year, last month and minus the first month of a period, to sort by.

    Examples
    --------
    >>> sorted(["2019-S1", "2018-01/2018-08", "2019-01/2019-11"], key=period_key)
    ['2018-01/2018-08', '2019-S1', '2019-01/2019-11']
    """
    year = last_year(period)
    if part := re.fullmatch(r"\d{4}-([QS])(\d)", period):
        months = 3 if part[1] == "Q" else 6
        return year, months * int(part[2]), -(months * (int(part[2]) - 1) + 1)
    months_found = [int(month) for month in re.findall(r"\d{4}-(\d{2})", period)]
    if not months_found:
        return year, 12, -1
    return year, months_found[-1], -months_found[0]


def months_of(period: str) -> tuple[int, ...]:
    """Return the whole months a period of one year covers, none for days or several years.

    Examples
    --------
    >>> months_of("2021-Q1"), months_of("2020-08"), months_of("2018-01/2018-03")
    ((1, 2, 3), (8,), (1, 2, 3))
    >>> months_of("2011-01-01/2011-12-23"), months_of("2021/2024")
    ((), ())
    """
    if not re.fullmatch(r"\d{4}-([QS]\d|\d{2}|\d{2}/\d{4}-\d{2})", period):
        return ()
    _, last, first = period_key(period)
    return tuple(range(-first, last + 1))
