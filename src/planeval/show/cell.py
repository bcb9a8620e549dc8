"""The line of sources under a table or chart, with the published figures it is made of.

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
    claims : tuple of str
        Published rates and statements by their name in ``data/claims.csv``.

    Examples
    --------
    >>> line = Sourced("来源：[S1]", [4, 3, 4], ["K002", "K001"])
    >>> line, line.rows, line.claims
    ('来源：[S1]', (3, 4), ('K001', 'K002'))
    """

    rows: tuple[int, ...]
    claims: tuple[str, ...]

    def __new__(cls, text: str, rows: Iterable[int], claims: Iterable[str] = ()) -> Sourced:
        """Return the line `text`, which knows `rows` and `claims`."""
        made = super().__new__(cls, text)
        made.rows = tuple(sorted(set(rows)))
        made.claims = tuple(sorted(set(claims)))
        return made


def rows_of(line: str) -> list[int]:
    """Return the observations behind a line of sources, none where it knows of none.

    Examples
    --------
    >>> rows_of(Sourced("来源：[S1]", [3])), rows_of("来源：[S1]")
    ([3], [])
    """
    return list(line.rows) if isinstance(line, Sourced) else []


def claims_of(line: str) -> list[str]:
    """Return the published rates and statements behind a line of sources.

    Examples
    --------
    >>> claims_of(Sourced("来源：[S1]", [], ["K001"])), claims_of("来源：[S1]")
    (['K001'], [])
    """
    return list(line.claims) if isinstance(line, Sourced) else []


def reworded(line: str, text: str) -> str:
    """Return a line in other words that knows what the line knew.

    Examples
    --------
    >>> reworded(Sourced("来源：[S1]", [3]), "来源：[S1]；[V1]").rows
    (3,)
    """
    return Sourced(text, line.rows, line.claims) if isinstance(line, Sourced) else text
