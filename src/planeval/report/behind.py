"""The data behind each table and chart of the web page, folded away under its source line.

A figure that is worked out — a model's, a trend's, a score — is no observation, but it rests on
some. One click under its table shows them: what was published, by whom, where in the source
and when; the table's note names the steps. Word and PDF have the numbered sources for it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from analysis.audit.finding import Claim
from analysis.data.observations import Data
from analysis.data.series import Datum
from planeval.report.claimed import Claimed, claim_line, claim_name
from planeval.report.observed import book_of, observed
from planeval.report.origins import Figures, steps_of, version_of
from planeval.report.tree import Node, classes_of
from planeval.words.figures import QUALIFIER_ZH, amount, period_zh
from planeval.words.language import mark, say, worded
from planeval.words.sources import place as located

_SUMMARY = {"chart": mark("本图依据的数据（{}行）"), "data-table": mark("本表依据的数据（{}行）")}


def set_behind(
    tree: Sequence[Node],
    rows: Mapping[str, list[int]],
    claims: Mapping[str, list[str]],
    told: Claimed,
) -> int:
    """Set the data behind tables and charts under their source lines, in place.

    Parameters
    ----------
    tree : sequence of pandoc blocks
        It is changed: after its source line a block gets a folded list.
    rows : mapping of str to list of int
        The observations each table and chart is made of, by its id.
    claims : mapping of str to list of str
        The published rates each table prints, by its id.
    told : Claimed
        The list of figures at the end of the page: a line leads to its row there.

    Returns
    -------
    int
        How many tables and charts have such a list now.
    """
    evaluation, count = told.evaluation, 0
    book = book_of(evaluation.data)
    for block in tree:
        kind = (classes_of(block) or [""])[0]
        if kind not in _SUMMARY:
            continue
        name = block["c"][0][0]
        known = observed(evaluation, rows.get(name, ()), book).held
        rates = [told.known[claim] for claim in claims.get(name, ())]
        if not known and not rates:
            continue
        lists = [*_observations(known, told.figures), *_rates(rates, told)]
        text = _folded(say(_SUMMARY[kind], len(known) + len(rates)), lists)
        parts = block["c"][1]
        at = next((n for n, part in enumerate(parts) if "source-line" in classes_of(part)), None)
        parts.insert(len(parts) if at is None else at + 1, _raw(text))
        count += 1
    return count


def _observations(items: Sequence[Datum], made: Figures) -> Iterator[tuple[str, list[str]]]:
    """Yield one line an observation, under the place and measure they are of."""
    for _, each in groupby(sorted(items, key=_order), key=lambda item: _order(item)[:3]):
        series = list(each)
        yield _name(series[0], made.data), [_line(item, made) for item in series]


def _rates(items: Sequence[Claim], told: Claimed) -> Iterator[tuple[str, list[str]]]:
    """Yield one line a published rate, under the place and measure they are of."""
    ordered = sorted(items, key=lambda one: (one.region, one.indicator, one.period, one.claim))
    for _, each in groupby(ordered, key=lambda one: (one.region, one.indicator)):
        series = list(each)
        name = claim_name(series[0], told.evaluation.data)
        yield name, [claim_line(one, told) for one in series]


def _folded(summary: str, lists: Sequence[tuple[str, list[str]]]) -> str:
    """Return the folded lists, each under its name; lines are HTML already."""
    groups = []
    for name, lines in lists:
        items = "\n".join(f"<li>{line}</li>" for line in lines)
        groups.append(f"<p>{html.escape(name)}</p>\n<ul>\n{items}\n</ul>\n")
    top = f'<details class="behind"><summary>{html.escape(summary)}</summary>\n'
    return top + "".join(groups) + "</details>"


def _order(item: Datum) -> tuple[str, str, str, str, int]:
    return item.region, item.indicator, item.caliber, item.period, item.row


def _name(item: Datum, data: Data) -> str:
    """Return the place, the measure and its caliber."""
    what = worded(data.indicators[item.indicator], "name")
    caliber = worded(data.calibers[item.caliber], "name")
    return say("{}{}；口径：{}", data.name(item.region), what, caliber)


def _line(item: Datum, made: Figures) -> str:
    """Return one observation: period, value, source, place in it, vintage, what was done."""
    shown = QUALIFIER_ZH[item.qualifier] + amount(item.value, item.unit)
    value = html.escape(say("{}：{}", period_zh(item.period), shown))
    told = [located(item.locator or ""), version_of(item)]
    if item.correction or item.status == "derived":
        told.append(steps_of(item, made.data))
    where = html.escape(say("；").join(text for text in told if text))
    code = html.escape(f"[{item.source}]")
    if item.source in made.codes:
        code = f'<a href="#src-{item.source}">{code}</a>'
    return f'<a href="#{made.place(item)}">{value}</a> {code} {where}'


def _raw(text: str) -> Node:
    return {"t": "RawBlock", "c": ["html", text]}
