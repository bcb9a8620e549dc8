"""Reports: chapters executed, bound into documents and a workbook, put in place in one step.

A report folder is replaced whole or not at all. What went into it stands beside it in
``manifest.json``, which repeats byte for byte for the same inputs; how long it took stands
apart in ``timings.json``.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.targets.evaluation import Evaluation
from planeval.files.report_place import EVALUATION, FORMATS, NOTEBOOKS, OWN, mend
from planeval.files.report_place import staged as _staged
from planeval.report.charts import write_charts
from planeval.report.closing import FORECASTS, closed
from planeval.report.commentary import Commentary, checksums_of
from planeval.report.document import Document, merged
from planeval.report.formats import ReportMeta, write_docx, write_html, write_pdf
from planeval.report.lessons import chapters_in, chapters_of, kinds_of
from planeval.report.nbfiles import nbformat
from planeval.report.run import ChapterRun, run_chapters
from planeval.words.language import speaking

__all__ = [
    "EVALUATION", "FORMATS", "OWN", "ReportMeta", "ReportPaths", "bind", "checksums", "mend",
    "render",
]  # fmt: skip

#: Their versions decide what a report looks like and says.
_PACKAGES = (
    "plan-evaluation", "pandas", "numpy", "scipy", "statsmodels", "matplotlib", "papermill",
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
    with tempfile.TemporaryDirectory(prefix="bind-", ignore_cleanup_errors=True) as name:
        work = Path(name)
        spent = {}
        for kind, path in documents.items():
            begun = time.perf_counter()
            if kind == "html":
                write_html(document, meta, path, _origins(document, annex, meta.language), annex)
            elif kind == "pdf":
                write_pdf(document, meta, path, work)
            elif kind == "docx":
                write_docx(document, meta, path, work)
            elif annex is not None:
                from planeval.workbook import (
                    annex as workbook,  # here, for its library loads slowly
                )

                workbook.write_workbook(annex, path, meta.language)
            spent[kind] = round(time.perf_counter() - begun, 2)
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


def _origins(document: Document, annex: Evaluation | None, language: str) -> dict[str, str]:
    """Return the id of each target's table of origins by the target's printed name."""
    if annex is None:
        return {}
    with speaking(language):  # the chapters are read by now, each in a kernel of its own
        places = {item.target.name: f"tab:origin-{item.target_id}" for item in annex.indicators}
    return {name: document.keys[key] for name, key in places.items() if key in document.keys}


def _formats(asked: Sequence[str] | None, annex: Evaluation | None) -> Sequence[str]:
    """Return the formats to write: those asked for, else all that can be."""
    if asked is None:
        return [kind for kind in FORMATS if kind != "xlsx" or annex is not None]
    for kind in asked:
        if kind not in FORMATS:
            raise InputError(
                "没有这种格式", "no such format", column="formats", value=kind,
                expected=", ".join(FORMATS), nearest=nearest(kind, FORMATS),
            )  # fmt: skip
        if kind == "xlsx" and annex is None:
            raise InputError("工作簿需要评估结果", "a workbook needs an evaluation",
                             column="formats", value=kind)  # fmt: skip
    return asked


def checksums(paths: Sequence[Path] | Any) -> dict[str, str]:
    """Return the SHA-256 of each file under its name, sorted.

    Two files of one name are told apart by the folder they lie in.

    Raises
    ------
    InputError
        When a file does not exist.

    Examples
    --------
    >>> checksums([Path(__file__)]).keys()
    dict_keys(['render.py'])
    """
    found: dict[str, str] = {}
    files = [Path(path) for path in paths]
    names = [path.name for path in files]
    for path in files:
        if not path.is_file():
            raise InputError("没有这个文件", "no such file", file=path.name)
        name = path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}"
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return dict(sorted(found.items()))


def _versions() -> dict[str, str]:
    versions = {}
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
