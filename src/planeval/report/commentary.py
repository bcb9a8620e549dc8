"""What an economist wrote about a chapter, merged into the report at its place.

``data/commentary/<plan>/<year>/<chapter>.<language>.md`` is read and never written. The
figures it quotes are filled from the evaluation, so that they change with the data; causes and
advice are the author's. Of Markdown it may use what every format can print.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data
from analysis.data.paths import left_behind, shown
from analysis.data.plan import Plan, load_plan, plan_ids
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.report.cover import cover_lines, no_lines
from planeval.report.fit import fit
from planeval.report.lookalikes import check_lookalikes, known_names, suggested
from planeval.report.quotes import quoted
from planeval.report.sections import dealt
from planeval.report.tree import Node, classes_of, nodes, pandoc, string, text_of, words
from planeval.show.table import escape
from planeval.words.language import speaking
from planeval.words.letters import check_printed

#: The heading of a commentary that brings none of its own.
HEADINGS = {"zh": "评论", "en": "Commentary"}
#: Name of the file whose lines go on the cover.
COVER = "cover"
#: HTML and TeX are plain text to this reader.
_READER = (
    "markdown_strict-raw_html+pipe_tables+all_symbols_escapable+intraword_underscores"
    "+startnum+space_in_atx_header+east_asian_line_breaks"
)
_BLOCKS = ("Para", "Plain", "BulletList", "OrderedList", "Table", "Header")
#: The section of a chapter that says what its figures cannot tell; a commentary goes before it.
_LIMITS = re.compile("说明不了|不能说明|cannot tell")
_NAME = re.compile(r"(.+)\.(zh|en)\.md")
_QUOTE = re.compile(r"\\.|\{([^{}\n]*)\}|[{}]|｛([^｛｝\n]*)｝|[｛｝]")
_LATIN = re.compile("[A-Za-zＡ-Ｚａ-ｚ]")
_ALLOWED = "段落、列表、强调、表格、标题 paragraphs, lists, emphasis, tables, headings"


@dataclass(frozen=True)
class Commentary:
    """One commentary, read and filled.

    Attributes
    ----------
    file : str
        Its path below the project's root.
    sha256 : str
        Checksum of the file as it was read.
    blocks : list
        Pandoc blocks, the section's heading first.
    language : {"zh", "en"}
        In which it is written.
    cover : sequence of (name, value)
        Lines for the cover, when it is no chapter's; there are no blocks then.
    """

    file: str
    sha256: str
    blocks: list[Node] = field(repr=False)
    language: str = "zh"
    cover: Sequence[tuple[str, str]] = ()


def commentaries(root: Path, evaluation: Evaluation, language: str = "zh") -> dict[str, Commentary]:
    """Read the commentaries on one plan in one year, their figures filled in.

    Parameters
    ----------
    root : Path
        The project's root. A file bears the name of a chapter in ``notebooks/``, with or
        without its number: ``02_gdp.zh.md`` or ``gdp.zh.md``.
    evaluation : Evaluation
        Which plan and year, and where the quoted figures come from.
    language : {"zh", "en"}
        Files in another language are left aside.

    Returns
    -------
    dict of chapter to Commentary
        Chapters nobody wrote about are left out. ``cover`` has the lines of the cover.

    Raises
    ------
    InputError
        When a file belongs to no chapter, two belong to one, a file is empty or not UTF-8,
        quotes a figure that does not exist, or uses Markdown beyond paragraphs, lists,
        emphasis, tables and headings below the chapter's.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> commentaries(Path("nowhere"), evaluate("jiaxing-14fyp", 2024))
    {}
    """
    folder = root / "data" / "commentary" / evaluation.plan.plan_id / str(evaluation.year)
    found: dict[str, Commentary] = {}
    chapters = [path.stem for path in sorted((root / "notebooks").glob("[0-9]*.ipynb"))]
    _check_folders(root, evaluation.data, evaluation.plan)
    for path in _visible(folder):
        file = shown(path, root)
        chapter, written_in = _belongs(path.name, file, chapters)
        if written_in != language:
            continue
        if chapter in found:
            raise InputError(
                "同一章有两份评论", "two commentaries on one chapter", file=file,
                value=found[chapter].file, expected="一章一份 one a chapter",
            )  # fmt: skip
        read = _read_cover if chapter == COVER else _read
        found[chapter] = read(path, file, evaluation, language)
    return dict(sorted(found.items()))


def placed(blocks: list[Node], commentary: Commentary | None) -> list[Node]:
    """Return a chapter's blocks with the commentary at its place.

    A part under a heading that the chapter has too goes to the end of that section; what is
    left goes before what the figures cannot tell, or to the chapter's end. Without a commentary
    nothing changes.

    Examples
    --------
    >>> placed([{"t": "HorizontalRule"}], None)
    [{'t': 'HorizontalRule'}]
    """
    if commentary is None:
        return blocks
    blocks, left = dealt(blocks, commentary.blocks)
    if not left:
        return blocks
    if left[0]["t"] != "Header" or left[0]["c"][0] != 2:
        left.insert(0, _heading(commentary.language))
    at = len(blocks)
    for place, block in enumerate(blocks):
        if block["t"] == "Header" and block["c"][0] == 2 and _LIMITS.search(text_of(block["c"][2])):
            at = place
    # the marker of the cell that the section begins with stays beside its heading
    if 0 < at < len(blocks) and classes_of(blocks[at - 1]) == ["piece"]:
        at -= 1
    return [*blocks[:at], *left, *blocks[at:]]


def _heading(language: str) -> Node:
    return {"t": "Header", "c": [2, ["", [], []], words(HEADINGS[language])]}


def checksums_of(found: Mapping[str, Commentary]) -> dict[str, dict[str, str]]:
    """Return the manifest's entry: each file with its checksum, nothing without files.

    Examples
    --------
    >>> checksums_of({})
    {}
    """
    each = {note.file: note.sha256 for note in found.values()}
    return {"commentary": dict(sorted(each.items()))} if each else {}


def _visible(folder: Path) -> list[Path]:
    """Return what lies in a folder, without the files that editors and systems leave there."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not left_behind(path.name))


def check_commentaries(data: Data, as_of: dt.date) -> None:
    """Read every commentary on every plan and year as a report would, and keep nothing.

    Parameters
    ----------
    data : Data
        The project's tables; the commentaries lie beside them.
    as_of : datetime.date
        Last day of the data that the quoted figures are taken from.

    Raises
    ------
    InputError
        As for :func:`commentaries`.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> check_commentaries(load(), load().latest_vintage())
    """
    top = data.root / "data" / "commentary"
    for plan_id in plan_ids(data):
        plan = load_plan(plan_id, as_of=as_of, data=data)
        _check_folders(data.root, data, plan)
        for folder in _visible(top / plan_id):
            evaluation = evaluate(plan_id, int(folder.name), as_of, data=data)
            for language in HEADINGS:
                commentaries(data.root, evaluation, language)


def _check_folders(root: Path, data: Data, plan: Plan) -> None:
    """Refuse a folder of no plan or year: what lies in it would never be read."""
    top = root / "data" / "commentary"
    years = [str(year) for year in range(plan.start_year, plan.end_year + 1)]
    for folder, known in ((top, plan_ids(data)), (top / plan.plan_id, years)):
        for path in _visible(folder):
            if path.name not in known:
                raise InputError(
                    "评论应放在 data/commentary/<规划>/<年份>/ 下",
                    "commentaries go into data/commentary/<plan>/<year>/",
                    file=shown(path, root),
                    value=path.name,
                    nearest=nearest(path.name, known),
                )


def _belongs(name: str, file: str, chapters: Sequence[str]) -> tuple[str, str]:
    """Return which chapter a file speaks of, and in which language."""
    known = {re.sub(r"^\d+[_-]?", "", chapter): chapter for chapter in chapters}
    known |= {chapter: chapter for chapter in (*chapters, COVER)}
    match = _NAME.fullmatch(name)
    if match is None or match[1] not in known:
        stem = match[1] if match else name.partition(".")[0]
        raise InputError(
            "评论文件不属于任何一章", "the commentary belongs to no chapter", file=file,
            value=name, expected="<章 chapter>.<zh|en>.md",
            nearest=f"{nearest(stem, known)}.zh.md",
        )  # fmt: skip
    return known[match[1]], match[2]


def _read_cover(path: Path, file: str, _: Evaluation, language: str) -> Commentary:
    raw = path.read_bytes()
    lines = cover_lines(_decoded(raw, file, no_lines), file)
    return Commentary(file, hashlib.sha256(raw).hexdigest(), [], language, lines)


def _read(path: Path, file: str, evaluation: Evaluation, language: str) -> Commentary:
    raw = path.read_bytes()
    source = _decoded(raw, file)
    for row, line in enumerate(source.split("\n"), start=1):
        check_printed(line, file=file, row=row, breaks="\t")
    with speaking(language):
        lines = [
            _filled(line, evaluation, file, row)
            for row, line in enumerate(source.split("\n"), start=1)
        ]
    tree = json.loads(pandoc(["-f", _READER, "-t", "json"], "\n".join(lines)))
    blocks = tree["blocks"]
    _check(blocks, source, file)
    for word in nodes(blocks, "Str"):  # &#128512; is a letter, too
        check_printed(word["c"], file=file, row=_row("&", source), column="&…;")
    _links_to_text(blocks)
    fit(blocks, source, file)
    blocks = [_scrolling(block) if block["t"] == "Table" else block for block in blocks]
    if blocks[0]["t"] != "Header" or blocks[0]["c"][0] != 2:
        blocks.insert(0, _heading(language))
    return Commentary(file, hashlib.sha256(raw).hexdigest(), blocks, language)


def _scrolling(table: Node) -> Node:
    """Let a wide table scroll on a narrow screen, by keyboard too; other formats see no change."""
    return {"t": "Div", "c": [["", ["scroll"], [["tabindex", "0"]]], [table]]}


def _decoded(raw: bytes, file: str, empty: Callable[[str], InputError] | None = None) -> str:
    """Read UTF-8; the mark that some editors put before it is dropped, nothing else is guessed."""
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise InputError(
            "不是 UTF-8 编码", "not UTF-8", file=file, row=raw[: error.start].count(b"\n") + 1,
            expected="UTF-8（在编辑器中另存为 UTF-8 save as UTF-8）",
        ) from error  # fmt: skip
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise InputError("不是文本文件", "not a text file", file=file, row=row, expected="UTF-8")
    if not text.strip():
        raise (empty or _empty)(file)
    return text


def _empty(file: str) -> InputError:
    return InputError(
        "评论没有正文", "the commentary says nothing", file=file,
        expected="至少一段；没有评论就删去文件 a paragraph, or no file at all",
    )  # fmt: skip


def _filled(line: str, evaluation: Evaluation, file: str, row: int) -> str:
    """Fill the names in one line; a brace that encloses no name must be written ``\\{``."""

    def figure(match: re.Match[str]) -> str:
        wide = match[2]
        if match[0].startswith("\\") or (wide is not None and not _LATIN.search(wide)):
            return match[0]
        if match[1] is None:
            raise InputError(
                "花括号不成对，或是全角", "a brace without its pair, or a full-width one",
                file=file, row=row, value=line.strip(), expected="{gdp.latest}，\\{",
                nearest=None if wide is None else suggested(wide, known_names(evaluation)),
            )  # fmt: skip
        return escape(quoted(evaluation, match[1].strip(), file=file, row=row))

    filled, names = _QUOTE.sub(figure, line), known_names(evaluation)
    check_lookalikes(_QUOTE.sub(_kept, line), names, file=file, row=row)
    return filled


def _kept(match: re.Match[str]) -> str:
    """Return what stands in a line beside the names that are filled or refused on their own."""
    return match[0] if match[0].startswith("\\") else " "


def _check(blocks: list[Node], source: str, file: str) -> None:
    """Refuse what not every format can print, and headings that would begin a chapter."""
    for kind in ("BlockQuote", "CodeBlock", "HorizontalRule", "Image"):
        for node in nodes(blocks, kind):
            raise _refused(node, source, file)
    for block in blocks:
        if block["t"] not in _BLOCKS:
            raise _refused(block, source, file)
    above = 2
    for header in nodes(blocks, "Header"):
        if header["c"][0] > above + 1:
            raise InputError(
                "标题跳级", "the heading skips a level", file=file,
                row=_row(text_of(header["c"][2]), source),
                value=f"{'#' * header['c'][0]} {text_of(header['c'][2])}",
                expected=f"{'#' * (above + 1)} …",
            )  # fmt: skip
        above = header["c"][0]
        if above == 1:
            raise InputError(
                "评论的标题须低于章标题", "headings must be below the chapter's",
                file=file, row=_row(text_of(header["c"][2]), source),
                value=f"# {text_of(header['c'][2])}", expected="## …",
            )  # fmt: skip
    if not any(block["t"] != "Header" for block in blocks):
        raise _empty(file)


def _refused(node: Node, source: str, file: str) -> InputError:
    told = {
        "BlockQuote": ("引文块", "a block quotation"),
        "CodeBlock": ("代码块（行首缩进四格即是）", "a code block (four spaces make one)"),
        "HorizontalRule": ("分隔线", "a rule"),
        "Image": ("图片", "a picture"),
    }
    zh, en = told.get(node["t"], (node["t"], node["t"]))
    said = node["c"][1] if node["t"] == "CodeBlock" else text_of(node.get("c", []))
    return InputError(
        f"评论中不能用{zh}", f"a commentary cannot hold {en}", file=file,
        row=_row(said, source), value=said or None, expected=_ALLOWED,
    )  # fmt: skip


def _row(said: str, source: str) -> int | None:
    """Return the row where those words begin, None where they cannot be told apart."""
    start = said.split()[0] if said.split() else ""
    rows = [row for row, line in enumerate(source.split("\n"), start=1) if start and start in line]
    return rows[0] if len(rows) == 1 else None


def _links_to_text(tree: Any) -> None:
    """Put the address of a link behind its words: a report on paper has nothing to click."""
    parts = tree.get("c") if isinstance(tree, dict) else tree
    if not isinstance(parts, list):
        return
    for part in parts:
        _links_to_text(part)
    new: list[Any] = []
    for part in parts:
        kind = part.get("t") if isinstance(part, dict) else None
        if kind == "Link":
            label, address = part["c"][1], part["c"][2][0]
            bare = address.removeprefix("mailto:") == text_of(label)
            new += label if bare else [*label, string(f"（{address}）")]
        elif kind == "Code":
            new.append(string(part["c"][1]))
        else:
            new.append(part)
    parts[:] = new
