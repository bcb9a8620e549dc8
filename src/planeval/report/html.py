"""What the web page alone has: sources that are led to, Chinese marked as such on English pages."""

from __future__ import annotations

import re

from planeval.report.tree import Node, link, nodes, string, text_of

__all__ = ["cited", "marked"]

#: How a text cites a source, whoever wrote it: the program, a chapter or a commentary.
_CITED = re.compile(r"(\[[A-Z]{1,3}\d{1,3}\])")


def cited(blocks: list[Node], sources: str | None) -> set[str]:
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
            prose["c"] = [part for node in prose["c"] for part in _led(node, codes)]
    return codes


def _led(node: Node, codes: set[str]) -> list[Node]:
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
