"""Reports: chapters executed, bound into documents and a workbook, put in place in one step.

A report folder is replaced whole or not at all. What went into it stands beside it in
``manifest.json``, which repeats byte for byte for the same inputs; how long it took stands
apart in ``timings.json``.
"""

from __future__ import annotations

import base64
import datetime
import html
import json
import math
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis import __version__
from analysis.data.errors import nearest
from analysis.targets.evaluation import Evaluation
from planeval.report import pdf, word
from planeval.report.charts import column, write_charts
from planeval.report.commentary import Commentary, checksums_of
from planeval.report.document import Document, merged
from planeval.report.fonts import web_faces
from planeval.report.lessons import FORECASTS, chapters_in, chapters_of, closed, kinds_of, nbformat
from planeval.report.origins import led, marked, sources_led
from planeval.report.place import EVALUATION, FORMATS, NOTEBOOKS, OWN, checksums, mend
from planeval.report.place import staged as _staged
from planeval.report.run import ChapterRun, run_chapters
from planeval.report.tree import Node, bare, classes_of, nodes, pandoc
from planeval.show.table import Table
from planeval.words.amounts import plain_figure
from planeval.words.errors import UserError
from planeval.words.language import speaking

__all__ = [
    "EVALUATION",
    "FORMATS",
    "OWN",
    "ReportMeta",
    "ReportPaths",
    "bind",
    "mend",
    "render",
]

# One document, three formats: HTML for the screen, PDF through typst, Word for the office.
# Each function takes the merged document of :mod:`planeval.report.document` and adds only what
# its format needs. Nothing is fetched: fonts come with the installation, pictures with the
# chapters.


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
    evaluation: Evaluation | None = None,
) -> None:
    """Write one HTML file that needs nothing else: no link, no script, no installed font.

    Pictures are embedded, formulas are MathML, and each chart brings its data as a folded
    table. Works without JavaScript and on a narrow screen. With an `evaluation` its figures
    lead to where they come from: a target's to its table of origins, the others to a list at
    the end.
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

    tree = _adapted(document, adapt, str)
    codes = sources_led(tree, document.keys.get("tab:sources"))
    if evaluation is not None:
        with speaking(meta.language):
            tree += led(tree, document, evaluation, codes)
    else:
        tree = json.loads(bare(json.dumps(tree, ensure_ascii=False)))
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


def write_docx(
    document: Document, meta: ReportMeta, target: Path, work: Path, pages: Mapping[str, int]
) -> None:
    """Write a Word file in the styles of official documents, its contents filled in.

    The contents tell `pages`, the printed page of each heading in the PDF; Word counts them anew
    when its user updates the field.
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
    front = word.front_matter(meta.cover, meta.words["contents"], document.headings, pages)
    tree[:0] = [_raw("openxml", front)]
    reference = work / "reference.docx"
    word.reference_document(
        reference, f"{meta.title}　{meta.subtitle}".strip(), official=meta.language == "zh"
    )
    raw = work / "raw.docx"
    arguments = ["-f", "json", "-t", "docx", "--reference-doc", str(reference), "-o", str(raw)]
    spoken = {"lang": "zh-CN" if meta.language == "zh" else "en-GB"}  # as Word's proofing reads it
    pandoc(arguments, _json(tree, meta, spoken, title=True), cwd=work)
    word.finish(raw, target, meta.as_of)


#: Type size, line pitch, heading sizes and type of tables: as GB/T 9704 has them (三号, 22 lines
#: a page), and for text in Latin letters, which needs less.
_OFFICE = {"size": "16pt", "pitch": "28pt", "h1": "16pt", "h2": "16pt"}
_READING = {"size": "12pt", "pitch": "21pt", "h1": "16pt", "h2": "14pt"}


def _typst(document: Document, meta: ReportMeta, work: Path) -> str:
    """Return the document as typst source, its pictures written beside it."""
    sizes = _OFFICE if meta.language == "zh" else _READING
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
    return pdf.described(text, {n: c["alt"] for n, c in document.charts.items()})


def _adapted(
    document: Document,
    adapt: Callable[[Node, str, str], list[Node]],
    figures: Callable[[str], str] = bare,
) -> list[Node]:
    """Copy the blocks, with charts and tables as `adapt` wants them, figures without marks."""
    blocks: list[Node] = []
    copied = figures(json.dumps(document.blocks, ensure_ascii=False))
    for block in json.loads(copied):  # a deep copy, four times as fast
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


#: Their versions decide what a report looks like and says.
_PACKAGES = (
    "pandas", "numpy", "scipy", "statsmodels", "matplotlib", "papermill",
    "nbclient", "ipykernel", "typst", "pypandoc-binary", "python-docx", "openpyxl",
    "pylopdf-fonts-zh-cn",
)  # fmt: skip


@dataclass(frozen=True)
class ReportPaths:
    """Where a report stands.

    Attributes
    ----------
    folder : Path
        The report's folder.
    documents : dict of format to Path
        ``html``, ``pdf``, ``docx``, ``xlsx``, as far as asked for.
    manifest, timings : Path
        What went into the report, and how long each chapter took.
    """

    folder: Path
    documents: dict[str, Path]
    manifest: Path
    timings: Path


def render(
    plan_id: str,
    year: int,
    *,
    as_of: datetime.date,
    notebooks_dir: Path,
    out_dir: Path,
    meta: ReportMeta,
    parameters: Mapping[str, Any] | None = None,
    optional: Mapping[str, Any] | None = None,
    kind: str = "",
    inputs: Sequence[Path] = (),
    account: Mapping[str, Any] | None = None,
    commentary: Mapping[str, Commentary] | None = None,
    evaluation: Mapping[str, Any] | None = None,
    annex: Evaluation | None = None,
    formats: Sequence[str] | None = None,
    workers: int | None = None,
    progress: bool = True,
    timeout: float = 600,
) -> ReportPaths:
    """Evaluate one plan in one year and publish the report.

    Parameters
    ----------
    plan_id : str
        The plan, as in ``data/plans``.
    year : int
        The year evaluated.
    as_of : datetime.date
        Last day on which data are taken in.
    notebooks_dir : Path
        Its notebooks whose names begin with a digit are the chapters, in order of name.
    out_dir : Path
        The report's folder. A report that stands there is replaced; other people's files in
        it are kept.
    meta : ReportMeta
        The cover; its year and date are taken from `year` and `as_of`.
    parameters : mapping, optional
        Parameters of the chapters beside ``plan``, ``year``, ``as_of``, ``language``.
    optional : mapping, optional
        Parameters given only to the chapters that know them.
    kind : {"", "annual", "middle", "final"}
        Chapters of other kinds of report are left out; without a kind none is.
    inputs : sequence of Path
        Files whose checksums go into the manifest.
    account : mapping, optional
        What else the manifest is to say, for example the data row of every figure.
    commentary : mapping of chapter to Commentary, optional
        What was written about the chapters; see :mod:`planeval.report.commentary`.
    evaluation : mapping, optional
        The evaluation as plain values; kept beside the documents as ``evaluation.json``.
    annex : Evaluation, optional
        What the workbook shows; of a settled plan the chapters say results for outlooks.
    formats : sequence of {"html", "pdf", "docx", "xlsx"}, optional
        What to write; by default all, the workbook only with an `annex`.
    workers, progress, timeout
        As for :func:`planeval.report.run.run_chapters`.

    Returns
    -------
    ReportPaths

    Raises
    ------
    InputError
        When there are no chapters, a format is unknown, a parameter is misspelt, or `out_dir`
        holds files but no report.
    ChapterError
        When a chapter fails. As after Ctrl-C, the report that stood there still stands.
    """
    written = chapters_of(Path(notebooks_dir))
    chapters = [path for path in written if not kind or kind in kinds_of(path)]
    meta = replace(meta, year=year, as_of=as_of)
    values = {"plan": plan_id, "year": year, "as_of": as_of, "language": meta.language}
    values |= dict(parameters or {})
    told = values | dict(optional or {})
    manifest = {
        "parameters": {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in told.items()},
        "chapters": checksums(written),
        "inputs": checksums(inputs),
        **checksums_of(commentary or {}),
        **dict(account or {}),
    }
    with (
        _staged(Path(out_dir)) as staged,
        tempfile.TemporaryDirectory(prefix="report-", ignore_cleanup_errors=True) as work,
    ):
        if evaluation is not None:
            manifest["evaluation"] = checksums([_write_json(staged / EVALUATION, evaluation)])
        if annex is not None and annex.settled:
            ahead = any(item.ahead for item in annex.in_force)  # of a year after the plan
            keep = [*(commentary or ()), *(FORECASTS if ahead else ())]
            chapters = closed(chapters, Path(work) / "closed", keep)
        lessons = chapters_in(meta.language, chapters, Path(work) / "lessons")
        runs = run_chapters(
            lessons, values, Path(work), optional=optional,
            workers=workers, progress=progress, timeout=timeout,
        )  # fmt: skip
        made = bind(
            runs, meta=meta, out_dir=staged, formats=formats, manifest=manifest,
            commentary=commentary, annex=annex,
        )  # fmt: skip
        _shelve(runs, staged / NOTEBOOKS)
    folder = Path(out_dir)
    return ReportPaths(
        folder,
        {kind: folder / path.name for kind, path in made.documents.items()},
        folder / made.manifest.name,
        folder / made.timings.name,
    )


def bind(
    runs: Sequence[ChapterRun],
    *,
    meta: ReportMeta,
    out_dir: Path,
    formats: Sequence[str] | None = None,
    manifest: Mapping[str, Any],
    commentary: Mapping[str, Commentary] | None = None,
    annex: Evaluation | None = None,
) -> ReportPaths:
    """Bind executed chapters into documents, with a manifest beside them.

    Parameters
    ----------
    runs : sequence of ChapterRun
        Executed chapters, in reading order.
    meta : ReportMeta
        The cover.
    out_dir : Path
        An existing or new folder.
    formats, commentary, annex
        As for :func:`render`.
    manifest : mapping
        What the caller knows of the inputs; versions and outputs are added.

    Returns
    -------
    ReportPaths

    Raises
    ------
    InputError
        When a format is unknown, a chapter cannot be printed, or a program is missing.
    """
    formats = _formats(formats, annex)
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    document = merged(runs, meta.language, commentary)
    documents = {kind: folder / f"report.{kind}" for kind in FORMATS if kind in formats}
    spent: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory(prefix="bind-", ignore_cleanup_errors=True) as name,
        ExitStack() as beside,
    ):
        work, begun = Path(name), time.perf_counter()
        if {"pdf", "docx"} & documents.keys():
            source = _typst(document, meta, work)
            typesetting = pdf.typesetting(source, work, documents.get("pdf"), meta.seconds)
            headings = beside.enter_context(typesetting)
        if "html" in documents:
            with _timed(spent, "html"):
                write_html(document, meta, documents["html"], annex)
        if annex is not None and "xlsx" in documents:
            from planeval.workbook.annex import write_workbook

            with _timed(spent, "xlsx"):
                write_workbook(annex, documents["xlsx"], meta.language)
        if {"pdf", "docx"} & documents.keys():
            pages = headings()
            spent["pdf"] = round(time.perf_counter() - begun, 2)  # until the others were done
        if "docx" in documents:
            with _timed(spent, "docx"):
                write_docx(document, meta, documents["docx"], work, pages)
    account = {
        **manifest,
        "python": platform.python_version(),
        "packages": _versions(),
        "outputs": checksums(documents.values()),
        "charts": checksums(write_charts(document, folder, meta.language)),
    }
    timings = {run.chapter.name: round(run.seconds, 2) for run in runs}
    return ReportPaths(
        folder,
        documents,
        _write_json(folder / "manifest.json", account),
        _write_json(folder / "timings.json", {"seconds": timings, "documents": spent}),
    )


@contextmanager
def _timed(spent: dict[str, float], what: str) -> Iterator[None]:
    """Note the seconds that something takes."""
    begun = time.perf_counter()
    yield
    spent[what] = round(time.perf_counter() - begun, 2)


def _formats(asked: Sequence[str] | None, annex: Evaluation | None) -> Sequence[str]:
    """Return the formats to write: those asked for, else all that can be."""
    if asked is None:
        return [kind for kind in FORMATS if kind != "xlsx" or annex is not None]
    for kind in asked:
        if kind not in FORMATS:
            raise UserError(
                "没有这种格式", "no such format", column="formats", value=kind,
                expected=", ".join(FORMATS), nearest=nearest(kind, FORMATS),
            )  # fmt: skip
        if kind == "xlsx" and annex is None:
            raise UserError("工作簿需要评估结果", "a workbook needs an evaluation",
                             column="formats", value=kind)  # fmt: skip
    return asked


def _versions() -> dict[str, str]:
    # what is at work, which an installation from a folder may know by an older name
    versions = {"plan-evaluation": __version__}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _write_json(target: Path, content: Mapping[str, Any]) -> Path:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    target.write_text(text + "\n", encoding="utf-8", newline="\n")
    return target


def _shelve(runs: Sequence[ChapterRun], folder: Path) -> None:
    """Put the executed notebooks beside the documents, without what only this run has."""
    folder.mkdir()
    for run in runs:
        notebook = nbformat.read(run.output, as_version=4)
        notebook.metadata.pop("papermill", None)
        for at, cell in enumerate(notebook.cells, start=1):
            cell["id"] = f"cell-{at}"  # an injected cell is named at random
            cell.metadata.pop("papermill", None)
            cell.metadata.pop("execution", None)
        nbformat.write(notebook, folder / run.chapter.name)
