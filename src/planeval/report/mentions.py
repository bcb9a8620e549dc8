"""Numbers for the charts and tables that a text points at by their place.

A notebook says 上表 or "the chart below", for there its charts and tables have no numbers. On
pages of paper a chart may stand on the next page: the report names the number instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from planeval.report.tree import Node, classes_of, link, string

#: 以上表明, 会上表示 and 网上图书馆 point at nothing.
_ZH = re.compile("(?<!以)([上下])(图(?![表书像案景片])|表(?![明示现达态决演述彰征面情扬露格]))")
_EN = re.compile(r"(above|below)(\W*)")
# "the figure above" may be a number as well as a chart: it stays
_KINDS = {"图": "chart", "表": "data-table", "chart": "chart", "table": "data-table"}


def number_mentions(blocks: Sequence[Node], words: Mapping[str, str], language: str) -> None:
    """Turn 上表, "the chart below" and their like into links with the number, in place.

    Parameters
    ----------
    blocks : sequence of Node
        One chapter. Its own charts and tables are ``Div`` of class ``chart`` or ``data-table``;
        a bare table, as in a commentary, has no number, and what points at it stays.
    words : mapping
        What a chart (``fig``) and a table (``tab``) is called.
    language : {"zh", "en"}
        Of the text.

    Examples
    --------
    >>> table = {"t": "Div", "c": [["tab-1-1", ["data-table"], []], []]}
    >>> text = {"t": "Para", "c": [{"t": "Str", "c": "上表3项目标："}]}
    >>> number_mentions([table, text], {"tab": "表"}, "zh")
    >>> [part["c"] for part in text["c"]][1:]
    ['的3项目标：']
    """
    kinds = [_kind(block) for block in blocks]
    for at, block in enumerate(blocks):
        near: dict[tuple[str, bool], tuple[str, str]] = {}  # kind and whether below: id and label
        for kind in ("chart", "data-table"):
            before = next((n for n in range(at - 1, -1, -1) if kinds[n] == kind), None)
            after = next((n for n in range(at + 1, len(blocks)) if kinds[n] == kind), None)
            for place, below in ((before, False), (after, True)):
                name = "" if place is None else _name(blocks[place])
                if name:
                    label, _, number = name.partition("-")
                    near[kind, below] = name, f"{words[label]} {number}"
        _walk(block, near, language)


def _kind(block: Node) -> str:
    classes = classes_of(block) or [""]
    bare = block["t"] == "Table" or classes[0] == "scroll"  # as a commentary's are set
    return "data-table" if bare else classes[0]


def _name(block: Node) -> str:
    return block["c"][0][0] if block["t"] == "Div" else ""


def _walk(tree: Any, near: dict[tuple[str, bool], tuple[str, str]], language: str) -> None:
    """Change every list of words that is neither a heading, a caption nor a table's cell."""
    if isinstance(tree, dict):
        if tree.get("t") not in ("Header", "Table", "Figure", "Link", "Code", "CodeBlock"):
            _walk(tree.get("c"), near, language)
    elif isinstance(tree, list):
        for part in tree:
            _walk(part, near, language)
        if any(isinstance(part, dict) and part.get("t") == "Str" for part in tree):
            tree[:] = _chinese(tree, near) if language == "zh" else _english(tree, near)


def _chinese(items: list[Node], near: dict[tuple[str, bool], tuple[str, str]]) -> list[Node]:
    new: list[Node] = []
    for item in items:
        rest = item["c"] if item["t"] == "Str" else ""
        found = [m for m in _ZH.finditer(rest) if (_KINDS[m[2]], m[1] == "下") in near]
        if not found:
            new.append(item)
            continue
        start = 0
        for match in found:
            name, label = near[_KINDS[match[2]], match[1] == "下"]
            new += [string(rest[start : match.start()])] if match.start() > start else []
            new.append(link(label, name))
            start = match.end()
            if rest[start : start + 1].isdigit():  # 表 1-1 的 3 项, not 表 1-1 3 项
                new.append(string("的"))
        tail = rest[start:]
        if tail and new[-1]["t"] == "Str":
            new[-1] = string(new[-1]["c"] + tail)
        elif tail:
            new.append(string(tail))
    return new


def _english(items: list[Node], near: dict[tuple[str, bool], tuple[str, str]]) -> list[Node]:
    new: list[Node] = []
    at = 0
    while at < len(items):
        said = [item.get("c") if item["t"] == "Str" else " " for item in items[at : at + 5]]
        match = _EN.fullmatch(said[4]) if len(said) == 5 and isinstance(said[4], str) else None
        if match and said[1] == said[3] == " " and str(said[0]).lower() == "the":
            found = near.get((_KINDS.get(str(said[2]), ""), match[1] == "below"))
            if found:
                new.append(link(found[1], found[0]))
                new += [string(match[2])] if match[2] else []
                at += 5
                continue
        new.append(items[at])
        at += 1
    return new
