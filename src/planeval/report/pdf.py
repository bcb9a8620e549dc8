"""Pages of paper: typst with the installation's own fonts, and words for what is not text."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError
from planeval.report.fonts import files
from planeval.report.layout import Moves
from planeval.show.table import clean

#: What every PDF keeps to: readable by ear (ISO 14289-1), and after decades (ISO 19005-2).
STANDARDS = ("ua-1", "a-2a")


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
    Moves().write(work)
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
    """Write the PDF by the rules of PDF/UA-1 and of PDF/A-2a, dated as told.

    Raises
    ------
    InputError
        When the pages break a rule, for example where a heading skips a level.
    """
    import typst

    try:
        compiler.compile(
            output=str(target), format="pdf", timestamp=seconds, pdf_standards=list(STANDARDS)
        )
    except typst.TypstError as error:
        raise InputError(
            "PDF 不合无障碍标准 PDF/UA-1 或长期保存标准 PDF/A-2a，标题跳级、图或公式没有说明、"
            "字体里没有的字都会如此",
            "the PDF breaks the rules of PDF/UA-1 or PDF/A-2a, as where a heading skips a level or "
            "no font has a letter",
            file=target.name,
            value=str(error)[:200],
        ) from error
