"""Executed chapters merged into one pandoc document that every format is made from.

Code is left out, prose is taken as it is, charts and tables get their numbers, headings
theirs, and references to them become links. The result is pandoc's own document tree: what
differs between HTML, PDF and Word is added by :mod:`planeval.report.render`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from analysis.data.errors import InputError, nearest
from planeval.chapters.base import ORIGINS
from planeval.report.commentary import Commentary, placed
from planeval.report.lessons import nbformat
from planeval.report.run import ChapterRun
from planeval.report.tree import (
    Node,
    attributes_of,
    bare,
    chinese_number,
    classes_of,
    div,
    drop_comments,
    link,
    nodes,
    number_mentions,
    pandoc,
    plain,
    rewrite,
    set_in,
    string,
    text_of,
    translated,
    unprintable,
    without_number,
    words,
)
from planeval.show.chart import CHART_MIME
from planeval.show.table import TABLE_MIME, clean, escaped, pipe_table
from planeval.words.cell import Origin
from planeval.words.errors import UserError

#: TeX and format-specific blocks are text here: no chapter may reach into one format alone.
READER = "markdown-raw_tex-raw_attribute+east_asian_line_breaks"
#: A code cell with this tag is for the reader of the notebook only.
HIDDEN_TAG = "notebook-only"
_WORDS = {
    "zh": {"fig": "图", "tab": "表", "source": "来源：", "note": "注：", "gap": "　"},
    "en": {"fig": "Figure", "tab": "Table", "source": "Source: ", "note": "Note: ", "gap": "  "},
}
#: Rows of a table that is kept on one page with its notes.
SHORT = 7
#: Tables whose key begins so are looked up, not read: small type, one after the other.
_ANNEX = "origin-"
_LABELLED = ("来源", "数据来源", "资料来源", "Source", "注：", "Note")


@dataclass
class Document:
    """The merged report before it takes a format.

    Attributes
    ----------
    blocks : list
        Pandoc blocks. A chart is a ``Div`` of class ``chart`` that holds a ``Figure`` whose
        image is named by its id; a table a ``Div`` of class ``data-table``.
    charts : dict
        Payload of each chart by id.
    headings : list of (id, level, text)
        For tables of contents.
    keys : dict
        Id of each chart and table that bears a key: ``fig:…``, ``tab:…``.
    rows : dict
        Rows of ``data/observations.csv`` that each table or chart is made of, by its id.
    claims : dict
        Rows of ``data/claims.csv`` that each table prints, by its id.
    origins : list
        Where the figures of the blocks come from, in the order of their marks
        (:mod:`planeval.report.origins`).
    widths : dict
        Shares of the columns of each table in the PDF, by its id.
    markdown : str
        The merged source, chapter after chapter.
    """

    blocks: list[Node] = field(default_factory=list)
    charts: dict[str, dict[str, Any]] = field(default_factory=dict)
    headings: list[tuple[str, int, str]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    claims: dict[str, list[str]] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)
    widths: dict[str, list[float]] = field(default_factory=dict)
    markdown: str = ""


def merged(
    runs: Sequence[ChapterRun],
    language: str = "zh",
    commentary: Mapping[str, Commentary] | None = None,
) -> Document:
    """Merge executed chapters, in order, into one numbered document.

    Parameters
    ----------
    runs : sequence of ChapterRun
        Executed chapters.
    language : {"zh", "en"}
        Of the numbering.
    commentary : mapping of chapter to Commentary, optional
        Set at its place in the chapter of that notebook's name without ending.

    Raises
    ------
    InputError
        When a chapter has no ``#`` heading, shows a bare picture or HTML table, refers to a
        figure that does not exist, or holds HTML that cannot be printed.
    """
    numbering = _Numbering(language)
    chapters = []
    for run in runs:
        pieces, carriers = _pieces(run, numbering.document.origins)
        source = "\n\n".join(
            f"::: {{.piece n={n}}}\n:::\n\n{text}" for n, (_, text) in enumerate(pieces)
        )
        numbering.document.markdown += f"{bare(source)}\n\n"
        tree = json.loads(pandoc(["-f", READER, "-t", "json"], source))
        blocks = placed(tree["blocks"], (commentary or {}).get(run.chapter.stem))
        numbering.chapter(run.chapter.name, blocks, pieces, carriers)
        chapters.append(run.chapter.name)
    numbering.resolve()
    return numbering.document


def _pieces(
    run: ChapterRun, origins: list[Origin]
) -> tuple[list[tuple[int, str]], list[dict[str, Any]]]:
    """Return the chapter's prose and outputs as (cell, Markdown), and its charts and tables."""
    pieces: list[tuple[int, str]] = []
    carriers: list[dict[str, Any]] = []
    for position, cell in enumerate(nbformat.read(run.output, as_version=4).cells, start=1):
        if cell.cell_type == "markdown":
            pieces.append((position, cell.source))
        elif cell.cell_type == "code" and HIDDEN_TAG not in cell.metadata.get("tags", []):
            for output in cell.outputs:
                text = _output(output, carriers, origins, (run.chapter.name, position))
                if text:
                    pieces.append((position, text))
    return pieces, carriers


def _output(
    output: Any, carriers: list[dict[str, Any]], origins: list[Origin], where: tuple[str, int]
) -> str:
    """Return an output as Markdown, the figures in it set in the marks of their origins."""
    chapter, cell = where
    data = output.get("data", {})
    if output.output_type == "error":
        raise UserError(
            f"第 {cell} 个单元出错：{output.ename}: {output.evalue}",
            f"cell {cell} failed: {output.ename}: {output.evalue}",
            file=chapter,
        )
    if CHART_MIME in data or TABLE_MIME in data:
        kind = "chart" if CHART_MIME in data else "data-table"
        payload = data.get(CHART_MIME) or data[TABLE_MIME]
        carriers.append(payload)
        inside = ""
        if kind == "data-table":
            inside = pipe_table(payload, lambda text, marks: set_in(text, marks, origins, escaped))
        return f"::: {{.{kind} n={len(carriers) - 1}}}\n{inside}\n:::"
    if "text/markdown" in data:
        said = output.metadata.get("text/markdown", {})
        return set_in(data["text/markdown"], said.get(ORIGINS, ()), origins)
    bare = [kind for kind in data if kind.startswith("image/") or kind == "text/html"]
    if bare:
        raise UserError(
            f"第 {cell} 个单元的输出没有标题和来源，不能进入报告",
            f"the output of cell {cell} has no caption and source and cannot be printed",
            file=chapter,
            value=bare[0],
            expected=f"charts.Chart / tables.Table / Markdown / tag {HIDDEN_TAG}",
        )
    return ""


class _Numbering:
    """One pass over all chapters: numbers, ids, captions; then the references."""

    def __init__(self, language: str) -> None:
        self.language, self.words = language, _WORDS[language]
        self.document = Document()
        self.keys: dict[str, tuple[str, str]] = {}  # "fig:gdp" -> (id, "图 1-2")
        self.renamed: dict[str, str] = {}
        self.chapters = 0
        self.prefix = ""
        self.counts = {"fig": 0, "tab": 0}
        self.sections = [0, 0, 0]
        self.ids = 0
        self.where: dict[int, tuple[str, int]] = {}  # block -> chapter file and cell

    def chapter(
        self,
        name: str,
        blocks: list[Node],
        pieces: list[tuple[int, str]],
        carriers: list[dict[str, Any]],
    ) -> None:
        """Add one chapter's blocks."""
        seen, before = -1, len(self.document.headings)
        for block in blocks:
            if classes_of(block) == ["piece"]:
                if int(attributes_of(block)["n"]) != seen + 1:
                    break
                seen += 1
                continue
            new = self._block(block, carriers, (name, pieces[max(seen, 0)][0]))
            self.document.blocks.extend(new)
        if seen + 1 != len(pieces):
            raise _left_open(name, pieces[max(seen, 0)][0])
        if len(self.document.headings) == before:
            raise UserError(
                "这一章没有一级标题", "the chapter has no heading", file=name, expected="# 标题"
            )

    def _block(self, block: Node, carriers: list[Any], where: tuple[str, int]) -> list[Node]:
        kind = (classes_of(block) or [""])[0]
        if kind == "chart":
            new = self._chart(carriers[int(attributes_of(block)["n"])], where)
        elif kind == "data-table":
            payload = carriers[int(attributes_of(block)["n"])]
            new = self._table(block, payload, where)
        else:
            new = [block]
            _check_prose(block, where)
            for header in nodes(block, "Header"):
                self._header(header, where[0])
        for node in new:
            self.where[id(node)] = where
        return new

    def _header(self, header: Node, file: str) -> None:
        level, (old, classes, pairs), inlines = header["c"]
        above = self.document.headings[-1][1] if self.document.headings else 0
        if level > above + 1:
            raise UserError(
                f"标题跳级：{above}级之下是{level}级",
                f"a heading of level {level} under one of level {above} skips a level",
                file=file,
                value=f"{'#' * level} {text_of(inlines)[:40]}",
                expected=f"{'#' * (above + 1)} {text_of(inlines)[:40]}",
            )
        self.ids += 1
        new = f"sec-{self.ids}"
        self.renamed[old] = new
        numbered = "unnumbered" not in classes
        if level == 1:
            self.chapters += numbered
            self.prefix = f"{self.chapters}-" if numbered else ""
            self.counts = {"fig": 0, "tab": 0} if numbered else self.counts
        if level <= 3 and numbered:
            self.sections[level - 1 :] = [self.sections[level - 1] + 1] + [0] * (3 - level)
            inlines = [string(self._section(level)), *without_number(inlines)]
        header["c"] = [level, [new, classes, pairs], inlines]
        self.document.headings.append((new, level, text_of(inlines)))

    def _section(self, level: int) -> str:
        if self.language == "en":
            return ".".join(map(str, self.sections[:level])) + " "
        number = self.sections[level - 1]
        if level == 3:
            return f"{number}. "
        chinese = chinese_number(number)
        return f"{chinese}、" if level == 1 else f"（{chinese}）"

    def _numbered(self, kind: str, key: str, where: tuple[str, int]) -> tuple[str, str]:
        self.counts[kind] += 1
        number = f"{self.prefix}{self.counts[kind]}"
        name, label = f"{kind}-{number}", f"{self.words[kind]} {number}"
        if key:
            full = f"{kind}:{key}"
            if full in self.keys:
                raise UserError(
                    "两个图表同名", "two charts or tables bear the same key", file=where[0],
                    column="key", value=key,
                )  # fmt: skip
            self.keys[full] = (name, label)
            self.document.keys[full] = name
        return name, label

    def _chart(self, payload: dict[str, Any], where: tuple[str, int]) -> list[Node]:
        name, label = self._numbered("fig", payload["key"], where)
        self.document.charts[name] = payload
        self.document.rows[name] = payload.get("observations", [])
        caption = plain([string(label + self.words["gap"]), *words(clean(payload["caption"]))])
        alt = {"t": "Image", "c": [["", [], []], words(clean(payload["alt"])), [name, ""]]}
        figure = {"t": "Figure", "c": [["", [], []], [None, [caption]], [plain([alt])]]}
        return [div(["chart"], [figure, *self._tail(payload, "source")], name)]

    def _table(self, block: Node, payload: dict[str, Any], where: tuple[str, int]) -> list[Node]:
        name, label = self._numbered("tab", payload["key"], where)
        table = next(nodes(block, "Table"))
        caption = plain([string(label + self.words["gap"]), *words(clean(payload["caption"]))])
        table["c"][1] = [None, [caption]]
        self.document.rows[name] = payload.get("observations", [])
        self.document.claims[name] = payload.get("claims", [])
        self.document.widths[name] = payload["printed_widths"]
        size = "long" if len(payload["rows"]) > SHORT else "short"
        size = "annex" if payload["key"].startswith(_ANNEX) else size
        tail = self._tail(payload, "note", "source")
        return [div(["data-table", size], [table, *tail], name)]

    def _tail(self, payload: dict[str, Any], *kinds: str) -> list[Node]:
        """Set notes and source under a chart or table, unless they bring their own label."""
        lines = []
        for kind in kinds:
            said = clean(payload.get(kind, ""))
            if said:
                label = "" if said.startswith(_LABELLED) else self.words[kind]
                lines.append({"t": "Para", "c": words(label + said)})
        return [div(["source-line"], lines)] if lines else []

    def resolve(self) -> None:
        """Turn references into links, old heading ids into new ones, HTML into what prints."""
        for _, chapter in groupby(self.document.blocks, lambda block: self.where[id(block)][0]):
            number_mentions(list(chapter), self.words, self.language)
        for block in self.document.blocks:
            where = self.where[id(block)]

            def inlines(items: list[Node], where: tuple[str, int] = where) -> list[Node]:
                return self._inlines(items, where)

            rewrite(block, inlines)
            drop_comments(block, where)

    def _inlines(self, items: list[Node], where: tuple[str, int]) -> list[Node]:
        new: list[Node] = []
        opened: list[tuple[str, list[Node]]] = []
        for item in items:
            if item["t"] == "Cite":
                new.extend(self._reference(item, where))
            elif item["t"] == "Link" and item["c"][2][0].startswith("#"):
                item["c"][2][0] = f"#{self._place(item['c'][2][0][1:], where)}"
                new.append(item)
            elif item["t"] == "RawInline":
                new = translated(item["c"][1].strip().lower(), new, opened, where)
            else:
                new.append(item)
        if opened:
            raise unprintable(f"<{opened[0][0]}>", where)
        return new

    def _place(self, target: str, where: tuple[str, int]) -> str:
        """Return the id of the heading, chart or table that a link leads to."""
        if target in self.document.rows:  # a chart or table by its number
            return target
        if target not in self.renamed:
            raise UserError(
                f"第 {where[1]} 个单元的链接没有去处",
                f"cell {where[1]} has a link that leads nowhere",
                file=where[0],
                value=f"#{target}",
                nearest=nearest(target, self.renamed),
            )
        return self.renamed[target]

    def _reference(self, cite: Node, where: tuple[str, int]) -> list[Node]:
        links: list[Node] = []
        for citation in cite["c"][0]:
            key = citation["citationId"]
            if not key.startswith(("fig:", "tab:")):
                return cite["c"][1]
            if key not in self.keys:
                raise UserError(
                    f"第 {where[1]} 个单元引用的图表不存在",
                    f"cell {where[1]} refers to a chart or table that does not exist",
                    file=where[0],
                    value=f"@{key}",
                    nearest=nearest(key, self.keys),
                )
            name, label = self.keys[key]
            links += [string("、"), link(label, name)] if links else [link(label, name)]
        return links


def _check_prose(block: Node, where: tuple[str, int]) -> None:
    """Refuse prose that would print as something its author did not mean."""
    if any(True for _ in nodes(block, "Image")):
        raise UserError(
            f"第 {where[1]} 个单元的文字里有图片，没有标题和来源",
            f"cell {where[1]} has a picture in its text, without caption and source",
            file=where[0],
            expected="charts.Chart",
        )
    if any("```" in word["c"] for word in nodes(block, "Str")):
        raise _left_open(*where)


def _left_open(file: str, cell: int) -> InputError:
    return UserError(
        f"第 {cell} 个单元的 ::: 或 ``` 没有结束",
        f"cell {cell} leaves a ::: or ``` open",
        file=file,
    )
