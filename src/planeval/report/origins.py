"""Figures of background tables that lead to their observation: the web page's list of figures.

Targets' own figures lead to the tables of origins (:mod:`planeval.report.html`). Here every
other figure that is surely a published observation, or one named step over such, leads to its
row of a list at the end of the page: source, place in it, vintage, caliber, steps. Word and
PDF have the numbered sources for it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from analysis.data.observations import STATUS_ZH, Data
from analysis.data.series import Datum
from analysis.data.units import with_unit
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import BASIS_ZH, PUBLISHED_ZH
from planeval.report.observed import Around, Observed, book_of, figures_of, observed
from planeval.report.prose import lead_prose
from planeval.report.reckoned import STEPS, Reckoned, reckon
from planeval.report.tree import Node, nodes, text_of
from planeval.words.figures import QUALIFIER_ZH, amount, period_zh
from planeval.words.language import either, say, worded
from planeval.words.notes import noted
from planeval.words.sources import place as located
from planeval.words.titles import cited, of_publisher

#: A column of worked-out figures is led on only where this part of it fits its step.
_AGREEING = 0.6
Found = Datum | Reckoned


@dataclass
class Figures:
    """What was linked: observations by row, steps in the order they were met."""

    data: Data
    codes: frozenset[str]
    rows: dict[int, Datum] = field(default_factory=dict)
    steps: dict[Reckoned, int] = field(default_factory=dict)
    count: int = 0

    def place(self, found: Found) -> str:
        """Return the id of a figure's row in the list, which gets the row."""
        if isinstance(found, Datum):
            self.rows[found.row] = found
            return f"obs-{found.row}"
        for item in found.of:
            self.rows[item.row] = item
        return f"step-{self.steps.setdefault(found, len(self.steps) + 1)}"


def led(tree: list[Node], rows: Mapping[str, list[int]], evaluation: Evaluation) -> Figures:
    """Set links from the figures of tables to their observations, in place.

    Parameters
    ----------
    tree : list of pandoc blocks
        It is changed; a figure that leads somewhere already stays as it is.
    rows : mapping of str to list of int
        The observations each table is made of, by the table's id.
    evaluation : Evaluation
        Whose data the rows are of.

    Returns
    -------
    Figures
        What the list of figures has to show (:func:`listing`).
    """
    codes = (span["c"][0][0] for span in nodes(tree, "Span"))
    made = Figures(evaluation.data, frozenset(c[4:] for c in codes if c.startswith("src-")))
    book = book_of(evaluation.data)
    for block in tree:
        held = rows.get(block["c"][0][0]) if block["t"] == "Div" else None
        if held:
            known = observed(evaluation, held, book)
            for table in nodes(block, "Table"):
                _table(table, known, made)
    every = observed(evaluation, sorted({row for held in rows.values() for row in held}), book)
    for block in tree:
        if block["t"] != "Div":  # tables, charts and their notes are such
            for prose in (*nodes(block, "Para"), *nodes(block, "Plain")):
                made.count += lead_prose(
                    prose["c"], every, lambda text, item: _led(text, made.place(item))
                )
    return made


def _table(table: Node, known: Observed, made: Figures) -> None:
    """Find the figures of one table, column by column, and link those that are sure."""
    caption = text_of(table["c"][1][1])
    heads = [cell_text(cell) for row in table["c"][3][1] for cell in row[1]]
    found: dict[int, dict[tuple[int, int], Found]] = {}
    asked: dict[int, int] = {}
    cells = [row[1] for body in table["c"][4] for row in body[3]]
    above = ""
    for n, row in enumerate(cells):
        texts = [cell_text(cell) for cell in row]
        above = texts[0] = texts[0] or above
        for at in range(len(row)):
            head = heads[at] if at < len(heads) else ""
            for match in figures_of(cell_text(row[at])):
                text = texts[at]
                around = Around(text[: match.start()], text[match.end() :], head, tuple(texts),
                                caption, at)  # fmt: skip
                asked[at] = asked.get(at, 0) + 1
                item: Found | None = known.find(match[0], around) or reckon(known, match[0], around)
                if item is not None:
                    found.setdefault(at, {})[n, match.start()] = item
    for at, hits in found.items():
        steps = sum(isinstance(item, Reckoned) for item in hits.values())
        for (n, start), item in hits.items():
            if isinstance(item, Datum) or steps >= _AGREEING * asked[at]:
                made.count += set_link(cells[n][at], start, partial(made.place, item))


def cell_text(cell: Any) -> str:
    """Return the text of a table cell, nothing where it holds more than a line of text."""
    return text_of(cell[4][0]["c"]) if cell[4] and cell[4][0]["t"] in ("Plain", "Para") else ""


def set_link(cell: Any, start: int, place: Callable[[], str]) -> bool:
    """Put a link around the figure that begins at a place of the cell's text, if one does.

    Parameters
    ----------
    cell : pandoc cell
        It is changed.
    start : int
        Where in the cell's text the figure begins.
    place : callable
        Gives the id to lead to; asked only where a link is set.
    """
    block, at = cell[4][0], 0
    for n, inline in enumerate(block["c"]):
        text = text_of([inline])
        if inline["t"] == "Str" and at <= start < at + len(text):
            match = next((m for m in figures_of(text) if at + m.start() == start), None)
            if match is None:
                return False
            new = [_string(text[: match.start()]), _led(match[0], place()),
                   _string(text[match.end() :])]  # fmt: skip
            block["c"][n : n + 1] = [part for part in new if part["c"]]
            return True
        at += len(text)
    return False


def _string(text: str) -> Node:
    return {"t": "Str", "c": text}


def _led(text: str, name: str) -> Node:
    return {"t": "Link", "c": [["", ["fig"], []], [_string(text)], [f"#{name}", ""]]}


def listing(made: Figures, more: Sequence[Node] = ()) -> list[Node]:
    """Return the list of figures as blocks for the end of the page, none where it is empty.

    Parameters
    ----------
    made : Figures
        From :func:`led`.
    more : sequence of pandoc blocks
        Further tables of the list.
    """
    if not made.rows and not more:
        return []
    head = [_string(say("逐个数字"))]
    told = say("网页中点按背景表里的数字，即到这里它的一行。行号指 data/observations.csv 的行。")
    blocks: list[Node] = [
        {"t": "Header", "c": [2, ["figures", ["unnumbered"], []], head]},
        {"t": "Para", "c": [_string(told)]},
    ]
    heads = (say("数字"), say("数值"), say("出处"), say("版本"), say("口径与步骤"))
    rows = (_observation(made, made.rows[row]) for row in sorted(made.rows))
    if made.rows:
        blocks.append(grid(say("用到的公布值"), heads, rows))
    if made.steps:
        heads = (say("步骤"), say("数值"), say("算式"), say("用到的公布值"), say("出处"))
        steps = (_step(made, one, n) for one, n in made.steps.items())
        blocks.append(grid(say("由公布值算出的数"), heads, steps))
    return [*blocks, *more]


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


def named(item: Datum, data: Data) -> str:
    """Return what a figure is: place, measure and period, in the language spoken."""
    what = worded(data.indicators[item.indicator], "name")
    return say("{}{}（{}）", data.name(item.region), what, period_zh(item.period))


def steps_of(item: Datum, data: Data) -> str:
    """Return a figure's caliber and price basis and what was done to it since its source."""
    told = [worded(data.calibers[item.caliber], "name"), BASIS_ZH.get(item.price_basis, "")]
    if item.correction:
        row = data.corrected[item.region, item.indicator, item.period]
        reason = either(row["reason"], row["reason_en"])
        told.append(say("更正：{}→{}，{}", row["printed_expect"], row["printed_value"], reason))
    elif item.status == "derived" and item.note:
        told.append(noted(item.note))
    elif item.printed_unit != item.unit:
        told.append(say("原文{}，换算单位", with_unit(item.printed, item.printed_unit)))
    else:
        told.append(say("照录"))
    return say("；").join(text for text in told if text)


def version_of(item: Datum) -> str:
    """Return a figure's stage and the day it was published."""
    day = item.published.isoformat() + PUBLISHED_ZH[item.published_basis]
    return say("{}，{}公布", STATUS_ZH[item.status], day)


def _observation(made: Figures, item: Datum) -> tuple[str, list[str]]:
    source = made.data.sources[item.source]
    about = [
        cited(source["title"]),
        of_publisher(source["publisher"]),
        located(item.locator or ""),
    ]
    where = say("；").join(text for text in (*about, say("第{}行", item.row)) if text)
    value = QUALIFIER_ZH[item.qualifier] + amount(item.value, item.unit)
    cells = [named(item, made.data), value, "", version_of(item), steps_of(item, made.data)]
    shown = [html.escape(cell) for cell in cells]
    shown[2] = f"{source_link(made, item.source)} {html.escape(where)}"
    return f"obs-{item.row}", shown


def source_link(made: Figures, code: str) -> str:
    """Return a source's number in brackets, led to its row where the page lists the sources."""
    text = f"[{html.escape(code)}]"
    return f'<a class="src" href="#src-{code}">{text}</a>' if code in made.codes else text


def _step(made: Figures, one: Reckoned, number: int) -> tuple[str, list[str]]:
    links = []
    for item in one.of:
        name = named(item, made.data)
        if one.step == "excess":  # the two differ in nothing else
            name = say("；").join((name, worded(made.data.calibers[item.caliber], "name")))
        links.append(f'<a class="fig" href="#obs-{item.row}">{html.escape(name)}</a>')
    places = []
    for item in one.of:
        told = say("；").join(t for t in (located(item.locator or ""), version_of(item)) if t)
        places.append(f"{source_link(made, item.source)} {html.escape(told)}")
    shown = [html.escape(STEPS[one.step]), f"{one.value:.4g}{one.unit}".replace("-", "−")]
    shown += [html.escape(one.formula), "<br>".join(links), "<br>".join(dict.fromkeys(places))]
    return f"step-{number}", shown
