"""HTML within a chapter's prose: the little that every format can show, and no more."""

from __future__ import annotations

import re

from analysis.data.errors import InputError
from planeval.report.tree import Node, nodes


def translated(
    tag: str, done: list[Node], opened: list[tuple[str, list[Node]]], where: tuple[str, int]
) -> list[Node]:
    """Translate the few HTML tags that every format can show; refuse the others.

    Parameters
    ----------
    tag : str
        As written, in lower case.
    done : list of Node
        What stands before it.
    opened : list of (name, list of Node)
        Tags not closed yet, each with what stands before it; changed in place.
    where : (str, int)
        Chapter file and cell.

    Examples
    --------
    >>> translated("<br>", [], [], ("01.ipynb", 1))
    [{'t': 'LineBreak'}]
    """
    kinds = {"sub": "Subscript", "sup": "Superscript"}
    name = tag.strip("</> ")
    if tag.startswith("<!--"):
        return done
    if re.fullmatch(r"<br\s*/?>", tag):
        return [*done, {"t": "LineBreak"}]
    if tag == f"<{name}>" and name in kinds:
        opened.append((name, done))
        return []
    if tag == f"</{name}>" and opened and opened[-1][0] == name:
        _, before = opened.pop()
        return [*before, {"t": kinds[name], "c": done}]
    raise unprintable(tag, where)


def drop_comments(block: Node, where: tuple[str, int]) -> None:
    """Take HTML comments out of a block, in place; refuse other HTML."""
    for raw in nodes(block, "RawBlock"):
        if not re.fullmatch(r"\s*<!--.*?-->\s*", raw["c"][1], re.DOTALL):
            raise unprintable(raw["c"][1].strip(), where)
        raw.clear()
        raw.update({"t": "Div", "c": [["", [], []], []]})


def unprintable(tag: str, where: tuple[str, int]) -> InputError:
    """Return the error for HTML that not every format can print."""
    return InputError(
        f"第 {where[1]} 个单元中的 HTML 不能印入各种格式",
        f"cell {where[1]} holds HTML that not every format can print",
        file=where[0],
        value=tag[:60],
        expected="Markdown, <br>, <sub>, <sup>",
    )
