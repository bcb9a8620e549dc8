"""Pages of paper: typst with the installation's own fonts, and words for what is not text.

Typst floats what does not fit on its page to the head of the next one, while the text that follows
fills up. What fits is then set where its turn is.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from planeval.words.errors import UserError

__all__ = ["Pages", "Places", "arranged", "described", "spoken", "typesetting"]

#: What every PDF keeps to: readable by ear (ISO 14289-1), and after decades (ISO 19005-2).
STANDARDS = ("ua-1", "a-2a")
#: In the folder of work: the source, the choice of what floats, the printed pages of the headings.
SOURCE, PLACES, HEADINGS = "report.typ", "places.json", "headings.json"
#: Exit status of the process of typst where the pages break a rule.
BROKEN = 3
#: Foot of the text area of A4 with 35 mm below, in points from the head of the page.
FOOT = 742.6
#: How far a table begins lower than its last row needs to leave the page: a second row's height.
ROW = 18.0
#: Once with everything afloat, once as chosen; more only where a row's height moved the pages.
MOST = 8


@dataclass(frozen=True)
class Places:
    """What does not stand where its turn is.

    Attributes
    ----------
    floats : dict of id to {"top", "bottom"} or None
        Charts and short tables that go to the head or the foot of a later page; None before the
        pages were ever set: all float as typst chooses.
    kept : list of str
        Charts and short tables that stay where their turn is, whatever room that leaves.
    broken : list of str
        Short tables that may break between pages, for a longer one after them begins before.
    lowered : dict of id to float
        How much lower, in points, a table begins, so that its last row goes with its notes.
    """

    floats: dict[str, str] | None = None
    kept: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lowered: dict[str, float] = field(default_factory=dict)


@dataclass
class Pages:
    """Where everything came to stand: page and points from its head, by id.

    Attributes
    ----------
    asked, runs : dict
        Turn of each chart and short table, and of each table that may break, in reading order.
    stands, ended, noted : dict
        Where each begins, where a table ends, and where the first note under it stands.
    headings : dict of id to int
        Page of each heading, as it is printed.
    """

    asked: dict[str, tuple[int, float]] = field(default_factory=dict)
    runs: dict[str, tuple[int, float]] = field(default_factory=dict)
    stands: dict[str, tuple[int, float]] = field(default_factory=dict)
    ended: dict[str, tuple[int, float]] = field(default_factory=dict)
    noted: dict[str, tuple[int, float]] = field(default_factory=dict)
    headings: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, compiler: Any) -> Pages:
        """Ask a compiler."""
        found, head = cls(), 0
        told = json.loads(compiler.query("<told>", field="value", one=True))
        for kind, name, page, down, printed in told:
            if kind == "heading":
                head, found.headings[name] = page, printed
            elif (
                kind == "asked"
            ):  # the turn of what stands directly under a heading is where that is
                found.asked[name] = max(page, head), down
            else:
                getattr(found, kind).setdefault(name, (page, down))
        return found


def arranged(pages: Pages, before: Places) -> Places:
    """Choose what floats: whatever left the page of its turn, as typst set it or left a gap.

    Pages break alike whether a chart stands in its turn or afloat on the same page, so that one
    look is enough but for tables that are lowered.

    Examples
    --------
    >>> pages = Pages({"fig-1-1": (1, 200.0), "fig-1-2": (1, 500.0)}, {},
    ...               {"fig-1-1": (1, 70.0), "fig-1-2": (2, 70.0)})
    >>> arranged(pages, Places()).floats
    {'fig-1-2': 'top'}
    """
    floats, lowered = dict(before.floats or {}), dict(before.lowered)
    kept, broken = [*before.kept], [*before.broken]
    for name, (turn, _) in pages.asked.items():
        stands = pages.stands[name][0]
        if name in floats and stands <= turn:  # it fits after all, or stands before its heading
            del floats[name]
            kept.append(name)
        elif stands > turn and not (name in floats or name in kept or name in broken):
            begun = [page for one, (page, _) in pages.runs.items() if _follows(one, name)]
            cut = [one for one in pages.runs if pages.runs[one][0] < stands <= pages.ended[one][0]]
            if any(page < stands for page in begun):  # 表 1-2 may not begin before 表 1-1
                broken.append(name)
            else:
                floats[name] = "bottom" if cut else "top"
    for name in pages.noted.keys() & pages.runs.keys() - lowered.keys():
        end, down = pages.ended[name]
        if end < pages.noted[name][0]:
            lowered[name] = round(max(FOOT - down, 0.0) + ROW, 1)
    return Places(floats, kept, broken, lowered)


def _follows(one: str, other: str) -> bool:
    """Tell whether a chart or table comes after another of its kind in the same chapter."""
    (before, _, number), (same, _, first) = one.rpartition("-"), other.rpartition("-")
    return before == same and int(number) > int(first)


@contextmanager
def typesetting(
    source: str, work: Path, target: Path | None, seconds: int
) -> Iterator[Callable[[], dict[str, int]]]:
    """Set pages beside what else is done, in a process of its own: typst never frees its memory.

    The PDF keeps to the rules of PDF/UA-1 and of PDF/A-2a.

    Parameters
    ----------
    source : str
        Typst; its pictures lie in ``work/media``.
    work : Path
        A folder.
    target : Path or None
        The PDF; without one the pages are only counted.
    seconds : int
        The day told in the file, since 1970.

    Yields
    ------
    callable
        Waits for the pages; returns the printed page of each heading, by id.

    Raises
    ------
    InputError
        When typst or the fonts are not installed, or the pages break a rule, for example where a
        heading skips a level.
    """
    for name in ("typst", "pylopdf_fonts_zh_cn"):
        if importlib.util.find_spec(name) is None:
            raise UserError(f"缺少 {name}", f"{name} is not installed", expected="pip install")
    (work / SOURCE).write_text(source, encoding="utf-8", newline="\n")
    words = [sys.executable, "-m", __name__, str(work), str(target or ""), str(seconds)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:

        def headings() -> dict[str, int]:
            said = process.communicate()[1].decode("utf-8", "replace").strip()
            if process.returncode == BROKEN:
                raise UserError(
                    "PDF 不合无障碍标准 PDF/UA-1 或长期保存标准 PDF/A-2a，"
                    "标题跳级、图或公式没有说明、字体里没有的字都会如此",
                    "the PDF breaks the rules of PDF/UA-1 or PDF/A-2a, as where a heading skips a"
                    " level or no font has a letter",
                    file=target.name if target else None,
                    value=said[:200],
                )
            if process.returncode:
                raise RuntimeError(f"typst: {said}")
            return json.loads((work / HEADINGS).read_text(encoding="utf-8"))

        try:
            yield headings
        finally:
            process.kill()  # no harm where it has ended


def main(work: Path, target: str, seconds: int) -> int:
    """Set the source in `work`, tell the pages of its headings, write the PDF asked for."""
    import typst

    compiler, pages = settled(work)
    (work / HEADINGS).write_text(json.dumps(pages.headings), encoding="utf-8")
    try:
        if target:
            compiler.compile(
                output=target, format="pdf", timestamp=seconds, pdf_standards=list(STANDARDS)
            )
    except typst.TypstError as error:
        print(error, file=sys.stderr)
        return BROKEN
    return 0


def settled(work: Path) -> tuple[Any, Pages]:
    """Set the source in `work` until nothing wants to stand elsewhere; return how it stands."""
    import typst

    places = Places()
    for _ in range(MOST):
        (work / PLACES).write_text(json.dumps(asdict(places), sort_keys=True), encoding="utf-8")
        # a new one each time: what one has set it never frees
        compiler = typst.Compiler(str(work / SOURCE), root=str(work), font_paths=_fonts())
        pages = Pages.of(compiler)
        better = arranged(pages, places)
        if better == places:
            break
        places = better
    return compiler, pages


def _fonts() -> Any:
    """Return the fonts that come with the installation; none of the machine's own."""
    import pylopdf_fonts_zh_cn
    import typst

    own = Path(__file__).parents[1] / "fonts"
    package = importlib.util.find_spec("matplotlib")  # found, not imported
    latin = Path(str(package and package.origin)).parent / "mpl-data" / "fonts" / "ttf"
    chinese = pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()
    paths = sorted({str(own), str(latin), *(str(Path(path).parent) for path in chinese)})
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
    from planeval.show.table import clean  # with pandas, which the process of typst does without

    said = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{said}"'


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
