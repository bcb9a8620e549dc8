"""The Excel annex of a report: what it shows, as numbers an analyst can go on with.

The same evaluation gives the same bytes: the file is dated with the evaluation's own date and
its parts are packed without the time of packing.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from html import escape
from pathlib import Path

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.writer.excel import ExcelWriter

from analysis.targets.evaluation import Evaluation
from planeval.words.language import either, say, speaking
from planeval.workbook import charts, data, notes, scoreboard
from planeval.workbook.sheet import page
from planeval.workbook.words import word

__all__ = ["write_workbook"]

_PACKED = (1980, 1, 1, 0, 0, 0)  # the earliest time an archive can hold: none
_FRAME = re.compile(rb'(<(?:[a-z]+:)?cNvPr id="(\d+)" name=")[^"]*"')


def write_workbook(evaluation: Evaluation, path: Path, language: str = "zh") -> Path:
    """Write the evaluation of a plan as an Excel workbook (指标附册).

    Parameters
    ----------
    evaluation : Evaluation
        Its data, its targets and its audit are all the workbook shows; values stay in the
        units of the data (亿元, 万标箱, %), completion and probability are fractions shown
        as per cent.
    path : Path
        The file, replaced when it exists.
    language : {"zh", "en"}
        Of names, heads and notes. Titles of documents and places in them stay as printed.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    InputError
        When the language is unknown.

    Notes
    -----
    Text cells are never formulas, whatever they begin with; the workbook has no formula at
    all. Unknown numbers are empty cells.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.targets.evaluation import evaluate
    >>> from openpyxl import load_workbook
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = write_workbook(evaluate("jiaxing-14fyp", 2024), Path(folder) / "a.xlsx")
    ...     load_workbook(made).sheetnames[:3]
    ['记分板', '指标图', '指标序列']
    """
    with speaking(language):
        book, alts = _book(evaluation, language)
    target = Path(path)
    target.write_bytes(_packed(book, alts))
    return target


def _titles() -> dict[str, str]:
    """Return the sheets' titles by key, in order."""
    return {
        "scoreboard": word("记分板"),
        "charts": word("指标图"),
        "series": word("指标序列"),
        "sources": word("来源"),
        "calibers": either("口径", "Definitions"),
        "findings": word("核对"),
        "vintages": word("修订"),
    }


def _book(evaluation: Evaluation, language: str) -> tuple[Workbook, list[str]]:
    """Return the workbook, and what each of its charts shows."""
    book, titles, plan = Workbook(), _titles(), evaluation.plan
    book.remove(book.worksheets[0])
    name = either(plan.name_zh, plan.name_en)
    sheets = {key: book.create_sheet(title) for key, title in titles.items()}
    scoreboard.scoreboard(sheets["scoreboard"], evaluation)
    alts = charts.charts(sheets["charts"], evaluation)
    data.series(sheets["series"], evaluation)
    data.sources(sheets["sources"], evaluation)
    data.calibers(sheets["calibers"], evaluation)
    data.findings(sheets["findings"], evaluation)
    data.revisions(sheets["vintages"], evaluation)
    last = book.create_sheet(word("说明"))
    notes.notes(last, evaluation, titles)
    told = say("{}　{}年评估　数据截至{}", name, evaluation.year, evaluation.as_of.isoformat())
    for sheet in book.worksheets:
        page(sheet, sheet.title, told, landscape=sheet not in (last, sheets["charts"]))
    moment = dt.datetime.combine(evaluation.as_of, dt.time())
    book.properties = DocumentProperties(
        title=say("{}：{}年评估指标附册", name, evaluation.year),
        subject=told,
        creator=name,
        lastModifiedBy=name,
        language={"zh": "zh-CN", "en": "en-GB"}[language],
        created=moment,
        modified=moment,
    )
    book.active = 0
    return book, alts


def _packed(book: Workbook, alts: list[str]) -> bytes:
    """Return the file: parts without times, charts with a text for who cannot see them."""
    raw, final = io.BytesIO(), io.BytesIO()
    # not book.save(), which would date the file with the clock
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        ExcelWriter(book, archive).save()
    with (
        zipfile.ZipFile(raw) as archive,
        zipfile.ZipFile(final, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for entry in archive.namelist():
            content = archive.read(entry)
            if entry.startswith("xl/drawings/drawing"):
                content = _described(content, alts)
            info = zipfile.ZipInfo(entry, _PACKED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packed.writestr(info, content)
    return final.getvalue()


def _described(drawing: bytes, alts: list[str]) -> bytes:
    """Give each chart's frame its finding as alternative text, in the order of the charts."""

    def named(found: re.Match[bytes]) -> bytes:
        text = escape(alts[int(found[2]) - 1], quote=True).encode("utf-8")
        return found[1] + b"Chart " + found[2] + b'" descr="' + text + b'"'

    return _FRAME.sub(named, drawing)
