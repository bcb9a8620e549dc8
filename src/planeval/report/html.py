"""Figures that lead to where they come from: links set into the web page.

A figure in a table row or sentence that names a target leads to that target's table of
origins when it stands there, rounded as it is printed; a number in brackets such as [S1]
leads to its row in the list of sources. Nothing else of the text is changed, and without
such tables nothing is linked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from planeval.report.tree import Node, nodes, text_of
from planeval.words.language import within

__all__ = ["marked"]

_FIGURE = re.compile(r"[−+]?\d+(?:,\d{3})*(?:\.\d+)?%?")
_SOURCE = re.compile(r"\[([A-Z]{1,3}\d{1,3})\]")
_LEVEL = re.compile(r"\s*(?:区间|interval|范围)")
#: The number in the name of an English unit, which is no figure.
_UNIT = re.compile(r"100 million\b|10,000 (?=[a-zA-Z])")
_YEAR = re.compile(r"(?:19|20)\d\d")


def linked(
    blocks: list[Node], names: Mapping[str, str], sources: str | None
) -> tuple[list[Node], int]:
    """Set the links in a document's blocks, in place.

    Parameters
    ----------
    blocks : list of pandoc blocks
        A copy: it is changed.
    names : mapping of str to str
        Printed name of a target to the id of its table of origins.
    sources : str or None
        Id of the table of sources; its first column gets the places that [S1] leads to.

    Returns
    -------
    tuple of list and int
        The blocks, and how many figures lead somewhere.

    Examples
    --------
    >>> para = {"t": "Para", "c": [{"t": "Str", "c": "产值为226.0亿元"}]}
    >>> linked([para], {"产值": "tab-1"}, None)[1]
    1
    """
    # a name stands in a sentence as the sentence writes it
    names = {within(name): place for name, place in names.items()} | dict(names)
    ordered = sorted(names, key=len, reverse=True)
    made = _Links(dict(names), ordered, _anchored(blocks, sources))
    made.known = {name: _figures(block) for name, block in _divs(blocks) if name in made.own}
    for block in blocks:
        if block["t"] == "Div" and block["c"][0][0] in made.own:
            made.sources_only(block)
            continue
        for table in nodes(block, "Table"):
            made.table(table)
        for kind in ("Para", "Plain"):
            for prose in nodes(block, kind):
                if id(prose) not in made.seen:
                    prose["c"] = made.prose(prose["c"])
    return blocks, made.count


def _anchored(blocks: list[Node], sources: str | None) -> set[str]:
    """Give each row of the list of sources a place to be led to; return the codes found."""
    found: set[str] = set()
    if sources is None:
        return found
    for block in blocks:
        if block["t"] == "Div" and block["c"][0][0] == sources:
            for row in _rows(next(nodes(block, "Table"))):
                code = _cell_text(row[0])
                if code and code not in found:
                    found.add(code)
                    first = row[0][4][0]
                    first["c"] = [{"t": "Span", "c": [[f"src-{code}", [], []], first["c"]]}]
    return found


def _divs(blocks: list[Node]) -> list[tuple[str, Node]]:
    """Return the blocks that bear an id, with it."""
    return [(block["c"][0][0], block) for block in blocks if block["t"] == "Div"]


def _figures(block: Node) -> list[float]:
    """Return every figure printed in a table."""
    cells = (
        _cell_text(cell) for table in nodes(block, "Table") for row in _rows(table) for cell in row
    )
    return [_number(printed) for text in cells for printed in _FIGURE.findall(text)]


def _number(printed: str) -> float:
    return float(printed.rstrip("%").replace(",", "").replace("−", "-"))


def _rows(table: Node) -> list[list[Any]]:
    """Return the cells of a table's body, row by row."""
    return [row[1] for body in table["c"][4] for row in body[3]]


def _cell_text(cell: Any) -> str:
    return text_of(cell[4][0]["c"]) if cell[4] and cell[4][0]["t"] in ("Plain", "Para") else ""


class _Links:
    """One pass: names to ids, and a count of what was linked."""

    def __init__(self, names: dict[str, str], ordered: list[str], codes: set[str]) -> None:
        self.names, self.ordered, self.codes = names, ordered, codes
        self.own = set(names.values())
        self.seen: set[int] = set()
        self.known: dict[str, list[float]] = {}
        self.count = 0

    def table(self, table: Node) -> None:
        """Link the figures of each row that begins with a target's name."""
        for row in _rows(table):
            head = next((text for cell in row[:2] if (text := _cell_text(cell))), "")
            place = self._of(head) or self._of(_cell_text(row[1]) if len(row) > 1 else "")
            for at, cell in enumerate(row):
                for block in cell[4]:
                    if block["t"] in ("Plain", "Para"):
                        here = place if at else None
                        block["c"] = self._inlines(block["c"], here, following=False)
                        self.seen.add(id(block))

    def prose(self, inlines: list[Node]) -> list[Node]:
        """Link the figures of a paragraph to the target named last before them."""
        return self._inlines(inlines, None, following=True)

    def sources_only(self, block: Node) -> None:
        """Link only the numbers in brackets: a table of origins does not lead to itself."""
        for kind in ("Para", "Plain"):
            for prose in nodes(block, kind):
                prose["c"] = self._inlines(prose["c"], None, following=False)

    def _stands(self, printed: str, place: str) -> bool:
        """Tell whether a figure stands in a table of origins, rounded as it is printed."""
        if place not in self.known:
            return True
        digits = len(printed.rstrip("%").partition(".")[2])
        value, edge = _number(printed), 0.5 * 10.0**-digits + 1e-9
        return any(abs(abs(own) - abs(value)) <= edge for own in self.known[place])

    def _of(self, text: str) -> str | None:
        return next((self.names[name] for name in self.ordered if text.startswith(name)), None)

    def _inlines(self, inlines: list[Node], place: str | None, *, following: bool) -> list[Node]:
        made: list[Node] = []
        for text, node in _runs(inlines):
            if node is not None:
                if node["t"] in ("Strong", "Emph") and following:
                    place = self._last(text_of([node]), place)
                made.append(node)
                continue
            parts, place = self._text(text, place, following)
            made.extend(parts)
        return made

    def _last(self, text: str, place: str | None) -> str | None:
        ends = [(text.rfind(name), len(name), name) for name in self.ordered if name in text]
        return self.names[max(ends)[2]] if ends else place

    def _text(self, text: str, place: str | None, following: bool) -> tuple[list[Node], str | None]:
        """Cut a run of text at its figures and bracketed numbers."""
        made: list[Node] = []
        done = 0
        for match in re.finditer(f"{_SOURCE.pattern}|{_FIGURE.pattern}", text):
            before = text[done : match.start()]
            if following:
                place = self._last(before, place)
            code = match[1]
            target = f"src-{code}" if code in self.codes else None
            if code is None and place and not _inside_word(text, match):
                target = place if self._stands(match[0], place) else None
            if target is None:
                continue
            made += _strings(text[done : match.start()])
            made.append(_link(match[0], target, "src" if code else "fig"))
            self.count += code is None
            done = match.end()
        rest = text[done:]
        if following:
            place = self._last(rest, place)
        return [*made, *_strings(rest)], place


def _inside_word(text: str, match: re.Match[str]) -> bool:
    """Tell whether digits are no figure: of a word (PM2.5), a date, a year, a count, a level."""
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    joined = any(
        mark and mark.isascii() and (mark.isalnum() or mark in marks)
        for mark, marks in ((before, "-_."), (after, "-_"))
    )
    bare = _YEAR.fullmatch(match[0]) or len(match[0]) == 1  # a year, or a count of something
    named = _UNIT.match(text, match.start()) or _LEVEL.match(text, match.end())
    return joined or bool(bare) or named is not None


def _runs(inlines: list[Node]) -> list[tuple[str, Node | None]]:
    """Join neighbouring strings and spaces into runs of text; other inlines stay as they are."""
    made: list[tuple[str, Node | None]] = []
    text = ""
    for node in inlines:
        if node["t"] == "Str":
            text += node["c"]
        elif node["t"] == "Space":
            text += " "
        else:
            if text:
                made.append((text, None))
            text = ""
            made.append(("", node))
    return [*made, (text, None)] if text else made


def _strings(text: str) -> list[Node]:
    made: list[Node] = []
    for part in re.split("( )", text):
        if part:
            made.append({"t": "Space"} if part == " " else {"t": "Str", "c": part})
    return made


def _link(text: str, target: str, kind: str) -> Node:
    return {"t": "Link", "c": [["", [kind], []], _strings(text), [f"#{target}", ""]]}


# Chinese within an English page, marked as such for whoever reads it aloud or hyphenates it.


_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
#: From one Chinese letter or mark to the last of the same heading or title, figures between.
_RUN = re.compile(f"[{_CHINESE}](?:[0-9A-Za-z“”‘’—–、 .|:-]*[{_CHINESE}])*")
_PIECES = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
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
    for number, piece in enumerate(_PIECES.split(page)):
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
