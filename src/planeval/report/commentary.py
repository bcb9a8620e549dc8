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
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data
from analysis.data.paths import left_behind, shown
from analysis.data.plan import Plan, load_plan, plan_ids
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.report.tree import (
    Node,
    classes_of,
    nodes,
    pandoc,
    string,
    text_of,
    without_number,
    words,
)
from planeval.show.table import escape
from planeval.show.terminal import display_width
from planeval.show.widths import fitted_widths, word_type
from planeval.words.errors import UserError
from planeval.words.language import speaking
from planeval.words.letters import check_printed

# --- A commentary's words and tables, set so that nothing of them runs off a page ---
# Chinese text breaks between any two letters; a word, an address or a number does not, and one
# longer than a line would run into the margin of the PDF. Such a run may break anywhere. A table
# gets the widths that the report's own tables have; one with too many columns is refused.


#: A table of more has columns of less than three Chinese characters.
MOST_COLUMNS = 12
#: Lines of a cell: a row is not cut between pages, and this many fill most of one.
MOST_LINES = 40
#: Letters without a break that fit the shortest line, that of a list within a list.
WORD = 40
#: A line may break here, and nobody sees it.
BREAK = "\u200b"
_EDGE = 2
# what no line breaks in: neither spaces nor Chinese letters nor the marks of an address
_RUN = re.compile(r"[^\s\u200b/?\-\u2e80-\u2fff\u3041-\u9fff\uf900-\ufaff]+[/?\-]?")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")


def fit(blocks: list[Node], source: str, file: str) -> None:
    """Make every run of letters and every table of a commentary stay within the page, in place.

    Parameters
    ----------
    blocks : list
        Pandoc blocks.
    source : str
        The commentary as it was written, for the rows told in messages.
    file : str
        Its path, for messages.

    Raises
    ------
    InputError
        When a table has more than :data:`MOST_COLUMNS` columns, or a cell more than a page.

    Examples
    --------
    >>> word = {"t": "Str", "c": "a" * 41}
    >>> fit([{"t": "Para", "c": [word]}], "", "x.md")
    >>> word["c"].count(BREAK), word["c"].replace(BREAK, "") == "a" * 41
    (40, True)
    """
    tables = list(nodes(blocks, "Table"))
    for table, row in zip(tables, _rows(tables, source), strict=True):
        _fit_table(table, file, row)
    for word in nodes(blocks, "Str"):
        word["c"] = breakable(word["c"], WORD)


def breakable(text: str, room: int) -> str:
    """Return a text whose runs wider than `room` may break between any two letters.

    Parameters
    ----------
    text : str
        Words.
    room : int
        Half-width letters that a line holds.

    Examples
    --------
    >>> breakable("abcd ab", 3).replace(BREAK, "·"), breakable("嘉兴港区" * 9, 3) == "嘉兴港区" * 9
    ('a·b·c·d ab', True)
    """

    def broken(run: re.Match[str]) -> str:
        if display_width(run[0]) <= room:
            return run[0]
        # an accent stays with its letter
        marks = (
            c if unicodedata.combining(c) or not n else BREAK + c for n, c in enumerate(run[0])
        )
        return "".join(marks)

    return _RUN.sub(broken, text)


def _rows(tables: list[Node], source: str) -> list[int | None]:
    """Return the row of each table's head, None where lines and tables cannot be matched."""
    lines = source.split("\n")
    heads: list[int | None] = [
        at
        for at, line in enumerate(lines)
        if at and "|" in lines[at - 1] and "-" in line and _RULE.fullmatch(line)
    ]
    return heads if len(heads) == len(tables) else [None] * len(tables)


def _fit_table(table: Node, file: str, row: int | None) -> None:
    columns = len(table["c"][2])
    if columns > MOST_COLUMNS:
        raise UserError(
            f"表格有{columns}列，一页排不下", f"a page has no room for {columns} columns",
            file=file, row=row,
            expected=f"<= {MOST_COLUMNS}（分成几张表，或行列互换 several tables, or turn it over）",
        )  # fmt: skip
    for own in table["c"][2]:  # text between others would stand in the middle of its column
        own[0] = {"t": "AlignLeft"} if own[0] == {"t": "AlignDefault"} else own[0]
    cells = [[cell[4] for cell in line[1]] for line in _lines(table)]
    told = [[text_of(cell) for cell in line] for line in cells]
    if not told or not columns:
        return
    page = word_type(columns).page
    if sum(max(map(display_width, own)) + _EDGE for own in zip(*told, strict=True)) <= page:
        return
    widths = fitted_widths(told[0], told[1:])
    total = max(sum(widths), page)
    for n, width in enumerate(widths):
        table["c"][2][n][1] = {"t": "ColWidth", "c": round(width / total, 4)}
        for line, text in zip(cells, told, strict=True):
            _check_length(text[n], width, file, row)
            for word in nodes(line[n], "Str"):
                word["c"] = breakable(word["c"], int(width) - _EDGE)


def _lines(table: Node) -> Iterator[list[Any]]:
    """Yield the rows of a table, its head first."""
    _, _, _, head, bodies, foot = table["c"]
    yield from head[1]
    for body in bodies:
        yield from (*body[2], *body[3])
    yield from foot[1]


def _check_length(text: str, width: float, file: str, row: int | None) -> None:
    if display_width(text) > MOST_LINES * (width - _EDGE):
        raise UserError(
            "表格的一格太长，一页排不下", "a cell of the table is longer than a page",
            file=file, row=row, value=text,
            expected="写成段落，或分成几行 a paragraph, or several rows",
        )  # fmt: skip


# --- Words written under a chapter's own headings: each part goes to the end of its section ---
# An economist who writes ``### 地区生产总值`` in a commentary on the chapter of indicators means
# that indicator; the words belong under it and not at the chapter's end.


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


# --- Lines a person adds to the cover: who made the report, when, under which number ---
# ``data/commentary/<plan>/<year>/cover.<language>.md`` has one line for each, a name and what
# stands beside it: 编制单位：…. They follow what the program knows of the report.


#: A cover has room for so many lines more.
MOST = 4
#: Printed widths of a name and of a value, in half-width letters: 16 and 40 Chinese characters.
NAME, VALUE = 32, 80
#: Names the program prints itself, in either language; 规划 would be read as 规划名称.
OWN = frozenset({"评估区域", "规划名称", "规划", "评估年度", "评估类型", "数据截至"}) | frozenset(
    {"Region", "Plan", "Year", "Kind", "Data as of"}
)
_LINE = re.compile(r"\s*([^：:]+?)\s*[：:]\s*(\S.*?)\s*")
# a cover prints every letter as it stands, so marks of Markdown would be seen
_MARKS = re.compile(
    r"^\s*(?:[-+•]|\d+[.)])\s"  # an item of a list
    r"|[{}｛｝|*<>`]|~~"
    r"|^[^：:]*#"
    r"|(?<!\w)_{1,3}[^\s_].*?_{1,3}(?!\w)"
    r"|\[[^\]]*\]\("
)
_EXAMPLE = "编制单位：… / Prepared by: …"


def cover_lines(text: str, file: str) -> list[tuple[str, str]]:
    """Read the lines of a cover.

    Parameters
    ----------
    text : str
        One line each, ``name：value``; empty lines count for nothing.
    file : str
        Path told in messages.

    Returns
    -------
    list of (name, value)

    Raises
    ------
    InputError
        When a line holds what cannot be printed, is no name and value, is too long for the
        cover, bears a name that is there already, or there are too many lines or none.

    Examples
    --------
    >>> cover_lines("编制单位：甲市发展研究中心", "cover.zh.md")
    [('编制单位', '甲市发展研究中心')]
    """
    found: list[tuple[str, str]] = []
    own, known = {_key(name) for name in OWN}, set[str]()
    for row, line in enumerate(text.split("\n"), start=1):
        check_printed(line.strip(" \t"), file=file, row=row)
        if not line.strip():
            continue
        name, value = _parts(line, file, row)
        if _key(name) in own:
            raise UserError(
                "封面上这一名称由程序印出，不能再写", "the program prints this name itself",
                file=file, row=row, value=name, expected=_EXAMPLE,
            )  # fmt: skip
        if _key(name) in known:
            raise UserError(
                "封面上同一名称写了两次", "the same name twice on the cover",
                file=file, row=row, value=name,
            )  # fmt: skip
        known.add(_key(name))
        found.append((name, value))
        if len(found) > MOST:
            raise UserError(
                f"封面最多加{MOST}行", f"a cover takes {MOST} lines more at most",
                file=file, row=row, value=line.strip(),
            )  # fmt: skip
    if not found:
        raise no_lines(file)
    return found


def no_lines(file: str) -> InputError:
    """Return the mistake of a file that adds nothing to the cover.

    Examples
    --------
    >>> no_lines("cover.zh.md").en
    'the cover file has no lines'
    """
    return UserError(
        "封面文件里没有一行内容", "the cover file has no lines", file=file,
        expected=f"{_EXAMPLE}；没有就删去文件 or no file at all",
    )  # fmt: skip


def _key(name: str) -> str:
    """Return a name without spaces, widths of letters and case, for comparing."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _parts(line: str, file: str, row: int) -> tuple[str, str]:
    """Cut a line into name and value, both of a width the cover has."""
    match = _LINE.fullmatch(line)
    if match is None or _MARKS.search(line):
        raise UserError(
            "封面的一行应是“名称：内容”，不用任何标记",
            "a line of the cover is a name, a colon and a value, without any mark-up",
            file=file, row=row, value=line.strip(), expected=_EXAMPLE,
        )  # fmt: skip
    name, value = match.groups()
    for zh, en, said, most in (("名称", "name", name, NAME), ("内容", "value", value, VALUE)):
        if (width := display_width(said)) > most:
            raise UserError(
                f"封面的{zh}太长：宽{width}个半角字符",
                f"the {en} is too long for the cover: {width} half-width letters",
                file=file, row=row, value=said,
                expected=f"≤ {most}（汉字 Chinese characters ≤ {most // 2}）",
            )  # fmt: skip
    return name, value


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
            raise UserError(
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
                raise UserError(
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
        raise UserError(
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
        raise UserError(
            "不是 UTF-8 编码", "not UTF-8", file=file, row=raw[: error.start].count(b"\n") + 1,
            expected="UTF-8（在编辑器中另存为 UTF-8 save as UTF-8）",
        ) from error  # fmt: skip
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise UserError("不是文本文件", "not a text file", file=file, row=row, expected="UTF-8")
    if not text.strip():
        raise (empty or _empty)(file)
    return text


def _empty(file: str) -> InputError:
    return UserError(
        "评论没有正文", "the commentary says nothing", file=file,
        expected="至少一段；没有评论就删去文件 a paragraph, or no file at all",
    )  # fmt: skip


def _filled(line: str, evaluation: Evaluation, file: str, row: int) -> str:
    """Fill the names in one line; a brace that encloses no name must be written ``\\{``."""
    # brings the charts' library, which few commands need
    from planeval.report.quotes import check_lookalikes, known_names, quoted, suggested

    def figure(match: re.Match[str]) -> str:
        wide = match[2]
        if match[0].startswith("\\") or (wide is not None and not _LATIN.search(wide)):
            return match[0]
        if match[1] is None:
            raise UserError(
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
            raise UserError(
                "标题跳级", "the heading skips a level", file=file,
                row=_row(text_of(header["c"][2]), source),
                value=f"{'#' * header['c'][0]} {text_of(header['c'][2])}",
                expected=f"{'#' * (above + 1)} …",
            )  # fmt: skip
        above = header["c"][0]
        if above == 1:
            raise UserError(
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
    return UserError(
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
