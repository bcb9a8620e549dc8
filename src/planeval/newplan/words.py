"""What the words of a plan's tables mean: heads, units, and the many ways to state a target."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from analysis.data.errors import InputError
from analysis.data.units import ALIASES, UNITS, normal_unit

#: Below this a cell is a doubt the reader of the draft is pointed to.
SURE = 0.8
PERIODS = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026,
           "十六五": 2031}  # fmt: skip
_ORDINALS = {"十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}
_MORE_UNITS = {
    "百分比": "%", "百分点": "%", "个百分点": "%", "千分之": "‰", "平方千米": "平方公里",
    "㎡": "平方米",
    "m2": "平方米", "km2": "平方公里", "微克每立方米": "微克/立方米", "ug/m3": "微克/立方米",
    "微克/m3": "微克/立方米", "微克/立方": "微克/立方米", "亿元人民币": "亿元",
    "万TEU": "万标箱", "万标准箱": "万标箱", "标准箱": "标箱", "元人民币": "元", "美金": "美元",
}  # fmt: skip
MARKS = "¹²³⁴⁵⁶⁷⁸⁹⁰①②③④⑤⑥⑦⑧⑨⑩*＊※#★▲△"
DASHES = frozenset({"", "-", "--", "—", "——", "－", "–", "/", "／", "\\", "…", "……", "无", "/ /"})


@dataclass(frozen=True)
class Guess:
    """A proposed cell, how sure it is (0–1), and the reason for doubt in both languages."""

    value: Any
    confidence: float = 1.0
    zh: str = ""
    en: str = ""


def plain(text: str) -> str:
    """Return text in half-width characters without blanks, for comparison.

    Examples
    --------
    >>> plain("Ｒ＆Ｄ 经费（％）"), plain("〔1.5〕")
    ('R&D经费(%)', '[1.5]')
    """
    text = text.translate(str.maketrans("〔〕【】［］＜＞", "[][][]<>"))
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def period_years(text: str) -> tuple[int, int] | None:
    """Return the first and last year of the five-year plan a text names, if it names one.

    Examples
    --------
    >>> period_years("国民经济和社会发展第十四个五年规划"), period_years("“十五五”时期")
    ((2021, 2025), (2026, 2030))
    >>> period_years("产业发展规划（2023—2027年）"), period_years("城市总体规划")
    ((2023, 2027), None)
    """
    flat = plain(text)
    stated = re.search(r"(20\d\d)年?[-—–~至到]+(20\d\d)年?", flat)
    if stated and 1 <= int(stated[2]) - int(stated[1]) <= 15:
        return int(stated[1]), int(stated[2])
    nth = re.search("第(十[一二三四五六])个五年", flat)
    start = _ORDINALS[nth[1]] if nth else None
    named = [PERIODS[word] for word in re.findall("十[一二三四五六]五", flat)]
    start = start or (named[0] if named else None)
    return (start, start + 4) if start else None


# --- heads ---------------------------------------------------------------------------------

_ROLES = (
    ("no", r"序号|编号|行次|项次|NO\.?|代码"),
    ("binding", r"(指标)?(属性|性质)|约束性/预期性|预期性/约束性|属性\d?|(指标)?类型[(].*性.*[)]"),
    ("unit", r"(计量|指标|度量)?单位([(].*[)])?"),
    ("department", r"(责任|牵头|主管|实施|负责)(单位|部门|处室|主体).*|(牵头|责任)(领导|科室).*"),
    ("note", r"备注|说明|注|数据来源|来源|指标(解释|说明|内涵|含义).*|依据"),
    ("name", r"(指标|项目|主要指标|具体指标|核心指标|发展指标|二级指标|三级指标)(名称)?([(].*[)])?"
             r"|名称|指标体系|内容|主要(目标|任务|指标)|(预期|约束)性指标"),
    ("group", r"(指标)?(类别|分类|类型|类|大类)|(重点)?领域|方面|维度|一级指标|目标类别"
              r"|板块|分类指标"),
    ("total", r".*(五年|5年|规划期|期内|期间)累计.*|累计(值|数|目标|增长)?|\[累计\]"
              r"|.*年比.*年.*"),
    ("either", r".*年均.*累计.*|.*累计.*年均.*"),
    ("growth", r".*年均.*|.*年平均.*|.*(增速|增长率|增幅)([(]%[)])?(目标)?"),
)  # fmt: skip


def head_role(text: str) -> str | None:
    """Return what a head's column holds: no, name, unit, group, growth, year:2025, target …

    Examples
    --------
    >>> [head_role(t) for t in ("序号", "二级指标", "2025年目标", "指标属性", "年均[累计]")]
    ['no', 'name', 'year:2025', 'binding', 'either']
    >>> [head_role(t) for t in ("“十四五”规划目标", "2020年现状", "地区生产总值", "300")]
    ['target', 'year:2020', None, None]
    """
    flat = plain(text).strip("*").replace("“", "").replace("”", "").replace('"', "").upper()
    if not flat or len(flat) > 40:
        return None
    for role, pattern in _ROLES:
        if re.fullmatch(pattern, flat):
            return role
    years = re.findall(r"(20\d\d)年?", flat)
    rest = re.sub(r"20\d\d年?|[()\[\]]", "", flat)
    words = (
        r"(十[一二三四五六]五)?(规划|计划|发展|预期|奋斗|期末|末)*(目标|指标)?(值|数)?"
        r"|(实际|预计|完成|实绩|现状|基期|基准|基数|基础|现值|初步|统计|达到|期末|快报|年|度|预测)+(值|数|情况|水平)?"
    )
    if len(years) == 1 and re.fullmatch(words, rest):
        return f"year:{years[0]}"
    if not years and re.fullmatch(r".*(现状|基期|基准|基数|基年|实际|实绩)(值|数|年)?", flat):
        return "base"
    if not years and re.fullmatch(
        r"(.*五)?(末|规划|期末|预期|发展|总体)*目标(值|数)?.*|目标", flat
    ):
        return "target"
    return None


# --- units ---------------------------------------------------------------------------------


def read_unit(text: str) -> Guess | None:
    """Return a printed unit in the project's spelling; doubtful when it is not one it knows.

    Examples
    --------
    >>> read_unit("％").value, read_unit("微克/ 立方米").value, read_unit("万标准箱").value
    ('%', '微克/立方米', '万标箱')
    >>> read_unit("万件次").confidence < 0.5, read_unit("—") is None
    (True, True)
    """
    flat = plain(text).strip("()[]")
    if flat in DASHES:
        return None
    name = ALIASES.get(flat, _MORE_UNITS.get(flat) or flat)
    try:
        return Guess(normal_unit(name))
    except InputError as error:
        return Guess(
            flat,
            0.3,
            f"单位“{flat}”不在单位表中，最接近的是“{error.nearest}”",
            f"unit {flat!r} is not in the list of units; the nearest is {error.nearest!r}",
        )


def is_unit(text: str) -> bool:
    """Tell whether a text is a unit the project knows, however it is spelt."""
    found = read_unit(text)
    return found is not None and found.confidence == 1 and found.value in UNITS


_MEASURE = (
    r"(百|千|万|亿)*(吨标准煤|吨|立方米|平方米|公里|千米|亩|公顷|千瓦时?|人次|户|辆|套|床|册|处|条|次|天|小时|分钟|分|"
    r"米|升|克|度|艘|架|株|例|篇|只|头|公斤|标煤|元|人|个|件|家|名|所)"
)


def like_unit(text: str) -> bool:
    """Tell whether a text is written as units are, known to the project or not.

    Examples
    --------
    >>> like_unit("亿吨标准煤"), like_unit("立方米/万元"), like_unit("GDP"), like_unit("常住人口")
    (True, True, False, False)
    """
    return bool(re.fullmatch(f"{_MEASURE}((/|每){_MEASURE})?", plain(text)))


def split_name(text: str) -> tuple[str, str | None]:
    """Return an indicator's name without note marks, and the unit that stood in it, if any.

    Examples
    --------
    >>> split_name("地区生产总值（亿元）*"), split_name("地区生产总值（GDP）")
    (('地区生产总值', '亿元'), ('地区生产总值（GDP）', None))
    >>> split_name("R&D经费投入强度，%"), split_name("其中：第一产业①")
    (('R&D经费投入强度', '%'), ('其中：第一产业', None))
    """
    name = re.sub(r"\[(注)?\d+\]$", "", text.strip()).strip(MARKS + " ")
    name = re.sub(r"^\s*(\d{1,2}|[（(]\d{1,2}[)）])[.、．)\s]\s*(?=[^\d])", "", name)
    found = re.fullmatch(r"(.+?)\s*[（(\[〔]([^（()）]+)[)）\]〕]", name)
    comma = re.fullmatch(r"(.+?)[，,、]\s*([^，,、]{1,8})", name)
    for match in (found, comma):
        if match and (is_unit(match[2]) or like_unit(match[2])):
            return match[1].strip(MARKS + " "), match[2]
    if name.endswith(("%", "％")):
        return name[:-1], "%"
    return name, None


# --- names ---------------------------------------------------------------------------------

_SAME = (
    ("研究与试验发展", "R&D"), ("研发", "R&D"), ("全社会R&D", "R&D"), ("R&D(R&D)", "R&D"),
    ("GDP", "地区生产总值"), ("国内生产总值", "地区生产总值"),
    ("地区地区生产总值", "地区生产总值"), ("比例", "比重"), ("天数比重", "天数比率"),
    ("外贸进出口", "货物贸易进出口"), ("规上", "规模以上"),
    ("PM2.5", "细颗粒物"), ("年平均", "年均"),
)  # fmt: skip
_AREAS = (
    r"^(其中[:：]|全市|全区|全县|全省|全港|本市|港区|港口|开发区|高新区|新区|园区|区域|当年|全年|"
    r"年末)"
)
_GROWTH = r"(年均|平均|年度)?(增长|增速|增长速度|增长率|增幅)$|年均$"


def core_name(name: str) -> str:
    """Return a name as it is compared: synonyms alike, no bracket, no area, no growth words.

    Examples
    --------
    >>> core_name("全市GDP年均增长（%）"), core_name("研发经费支出占地区生产总值比例")
    ('地区生产总值', 'R&D经费支出占地区生产总值比重')
    """
    flat = re.sub(r"[(\[][^()\[\]]*[)\]]", "", plain(name))
    for word, same in _SAME:
        flat = flat.replace(word, same) if same not in flat or word in same else flat
    flat = re.sub("(?<!地区)(?<!国内)(?<!农业)(?<!林业)生产总值", "地区生产总值", flat)
    short = re.sub(_GROWTH, "", re.sub(_AREAS, "", flat))
    return short or flat


def likeness(name: str, other: str) -> float:
    """Return how alike two indicators' names are, 0 to 1.

    Examples
    --------
    >>> likeness("GDP", "地区生产总值"), likeness("集装箱吞吐量", "外贸集装箱吞吐量") < 0.9
    (1.0, True)
    """
    first, second = core_name(name), core_name(other)
    return round(difflib.SequenceMatcher(None, first, second, autojunk=False).ratio(), 4)
