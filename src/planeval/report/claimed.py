"""Published rates and audit findings: the figures of their tables lead to an entry too.

A rate that a source states is no observation; it stands in ``data/claims.csv``. A table that
prints such says which, and a figure is led there where its row names period and place and
nothing else fits. A finding of the audit is known by its number, which its row begins with.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from analysis.audit.finding import RULES, VERDICTS, Claim, Finding, context
from analysis.data.observations import Data, public_by
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import BASIS_ZH, PUBLISHED_ZH
from planeval.report.observed import Book, book_of, figures_of, fits
from planeval.report.origins import Figures, cell_text, grid, set_link, source_link
from planeval.report.tree import Node, nodes
from planeval.words.figures import QUALIFIER_ZH, amount, period_zh
from planeval.words.language import Terms, either, say, worded
from planeval.words.sources import place as located
from planeval.words.titles import cited

#: Heads of a table of findings whose figures are the finding's own, and of one of rates.
_OWN = Terms(
    {
        "stated": "公布",
        "implied": "推得",
        "rate": "公布增速",
        "levels": "总量推得（现价）",
        "one": "一处",
        "other": "另一处",
        "shift": "相差",
    }
)
_STATED = Terms({"rate": "公布增速（%）"})


@dataclass
class Claimed:
    """What was linked: published rates and findings, by name."""

    evaluation: Evaluation
    figures: Figures
    known: dict[str, Claim] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)

    def claim(self, one: Claim) -> str:
        """Return the id of a rate's row in the list, which gets the row."""
        self.claims[one.claim] = one
        return f"claim-{one.claim}"

    def finding(self, one: Finding) -> str:
        """Return the id of a finding's row in the list, which gets the row."""
        self.findings[one.finding_id] = one
        return f"finding-{one.finding_id}"


def lead_claimed(
    tree: Sequence[Node], claims: Mapping[str, list[str]], evaluation: Evaluation, made: Figures
) -> Claimed:
    """Set links from the figures of tables to published rates and findings, in place.

    Parameters
    ----------
    tree : sequence of pandoc blocks
        It is changed; a figure that leads somewhere already stays as it is.
    claims : mapping of str to list of str
        Rows of ``data/claims.csv`` that each table prints, by the table's id.
    evaluation : Evaluation
        Whose claims and findings they are.
    made : Figures
        Counts the links.
    """
    told = Claimed(evaluation, made)
    every = context(evaluation.data, evaluation.as_of).claims
    told.known = {claim.claim: claim for claim in every}
    findings = {one.finding_id: one for one in evaluation.audit.findings}
    book = book_of(evaluation.data)
    for block in tree:
        if block["t"] != "Div":
            continue
        held = [told.known[name] for name in claims.get(block["c"][0][0], ())]
        for table in nodes(block, "Table"):
            heads = [cell_text(cell) for row in table["c"][3][1] for cell in row[1]]
            for row in (row[1] for body in table["c"][4] for row in body[3]):
                one = findings.get(cell_text(row[0])) if row else None
                if one is not None and heads[0] == _head(say("编号")):
                    _finding(row, heads, one, told)
                elif held:
                    _claims(row, heads, held, told, book)
    return told


def _head(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finding(row: list, heads: list[str], one: Finding, told: Claimed) -> None:
    own = {_head(_OWN[name]) for name in _OWN}
    for cell, head in zip(row, heads, strict=True):
        for match in reversed(figures_of(cell_text(cell))) if head in own else ():
            told.figures.count += set_link(cell, match.start(), partial(told.finding, one))


def _claims(row: list, heads: list[str], held: list[Claim], told: Claimed, book: Book) -> None:
    """Link the rates of one row that are surely one claim each."""
    texts = [cell_text(cell) for cell in row]
    for at, head in enumerate(heads):
        others = [text for n, text in enumerate(texts) if n != at]
        meant = [one for one in held if _meant(one, others, head, held, told.figures.data, book)]
        for match in reversed(figures_of(texts[at])):
            fitting = [one for one in meant if fits(match[0], one.value)]
            if len(fitting) == 1:
                place = partial(told.claim, fitting[0])
                told.figures.count += set_link(row[at], match.start(), place)


def _meant(
    one: Claim, others: list[str], head: str, held: list[Claim], data: Data, book: Book
) -> bool:
    """Tell whether row and head name a claim's period, place and measure, and its source."""
    placed = head == _head(data.name(one.region))
    if not placed and head != _head(_STATED["rate"]):
        return False
    if not {one.period, period_zh(one.period)} & set(others):
        return False
    near = " | ".join(others)
    several = len({claim.region for claim in held}) > 1
    if several and not placed and one.region not in book.named("region", near)[0]:
        return False
    codes = [text for text in others if text.startswith("[")]
    return not codes or any(f"[{one.source}]" in text for text in codes)


def claim_line(one: Claim, told: Claimed) -> str:
    """Return a published rate as one line under its table: period, rate, source, place, day."""
    value = html.escape(say("{}：{}", period_zh(one.period), _rate(one)))
    where = html.escape(_joined(located(one.locator), _version(one, told.evaluation.data)))
    code = source_link(told.figures, one.source)
    return f'<a href="#{told.claim(one)}">{value}</a> {code} {where}'


def claim_name(one: Claim, data: Data) -> str:
    """Return the place and the measure a published rate is of."""
    what = worded(data.indicators[one.indicator], "name")
    return say("{}{}；公布的增速", data.name(one.region), what)


def claimed_listing(told: Claimed) -> list[Node]:
    """Return the rates and findings that figures lead to, as tables of the list of figures."""
    blocks = []
    if told.claims:
        heads = (say("数字"), say("数值"), say("出处"), say("版本"), say("口径与步骤"))
        rows = [_claim_row(told.claims[name], told) for name in sorted(told.claims)]
        blocks.append(grid(say("公布的增速"), heads, rows))
    if told.findings:
        heads = (say("数字"), say("公布"), say("推得"), say("规则"), say("出处"))
        rows = [_finding_row(told.findings[name], told) for name in sorted(told.findings)]
        blocks.append(grid(say("核对查出的情形"), heads, rows))
    return blocks


def _claim_row(one: Claim, told: Claimed) -> tuple[str, list[str]]:
    data = told.evaluation.data
    name = say("{}（{}）", claim_name(one, data), period_zh(one.period))
    title = cited(data.sources[one.source]["title"])
    row = say("data/claims.csv的{}", one.claim)
    where = html.escape(_joined(title, located(one.locator), row))
    cells = [html.escape(text) for text in (name, _rate(one), "", _version(one, data))]
    cells[2] = f"{source_link(told.figures, one.source)} {where}"
    return f"claim-{one.claim}", [*cells, html.escape(_steps(one, told))]


def _steps(one: Claim, told: Claimed) -> str:
    """Return what was done with a rate: taken as printed, held against other figures."""
    audit, place = told.evaluation.audit, one.places[0]
    checks = [
        say("核对“{}”：{}", either(*RULES[found.rule]), either(*VERDICTS[found.verdict]))
        for found in (*audit.findings, *audit.agreements)
        if place in found.where and found.indicator == one.indicator
    ]
    return _joined(BASIS_ZH.get(one.price_basis, ""), say("照录"), *dict.fromkeys(checks))


def _finding_row(one: Finding, told: Claimed) -> tuple[str, list[str]]:
    rule = _joined(either(*RULES[one.rule]), either(*VERDICTS[one.verdict]), one.reason)
    places = []
    for place in one.where:
        own = re.match(r"(\d{4}[^：]*)：", place.figure)  # of another period than the finding
        day = _day(place.source, own[1] if own else one.period, told.evaluation.data)
        there = html.escape(_joined(located(place.locator), either(place.figure, ""), day))
        places.append(f"{source_link(told.figures, place.source)} {there}")
    texts = (f"{one.finding_id} {one.subject}", one.printed("stated"), one.printed("implied"), rule)
    cells = [html.escape(text) for text in texts]
    return f"finding-{one.finding_id}", [*cells, "<br>".join(dict.fromkeys(places))]


def _rate(one: Claim) -> str:
    return QUALIFIER_ZH[one.qualifier] + amount(one.value, one.unit)


def _version(one: Claim, data: Data) -> str:
    return _day(one.source, one.period, data)


def _day(source: str, period: str, data: Data) -> str:
    """Return the day by which a source was public, with how the day is known."""
    basis = data.sources[source]["published_basis"] or "latest_possible"
    return say("{}公布", public_by(data, source, period).isoformat() + PUBLISHED_ZH[basis])


def _joined(*texts: str) -> str:
    return say("；").join(text for text in texts if text)
