"""Pages of paper: typst with the installation's own fonts, and words for what is not text."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from planeval.report.fonts import files
from planeval.show.table import clean
from planeval.words.errors import UserError

__all__ = ["MOVES", "Asked", "Moves", "Seen", "settle"]

# Where charts and tables go on pages of paper, so that none leaves a white gap or a stray line.
# A chart that no longer fits on its page would leave the rest of it white. It goes to the head of
# the next page instead and the text that follows fills up, as a typesetter by hand does it; where
# it would then cut through a table that runs on there, it goes to the foot. A table whose notes
# alone came to stand on the next page begins a little lower, so that its last row goes with them.
# What needs this is found by setting the pages, looking where everything came to stand, and
# setting them again.


#: Where the choice lies, beside the source.
MOVES = "moves.json"
#: White that a reader does not mind at the foot of a page, in points: about three lines.
GAP = 84.0
#: Foot of the text area of A4 with 35 mm below, in points from the head of the page.
FOOT = 742.6
#: How far a table begins lower than its last row needs to leave the page: a second row's height.
ROW = 18.0
#: Each round settles at least one chart a chapter; what is left then keeps its gap.
ROUNDS = 20


class Asked(NamedTuple):
    """A chart or table where its turn is: its id, page, height on it, and whether it may break."""

    name: str
    page: int
    down: float
    whole: bool


@dataclass(frozen=True)
class Seen:
    """Where everything came to stand.

    Attributes
    ----------
    asked : sequence of Asked
        In the order of the text.
    stands : dict
        Page on which each begins.
    ended : dict
        Page and height, in points from the head of the page, at which each table ends.
    noted : dict
        Page of the first note or source line under each.
    """

    asked: Sequence[Asked]
    stands: dict[str, int]
    ended: dict[str, tuple[int, float]] = field(default_factory=dict)
    noted: dict[str, int] = field(default_factory=dict)


@dataclass
class Moves:
    """What does not stand where its turn is.

    Attributes
    ----------
    head, foot : set of str
        Charts and short tables that go to the head or the foot of the next page.
    lowered : dict
        How much lower, in points, a table begins.
    fixed : set of str
        Those for which all was tried.
    continued : dict
        Number of the table that runs on at the head of a page, by page.
    """

    head: set[str] = field(default_factory=set)
    foot: set[str] = field(default_factory=set)
    lowered: dict[str, float] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    continued: dict[int, str] = field(default_factory=dict)

    def write(self, work: Path) -> None:
        """Write the choice where the compiler reads it."""
        told = {
            "head": sorted(self.head),
            "foot": sorted(self.foot),
            "lowered": self.lowered,
            "continued": self.continued,
        }
        (work / MOVES).write_text(json.dumps(told, sort_keys=True), encoding="utf-8")

    def send(self, name: str) -> None:
        """Send what leaves a gap to the head of the next page."""
        self.head.add(name)

    def recall(self, name: str) -> None:
        """Set what had been sent where its turn is, for good."""
        self.head.discard(name)
        self.foot.discard(name)
        self.fixed.add(name)


def settle(compiler: Any, work: Path) -> Moves:
    """Choose what goes elsewhere than its turn, until nothing wants to."""
    moves = Moves()
    for _ in range(ROUNDS):
        seen = _seen(compiler)
        if not improved(seen, moves):
            break
        moves.write(work)
    else:
        seen = _seen(compiler)
    moves.continued = continued(seen, moves)
    moves.write(work)
    return moves


def continued(seen: Seen, moves: Moves) -> dict[int, str]:
    """Return the number of the table that runs on at the head of each page, where one does.

    Examples
    --------
    >>> seen = Seen([], {"tab-4-1": 7}, {"tab-4-1": (9, 300.0)})
    >>> continued(seen, Moves())
    {8: '4-1', 9: '4-1'}
    """
    taken = {seen.stands[name] for name in moves.head}
    return {
        page: name.partition("-")[2]
        for name, (end, _) in seen.ended.items()
        for page in range(seen.stands[name] + 1, end + 1)
        if page not in taken
    }


def _seen(compiler: Any) -> Seen:
    found: dict[str, list[Any]] = {}
    for kind, *rest in json.loads(compiler.query("<mark>", field="value")):
        found.setdefault(kind, []).append(rest)
    noted: dict[str, int] = {}
    for name, page, _ in found.get("noted", []):
        noted.setdefault(name, page)
    return Seen(
        [Asked(name, page, down, whole) for name, page, down, whole in found.get("asked", [])],
        {name: page for name, page, _ in found.get("stands", [])},
        {name: (page, down) for name, page, down in found.get("ended", [])},
        noted,
    )


def improved(seen: Seen, moves: Moves) -> bool:
    """Change the choice by one in each chapter, the first that needs it; tell if any did.

    Chapters begin on new pages, so that a change in one moves nothing in another.

    Examples
    --------
    >>> moves, seen = Moves(), Seen([Asked("fig-1-1", 1, 500.0, True)], {"fig-1-1": 2})
    >>> improved(seen, moves), moves.head
    (True, {'fig-1-1'})
    >>> improved(seen, moves)
    False
    """
    done: set[str] = set()
    last: dict[tuple[str, str], tuple[int, str]] = {}  # kind and chapter: page and id
    for n, one in enumerate(seen.asked):
        kind, chapter = _kind(one.name)
        if chapter in done:
            continue
        before = last.get((kind, chapter), (0, ""))
        if _moved(seen, n, moves, before):
            done.add(chapter)
        last[kind, chapter] = max(before, (seen.stands[one.name], one.name))
    return bool(done)


def _kind(name: str) -> tuple[str, str]:
    """Return whether a chart or a table, and its chapter."""
    kind, _, rest = name.partition("-")
    return kind, rest.rpartition("-")[0]


def _moved(seen: Seen, n: int, moves: Moves, last: tuple[int, str]) -> bool:
    """Move one chart or table if it wants to, given the last of its kind before it."""
    one = seen.asked[n]
    name, at = one.name, seen.stands[one.name]
    before, earlier = last
    if name in moves.fixed:
        return False
    if name in moves.head or name in moves.foot:
        if at == one.page:  # it fits after all: its turn is its place
            moves.recall(name)
        elif not _cut(seen, n, moves):
            return False
        elif name in moves.foot:  # the table fills that page too
            moves.recall(name)
        else:
            moves.head.discard(name)
            moves.foot.add(name)
        return True
    if at < before and one.whole:  # 图1-2 may not stand before 图1-1
        moves.send(name)
        return True
    if at < before and earlier in moves.head | moves.foot:
        moves.recall(earlier)
        return True
    if one.whole and at > one.page and FOOT - one.down > GAP:
        moves.send(name)
        return True
    if not one.whole and name not in moves.lowered and _notes_alone(seen, name):
        moves.lowered[name] = round(max(FOOT - seen.ended[name][1], 0.0) + ROW, 1)
        return True
    return False


def _cut(seen: Seen, n: int, moves: Moves) -> bool:
    """Return whether what was moved stands between two pages of one table."""
    at = seen.stands[seen.asked[n].name]
    for other in seen.asked:
        if other.whole or other.name not in seen.ended:
            continue
        first, end = seen.stands[other.name], seen.ended[other.name][0]
        if first < at and (at <= end if seen.asked[n].name in moves.head else at < end):
            return True
    return False


def _notes_alone(seen: Seen, name: str) -> bool:
    return name in seen.noted and name in seen.ended and seen.noted[name] > seen.ended[name][0]


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
        raise UserError(
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
        raise UserError(
            "PDF 不合无障碍标准 PDF/UA-1 或长期保存标准 PDF/A-2a，标题跳级、图或公式没有说明、"
            "字体里没有的字都会如此",
            "the PDF breaks the rules of PDF/UA-1 or PDF/A-2a, as where a heading skips a level or "
            "no font has a letter",
            file=target.name,
            value=str(error)[:200],
        ) from error
