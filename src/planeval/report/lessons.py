"""Chapters in another language: the prose of a notebook replaced from the catalogue.

The code of a chapter speaks for itself (:func:`planeval.words.language.say`); its prose cells
stand in Chinese and are looked up whole. The notebooks as written are never changed.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from analysis.targets.evaluation import STAGES
from planeval.words.errors import UserError
from planeval.words.language import catalogue, mark

# --- Notebook files: nbformat, without two seconds of start-up that no notebook needs ---
# nbformat imports jsonschema, which imports rfc3987-syntax where it finds it, and that builds a
# grammar of web addresses, each time, for a check that notebooks never ask for. jsonschema does
# without when the import fails, so it is made to fail while jsonschema is imported.


_SLOW = "rfc3987_syntax"


def _import_jsonschema() -> None:
    if "jsonschema" in sys.modules or _SLOW in sys.modules:
        return
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # Python's own way to say "not there"
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[_SLOW]


_import_jsonschema()
nbformat = importlib.import_module("nbformat")  # after it, by intention


def chapters_of(notebooks_dir: Path, kind: str = "") -> list[Path]:
    """Return the chapters of a report of a kind, in order of name.

    A notebook whose metadata say ``{"planeval": {"kinds": ["middle"]}}`` belongs to reports of
    these kinds only (``annual``, ``middle``, ``final``), all others to every report. Without a
    kind all are returned.

    Raises
    ------
    InputError
        When there are no chapters.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> [path.stem for path in chapters_of(project_root() / "notebooks", "final")][3]
    '01c_handover'
    """
    found = sorted(Path(notebooks_dir).glob("[0-9]*.ipynb"))
    if not found:
        raise UserError(
            "没有章节", "no chapters", file=Path(notebooks_dir).name, expected="01_….ipynb"
        )
    return [path for path in found if not kind or kind in kinds_of(path)]


def kinds_of(path: Path) -> tuple[str, ...]:
    """Return the kinds of report a chapter belongs to; one that cannot be read, to every kind."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("planeval", {})
        return tuple(told.get("kinds", STAGES))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return tuple(STAGES)  # the run says what is wrong with it


def chapters_in(language: str, chapters: Sequence[Path], folder: Path) -> list[Path]:
    """Return the chapters with their prose in a language, written into a folder where need be.

    Parameters
    ----------
    language : {"zh", "en"}
        In Chinese the chapters are returned as they are.
    chapters : sequence of Path
        Notebooks as written, in Chinese.
    folder : Path
        Where translated copies go, under the same names.

    Raises
    ------
    InputError
        When a prose cell has no words in that language.

    Examples
    --------
    >>> chapters_in("zh", [Path("notebooks/01_overview.ipynb")], Path("build"))[0].name
    '01_overview.ipynb'
    """
    if language == "zh":
        return list(chapters)
    words = catalogue(language)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for path in chapters:
        notebook = nbformat.read(path, as_version=4)
        for number, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type != "markdown" or cell.source.isascii():
                continue
            if cell.source not in words:
                raise UserError(
                    "这一单元的文字没有英文",
                    "the prose of this cell has no English words",
                    file=path.name,
                    row=number,
                    value=cell.source,
                    expected="src/planeval/locale/en/*.po",
                )
            cell.source = words[cell.source]
        made.append(folder / path.name)
        nbformat.write(notebook, made[-1])
    return made


# The prose of a plan that is settled: results, where a plan still running has an outlook.
# The notebooks' prose is written for a plan with years to go. Once the target year's own figures
# are in, the cells named here are said in other words, or left out, in a copy of the chapter.


#: Prose of a settled plan by the id of the cell it takes the place of; empty: left out.
CLOSING: Mapping[str, str] = {
    "overview-01": mark(
        "# 总体评价与记分板\n\n"
        "本章回答三个问题：规划的每项目标走到了哪里，是否如期完成，依据有多扎实。先给总体评价，"
        "再列记分板；读法见“方法与局限”一章。"
    ),
    "overview-08": mark(
        "## 记分板\n\n"
        "记分板把三个问题分成三栏：状态说走到了哪里，完成情况说目标是否达到，"
        "证据说这两个回答有多扎实。三栏分开读，不合成一个分数。"
    ),
    "overview-10": mark(
        "有基期值、目标值和规划期内公布值的目标，可以算出完成度，即从基期到目标已经走完的比例；"
        "规划期已满，达到百分之百才是完成。"
    ),
    "01a-00": mark(
        "# 主要指标\n\n"
        "规划期内有公布值的目标，逐项说明：规划期末走到了哪里，是否达到目标。约束性目标在前。"
        "数字本身不说明原因，原因由评估人员另行说明。"
    ),
    "01a-p0": mark(
        "## 图示\n\n先看整体：每项目标走到从基期到目标的哪里，逐年的公布值与路径相差多少。"
    ),
    "01a-03": mark("## 逐项说明\n\n每项一张表、一段话。"),
    "01b-00": mark(
        "# 未完成的目标与要求\n\n"
        "本章先把上次的预测与后来的公布值对照，再列出未完成的目标，最后写明数字本身提出的要求。"
        "只写事实；原因和对策由评估人员另行说明。"
    ),
    "01b-07": mark("## 未完成的目标\n\n按目标年的公布值没有达到的目标列在一起，约束性目标在前。"),
    "01b-09": mark("## 未完成的约束性目标\n\n约束性目标被判为未完成的，列在这里。"),
    "01b-13": mark(
        "## 建议：数字提出的要求\n\n"
        "以下各条由目标和公布值直接得出：缺什么数据，等什么文件，哪些数字要由公布单位说明。"
    ),
    "gdp-01": mark(
        "# 地区生产总值\n\n"
        "本章回答：地区生产总值走到了哪里，是否达到规划目标，与上级地区相比快慢如何。"
        "能说的和不能说的分开写。"
    ),
    "gdp-04": mark(
        "## 目标与现状\n\n"
        "规划中与经济总量、结构、投资、财政和外经贸有关的目标列在下表；规划若有总量目标，"
        "其结论写在表后。本章凡说到增速，都注明现价或可比价：总量按现价公布，"
        "公布的增速按惯例为可比价，两者不能相互替代。"
    ),
    "gdp-24": "",
    "gdp-26": mark(
        "## 目标与结果的差距\n\n"
        "从基期到目标的路与实际走过的路并列，各给出平均每年的增量和年均增速。"
        "目标与期末公布值的差额再分解为基数、增长、价格与口径四部分，四部分之和恰为差额。"
    ),
    "gdp-28": "",
    "industry-01": mark(
        "# 工业产值\n\n"
        "本章回答：工业类目标是否达到，产值靠什么支撑，产值增长与生产总值增长是否一致，"
        "分行业目标与整体目标能否同时成立。规上工业总产值、"
        "园区工业总产值和增加值是三种不同的量，本章并列而不相加、不混算。"
    ),
    "industry-22": "",
    "industry-24": mark(
        "## 目标与结果的差距\n\n"
        "规划定有产值总量目标的，从基期到目标的路与实际走过的路并列，均为现价。"
    ),
    "port-01": mark(
        "# 港口吞吐量\n\n"
        "本章回答：港口目标按什么口径判断，港区的吞吐量走到哪里，是否达到目标，快慢如何。港区、"
        "全港和内河港是三个不同的统计范围，本章始终分开。"
    ),
    "port-20": mark(
        "全市生产总值指数不是港口的指标；它够长时，只用它的趋势增速衡量港口增速的大小。"
    ),
    "port-22": mark(
        "## 规划要求与实际的增速\n\n"
        "把规划要求的和已经实现的年均增速放在一起，单位都是每年百分之几。"
    ),
    "port-24": "",
    "other-06": mark(
        "## 各组目标\n\n"
        "各组只列至少有一个公布值的目标；在规划期内有公布值的，再写走到哪里、是否达到。"
        "没有数值的目标集中列在本章末尾的清单里。"
    ),
    "09--03": mark(
        "## 三个问题的读法\n\n"
        "**状态**只用已经公布的数值，不含预测：完成度、时序进度、实际年均增速，"
        "以及从最新值到目标平均每年还须变化多少。基期未公布、"
        "基期已达目标或属于保持类的目标没有完成度；没有数值的写“未公布”，不记为零分，"
        "也不记为满分。\n\n"
        "**前景**是目标年达到目标的概率，由公布的年度值推算，用词与概率的对应见下表。"
        "只有一个公布值的不判断；不足三个的只给区间，不用概率词。前景不是承诺，也不说明原因。"
        "本次评估中，各项目标的目标年数值已经公布或无从评价，没有用到预测，"
        "报告因此没有“预测怎样得出”一章；概率用词列出备查。"
    ),
}


#: Chapters that only tell of forecasts; a settled plan has none.
FORECASTS = ("08_forecast",)
#: What says that the chapter is not there, exchanged only where that is so.
_WITHOUT = "09--03"


def closed(chapters: Sequence[Path], folder: Path, keep: Collection[str] = ()) -> list[Path]:
    """Return the chapters with the prose of a settled plan, written into a folder where need be.

    Parameters
    ----------
    chapters : sequence of Path
        Notebooks as written, in Chinese; they are never changed.
    folder : Path
        Where the copies go, under the same names.
    keep : collection of str
        Chapters kept whatever they tell, by name without ending: those commented on, and those
        of forecasts where a target of a year after the plan has one.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.data.paths import project_root
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = closed([project_root() / "notebooks" / "02_gdp.ipynb"], Path(folder))[0]
    ...     "## 前景" in made.read_text(encoding="utf-8")
    False
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    said = {
        name: words
        for name, words in CLOSING.items()
        if name != _WITHOUT or not {*FORECASTS} & {*keep}
    }
    for path in chapters:
        if path.stem in FORECASTS and path.stem not in keep:
            continue
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.source = said.get(cell.get("id", ""), cell.source)
        notebook.cells = [cell for cell in notebook.cells if cell.source]
        made.append(folder / path.name)
        nbformat.write(notebook, made[-1])
    return made
