"""Figures in sentences that are surely a published observation: the web page leads them to it.

A sentence is asked for more than a table cell: unit directly behind, period and measure named
before the figure in the same sentence, three digits or more, no word of reckoning or promise
in its clause. The observations are those the report's tables are made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from analysis.data.observations import STATUS_ZH
from analysis.data.series import Datum
from planeval.report.observed import NOT_PUBLISHED, Around, Observed, figures_of, fits
from planeval.report.tree import Node, text_of

_SENTENCE = re.compile(r"[。；！？]|[.;!?] ")
_CLAUSE = re.compile(r"[，：]|, |: ")


def sentence_figure(known: Observed, printed: str, before: str, behind: str) -> Datum | None:
    """Return the observation a figure of a sentence is, None where that is not sure.

    Parameters
    ----------
    known : Observed
        The observations the report is made of.
    printed : str
        The figure.
    before, behind : str
        The paragraph's text on either side of it.
    """
    sentence = _SENTENCE.split(before)[-1]
    unit = known.unit(Around("", behind, "", ("",), ""), printed)
    if unit is None or len(re.sub(r"\D", "", printed).lstrip("0")) < 3:
        return None
    told = known.last_period(sentence)
    clause = known.book.named("indicator", _CLAUSE.split(sentence)[-1])[1]
    if told is None or NOT_PUBLISHED.search(clause):
        return None
    places, measures = known.named("region", sentence), known.named("indicator", sentence)
    exact = len(re.sub(r"\D", "", printed).lstrip("0")) >= 4 and bool(places)
    stages = {code for code, text in STATUS_ZH.items() if re.match(rf"\S+? ?[（(]{text}", behind)}
    fitting = [
        item
        for item in known.held
        if item.unit == unit
        and item.period == told
        and fits(printed, item.value)
        and (item.indicator in measures or (exact and not measures))
        and (not places or item.region in places)
        and (not stages or item.status in stages)
    ]
    return fitting[0] if len(fitting) == 1 else None


def lead_prose(inlines: list[Node], known: Observed, led: Callable[[str, Datum], Node]) -> int:
    """Set links around the figures of one paragraph, in place; return how many.

    What leads somewhere already, or is set apart in its own mark-up, stays as it is.
    """
    texts = [text_of([node]) for node in inlines]
    whole = "".join(texts)
    made: list[Node] = []
    at = count = 0
    for node, text in zip(inlines, texts, strict=True):
        done = 0
        for match in figures_of(text) if node["t"] == "Str" else ():
            start, end = at + match.start(), at + match.end()
            # of a word that goes on before or behind, no figure
            item = sentence_figure(known, match[0], whole[:start], whole[end:])
            if item is None:
                continue
            made += [{"t": "Str", "c": text[done : match.start()]}, led(match[0], item)]
            done, count = match.end(), count + 1
        made.append({"t": "Str", "c": text[done:]} if node["t"] == "Str" else node)
        at += len(text)
    inlines[:] = [node for node in made if node["t"] != "Str" or node["c"]]
    return count
