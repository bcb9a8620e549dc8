"""What the web page alone has: figures and citations that lead to where they come from.

A printed figure brings its origin from the chapter that printed it (:mod:`planeval.words.cell`).
Here it becomes a link: a target's figure leads to the target's table of origins, an observation,
a published rate, a finding of the audit or a step over observations to its row of a list at the
end of the page: source, place in it, vintage, caliber, steps. Word and PDF have the numbered
sources for it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from analysis.audit.finding import Claim, Finding, context
from analysis.data.observations import Data, public_by
from analysis.data.series import Datum, annual_series, datum
from analysis.targets.evaluation import Evaluation
from planeval.chapters.base import BASIS_ZH, PUBLISHED_ZH
from planeval.chapters.record import KEY
from planeval.report.document import Document
from planeval.report.tree import END, FIRST, Node, classes_of, link, nodes, string, text_of
from planeval.words.amounts import QUALIFIER_ZH, amount, period_zh, quantity, with_unit
from planeval.words.cell import Origin
from planeval.words.findings import RULE_NAMES, VERDICT_NAMES, figure, implied, stated, subject, why
from planeval.words.language import either, mark, say, worded
from planeval.words.names import STATUS_ZH, cited, noted, of_publisher, region_name
from planeval.words.names import place as located
from planeval.words.steps import STEPS, Reckoned

__all__ = ["marked", "sources_led"]

# --- From the chapters' output through pandoc: a figure stands between two marks -------------

_MARKS = re.compile(f"([{FIRST}-{END}])")


def _lead(tree: Any, led: Callable[[int], Node | None]) -> None:
    """Turn the marks of a tree into links, in place; figures without a place lose theirs."""
    for part in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(part, dict | list):
            _lead(part, led)
    if isinstance(tree, list) and any(_is_marked(part) for part in tree):
        made: list[Node] = []
        inside = made
        for node in tree:
            for piece in _MARKS.split(node["c"]) if _is_marked(node) else [node]:
                if piece == END:
                    inside = made
                elif isinstance(piece, dict):
                    inside.append(piece)
                elif not _MARKS.match(piece):
                    inside += [string(piece)] if piece else []
                elif (link := led(ord(piece) - ord(FIRST))) is not None:
                    made.append(link)
                    inside = link["c"][1]
        tree[:] = made


def _is_marked(node: Any) -> bool:
    return isinstance(node, dict) and node.get("t") == "Str" and bool(_MARKS.search(node["c"]))


def led(
    tree: list[Node], document: Document, evaluation: Evaluation, codes: Iterable[str]
) -> list[Node]:
    """Set links from figures to their origins and the data behind tables and charts, in place.

    Parameters
    ----------
    tree : list of pandoc blocks
        Of the document; it is changed.
    document : Document
        The origins that the marks mean, and the rows and claims of each table and chart.
    evaluation : Evaluation
        Whose data they are.
    codes : iterable of str
        Sources that the page lists.

    Returns
    -------
    list of pandoc blocks
        The list of figures, none where no figure leads there.
    """
    made = Figures(evaluation, frozenset(codes), document.keys)
    for block in tree:
        own = block["c"][0][0] if block["t"] == "Div" else None  # does not lead to itself

        def link(number: int, own: str | None = own) -> Node | None:
            origin = document.origins[number]
            name = made.place(origin)
            told = [["data-step", origin.step]] if origin.target else []
            led = [["", ["fig"], told], [], [f"#{name}", ""]]
            return None if name in (None, own) else {"t": "Link", "c": led}

        _lead(block, link)
    set_behind(tree, document.rows, document.claims, made)
    return listing(made)


@dataclass
class Figures:
    """What was linked: observations by row, steps in the order they were met, rates, findings.

    Parameters
    ----------
    evaluation : Evaluation
        Whose data, claims and findings they are.
    codes : frozenset of str
        Sources that the page lists.
    keys : mapping of str to str
        Ids of tables by their key; a target's table of origins has its own.
    """

    evaluation: Evaluation
    codes: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=dict)
    rows: dict[int, Datum] = field(default_factory=dict)
    steps: dict[Origin, int] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    findings: set[str] = field(default_factory=set)

    @property
    def data(self) -> Data:
        """All that is known."""
        return self.evaluation.data

    @cached_property
    def _observations(self) -> dict[int, dict]:
        return {row["row"]: row for rows in self.data.by_series.values() for row in rows}

    @cached_property
    def known_claims(self) -> dict[str, Claim]:
        """Published rates and statements by name."""
        every = context(self.data, self.evaluation.as_of).claims
        return {claim.claim: claim for claim in every}

    @cached_property
    def known_findings(self) -> dict[str, Finding]:
        """Findings of the audit by number."""
        return {one.finding_id: one for one in self.evaluation.audit.findings}

    def observation(self, row: int) -> Datum:
        """Return an observation as the evaluation uses it: corrected where that is declared."""
        data, item = self.data, datum(self._observations[row], self.data)
        if (item.region, item.indicator, item.period) in data.corrected and len(item.period) == 4:
            kept = annual_series(data, item.region, item.indicator, caliber=item.caliber,
                                 as_of=self.evaluation.as_of).at(item.year)  # fmt: skip
            return kept if kept is not None and kept.row == row else item
        return item

    def reckoned(self, origin: Origin) -> Reckoned:
        """Return a step with its observations."""
        return Reckoned(origin.step, tuple(map(self.observation, origin.rows)))

    def place(self, origin: Origin) -> str | None:
        """Return the id that a figure leads to, whose row the list gets; None where it has none."""
        if origin.target:
            return self.keys.get(f"tab:{KEY}{origin.target}")
        if origin.finding:
            self.findings.add(origin.finding)
            return f"finding-{origin.finding}"
        if origin.claims:
            self.claims.add(origin.claims[0])
            return f"claim-{origin.claims[0]}"
        self.rows |= {row: self.observation(row) for row in origin.rows if row not in self.rows}
        if origin.step:
            return f"step-{self.steps.setdefault(origin, len(self.steps) + 1)}"
        return f"obs-{origin.rows[0]}"


# --- The list of figures ---------------------------------------------------------------------


def listing(made: Figures) -> list[Node]:
    """Return the list of figures as blocks for the end of the page, none where it is empty."""
    heads = (say("数字"), say("数值"), say("出处"), say("版本"), say("口径与步骤"))
    steps = (say("步骤"), say("数值"), say("算式"), say("用到的公布值"), say("出处"))
    found = (say("数字"), say("公布"), say("推得"), say("规则"), say("出处"))
    tables = [
        (say("用到的公布值"), heads, [_observation(made, row) for row in sorted(made.rows)]),
        (say("由公布值算出的数"), steps, [_step(made, *step) for step in made.steps.items()]),
        (say("公布的增速"), heads, [_claim(made, name) for name in sorted(made.claims)]),
        (say("核对查出的情形"), found, [_finding(made, one) for one in sorted(made.findings)]),
    ]
    blocks = [grid(*table) for table in tables if table[2]]
    if not blocks:
        return []
    head = [string(say("逐个数字"))]
    told = say("网页中点按背景表里的数字，即到这里它的一行。行号指 data/observations.csv 的行。")
    return [
        {"t": "Header", "c": [2, ["figures", ["unnumbered"], []], head]},
        {"t": "Para", "c": [string(told)]},
        *blocks,
    ]


def grid(name: str, heads: Sequence[str], rows: Iterable[tuple[str, list[str]]]) -> Node:
    """Return a table of rows that can be led to; cells are HTML already."""
    top = "".join(f"<th>{html.escape(head)}</th>" for head in heads)
    body = "\n".join(
        f'<tr id="{place}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for place, cells in rows
    )
    text = (
        f'<div class="scroll figures" tabindex="0"><table><caption>{html.escape(name)}</caption>'
        f"<thead><tr>{top}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )
    return {"t": "RawBlock", "c": ["html", text]}


def _joined(*texts: str) -> str:
    return say("；").join(text for text in texts if text)


def _cited(made: Figures, code: str, *where: str) -> str:
    """Return a source's number, led to its row where the page lists the sources, and a place."""
    text = f"[{html.escape(code)}]"
    if code in made.codes:
        text = f'<a class="src" href="#src-{code}">{text}</a>'
    return f"{text} {html.escape(_joined(*where))}"


def named(item: Datum, data: Data) -> str:
    """Return what a figure is: place, measure and period, in the language spoken."""
    what = worded(data.indicators[item.indicator], "name")
    return say("{}{}（{}）", region_name(data, item.region), what, period_zh(item.period))


def steps_of(item: Datum, data: Data) -> str:
    """Return a figure's caliber and price basis and what was done to it since its source."""
    if item.correction:
        row = data.corrected[item.region, item.indicator, item.period]
        reason = either(row["reason"], row["reason_en"])
        done: str = say("更正：{}→{}，{}", row["printed_expect"], row["printed_value"], reason)
    elif item.status == "derived" and item.note:
        done = noted(item.note)
    elif item.printed_unit != item.unit:
        done = say("原文{}，换算单位", with_unit(item.printed, item.printed_unit))
    else:
        done = say("照录")
    caliber = worded(data.calibers[item.caliber], "name")
    return _joined(caliber, BASIS_ZH.get(item.price_basis, ""), done)


def version_of(item: Datum) -> str:
    """Return a figure's stage and the day it was published."""
    day = item.published.isoformat() + PUBLISHED_ZH[item.published_basis]
    return say("{}，{}公布", STATUS_ZH[item.status], day)


def _observation(made: Figures, row: int) -> tuple[str, list[str]]:
    item = made.rows[row]
    source = made.data.sources[item.source]
    where = (cited(source["title"]), of_publisher(source["publisher"]), located(item.locator or ""))
    cells = [html.escape(text) for text in (named(item, made.data), quantity(item))]
    cells.append(_cited(made, item.source, *where, say("第{}行", row)))
    more = (version_of(item), steps_of(item, made.data))
    return f"obs-{row}", cells + [html.escape(text) for text in more]


def _step(made: Figures, origin: Origin, number: int) -> tuple[str, list[str]]:
    one = made.reckoned(origin)
    links, places = [], []
    for item in one.of:
        name = named(item, made.data)
        if one.step == "excess":  # the two differ in nothing else
            name = _joined(name, worded(made.data.calibers[item.caliber], "name"))
        links.append(f'<a class="fig" href="#obs-{item.row}">{html.escape(name)}</a>')
        places.append(_cited(made, item.source, located(item.locator or ""), version_of(item)))
    shown = [
        html.escape(STEPS[one.step]),
        with_unit(f"{one.value:.4g}".replace("-", "−"), one.unit),
    ]
    shown += [html.escape(one.formula), "<br>".join(links), "<br>".join(dict.fromkeys(places))]
    return f"step-{number}", shown


def _claim(made: Figures, name: str) -> tuple[str, list[str]]:
    one, data = made.known_claims[name], made.data
    what = say("{}（{}）", _claim_name(one, data), period_zh(one.period))
    where = (cited(data.sources[one.source]["title"]), located(one.locator))
    audit, place = made.evaluation.audit, one.places[0]
    checks = [
        say("核对“{}”：{}", either(*RULE_NAMES[found.rule]), either(*VERDICT_NAMES[found.verdict]))
        for found in (*audit.findings, *audit.agreements)
        if place in found.where and found.indicator == one.indicator
    ]
    done = _joined(BASIS_ZH.get(one.price_basis, ""), say("照录"), *dict.fromkeys(checks))
    cells = [html.escape(what), html.escape(_rate(one))]
    cells.append(_cited(made, one.source, *where, say("data/claims.csv的{}", name)))
    return f"claim-{name}", [*cells, _day(one.source, one.period, data), html.escape(done)]


def _finding(made: Figures, name: str) -> tuple[str, list[str]]:
    one = made.known_findings[name]
    rule = _joined(either(*RULE_NAMES[one.rule]), either(*VERDICT_NAMES[one.verdict]), why(one))
    places = []
    for place in one.where:
        own = place.figure.figures.get("period")  # of another period than the finding
        day = _day(place.source, own or one.period, made.data)
        told = (located(place.locator), either(figure(place), ""), day)
        places.append(_cited(made, place.source, *told))
    texts = (f"{name} {subject(one)}", stated(one), implied(one), rule)
    cells = [html.escape(text) for text in texts]
    return f"finding-{name}", [*cells, "<br>".join(dict.fromkeys(places))]


def _claim_name(one: Claim, data: Data) -> str:
    """Return the place and the measure a published rate is of."""
    what = worded(data.indicators[one.indicator], "name")
    return say("{}{}；公布的增速", region_name(data, one.region), what)


def _rate(one: Claim) -> str:
    return QUALIFIER_ZH[one.qualifier] + amount(one.value, one.unit)


def _day(source: str, period: str, data: Data) -> str:
    """Return the day by which a source was public, with how the day is known."""
    basis = data.sources[source]["published_basis"] or "latest_possible"
    return say("{}公布", public_by(data, source, period).isoformat() + PUBLISHED_ZH[basis])


# --- The data behind each table and chart, folded away under its source line -----------------
# A figure that is worked out — a model's, a trend's, a score — is no observation, but it rests on
# some. One click under its table shows them: what was published, by whom, where in the source
# and when; the table's note names the steps. Word and PDF have the numbered sources for it.


_SUMMARY = {"chart": mark("本图依据的数据（{}行）"), "data-table": mark("本表依据的数据（{}行）")}


def set_behind(
    tree: Sequence[Node],
    rows: Mapping[str, Iterable[int]],
    claims: Mapping[str, Iterable[str]],
    made: Figures,
) -> None:
    """Set the data behind tables and charts under their source lines, in place.

    Parameters
    ----------
    tree : sequence of pandoc blocks
        It is changed: after its source line a block gets a folded list.
    rows, claims : mapping
        The observations and published rates each table and chart is made of, by its id.
    made : Figures
        The list of figures at the end of the page: a line leads to its row there.
    """
    for block in tree:
        kind = (classes_of(block) or [""])[0]
        if kind not in _SUMMARY:
            continue
        name = block["c"][0][0]
        known = [made.observation(row) for row in rows.get(name, ())]
        rates = [made.known_claims[claim] for claim in claims.get(name, ())]
        if not known and not rates:
            continue
        lists = [*_published(known, made), *_rates(rates, made)]
        text = _folded(say(_SUMMARY[kind], len(known) + len(rates)), lists)
        parts = block["c"][1]
        at = next((n for n, part in enumerate(parts) if "source-line" in classes_of(part)), None)
        folded = {"t": "RawBlock", "c": ["html", text]}
        parts.insert(len(parts) if at is None else at + 1, folded)


def _published(items: Sequence[Datum], made: Figures) -> Iterator[tuple[str, list[str]]]:
    """Yield one line an observation, under the place and measure they are of."""
    data = made.data

    def order(item: Datum) -> tuple[str, str, str, str, int]:
        return item.region, item.indicator, item.caliber, item.period, item.row

    for _, each in groupby(sorted(items, key=order), key=lambda item: order(item)[:3]):
        series = list(each)
        what = worded(data.indicators[series[0].indicator], "name")
        caliber = worded(data.calibers[series[0].caliber], "name")
        lines = []
        for item in series:
            told = [located(item.locator or ""), version_of(item)]
            if item.correction or item.status == "derived":
                told.append(steps_of(item, data))
            value = say("{}：{}", period_zh(item.period), quantity(item))
            lines.append(_line(made, Origin((item.row,)), value, item.source, *told))
        yield say("{}{}；口径：{}", region_name(data, series[0].region), what, caliber), lines


def _rates(items: Sequence[Claim], made: Figures) -> Iterator[tuple[str, list[str]]]:
    """Yield one line a published rate, under the place and measure they are of."""
    ordered = sorted(items, key=lambda one: (one.region, one.indicator, one.period, one.claim))
    for _, each in groupby(ordered, key=lambda one: (one.region, one.indicator)):
        series = list(each)
        yield (
            _claim_name(series[0], made.data),
            [
                _line(made, Origin(claims=(one.claim,)),
                      say("{}：{}", period_zh(one.period), _rate(one)), one.source,
                      located(one.locator), _day(one.source, one.period, made.data))
                for one in series
            ],
        )  # fmt: skip


def _line(made: Figures, origin: Origin, value: str, source: str, *where: str) -> str:
    """Return one figure of a folded list: period and value, source, place in it, vintage."""
    told = _cited(made, source, *where)
    return f'<a href="#{made.place(origin)}">{html.escape(value)}</a> {told}'


def _folded(summary: str, lists: Sequence[tuple[str, list[str]]]) -> str:
    """Return the folded lists, each under its name; lines are HTML already."""
    groups = []
    for name, lines in lists:
        items = "\n".join(f"<li>{line}</li>" for line in lines)
        groups.append(f"<p>{html.escape(name)}</p>\n<ul>\n{items}\n</ul>\n")
    top = f'<details class="behind"><summary>{html.escape(summary)}</summary>\n'
    return top + "".join(groups) + "</details>"


# --- Citations that lead to their source, and Chinese marked on English pages ----------------

#: How a text cites a source, whoever wrote it: the program, a chapter or a commentary.
_CITED = re.compile(r"(\[[A-Z]{1,3}\d{1,3}\])")


def sources_led(blocks: list[Node], sources: str | None) -> set[str]:
    """Lead citations such as [S1] to their row of the table of sources, in place.

    Parameters
    ----------
    blocks : list of pandoc blocks
        It is changed.
    sources : str or None
        Id of the table of sources, whose rows get the places.

    Returns
    -------
    set of str
        The codes that the table lists.
    """
    table = next((b for b in blocks if b["t"] == "Div" and b["c"][0][0] == sources), None)
    codes: set[str] = set()
    for row in (row for body in nodes(table, "Table") for part in body["c"][4] for row in part[3]):
        cell = row[1][0][4]
        code = text_of(cell)
        if code and code not in codes:
            codes.add(code)
            cell[0]["c"] = [{"t": "Span", "c": [[f"src-{code}", [], []], cell[0]["c"]]}]
    for kind in ("Para", "Plain"):
        for prose in nodes(blocks, kind):
            prose["c"] = [part for node in prose["c"] for part in _cites(node, codes)]
    return codes


def _cites(node: Node, codes: set[str]) -> list[Node]:
    if node["t"] != "Str" or "[" not in node["c"]:
        return [node]
    made = []
    for piece in filter(None, _CITED.split(node["c"])):
        leads = _CITED.fullmatch(piece) and piece[1:-1] in codes
        made.append(link(piece, f"src-{piece[1:-1]}", "src") if leads else string(piece))
    return made


# Chinese within an English page, marked as such for whoever reads it aloud or hyphenates it.


_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
#: From one Chinese letter or mark to the last of the same heading or title, figures between.
_RUN = re.compile(f"[{_CHINESE}](?:[0-9A-Za-z“”‘’—–、 .|:-]*[{_CHINESE}])*")
_TAGS = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
#: What holds no text to be read, or whose text holds no further marks.
_CLOSED = ("script", "style", "title", "svg")
_NAME = re.compile(r"<(/?)([a-zA-Z0-9]+)")


def marked(page: str) -> str:
    """Return an English page with each run of Chinese in its text set in ``lang="zh-CN"``.

    Source: W3C, Web Content Accessibility Guidelines 2.2, success criterion 3.1.2, language of
    parts.

    Parameters
    ----------
    page : str
        HTML; what stands within tags and comments is left alone.

    Examples
    --------
    >>> marked('<p title="正文">table 2, “经济实力” of 2020</p>')
    '<p title="正文">table 2, “<span lang="zh-CN">经济实力</span>” of 2020</p>'
    """
    made: list[str] = []
    inside = ""
    for number, piece in enumerate(_TAGS.split(page)):
        if number % 2:
            inside = _inside(piece, inside)
        elif not inside:
            piece = _RUN.sub(r'<span lang="zh-CN">\g<0></span>', piece)
        made.append(piece)
    return "".join(made)


def _inside(tag: str, inside: str) -> str:
    """Return which closed element the text after a tag is in, nothing where in none."""
    found = _NAME.match(tag)
    if found is None or found[2].lower() not in _CLOSED or tag.endswith("/>"):
        return inside
    name = found[2].lower()
    if found[1]:
        return "" if name == inside else inside
    return inside or name
