"""Each chart's figures and pictures as files beside the report, exactly as it was printed.

``charts/1-2-gdp.csv`` holds what figure 1-2 shows, ``.svg`` and ``.png`` the picture of it
without title and source; ``charts/index.csv`` says of each what it is and where its data come
from. The files open in a spreadsheet: UTF-8 with a mark at the beginning, lines ended by CRLF.
"""

from __future__ import annotations

import base64
import csv
import io
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planeval.report.document import Document
from planeval.report.place import CHARTS

INDEX = "index.csv"
_HEADS = {
    "zh": ("文件", "图号", "标题", "指标、地区、时期与单位", "来源", "文字说明", "矢量图", "位图"),
    "en": ("file", "figure", "title", "measure, place, period and unit", "source",
           "description", "vector picture", "bitmap picture"),
}  # fmt: skip
_COLUMNS = {
    "year": ("年份", "year"),
    "value": ("数值", "value"),
    "series": ("序列", "series"),
    "group": ("组", "group"),
    "state": ("结果", "result"),
    "count": ("项数", "count"),
    "name": ("名称", "name"),
    "completion_pct": ("完成度（%）", "completion (%)"),
    "elapsed_pct": ("时序进度（%）", "time elapsed (%)"),
    "median": ("中位数", "median"),
    "target": ("目标", "target"),
    "label": ("名称", "name"),
    "kind": ("类别", "kind"),
    "lo": ("下限", "low"),
    "hi": ("上限", "high"),
    "period": ("时期", "period"),
    "observed": ("公布值", "published"),
    "adjusted": ("季节调整后", "seasonally adjusted"),
    "trend": ("趋势", "trend"),
    "span": ("期间", "span"),
    "factor": ("因素", "factor"),
    "printed": ("公布为", "as published"),
    "base": ("基期", "base"),
    "base_year": ("基期年", "base year"),
    "latest": ("最新", "latest"),
    "path": ("路径", "path"),
    "target_year": ("目标年", "target year"),
    "unit": ("单位", "unit"),
    "standing": ("状况", "standing"),
    "word": ("前景", "outlook"),
    "grade": ("证据", "evidence"),
}
#: what a spreadsheet takes for the beginning of a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?")


def column(name: str, language: str) -> str:
    """Return the head of a column of a chart's data in the report's language.

    A column that is named in words already keeps its name.

    Examples
    --------
    >>> column("lo-80", "zh"), column("lo-80", "en"), column("亿元", "zh")
    ('80%区间下限', '80% interval, low', '亿元')
    """
    at = 0 if language == "zh" else 1
    start, dash, level = name.partition("-")
    if dash and level.isdigit() and start in ("lo", "hi"):
        end = _COLUMNS[start][at]
        return f"{level}%区间{end}" if language == "zh" else f"{level}% interval, {end}"
    return _COLUMNS[name][at] if name in _COLUMNS else name


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet runs: a text like a formula gets an apostrophe.

    Numbers stay numbers, negative ones too.

    Examples
    --------
    >>> harmless("=1+1"), harmless(-3.5), harmless("-3.5"), harmless("@x"), harmless(None)
    ("'=1+1", -3.5, '-3.5', "'@x", '')
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return value if _NUMBER.fullmatch(value) else f"'{value}"
    return value


def write_charts(document: Document, folder: Path, language: str) -> list[Path]:
    """Write every chart of a merged report as CSV, SVG and PNG, and a list of them.

    Parameters
    ----------
    document : Document
        As bound, so that the numbers are those of the report's figures.
    folder : Path
        The report's folder; ``charts`` is made anew in it when there is a chart.
    language : {"zh", "en"}
        Of the heads.

    Returns
    -------
    list of Path
        The files, in the order of the figures, the list last; empty without charts.
    """
    target = Path(folder) / CHARTS
    shutil.rmtree(target, ignore_errors=True)  # charts of an earlier binding
    if not document.charts:
        return []
    target.mkdir()
    written, rows = [], []
    for name, payload in document.charts.items():
        number = name.removeprefix("fig-")
        stem = "-".join(part for part in (number, _slug(payload["key"])) if part)
        files = [target / f"{stem}.{kind}" for kind in ("csv", "svg", "png")]
        _write_csv(files[0], *_table(payload, language))
        files[1].write_text(payload["svg"], encoding="utf-8", newline="\n")
        files[2].write_bytes(base64.b64decode(payload["png"]))
        words = (payload[key] for key in ("caption", "subtitle", "source", "alt"))
        rows.append([files[0].name, number, *words, files[1].name, files[2].name])
        written += files
    index = target / INDEX
    # a figure number such as 1-2 would be read as a date
    label = {"zh": "图 ", "en": "Figure "}[language]
    rows = [[file, label + number, *rest] for file, number, *rest in rows]
    _write_csv(index, _HEADS[language], rows)
    return [*written, index]


def _slug(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", key).strip("-")


def _table(payload: Mapping[str, Any], language: str) -> tuple[list[str], list[list[Any]]]:
    names = payload["columns"]
    return (
        [column(name, language) for name in names],
        [[record.get(name) for name in names] for record in payload["data"]],
    )


def _write_csv(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(value) for value in row] for row in rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
