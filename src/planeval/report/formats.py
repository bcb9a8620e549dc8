"""One document, three formats: HTML for the screen, PDF through typst, Word for the office.

Each function takes the merged document of :mod:`planeval.report.document` and adds only what
its format needs. Nothing is fetched: fonts come with the installation, pictures with the
chapters.
"""

from __future__ import annotations

import base64
import datetime
import html
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.targets.evaluation import Evaluation
from planeval.report import pdf, word_edition
from planeval.report.behind import set_behind
from planeval.report.charts import column
from planeval.report.claimed import claimed_listing, lead_claimed
from planeval.report.document import Document
from planeval.report.fonts import web_faces
from planeval.report.foreign import marked
from planeval.report.html import linked
from planeval.report.layout import settle
from planeval.report.origins import led, listing
from planeval.report.tree import Node, classes_of, nodes, pandoc
from planeval.show.table import Table
from planeval.words.amounts import plain_figure
from planeval.words.language import speaking

_TEMPLATES = Path(__file__).parents[1] / "templates"
_API = [1, 23, 1]  # the version of pandoc's tree that the JSON below is written in
_WORDS = {
    "zh": {
        "contents": "目录",
        "skip": "跳到正文",
        "data": "图中数据",
        "region": "评估区域",
        "plan": "规划名称",
        "year": "评估年度",
        "kind": "评估类型",
        "as_of": "数据截至",
    },
    "en": {
        "contents": "Contents",
        "skip": "Skip to the text",
        "data": "Data of this chart",
        "region": "Region",
        "plan": "Plan",
        "year": "Year",
        "kind": "Kind",
        "as_of": "Data as of",
    },
}


@dataclass(frozen=True)
class ReportMeta:
    """What stands on the cover.

    Parameters
    ----------
    title, subtitle : str
        Of the report.
    region, plan : str
        As printed, for example 嘉兴港区 and 嘉兴港区“十四五”规划.
    year : int
        The year evaluated.
    as_of : datetime.date
        Last day on which data were taken in. Also the date of the files themselves, so that
        the same inputs give the same bytes.
    kind : str
        For example 年度监测, 中期评估, 总结评估.
    language : {"zh", "en"}
        Of the labels and numbers.
    added : sequence of (name, value)
        Lines of the cover that a person wrote, such as who made the report.
    """

    title: str
    subtitle: str
    region: str
    plan: str
    year: int
    as_of: datetime.date
    kind: str
    language: str = "zh"
    added: Sequence[tuple[str, str]] = ()

    @property
    def words(self) -> dict[str, str]:
        """Fixed words in the report's language."""
        return _WORDS[self.language]

    @property
    def cover(self) -> list[tuple[str, str]]:
        """Lines of the cover, as (name, value)."""
        day = self.as_of
        zh = self.language == "zh"
        shown = f"{day.year}年{day.month}月{day.day}日" if zh else day.isoformat()
        lines = [
            ("region", self.region),
            ("plan", self.plan),
            ("year", f"{self.year}年" if zh else str(self.year)),
            ("kind", self.kind),
            ("as_of", shown),
        ]
        return [(self.words[name], value) for name, value in lines if value] + list(self.added)

    @property
    def seconds(self) -> int:
        """The as-of date as seconds since 1970, which stands for the time of writing."""
        midnight = datetime.datetime.combine(self.as_of, datetime.time(), datetime.UTC)
        return int(midnight.timestamp())


def write_html(
    document: Document,
    meta: ReportMeta,
    target: Path,
    names: Mapping[str, str] | None = None,
    evaluation: Evaluation | None = None,
) -> None:
    """Write one HTML file that needs nothing else: no link, no script, no installed font.

    Pictures are embedded, formulas are MathML, and each chart brings its data as a folded
    table. Works without JavaScript and on a narrow screen. `names` gives the table of origins
    of each target by the target's printed name: its figures are led there; those of the other
    tables to a list of the `evaluation`'s observations at the end.
    """

    def adapt(block: Node, kind: str, name: str) -> list[Node]:
        if kind == "chart":
            payload = document.charts[name]
            _point(block, f"data:image/png;base64,{payload['png']}")
            for figure in nodes(block, "Figure"):  # on a telephone it is pushed, by keys too
                figure["c"][0][2].append(["tabindex", "0"])
            block["c"][1].append(
                _raw("html", _data_table(payload, meta.words["data"], meta.language))
            )
            return [block]
        table, *tail = block["c"][1]
        block["c"][1] = [_raw("html", '<div class="scroll" tabindex="0">'), table]
        block["c"][1] += [_raw("html", "</div>"), *tail]
        return [block]

    tree, _ = linked(_adapted(document, adapt), names or {}, document.keys.get("tab:sources"))
    if evaluation is not None:
        with speaking(meta.language):
            made = led(tree, document.rows, evaluation)
            told = lead_claimed(tree, document.claims, evaluation, made)
            set_behind(tree, document.rows, document.claims, told)
            tree += listing(made, claimed_listing(told))
    css = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    template = (_TEMPLATES / "report.html").read_text(encoding="utf-8").replace("$css$", css)
    layout = target.with_suffix(".template.html")
    layout.write_text(template, encoding="utf-8")
    arguments = ["-f", "json", "-t", "html5", "--standalone", "--template", str(layout)]
    arguments += ["--mathml", "--toc", "--toc-depth=3", "--shift-heading-level-by=1", "--wrap=none"]
    try:
        text = pandoc(arguments, _json(tree, meta, {}))
    finally:
        layout.unlink()
    text = re.sub(r"<th(?=[ >])", '<th scope="col"', text)  # all heads are of columns
    # the words of a caption stay in sight where its table is pushed aside
    text = re.sub("(?s)<caption>(.*?)</caption>", r"<caption><span>\1</span></caption>", text)
    if meta.language != "zh":
        text = marked(text)
    faces = web_faces(text)
    text = text.replace("</style>", f"{faces}</style>", 1)
    target.write_text(text, encoding="utf-8", newline="\n")


def write_pdf(document: Document, meta: ReportMeta, target: Path, work: Path) -> None:
    """Write a PDF of A4 pages with contents, page numbers and selectable text in charts.

    It keeps to PDF/UA-1 (ISO 14289-1): tagged, its language and title said, every font in it,
    a description of every picture; and to PDF/A-2a (ISO 19005-2), so that it can be archived.
    """
    sizes = _OFFICE if meta.language == "zh" else _READING
    compiler = _typeset(document, meta, work, sizes)
    settle(compiler, work)
    pdf.write(compiler, target, meta.seconds)


def write_docx(document: Document, meta: ReportMeta, target: Path, work: Path) -> None:
    """Write a Word file in the styles of official documents, its contents filled in.

    The page numbers in the contents are those of :mod:`planeval.report.pages`; Word counts them
    anew when its user updates the field.
    """
    (work / "media").mkdir(exist_ok=True)

    def adapt(block: Node, kind: str, name: str) -> list[Node]:
        if kind == "chart":
            _point(block, f"media/{name}.png")
            (work / "media" / f"{name}.png").write_bytes(
                base64.b64decode(document.charts[name]["png"])
            )
        for part in nodes(block, "Div"):
            if "source-line" in classes_of(part):
                part["c"][1] = [
                    {"t": "Div", "c": [["", [], [["custom-style", style]]], [line]]}
                    for line, style in zip(
                        part["c"][1],
                        # all lines but the last are kept with the one that follows
                        ["Note Line"] * (len(part["c"][1]) - 1) + ["Source Line"],
                        strict=True,
                    )
                ]
        return [block]

    tree = _adapted(document, adapt)
    front = word_edition.front_matter(meta.cover, meta.words["contents"], document.headings)
    tree[:0] = [_raw("openxml", front)]
    reference = work / "reference.docx"
    word_edition.reference_document(
        reference, f"{meta.title}　{meta.subtitle}".strip(), official=meta.language == "zh"
    )
    raw = work / "raw.docx"
    arguments = ["-f", "json", "-t", "docx", "--reference-doc", str(reference), "-o", str(raw)]
    spoken = {"lang": "zh-CN" if meta.language == "zh" else "en-GB"}  # as Word's proofing reads it
    pandoc(arguments, _json(tree, meta, spoken, title=True), cwd=work)
    word_edition.finish(raw, target, meta.as_of)


#: Type size, line pitch, heading sizes and type of tables: as GB/T 9704 has them (三号, 22 lines
#: a page), and for text in Latin letters, which needs less.
_OFFICE = {"size": "16pt", "pitch": "28pt", "h1": "16pt", "h2": "16pt"}
_READING = {"size": "12pt", "pitch": "21pt", "h1": "16pt", "h2": "14pt"}


def _typeset(document: Document, meta: ReportMeta, work: Path, sizes: Mapping[str, str]) -> Any:
    """Return a typst compiler loaded with the document."""
    media = work / "media"
    media.mkdir(exist_ok=True)

    def adapt(block: Node, kind: str, name: str) -> list[Node]:
        first, *tail = block["c"][1]
        if kind == "chart":
            _point(block, f"media/{name}.svg")
            svg = document.charts[name]["svg"]
            (media / f"{name}.svg").write_text(svg, encoding="utf-8", newline="\n")
        first["c"][0][0] = name
        for spec, share in zip(first["c"][2], document.widths.get(name, []), strict=False):
            spec[1] = {"t": "ColWidth", "c": share}
        for part in tail:
            part["c"][1] = [_raw("typst", "#source-line["), *part["c"][1], _raw("typst", "]")]
        kind = classes_of(block)[-1]
        opening = {"long": "#running", "annex": "#annex"}.get(kind, "#together")
        return [_raw("typst", f'{opening}("{name}")['), first, *tail, _raw("typst", "]")]

    indent = "2em" if meta.language == "zh" else "0em"
    official = "true" if meta.language == "zh" else "false"
    day = {name: str(getattr(meta.as_of, name)) for name in ("year", "month", "day")}
    variables = {**sizes, **day, "indent": indent, "official": official}
    variables["latin"] = "" if meta.language == "zh" else "true"
    template = str(_TEMPLATES / "report.typ")
    arguments = ["-f", "json", "-t", "typst", "--standalone", "--template", template]
    arguments += ["--wrap=none"]
    tree = _adapted(document, adapt)
    pdf.spoken(tree)
    text = pandoc(arguments, _json(tree, meta, variables))
    text = pdf.described(text, {n: c["alt"] for n, c in document.charts.items()})
    return pdf.compiler_of(text, work)


def _adapted(document: Document, adapt: Callable[[Node, str, str], list[Node]]) -> list[Node]:
    """Copy the blocks, with charts and tables as `adapt` wants them."""
    blocks: list[Node] = []
    for block in json.loads(json.dumps(document.blocks)):  # a deep copy, four times as fast
        kind = (classes_of(block) or [""])[0]
        if kind in ("chart", "data-table"):
            blocks.extend(adapt(block, kind, block["c"][0][0]))
        else:
            blocks.append(block)
    return blocks


def _json(
    blocks: list[Node], meta: ReportMeta, variables: Mapping[str, str], title: bool = True
) -> str:
    """Write a tree and its metadata as pandoc reads it; strings are escaped by pandoc."""
    zh = meta.language == "zh"
    strings = {
        "title": meta.title,
        "subtitle": meta.subtitle,
        "pagetitle": f"{meta.title} {meta.subtitle}".strip(),
        "lang": "zh" if zh else "en",
        "country": "CN" if zh else "GB",
        "region-code": "cn" if zh else "gb",
        "contents": meta.words["contents"],
        "skip": meta.words["skip"],
        **variables,
    }
    cover = [
        {"t": "MetaMap", "c": {"name": _meta(name), "value": _meta(value)}}
        for name, value in meta.cover
    ]
    fields: dict[str, Any] = {name: _meta(text) for name, text in strings.items() if text}
    fields["cover"] = {"t": "MetaList", "c": cover}
    return json.dumps({"pandoc-api-version": _API, "meta": fields, "blocks": blocks})


def _meta(text: str) -> Node:
    return {"t": "MetaString", "c": text}


def _raw(kind: str, text: str) -> Node:
    return {"t": "RawBlock", "c": [kind, text]}


def _point(block: Node, target: str) -> None:
    for image in nodes(block, "Image"):
        image["c"][2][0] = target


def _data_table(payload: Mapping[str, Any], label: str, language: str) -> str:
    """Return a chart's data as a folded HTML table, for readers who want the figures."""
    import pandas as pd

    frame = pd.DataFrame(payload["data"], columns=payload["columns"])
    if frame.empty:
        return ""
    counted = [name for name in frame if "year" not in str(name)]
    for name in frame[counted].select_dtypes("float"):
        frame[name] = [None if math.isnan(v) else plain_figure(v) for v in frame[name]]
    cells = Table(frame, label)
    head = "".join(f"<th>{html.escape(column(name, language))}</th>" for name in cells.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in cells.rows
    )
    table = (
        f'<table aria-label="{label}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )
    pushed = f'<div class="scroll" tabindex="0">{table}</div>'
    return f"<details><summary>{label}</summary>{pushed}</details>"
