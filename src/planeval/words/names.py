"""Names out of the data in the language spoken: targets, plans, regions, stages, sources.

The analysis carries names as its tables do, in Chinese and in English side by side, and codes;
here is the word for each. English writes a name within a sentence in lower case; which words are
names, :func:`make_names_known` tells the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planeval.words.language import Terms, either, make_known, say, worded

if TYPE_CHECKING:
    from analysis.data.observations import Data
    from analysis.data.plan import Plan

import re

from planeval.words.language import catalogue, mark, spoken

#: How far a figure has come, by its code in the observations.
STATUS_ZH = Terms(
    {
        "derived": "推算数",
        "first_estimate": "初步数",
        "reported": "公布数",
        "final": "最终核实数",
        "revised": "修订数",
    }
)
#: How what a plan wants for a year stands: code -> Chinese, English, in the order it is shown.
DUE: dict[str, tuple[str, str]] = {
    "late": ("逾期", "late"),
    "due": ("到期", "due"),
    "not_due": ("未到期", "not due yet"),
    "unknown": ("无公布习惯可循", "no habit to go by"),
    "published": ("已公布", "published"),
}
#: Whose habit says when a figure is due: code -> Chinese, English.
DUE_BY: dict[str, tuple[str, str]] = {
    "own": ("本指标历年", "the indicator's earlier years"),
    "region": ("同一地区各指标", "all indicators of the region"),
    "plan": ("规划期限", "the plan's own term"),
    "none": ("无", "none"),
}


def make_names_known(plan: Plan) -> None:
    """Make the names of a plan and its data known to the language, for whoever says them.

    To be called for the plan that a text is about, before the text is tidied.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> from planeval.words.language import in_sentences
    >>> make_names_known(load_plan("jiaxing-14fyp"))
    >>> in_sentences("Of these, Container throughput is behind.")
    'Of these, container throughput is behind.'
    """
    measured = [str(row["name_en"]) for row in plan.data.indicators.values()]
    places = (str(row["name_en"]) for row in plan.data.regions.values())
    make_known([*measured, *(target.name_en for target in plan.targets)], places)


def name_of(thing: Any) -> str:
    """Return the name of a target, or of whatever else carries one as the tables do.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> from planeval.words.language import speaking
    >>> gdp = load_plan("jiaxing-14fyp").target("gdp")
    >>> name_of(gdp)
    '地区生产总值（GDP）'
    >>> with speaking("en"):
    ...     name_of(gdp)
    'Gross domestic product'
    """
    return str(worded(thing, "name"))


def group_of(target: Any) -> str:
    """Return the name of a target's group.

    Examples
    --------
    >>> from analysis.data.plan import load_plan
    >>> group_of(load_plan("jiaxing-14fyp").target("gdp"))
    '经济发展'
    """
    return str(worded(target, "group"))


def region_name(data: Data, region: str) -> str:
    """Return a region's name.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> region_name(load(), "zhapu-port")
    '乍浦港区'
    """
    return name_of(data.regions[region])


def measure_name(data: Data, region: str, indicator: str) -> str:
    """Return what a series measures, with its place.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> from planeval.words.language import speaking
    >>> measure_name(load(), "jiaxing-port", "container_throughput")
    '嘉兴港（全港）集装箱吞吐量'
    >>> with speaking("en"):
    ...     measure_name(load(), "jiaxing-port", "container_throughput")
    'Port of Jiaxing (whole): Container throughput'
    """
    place, measure = region_name(data, region), name_of(data.indicators[indicator])
    return either(f"{place}{measure}", f"{place}: {measure}")


def dated(row: Mapping[str, Any]) -> str:
    """Return a document's date as it is printed, with the day it was public where that is later.

    Examples
    --------
    >>> import datetime as dt
    >>> day, later = dt.date(2023, 6, 30), dt.date(2025, 3, 1)
    >>> dated({"date": day, "known_from": day}), dated({"date": day, "known_from": later})
    ('2023-06-30', '文件日期2023-06-30，2025-03-01起公开')
    """
    if row["known_from"] == row["date"]:
        return str(row["date"])
    return say("文件日期{}，{}起公开", row["date"], row["known_from"])


# --- Places in a document: chapter, section, table, row, paragraph ---------------------------

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_NUMBER = "[一二三四五六七八九十百0-9]+"


def chinese_number(text: str) -> int:
    """Return a number below 100 as Chinese documents count their parts.

    Examples
    --------
    >>> chinese_number("三"), chinese_number("十"), chinese_number("二十一"), chinese_number("12")
    (3, 10, 21, 12)
    """
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


_KNOWN = {
    f"第({_NUMBER})章": mark("第{0}章"),
    f"第({_NUMBER})节": mark("第{0}节"),
    f"第({_NUMBER})卷": mark("第{0}卷"),
    f"第({_NUMBER})行": mark("第{0}行"),
    f"第({_NUMBER})项": mark("第{0}项"),
    f"第({_NUMBER})段": mark("第{0}段"),
    f"末({_NUMBER})段": mark("末{0}段"),
    r"表([A-Z]?[0-9]*(?:[-.][0-9]+)*(?:、[0-9.]+)*)": mark("表{0}"),
    r"附录([A-Z0-9]+)": mark("附录{0}"),
    r"([0-9]{4})年逐日值": mark("{0}年逐日值"),
    r"([0-9]{4})年$": mark("{0}年值"),
    "末段": mark("末段"),
    "首段": mark("首段"),
    "正文": mark("正文"),
    "标题": mark("标题"),
    "附件": mark("附件"),
    "（写作“([^”]*)”）": mark("（写作“{0}”）"),
}
_BETWEEN = {"；": "; ", "，": ", ", "、": ", "}
_PIECE = re.compile(r"([，；\s]+|、(?=[表第附]))")


def place(locator: str) -> str:
    """Return where in a document a figure stands, in the language spoken.

    Chapters, sections, tables, rows and paragraphs are said; headings in the document's own
    words are quoted.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     place("第一章第一节、表1-1第1行"), place("正文"), place("开放拓维，末段")
    ('ch. 1 sec. 1, table 1-1 row 1', 'text', '“开放拓维”, last paragraph')
    >>> place("正文")
    '正文'
    """
    if spoken() == "zh":
        return locator
    told = ""
    for number, piece in enumerate(_PIECE.split(locator)):
        if number % 2:  # what stands between two pieces
            told += _BETWEEN.get(piece.strip(), " ")
        else:
            told += _part(piece)
    return told


def _part(text: str) -> str:
    """Say one piece: what is understood in it in turn, or the whole of it quoted."""
    said: list[str] = []
    rest = text
    while rest:
        found = next(
            ((m, words) for known, words in _KNOWN.items() if (m := re.match(known, rest))), None
        )
        if found is None:
            return "“" + text.replace("“", "‘").replace("”", "’") + "”"
        match, words = found
        said.append(say(words, *map(_counted, match.groups())))
        rest = rest[match.end() :]
    return " ".join(said)


def _counted(part: str) -> object:
    return chinese_number(part) if re.fullmatch(_NUMBER, part) else part.replace("、", ", ")


# --- Notes out of the data, which are written in Chinese, in the language spoken ---


def _english(text: str) -> str | None:
    return catalogue(spoken()).get(text)


def noted(note: str | None) -> str:
    """Return a note of the data: in English its translation, or the note itself quoted.

    Tables of a plan carry their notes in Chinese only. Those of the plans that ship with the
    project stand in ``locale/en/notes.po``; a plan of one's own may add its notes there.

    Parameters
    ----------
    note : str or None
        A target's, a milestone's or a caliber's note.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     noted("规划未注明价格基础"), noted("只有本规划如此"), noted(None)
    ('the plan does not state the price basis', '“只有本规划如此”', '')
    >>> noted("规划未注明价格基础")
    '规划未注明价格基础'
    """
    if not note or spoken() == "zh":
        return note or ""
    known = _english(note)
    return known if known is not None else f"“{note.replace('“', '‘').replace('”', '’')}”"


# --- Titles and publishers of sources, as a text in the language spoken cites them ---


def cited(title: str) -> str:
    """Return a source's title as a sentence or a source line cites it.

    Documents are published in Chinese. English cites them by their English title, which stands
    in ``locale/en/sources.po``; one that has none there is cited by its own.

    Parameters
    ----------
    title : str
        The title as published.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> cited("2025年嘉兴市政府工作报告")
    '《2025年嘉兴市政府工作报告》'
    >>> with speaking("en"):
    ...     cited("2025年嘉兴市政府工作报告"), cited("某公报")
    ('“Jiaxing Government Work Report 2025”', '《某公报》')
    """
    known = None if spoken() == "zh" else _english(title)
    return f"《{title}》" if known is None else f"“{known}”"


def listed_title(title: str) -> str:
    """Return a title as a list of sources gives it: in English with the original behind it.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> listed_title("2025年嘉兴市政府工作报告")
    '2025年嘉兴市政府工作报告'
    >>> with speaking("en"):
    ...     listed_title("2025年嘉兴市政府工作报告")
    'Jiaxing Government Work Report 2025 《2025年嘉兴市政府工作报告》'
    """
    if spoken() == "zh":
        return title
    known = _english(title)
    return f"《{title}》" if known is None else f"{known} 《{title}》"


def of_publisher(publisher: str | None) -> str:
    """Return who published a source, or the words themselves quoted where no English is known.

    Examples
    --------
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     of_publisher("市政府"), of_publisher("某单位"), of_publisher(None)
    ('city government', '“某单位”', '')
    """
    if not publisher or spoken() == "zh":
        return publisher or ""
    known = _english(publisher)
    return f"“{publisher}”" if known is None else known
