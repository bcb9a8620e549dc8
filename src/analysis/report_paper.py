"""Pages of paper: typst with the installation's own fonts, and charts that leave no white gap.

A chart that no longer fits on its page would leave the rest of it white. It goes to the head of
the next page instead and the text that follows fills up, as a typesetter by hand does it. Which
charts go is found by setting the pages, looking where each came to stand, and setting again.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.report_fonts import files
from analysis.tables import clean

#: Where the list of charts that go to the next page lies, beside the source.
FLOATS = "floats.txt"
#: White that a reader does not mind at the foot of a page, in points: about three lines.
GAP = 84.0
#: Foot of the text area of A4 with 35 mm below, in points from the head of the page.
FOOT = 742.6
#: Each round settles at least one chart a chapter; what is left then keeps its gap.
ROUNDS = 12


def compiler_of(source: str, work: Path) -> Any:
    """Return a typst compiler loaded with a document whose pictures lie in ``work/media``.

    Raises
    ------
    InputError
        When typst or the fonts are not installed.
    """
    try:
        import pylopdf_fonts_zh_cn  # noqa: F401
        import typst
    except ImportError as error:
        raise InputError(
            f"缺少 {error.name}", f"{error.name} is not installed", expected="pip install"
        ) from error
    (work / FLOATS).write_text("", encoding="utf-8")
    path = work / "report.typ"
    path.write_text(source, encoding="utf-8", newline="\n")
    return typst.Compiler(str(path), root=str(work), font_paths=_fonts())


@functools.cache
def _fonts() -> Any:
    """Return the fonts that come with the installation; none of the machine's own."""
    import matplotlib
    import typst

    folders = {path.parent for shape in ("fang", "kai", "serif", "sans") for path in files(shape)}
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    paths = [str(folder) for folder in sorted({*folders, latin})]
    return typst.Fonts(include_system_fonts=False, font_paths=paths)


def described(source: str, descriptions: Mapping[str, str]) -> str:
    """Give every picture its description, which pandoc leaves out of a typst source.

    Examples
    --------
    >>> print(described('image("media/a.svg")', {"a": 'rises, "fast"'}))
    image("media/a.svg", alt: "rises, \\"fast\\"")
    """
    for name, said in descriptions.items():
        place = f'image("media/{name}.svg"'
        source = source.replace(place + ")", f"{place}, alt: {_quoted(said)})")
    return source


def spoken(tree: Any) -> None:
    """Give every formula its TeX source as the words a reader by ear hears, in place."""
    parts = tree.get("c") if isinstance(tree, dict) else tree
    if not isinstance(parts, list):
        return
    new: list[Any] = []
    for part in parts:
        if isinstance(part, dict) and part.get("t") == "Math":
            opening = f"#[#set math.equation(alt: {_quoted(part['c'][1])});"
            new += [_raw(opening), part, _raw("]")]
        else:
            spoken(part)
            new.append(part)
    parts[:] = new


def _raw(text: str) -> dict[str, Any]:
    return {"t": "RawInline", "c": ["typst", text]}


def _quoted(text: str) -> str:
    said = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{said}"'


def write(compiler: Any, target: Path, seconds: int) -> None:
    """Write the PDF by the rules of PDF/UA-1, dated as told.

    Raises
    ------
    InputError
        When the pages break a rule, for example where a heading skips a level.
    """
    import typst

    try:
        compiler.compile(
            output=str(target), format="pdf", timestamp=seconds, pdf_standards=["ua-1"]
        )
    except typst.TypstError as error:
        raise InputError(
            "PDF 不合无障碍标准 PDF/UA-1，标题跳级、图或公式没有说明都会如此",
            "the PDF breaks the rules of PDF/UA-1, as where a heading skips a level",
            file=target.name,
            value=str(error)[:200],
        ) from error


def settle(compiler: Any, work: Path) -> set[str]:
    """Choose the charts and short tables that go to the head of the next page.

    Returns
    -------
    set of str
        Their ids. The choice is written where the compiler reads it.
    """
    floated: set[str] = set()
    fixed: set[str] = set()
    for _ in range(ROUNDS):
        asked = json.loads(compiler.query("<asked>", field="value"))
        stands = dict(json.loads(compiler.query("<placed>", field="value")))
        if not _next(asked, stands, floated, fixed):
            break
        (work / FLOATS).write_text("\n".join(sorted(floated)), encoding="utf-8")
    return floated


def _next(
    asked: Iterable[tuple[str, int, float, bool]],
    stands: Mapping[str, int],
    floated: set[str],
    fixed: set[str],
) -> bool:
    """Change the choice by one chart in each chapter, the first that needs it; tell if any did.

    Chapters begin on new pages, so that a change in one moves nothing in another.

    Examples
    --------
    >>> floated, fixed = set(), set()
    >>> _next([("fig-1-1", 1, 500.0, True)], {"fig-1-1": 2}, floated, fixed), floated
    (True, {'fig-1-1'})
    >>> _next([("fig-1-1", 1, 500.0, True)], {"fig-1-1": 2}, floated, fixed)
    False
    """
    done: set[str] = set()
    last: dict[tuple[str, str], tuple[int, str]] = {}  # kind and chapter: page and id
    for name, page, down, whole in asked:
        kind, _, rest = name.partition("-")
        chapter = rest.rpartition("-")[0]
        if chapter in done:
            continue
        at, (before, earlier) = stands[name], last.get((kind, chapter), (0, ""))
        change: tuple[bool, str] | None = None  # goes to the next page or not, and which
        if name in floated and at == page:  # it fits after all: its turn is its place
            change = (False, name)
        elif name in floated or name in fixed:
            pass
        elif at < before and whole:  # 图1-2 may not stand before 图1-1
            change = (True, name)
        elif at < before:
            change = (False, earlier)
        elif at > page and FOOT - down > GAP and whole:
            change = (True, name)
        if change is not None:
            goes, which = change
            if goes:
                floated.add(which)
            else:
                floated.discard(which)
                fixed.add(which)
            done.add(chapter)
        last[(kind, chapter)] = max(last.get((kind, chapter), (0, "")), (at, name))
    return bool(done)
