"""Read what a plan promises in one cell: its number, its kind, and which way is better."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from analysis.data.errors import InputError
from analysis.data.units import ALIASES, UNITS, normal_unit

# What the words of a plan's tables mean: heads, units, and the many ways to state a target.


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


#: Why a cell is a doubt.
DOUBTS = {
    "unit": (
        "单位“{0}”不在单位表中，最接近的是“{1}”",
        "unit {0!r} is not in the list of units; the nearest is {1!r}",
    ),
    "reduction": ("名称为“降低”类，降幅越大越好", "a reduction: more is better"),
    "less": ("按名称判断越低越好", "by its name, less is better"),
    "not_set": ("原文没有数字，按待下达处理", "no figure: taken as not yet set"),
    "compared": (
        "请核对参照的指标（地区）",
        "check the indicator (and region) it is compared with",
    ),
    "band": (
        "“同步”允许相差多少（band，百分点）须由您约定",
        "how far apart still counts as in step (band) is for you to set",
    ),
    "base_year": (
        "原文未写明比哪一年，按规划基期",
        "the year compared with is not stated: the base year is taken",
    ),
    "steady": ("原文没有数字：请填要保持的水平", "no figure: fill in the level to be kept"),
    "everywhere": ("“全覆盖”按100%理解", "'everywhere' is taken as 100 %"),
    "nothing": ("读不出数字和类型，请填写", "no figure or kind could be read"),
    "range": ("原文为区间“{0}”，取下限", "a range ({0}): its lower end is taken"),
    "scale": ("数字带有数量级，请核对单位", "check the scale of the figure"),
    "more": ("格内还有其他文字，请核对", "the cell says more than a figure"),
    "brackets": (
        "方括号通常指五年累计，文中没有注明",
        "brackets usually mean a five-year total",
    ),
    "about": ("“左右”按末位半个单位理解", "'about' is taken as half a unit of the last digit"),
    "kept": ("目标等于基期值，按保持类", "target equals base: to be kept"),
    "below": ("目标低于基期值，方向请核对", "target below base: check direction"),
}


def doubt(
    why: tuple[str, str], value: Any = None, confidence: float = 0.5, *figures: object
) -> Guess:
    """Return a guess with the reason for its doubt, the figures filled in.

    Examples
    --------
    >>> doubt(DOUBTS["range"], 7.0, 0.5, "7—8").en
    'a range (7—8): its lower end is taken'
    """
    return Guess(value, confidence, *(text.format(*figures) for text in why))


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
        return doubt(DOUBTS["unit"], flat, 0.3, flat, error.nearest)


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


_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_BEFORE = {
    "at_least": "突破|超过|超|不低于|不少于|不小于|达到?|大于|高于|提高到|提升至|提高至|增长到|"
    "≥|>=|>|⩾|≧|力争",
    "at_most": "不超过|不高于|不大于|不多于|控制在|低于|小于|少于|降到|降至|下降到|下降至|"
    "降低到|≤|<=|<|⩽|≦",
    "level": "约|大约|保持在|稳定在|维持在",
}
_AFTER = {"at_least": r"以上|及以上|\+", "at_most": "以下|及以下|以内|之内", "level": "左右|上下"}
_LESS = (
    "浓度|排放|能耗|水耗|电耗|消耗|死亡|失业率|事故|伤亡|发案|发生率|发病率|贫困|赤字|负债率|"
    "杠杆率|恩格尔|流失率|空置率|周转天数|通关时间|审批时限|用水量|差距|收入比"
)
_REDUCTION = "降低|下降|减少|削减|减排|压减|降幅|节约"
#: What a cell without a plain figure promises, by the name of the promise.
PATTERNS = {
    "assigned": "下达|分解|核定|上级(要求|任务|部署)|(国家|省|市|自治区).{0,4}(要求|任务|计划)",
    "not_set": "视情|合理区间|另行|待定",
    "relative": "(高于|快于|优于|低于|不低于|超过|与|同|和|跟)(.*?[^\\d.,]+?)(基本|保持)*"
    f"(同步|持平|一致|({_NUMBER})个?(%|百分点)|$)",
    "compared": "平均|增长|增速|GDP|经济|同步|水平|持平|一致|全(省|市|国|区)",
    "economy": "GDP|经济|生产总值",
    "in_step": "同步|持平|一致",
    "doubled": "翻([一两二三]?)番",
    "times": f"(?:是|为|比)(20\\d\\d)年的?({_NUMBER})倍",
    "since": r"比(20\d\d)年|以(20\d\d)年为|(20\d\d)年的",
    "steady": "稳定|保持|持续|只[降升增]不|不[下降低增]|基本",
    "everywhere": "^(实现|基本|力争|达到)*(全覆盖|全域(实现|覆盖)?|全部(达标|覆盖|完成)?)$",
    "figure": f"({_NUMBER})(?:[-~—–至到]({_NUMBER}))?",
    "growth": "年均(增长|增速|递增|增幅)?",
    "no_growth": "浓度|受教育年限",
}
_WORDS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}


@dataclass
class Promise:
    """A target as read: every part with its confidence; parts not stated are None."""

    text: str
    kind: Guess
    direction: Guess
    number: Guess
    unit: Guess | None = None
    multiple: float | None = None
    multiple_base_year: int | None = None
    comparator: str | None = None
    min_difference: float | None = None
    tolerance: float | None = None
    notes: list[Guess] = field(default_factory=list)


def is_blank(text: str) -> bool:
    """Tell whether a cell says nothing: empty, or one of the dashes.

    Examples
    --------
    >>> is_blank("——"), is_blank(" － "), is_blank("0")
    (True, True, False)
    """
    return plain(text) in DASHES or plain(text) in {plain(dash) for dash in DASHES}


def better(name: str) -> Guess:
    """Return which way an indicator is better, from its name alone.

    Examples
    --------
    >>> better("单位GDP能耗降低").value, better("PM2.5平均浓度").value, better("人均预期寿命").value
    ('increase', 'decrease', 'increase')
    """
    if re.search(_REDUCTION, name):
        return doubt(DOUBTS["reduction"], "increase", 0.8)
    if re.search(_LESS, name):
        return doubt(DOUBTS["less"], "decrease", 0.85)
    return Guess("increase", 0.85)


def read_promise(
    text: str,
    name: str,
    *,
    column: str = "target",
    base: float | None = None,
    bracket_total: bool | None = None,
) -> Promise:
    """Read a target as a plan prints it.

    Parameters
    ----------
    text, name : str
        The cell, and the indicator's name, which often carries half of the meaning.
    column : {"target", "growth", "total", "either"}
        The kind of column the cell stood in; "either" is one of growth and totals.
    base : float, optional
        The value in the base year, in the same unit.
    bracket_total : bool, optional
        Whether the document says that figures in square brackets are five-year totals.

    Examples
    --------
    >>> p = read_promise("92以上", "空气质量优良天数比率")
    >>> p.kind.value, p.number.value
    ('at_least', 92.0)
    >>> p = read_promise("〔1.5〕", "引进高层次人才（万人）", bracket_total=True)
    >>> p.kind.value, p.number.value, p.kind.confidence
    ('cumulative', 1.5, 0.9)
    >>> read_promise("完成省下达指标", "单位GDP能耗降低").kind.value
    'assigned'
    """
    flat = plain(text).strip(MARKS)
    side = better(name)
    for reader in (_assigned, _relative, _multiple, _steady, _whole_area):
        found = reader(flat, side)
        if found:
            return found
    return _figure(text, flat, name, side, column, base, bracket_total)


def _says(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(PATTERNS[pattern], text)


def _assigned(flat: str, side: Guess) -> Promise | None:
    if _says("assigned", flat):
        return Promise(flat, Guess("assigned", 0.95), side, Guess(None, 0.95))
    if _says("not_set", flat):
        return Promise(flat, doubt(DOUBTS["not_set"], "assigned"), side, Guess(None, 0.6))
    return None


def _relative(flat: str, side: Guess) -> Promise | None:
    found = _says("relative", flat)
    if not found or re.match(r"[\d.,]", found[2]) or is_unit(found[2].lstrip("0123456789.")):
        return None
    if not _says("compared", flat):
        return None
    economy = bool(_says("economy", found[2]))
    made = Promise(
        flat,
        Guess("relative", 0.85),
        side if found[1] != "低于" else Guess("decrease", 0.8),
        Guess(None, 0.9),
        comparator="gdp" if economy else None,
    )
    made.notes.append(doubt(DOUBTS["compared"], made.comparator, 0.8 if economy else 0.2))
    if _says("in_step", flat):
        made.notes.append(doubt(DOUBTS["band"], None, 0.3))
    else:
        made.min_difference = float(found[5].replace(",", "")) if found[5] else 0.0
    return made


def _multiple(flat: str, side: Guess) -> Promise | None:
    twice, times = _says("doubled", flat), _says("times", flat)
    if not twice and not times and "倍增" not in flat:
        return None
    made = Promise(flat, Guess("multiple", 0.9), side, Guess(None, 0.9))
    made.multiple = 2.0 ** _WORDS.get(twice[1], 1) if twice else float(times[2]) if times else 2.0
    if year := _says("since", flat):
        made.multiple_base_year = int(next(filter(None, year.groups())))
    else:
        made.notes.append(doubt(DOUBTS["base_year"]))
    return made


def _steady(flat: str, side: Guess) -> Promise | None:
    if re.search(r"\d", flat) or not _says("steady", flat):
        return None
    kept = doubt(DOUBTS["steady"], "maintain")
    return Promise(flat, kept, side, doubt(DOUBTS["steady"], None, 0.3))


def _whole_area(flat: str, side: Guess) -> Promise | None:
    if not _says("everywhere", flat):
        return None
    number = doubt(DOUBTS["everywhere"], 100.0)
    return Promise(flat, Guess("at_least", 0.7), side, number, Guess("%", 0.6))


def _figure(
    text: str,
    flat: str,
    name: str,
    side: Guess,
    column: str,
    base: float | None,
    total: bool | None,
) -> Promise:
    """Read a cell that holds a number, with what stands before and after it."""
    square = re.fullmatch(r"(.*?)\[(.+?)\](.*)", flat)
    inner = "".join(square.groups()) if square else flat
    found = _says("figure", inner)
    if not found:
        kind, number = (
            doubt(DOUBTS["nothing"], "milestone", 0.3),
            doubt(DOUBTS["nothing"], None, 0.2),
        )
        return Promise(text, kind, Guess(side.value, 0.4), number)
    number = Guess(float(found[1].replace(",", "")), 0.95)
    if found[2]:
        number = doubt(DOUBTS["range"], number.value, 0.5, found[0])
    before, after = inner[: found.start()], inner[found.end() :]
    unit, scale = _own_unit(after)
    if scale:
        number = doubt(DOUBTS["scale"], number.value, 0.6)
    word = _qualifier(before, after)
    made = Promise(text, Guess(word), side, number, unit)
    leftover = re.sub("|".join([*_BEFORE.values(), *_AFTER.values()]), "", before + after)
    leftover = re.sub(r"年均|每年|增长|增速|累计|五年|年|[()%,;:。左右]", "", leftover)
    if len(leftover) > 8:
        made.number = doubt(DOUBTS["more"], number.value)
    _settle(made, flat, name, column, base, total if square else None, bool(square), word)
    return made


def _settle(
    made: Promise,
    flat: str,
    name: str,
    column: str,
    base: float | None,
    total: bool | None,
    square: bool,
    word: str | None,
) -> None:
    """Choose the kind: total, growth, level to keep, bound; and the direction that goes with it."""
    rising = column == "growth" or (column == "either" and re.search("增长|增速|增幅", name))
    grows = rising or _says("growth", plain(name) + flat)
    if square or column == "total" or re.search("累计", plain(name) + flat):
        stated = total or column == "total" or not square
        sure = Guess("cumulative", 0.9)
        made.kind = sure if stated else doubt(DOUBTS["brackets"], "cumulative", 0.7)
        return
    if grows and not _says("no_growth", name):
        made.kind = Guess("avg_growth", 0.9)
        made.unit = made.unit or Guess("%", 0.9)
        return
    reducing = made.direction.value == "decrease"
    if word == "level":
        places = len(f"{made.number.value:g}".partition(".")[2])
        made.tolerance = round(0.5 * 10**-places, places + 1)
        made.kind = Guess("level", 0.85)
        made.notes.append(doubt(DOUBTS["about"], made.tolerance))
    elif base is not None and base == made.number.value:
        made.kind = doubt(DOUBTS["kept"], "maintain", 0.65)
    elif word == "at_most" or (word is None and reducing):
        made.kind = Guess("at_most", 0.95 if word else 0.8)
        made.direction = Guess("decrease", 0.95 if word else made.direction.confidence)
    elif word == "at_least" or not (base is not None and base > made.number.value):
        made.kind = Guess("at_least", 0.95 if word else 0.85)
        made.direction = Guess("increase", 0.95 if word else made.direction.confidence)
    else:
        made.kind = doubt(DOUBTS["below"], "at_most")
        made.direction = doubt(DOUBTS["below"], "decrease")


def _qualifier(before: str, after: str) -> str | None:
    for kind, words in _AFTER.items():
        if re.search(f"({words})", after):
            return kind
    for kind in ("at_most", "level", "at_least"):  # 不超过 before 超过
        if re.search(f"({_BEFORE[kind]})$", before):
            return kind
    return None


def _own_unit(after: str) -> tuple[Guess | None, bool]:
    """Return the unit printed after a figure, and whether only a scale (万, 亿) was printed."""
    bare = re.sub("|".join(_AFTER.values()), "", after).strip("()[],;:。")
    for length in range(min(len(bare), 6), 0, -1):
        if is_unit(bare[:length]):
            return read_unit(bare[:length]), False
    return None, bare[:1] in ("万", "亿", "千", "百")
