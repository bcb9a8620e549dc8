"""The line of sources under a table, with the observations the table is made of.

What is printed is the line; the rows ride along, so that the web page can lead a figure to
the very observation it is.
"""

from __future__ import annotations

from collections.abc import Iterable


class Sourced(str):
    """A line of sources that knows its observations.

    Attributes
    ----------
    rows : tuple of int
        Rows of ``data/observations.csv``, each once, ascending.

    Examples
    --------
    >>> line = Sourced("来源：[S1]", [4, 3, 4])
    >>> line, line.rows
    ('来源：[S1]', (3, 4))
    """

    rows: tuple[int, ...]

    def __new__(cls, text: str, rows: Iterable[int]) -> Sourced:
        """Return the line `text`, which knows `rows`."""
        made = super().__new__(cls, text)
        made.rows = tuple(sorted(set(rows)))
        return made


def rows_of(line: str) -> list[int]:
    """Return the observations behind a line of sources, none where it knows of none.

    Examples
    --------
    >>> rows_of(Sourced("来源：[S1]", [3])), rows_of("来源：[S1]")
    ([3], [])
    """
    return list(line.rows) if isinstance(line, Sourced) else []
