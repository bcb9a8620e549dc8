"""Which Chinese words the package and the notebooks say, and which the catalogue lacks.

``python tests/wordlist.py`` prints what is missing as entries for ``locale/en/*.po``, with
the place and the figures each sentence is filled with; ``--of views_gdp`` those of a module.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


class Said(NamedTuple):
    """One text in its place: file stem, line, text and the code of its figures."""

    where: str
    line: int
    text: str
    figures: str


def said() -> Iterator[Said]:
    """Yield every literal that is said, marked or listed as a term, and every prose cell."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        yield from _of_code(path.stem, path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "src").rglob("*.j2")):
        template = Environment().parse(path.read_text(encoding="utf-8"))
        for line, _, found in extract_from_ast(template, ("say",)):
            text = found if isinstance(found, str) else str(found[0])
            yield Said(path.stem, line, text, "")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells):
            text = "".join(cell["source"])
            if cell["cell_type"] == "code":
                yield from _of_code(path.stem, text)
            if cell["cell_type"] == "markdown" and CHINESE.search(text):
                yield Said(path.stem, number, text, "")


def _of_code(where: str, code: str) -> Iterator[Said]:
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        first = node.args[0]
        if node.func.id in ("say", "mark") and isinstance(first, ast.Constant):
            rest = [*map(ast.unparse, node.args[1:]), *(k.arg or "" for k in node.keywords)]
            yield Said(where, node.lineno, str(first.value), " | ".join(rest))
        if node.func.id == "Terms" and isinstance(first, ast.Dict):
            for value in first.values:
                if isinstance(value, ast.Constant) and value.value:
                    yield Said(where, value.lineno, str(value.value), "")


def quoted(text: str) -> str:
    """Return a text as a PO file writes it."""
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Print what the catalogue lacks."""
    from planeval.words.language import catalogue

    only = sys.argv[2] if sys.argv[1:2] == ["--of"] else ""
    known = set(catalogue("en"))
    for one in said():
        if one.text in known or (only and not re.fullmatch(only, one.where)):
            continue
        known.add(one.text)
        print(f"#: {one.where}:{one.line}")
        if one.figures:
            print(f"#. {one.figures}")
        print(f'msgid {quoted(one.text)}\nmsgstr ""\n')


if __name__ == "__main__":
    main()
