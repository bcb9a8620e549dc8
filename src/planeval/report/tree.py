"""Pandoc's document tree: how to run pandoc, find, build and rewrite nodes.

A node is a mapping with a type ``t`` and contents ``c``, as pandoc writes it in JSON. Source:
the pandoc-types package, module Text.Pandoc.Definition.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError
from planeval.words.cell import Mark, Origin, pieces
from planeval.words.errors import UserError

Node = dict[str, Any]
_DIGITS = "〇一二三四五六七八九"
_OWN_NUMBER = re.compile(
    r"^(第?[一二三四五六七八九十]+[、章]|（[一二三四五六七八九十]+）|\d+[.、．])\s*"
)


def pandoc(arguments: Sequence[str], text: str = "", cwd: Path | None = None) -> str:
    """Run pandoc on `text` and return what it writes.

    Raises
    ------
    InputError
        When pandoc is not installed.
    RuntimeError
        When pandoc refuses; the message is pandoc's own.

    Examples
    --------
    >>> pandoc(["-f", "markdown", "-t", "plain"], "*港区*").strip()
    '港区'
    """
    try:
        import pypandoc

        program = pypandoc.get_pandoc_path()
    except (ImportError, OSError) as error:
        raise UserError(
            "没有安装 pandoc", "pandoc is not installed", expected="pip install pypandoc-binary"
        ) from error
    run = subprocess.run(
        [program, *arguments], input=text.encode("utf-8"), capture_output=True, cwd=cwd
    )
    if run.returncode:
        raise RuntimeError(f"pandoc: {run.stderr.decode('utf-8', 'replace').strip()}")
    return run.stdout.decode("utf-8")


def chinese_number(number: int) -> str:
    """Write 1 to 99 as headings of official documents do.

    Examples
    --------
    >>> [chinese_number(n) for n in (1, 10, 12, 20, 31)]
    ['一', '十', '十二', '二十', '三十一']
    """
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def classes_of(block: Node) -> list[str]:
    """Return the classes of a Div, nothing for another block."""
    return block["c"][0][1] if block["t"] == "Div" else []


def attributes_of(block: Node) -> dict[str, str]:
    """Return the key-value attributes of a Div."""
    return dict(block["c"][0][2])


def nodes(tree: Any, kind: str) -> Iterator[Node]:
    """Find every node of a kind, in reading order."""
    if isinstance(tree, list):
        for part in tree:
            yield from nodes(part, kind)
    elif isinstance(tree, dict):
        if tree.get("t") == kind:
            yield tree
        yield from nodes(tree.get("c"), kind)


def rewrite(tree: Any, change: Callable[[list[Node]], list[Node]]) -> None:
    """Apply `change` to every list of inlines, innermost first."""
    parts = tree.get("c") if isinstance(tree, dict) else tree
    if isinstance(parts, list):
        for part in parts:
            if isinstance(part, dict | list):
                rewrite(part, change)
        if any(isinstance(p, dict) and p.get("t") in ("Cite", "Link", "RawInline") for p in parts):
            parts[:] = change(parts)


def text_of(tree: Any) -> str:
    """Return the words of a tree without its mark-up.

    Examples
    --------
    >>> text_of([{"t": "Str", "c": "港区"}, {"t": "Space"}, {"t": "Code", "c": [[], "GDP"]}])
    '港区 GDP'
    """
    if isinstance(tree, list):
        return "".join(text_of(part) for part in tree)
    if not isinstance(tree, dict):
        return ""
    if tree["t"] == "Str":
        return bare(tree["c"])
    if tree["t"] in ("Code", "Math", "RawInline"):
        return tree["c"][1]
    return " " if tree["t"] in ("Space", "SoftBreak", "LineBreak") else text_of(tree.get("c", []))


#: Before a figure whose origin is known, and behind it: no letters of any script, so that pandoc
#: carries them through like letters. The first tells which by how far it is from `FIRST`.
FIRST, LAST, END = "\U000f0000", "\U000ffffc", "\U000ffffd"
_BOUNDS = re.compile(f"[{FIRST}-{END}]")


def bare(text: str) -> str:
    """Return a text without the marks of figures whose origin is known.

    Examples
    --------
    >>> bare(f"产值{FIRST}226{END}亿元")
    '产值226亿元'
    """
    return _BOUNDS.sub("", text)


def without_number(inlines: list[Node]) -> list[Node]:
    """Take off the number an author wrote by hand, which would stand there twice."""
    if inlines and inlines[0]["t"] == "Str":
        rest = _OWN_NUMBER.sub("", inlines[0]["c"])
        tail = inlines[1:]
        if not rest and tail and tail[0]["t"] == "Space":
            tail = tail[1:]
        return [string(rest), *tail] if rest else tail
    return inlines


def string(text: str) -> Node:
    """Return one word, or words that no line may break between."""
    return {"t": "Str", "c": text}


def words(text: str) -> list[Node]:
    """Words and spaces as pandoc wants them, nothing of it read as mark-up."""
    spaced = [node for word in text.split() for node in ({"t": "Space"}, string(word))]
    return spaced[1:]


def plain(inlines: list[Node]) -> Node:
    """Return words that are not a paragraph of their own, as in a caption."""
    return {"t": "Plain", "c": inlines}


def div(classes: list[str], blocks: list[Node], name: str = "") -> Node:
    """Return blocks held together under classes and an id."""
    return {"t": "Div", "c": [[name, classes, []], blocks]}


def link(label: str, name: str, *classes: str) -> Node:
    """Return a link within the document to the block of that id."""
    return {"t": "Link", "c": [["", list(classes), []], [string(label)], [f"#{name}", ""]]}


# --- Numbers for the charts and tables that a text points at by their place ---
# A notebook says 上表 or "the chart below", for there its charts and tables have no numbers. On
# pages of paper a chart may stand on the next page: the report names the number instead.


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


# --- HTML within a chapter's prose: the little that every format can show, and no more ---


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
    return UserError(
        f"第 {where[1]} 个单元中的 HTML 不能印入各种格式",
        f"cell {where[1]} holds HTML that not every format can print",
        file=where[0],
        value=tag[:60],
        expected="Markdown, <br>, <sub>, <sup>",
    )


def set_in(
    text: str,
    marks: Iterable[Sequence[Any]],
    origins: list[Origin],
    written: Callable[[str], str] = str,
) -> str:
    """Return a text with its figures between marks that pandoc reads as letters.

    Parameters
    ----------
    text : str
        As a chapter printed it.
    marks : iterable of (int, int, origin)
        Where its figures begin and end, and where they come from, as JSON keeps them.
    origins : list of Origin
        Gets the origins; a mark tells which one of the list is meant.
    written : callable
        Writes a piece of the text as mark-up.

    Examples
    --------
    >>> found = []
    >>> said = set_in("为226亿元", [[1, 4, [[6], "", "", [], ""]]], found)
    >>> said == f"为{FIRST}226{END}亿元", found[0].rows
    (True, (6,))
    """
    made = ""
    known: list[Mark] = [(start, end, Origin.read(origin)) for start, end, origin in marks]
    for piece, origin in pieces(text, known):
        if origin is None:
            made += written(piece)
        else:
            made += chr(ord(FIRST) + len(origins)) + written(piece) + END
            origins.append(origin)
    return made
