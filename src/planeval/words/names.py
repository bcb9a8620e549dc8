"""Names of what is measured, as an English sentence writes them: lower case, unless proper.

The data write "Container throughput" as a heading would. Within a sentence it is "the container
throughput", while "GDP per capita" stays. Which words are such names only the data know: whoever
reads the data makes them known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["in_sentences", "make_known", "within"]

_known: set[str] = set()
#: First words that are proper names though no region's.
_PROPER = {"Fortune"}
# an acronym or formula has another capital, a figure or a mark in its first word: GDP, R&D, CO2
_COMMON = re.compile(r"([A-Z][a-z]+)(-[a-z]+)*(?![\w&.])")
# where a sentence, a line or a list item begins, marks of emphasis and quotation after it
_BEGINS = re.compile(r"(?:(?:^|\n)[ \t]*(?:(?:[-*+]|\d+\.)[ \t]+)?|[.!?][”\")*]*\s+)[*_“\"(\[]*\Z")
_ESCAPED = "\\`*_{}[]()#+-.!|&<>$~@^"


def make_known(names: Iterable[str], proper: Iterable[str] = ()) -> None:
    """Make the names of indicators or targets known, and the names of places they may begin with.

    Parameters
    ----------
    names : iterable of str
        As the data write them in English.
    proper : iterable of str
        Names of regions: a name that begins with one's first word keeps its capital.
    """
    places = _PROPER | {place.split()[0] for place in proper if place.strip()}
    found = {name.strip() for name in names if name}
    fresh = {one for one in found if within(one) != one and one.split()[0] not in places}
    _known.update(fresh)


def within(name: str) -> str:
    """Return a name as the middle of a sentence writes it.

    Examples
    --------
    >>> within("Container throughput"), within("GDP per capita"), within("CO2 per unit of GDP")
    ('container throughput', 'GDP per capita', 'CO2 per unit of GDP')
    >>> within("R&D expenditure as a share of GDP"), within("Fortune 500, leading firms")
    ('R&D expenditure as a share of GDP', 'Fortune 500, leading firms')
    """
    first = _COMMON.match(name)
    return name[0].lower() + name[1:] if first and first[1] not in _PROPER else name


def in_sentences(text: str) -> str:
    """Return English text with the names in it in lower case, but where a sentence begins.

    Headings keep their capitals.

    Examples
    --------
    >>> make_known(["Container throughput", "GDP per capita"])
    >>> in_sentences("Of these, Container throughput is behind. Container throughput grew.")
    'Of these, container throughput is behind. Container throughput grew.'
    >>> in_sentences("## Outlook: Container throughput")
    '## Outlook: Container throughput'
    """
    if not _known:
        return text

    def lower(found: re.Match[str]) -> str:
        before = text[: found.start()]
        heading = before.rpartition("\n")[2].lstrip().startswith(("#", "|"))
        if heading or _BEGINS.search(before[-200:] if len(before) > 200 else before):
            return found[0]
        return found[0][0].lower() + found[0][1:]

    return _pattern(frozenset(_known)).sub(lower, text)


@lru_cache(maxsize=4)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    """Return what finds the names, the longest first, as Markdown may have escaped them."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    found = "|".join(
        "".join(rf"\\?{re.escape(c)}" if c in _ESCAPED else re.escape(c) for c in name)
        for name in ordered
    )
    return re.compile(rf"(?<![\w/]){'(?:' + found + ')'}(?!\w)")
