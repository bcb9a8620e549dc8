"""Words written under a chapter's own headings: each part goes to the end of its section.

An economist who writes ``### 地区生产总值`` in a commentary on the chapter of indicators means
that indicator; the words belong under it and not at the chapter's end.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from planeval.report.tree import Node, classes_of, nodes, text_of, without_number


@dataclass
class _Part:
    """Blocks under one heading of a commentary, and where in the chapter they belong."""

    name: str
    level: int
    blocks: list[Node] = field(default_factory=list)


def title_of(header: Node) -> str:
    """Return a heading's words as they are compared: without number and spaces.

    Examples
    --------
    >>> words = [{"t": "Str", "c": "1."}, {"t": "Space"}, {"t": "Str", "c": "外贸进出口"}]
    >>> title_of({"t": "Header", "c": [3, ["", [], []], words]})
    '外贸进出口'
    """
    return re.sub(r"\s", "", text_of(without_number(header["c"][2])))


def dealt(chapter: list[Node], said: list[Node]) -> tuple[list[Node], list[Node]]:
    """Put the parts of a commentary that bear a heading of the chapter into its sections.

    Parameters
    ----------
    chapter : list of blocks
        The chapter, its own title first.
    said : list of blocks
        The commentary.

    Returns
    -------
    tuple of lists
        The chapter with those parts, and what of the commentary is left. A part's own heading
        is not said twice; headings below it move to the level that follows.
    """
    known: dict[str, int] = {}
    for block in chapter:
        if block["t"] == "Header" and block["c"][0] > 1:
            known.setdefault(title_of(block), block["c"][0])
    parts, rest = _parted(json.loads(json.dumps(said)), known)
    if not parts:
        return chapter, rest
    made = list(chapter)
    for part in parts:
        at = _end_of(made, part.name)
        made[at:at] = _lowered(part, known[part.name])
    return made, _without_empty(rest)


def _parted(said: list[Node], known: dict[str, int]) -> tuple[list[_Part], list[Node]]:
    """Cut a commentary into parts that belong to sections of the chapter, and the rest."""
    parts: list[_Part] = []
    rest: list[Node] = []
    open_part: _Part | None = None
    for block in said:
        if block["t"] == "Header":
            name = title_of(block)
            if name in known:
                open_part = _Part(name, block["c"][0])
                parts.append(open_part)
                continue
            if open_part is not None and block["c"][0] <= open_part.level:
                open_part = None
        (rest if open_part is None else open_part.blocks).append(block)
    return parts, rest


def _end_of(chapter: list[Node], name: str) -> int:
    """Return where the section of that title ends, before the mark of the cell that follows."""
    begin = next(
        place
        for place, block in enumerate(chapter)
        if block["t"] == "Header" and block["c"][0] > 1 and title_of(block) == name
    )
    level = chapter[begin]["c"][0]
    at = next(
        (
            place
            for place in range(begin + 1, len(chapter))
            if chapter[place]["t"] == "Header" and chapter[place]["c"][0] <= level
        ),
        len(chapter),
    )
    while at < len(chapter) and classes_of(chapter[at - 1]) == ["piece"]:
        at -= 1
    return at


def _lowered(part: _Part, level: int) -> list[Node]:
    """Set the headings below a part one level under the section they come into, and so on."""
    for header in nodes(part.blocks, "Header"):
        header["c"][0] = min(header["c"][0] - part.level + level, 6)
    return part.blocks


def _without_empty(rest: list[Node]) -> list[Node]:
    """Drop headings whose words have all gone elsewhere."""
    kept: list[Node] = []
    for block in reversed(rest):
        follows = kept[-1] if kept else None
        empty = follows is None or (
            follows["t"] == "Header" and follows["c"][0] <= block.get("c", [0])[0]
            if block["t"] == "Header"
            else False
        )
        if block["t"] != "Header" or not empty:
            kept.append(block)
    return kept[::-1]
