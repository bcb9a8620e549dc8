"""Printed figures that know where they come from.

Whoever prints a figure of an observation, a published rate or a step over such has it at hand
and says so (:class:`Origin`). The text carries it on when it is joined, put into a sentence and
set into a table; whoever does not ask for origins sees a string like any other. Nothing is read
back out of printed words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, SupportsIndex, TypeAlias

if TYPE_CHECKING:  # pandas behind them would delay every command
    from analysis.audit.finding import Claim
    from analysis.data.series import Datum


class Origin(NamedTuple):
    """Where a printed figure comes from.

    Attributes
    ----------
    rows : tuple of int
        Rows of ``data/observations.csv`` it was made from, in the order of the step.
    step : str
        The rule that made it of them, by its code in :data:`planeval.words.steps.STEPS`; of a
        target's figure its code in :class:`analysis.targets.explain.Step`, or ``goal`` for the
        promise. Empty for what is printed as published.
    target : str
        The target whose figure it is, where it is one.
    claims : tuple of str
        Published rates and statements, by their name in ``data/claims.csv``.
    finding : str
        Number of the audit's finding whose figure it is.
    """

    rows: tuple[int, ...] = ()
    step: str = ""
    target: str = ""
    claims: tuple[str, ...] = ()
    finding: str = ""

    @classmethod
    def read(cls, values: Iterable[Any]) -> Origin:
        """Return an origin out of JSON, which has lists for tuples."""
        return cls._make(tuple(value) if isinstance(value, list) else value for value in values)


@dataclass(frozen=True)
class Known:
    """A value with its origin, as the functions that print figures take it."""

    value: float | None
    origin: Origin

    def __neg__(self) -> Known:
        """Return the figure with the other sign: a fall for a negative rise."""
        return Known(None if self.value is None else -self.value, self.origin)

    def __abs__(self) -> Known:
        """Return the size of the figure, for words that say its sign."""
        return Known(None if self.value is None else abs(self.value), self.origin)


class Traced(Protocol):
    """A value that knows where it comes from: :class:`Known`, or a step over observations."""

    @property
    def value(self) -> float | None:
        """The value, unrounded."""

    @property
    def origin(self) -> Origin:
        """Where it comes from."""


Figure: TypeAlias = "float | Datum | Claim | Traced | None"
Mark = tuple[int, int, Origin]


def value_of(figure: Any) -> float | None:
    """Return the bare value of a figure.

    Examples
    --------
    >>> value_of(Known(226.0, Origin((6,)))), value_of(3.2), value_of(None)
    (226.0, 3.2, None)
    """
    return figure if origin_of(figure) is None else figure.value


def origin_of(figure: Any) -> Origin | None:
    """Return where a figure comes from, None where nothing is known of it."""
    if hasattr(figure, "locator") and hasattr(figure, "row"):  # an observation
        return Origin((figure.row,))
    if hasattr(figure, "locator") and hasattr(figure, "claim"):
        return Origin(claims=(figure.claim,))
    return getattr(figure, "origin", None)


class Cell(str):
    """A text that knows the origins of the figures in it.

    Attributes
    ----------
    marks : tuple of (int, int, Origin)
        Where a figure begins and ends in the text, and where it comes from.

    Examples
    --------
    >>> text = "产值为" + printed("226", Known(226.0, Origin((6,)))) + "亿元"
    >>> text, text.marks[0][:2], text.marks[0][2].rows
    ('产值为226亿元', (3, 6), (6,))
    >>> "、".join([text]) == text, Cell("、").join(["甲", text]).marks[0][:2]
    (True, (5, 8))
    """

    marks: tuple[Mark, ...]

    def __new__(cls, text: str = "", marks: Iterable[Mark] = ()) -> Cell:
        """Return the text, which knows the marks."""
        made = super().__new__(cls, text)
        made.marks = tuple(marks)
        return made

    def __add__(self, other: str) -> Cell:
        """Return both texts one after the other."""
        return joined((self, other))

    def __radd__(self, other: str) -> Cell:
        """Return a bare text with this one behind it."""
        return joined((other, self))

    def join(self, parts: Iterable[str]) -> Cell:
        """Return texts with this one between them."""
        found: list[str] = []
        for part in parts:
            found += [self, part] if found else [part]
        return joined(found)

    def strip(self, chars: str | None = None, /) -> Cell:
        """Return the text without white space at its ends."""
        return kept(self, lambda text: text.strip(chars))

    def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> Cell:
        """Return the text with other words in it."""
        return kept(self, lambda text: text.replace(old, new, count))


def joined(parts: Iterable[str]) -> Cell:
    """Return texts one after the other, their origins kept."""
    texts: list[str] = []
    marks: list[Mark] = []
    length = 0
    for part in parts:
        marks += [(start + length, end + length, own) for start, end, own in marks_of(part)]
        texts.append(part)
        length += len(part)
    return Cell("".join(texts), marks)


def marks_of(text: object) -> tuple[Mark, ...]:
    """Return the marks of a text, none of a bare one."""
    return text.marks if isinstance(text, Cell) else ()


def printed(text: str, figure: Any) -> str:
    """Return a printed figure with the origin of what it prints, the bare text where none is."""
    origin = origin_of(figure)
    return Cell(text, [(0, len(text), origin)]) if origin and text else text


def kept(text: str, change: Callable[[str], str]) -> Cell:
    """Return a text as `change` words it, its figures still known.

    `change` may set and take off spaces, marks and capitals, but no digits: a figure is found
    again by the digits before it. A text with other digits than before knows of none.

    Examples
    --------
    >>> text = "now 2: " + printed("−2.5", Known(-2.5, Origin((6,)))) + " %"
    >>> new = kept(text, lambda said: said.replace(" %", "%").replace("now", "only now"))
    >>> new, [new[start:end] for start, end, _ in new.marks]
    ('only now 2: −2.5%', ['−2.5'])
    """
    new, old = change(str(text)), marks_of(text)
    if not old or list(filter(str.isdecimal, new)) != list(filter(str.isdecimal, text)):
        return Cell(new)
    at = [place for place, letter in enumerate(new) if letter.isdecimal()]
    marks = []
    for start, end, origin in old:
        digits = [n for n in range(start, end) if text[n].isdecimal()]
        if (start, end) == (0, len(text)):
            marks.append((0, len(new), origin))
        elif digits:
            first = sum(letter.isdecimal() for letter in text[:start])
            lead, tail = text[start : digits[0]], text[digits[-1] + 1 : end]
            begin, stop = at[first], at[first + len(digits) - 1] + 1
            begin -= len(lead) if new[:begin].endswith(lead) else 0
            stop += len(tail) if new.startswith(tail, stop) else 0
            marks.append((begin, stop, origin))
    return Cell(new, marks)


def pieces(text: str, marks: Iterable[Mark]) -> Iterator[tuple[str, Origin | None]]:
    """Yield a text in pieces, each with its origin where it is a figure with one."""
    done = 0
    for start, end, origin in sorted(marks):
        yield text[done:start], None
        yield text[start:end], origin
        done = end
    yield text[done:], None


def sourced(text: str, rows: Iterable[int], claims: Iterable[str] = ()) -> Cell:
    """Return a line of sources that knows what the table or chart above it is made of.

    Examples
    --------
    >>> sourced("来源：[S1]", [4, 3, 4], ["K002", "K001"]).marks[0][2][:1]
    ((3, 4),)
    """
    origin = Origin(rows=tuple(sorted(set(rows))), claims=tuple(sorted(set(claims))))
    return Cell(text, [(0, len(text), origin)])


def behind(line: str) -> Origin:
    """Return what a line of sources knows: rows and claims, each once, ascending.

    Examples
    --------
    >>> behind(sourced("来源：[S1]", [3]) + "；[V1]").rows, behind("来源：[S1]").rows
    ((3,), ())
    """
    known = [origin for _, _, origin in marks_of(line)]
    rows = {row for origin in known for row in origin.rows}
    claims = {claim for origin in known for claim in origin.claims}
    return Origin(rows=tuple(sorted(rows)), claims=tuple(sorted(claims)))
