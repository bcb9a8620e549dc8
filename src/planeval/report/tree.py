"""Pandoc's document tree: how to run pandoc, find, build and rewrite nodes.

A node is a mapping with a type ``t`` and contents ``c``, as pandoc writes it in JSON. Source:
the pandoc-types package, module Text.Pandoc.Definition.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError

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
        raise InputError(
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
        return tree["c"]
    if tree["t"] in ("Code", "Math", "RawInline"):
        return tree["c"][1]
    return " " if tree["t"] in ("Space", "SoftBreak", "LineBreak") else text_of(tree.get("c", []))


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


def link(label: str, name: str) -> Node:
    """Return a link within the document to the block of that id."""
    return {"t": "Link", "c": [["", [], []], [string(label)], [f"#{name}", ""]]}
