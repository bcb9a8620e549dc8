"""Read what a plan promises in one cell: its number, its kind, and which way is better."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from planeval.newplan.words import DASHES, MARKS, Guess, is_unit, plain, read_unit

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
        return Guess("increase", 0.8, "名称为“降低”类，降幅越大越好", "a reduction: more is better")
    if re.search(_LESS, name):
        return Guess("decrease", 0.85, "按名称判断越低越好", "by its name, less is better")
    return Guess("increase", 0.85)


def read_promise(
    text: str,
    name: str,
    *,
    column: str = "target",
    base: float | None = None,
    bracket_total: bool | None = None,
    end_year: int | None = None,
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
    end_year : int, optional
        The plan's last year; a doubling is of the base year unless it names another.

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
        found = reader(flat, name, side)
        if found:
            return found
    return _figure(text, flat, name, side, column, base, bracket_total)


def _assigned(flat: str, name: str, side: Guess) -> Promise | None:
    if re.search(
        "下达|分解|核定|上级(要求|任务|部署)|(国家|省|市|自治区).{0,4}(要求|任务|计划)", flat
    ):
        kind = Guess("assigned", 0.95)
        return Promise(flat, kind, side, Guess(None, 0.95))
    if re.search("视情|合理区间|另行|待定", flat):
        doubt = Guess(
            "assigned", 0.5, "原文没有数字，按待下达处理", "no figure: taken as not yet set"
        )
        return Promise(flat, doubt, side, Guess(None, 0.6))
    return None


def _relative(flat: str, name: str, side: Guess) -> Promise | None:
    found = re.search(
        "(高于|快于|优于|低于|不低于|超过|与|同|和|跟)(.*?[^\\d.,]+?)(基本|保持)*"
        f"(同步|持平|一致|({_NUMBER})个?(%|百分点)|$)",
        flat,
    )
    if not found or re.match(r"[\d.,]", found[2]) or is_unit(found[2].lstrip("0123456789.")):
        return None
    if not re.search("平均|增长|增速|GDP|经济|同步|水平|持平|一致|全(省|市|国|区)", flat):
        return None
    economy = bool(re.search("GDP|经济|生产总值", found[2]))
    made = Promise(
        flat,
        Guess("relative", 0.85),
        side if found[1] != "低于" else Guess("decrease", 0.8),
        Guess(None, 0.9),
        comparator="gdp" if economy else None,
    )
    made.notes.append(
        Guess(
            "gdp" if economy else None,
            0.8 if economy else 0.2,
            "请核对参照的指标（地区）",
            "check the indicator (and region) it is compared with",
        )
    )
    if re.search("同步|持平|一致", flat):
        made.notes.append(
            Guess(
                None,
                0.3,
                "“同步”允许相差多少（band，百分点）须由您约定",
                "how far apart still counts as in step (band) is for you to set",
            )
        )
    else:
        made.min_difference = float(found[5].replace(",", "")) if found[5] else 0.0
    return made


def _multiple(flat: str, name: str, side: Guess) -> Promise | None:
    twice = re.search("翻([一两二三]?)番", flat)
    times = re.search(f"(?:是|为|比)(20\\d\\d)年的?({_NUMBER})倍", flat)
    if not twice and not times and "倍增" not in flat:
        return None
    factor = 2.0 ** _WORDS.get(twice[1], 1) if twice else float(times[2]) if times else 2.0
    year = re.search(r"比(20\d\d)年|以(20\d\d)年为|(20\d\d)年的", flat)
    base_year = int(next(filter(None, year.groups()))) if year else None
    made = Promise(flat, Guess("multiple", 0.9), side, Guess(None, 0.9))
    made.multiple, made.multiple_base_year = factor, base_year
    if base_year is None:
        made.notes.append(
            Guess(
                None,
                0.5,
                "原文未写明比哪一年，按规划基期",
                "the year compared with is not stated: the base year is taken",
            )
        )
    return made


def _steady(flat: str, name: str, side: Guess) -> Promise | None:
    if re.search(r"\d", flat) or not re.search(
        "稳定|保持|持续|只[降升增]不|不[下降低增]|基本", flat
    ):
        return None
    doubt = Guess(
        "maintain", 0.5, "原文没有数字：请填要保持的水平", "no figure: fill in the level to be kept"
    )
    return Promise(flat, doubt, side, Guess(None, 0.3, doubt.zh, doubt.en))


def _whole_area(flat: str, name: str, side: Guess) -> Promise | None:
    if re.fullmatch("(实现|基本|力争|达到)*(全覆盖|全域(实现|覆盖)?|全部(达标|覆盖|完成)?)", flat):
        number = Guess(100.0, 0.5, "“全覆盖”按100%理解", "'everywhere' is taken as 100 %")
        return Promise(flat, Guess("at_least", 0.7), side, number, Guess("%", 0.6))
    return None


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
    found = re.search(f"({_NUMBER})(?:[-~—–至到]({_NUMBER}))?", inner)
    if not found:
        kind = Guess(
            "milestone", 0.3, "读不出数字和类型，请填写", "no figure or kind could be read"
        )
        return Promise(text, kind, Guess(side.value, 0.4), Guess(None, 0.2, kind.zh, kind.en))
    number = Guess(float(found[1].replace(",", "")), 0.95)
    if found[2]:
        number = Guess(
            number.value,
            0.5,
            f"原文为区间“{found[0]}”，取下限",
            f"a range ({found[0]}): its lower end is taken",
        )
    before, after = inner[: found.start()], inner[found.end() :]
    unit, scale = _own_unit(after)
    if scale:
        number = Guess(
            number.value, 0.6, "数字带有数量级，请核对单位", "check the scale of the figure"
        )
    word = _qualifier(before, after)
    made = Promise(text, Guess(word), side, number, unit)
    leftover = re.sub("|".join([*_BEFORE.values(), *_AFTER.values()]), "", before + after)
    leftover = re.sub(r"年均|每年|增长|增速|累计|五年|年|[()%,;:。左右]", "", leftover)
    if len(leftover) > 8:
        made.number = Guess(
            number.value, 0.5, "格内还有其他文字，请核对", "the cell says more than a figure"
        )
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
    grows = rising or re.search("年均(增长|增速|递增|增幅)?", plain(name) + flat)
    if square or column == "total" or re.search("累计", plain(name) + flat):
        stated = total or column == "total" or not square
        doubt = ("方括号通常指五年累计，文中没有注明", "brackets usually mean a five-year total")
        made.kind = Guess("cumulative", 0.9) if stated else Guess("cumulative", 0.7, *doubt)
        return
    if grows and not re.search("浓度|受教育年限", name):
        made.kind = Guess("avg_growth", 0.9)
        made.unit = made.unit or Guess("%", 0.9)
        return
    reducing = made.direction.value == "decrease"
    if word == "level":
        places = len(f"{made.number.value:g}".partition(".")[2])
        made.tolerance = round(0.5 * 10**-places, places + 1)
        made.kind = Guess("level", 0.85)
        made.notes.append(
            Guess(
                made.tolerance,
                0.5,
                "“左右”按末位半个单位理解",
                "'about' is taken as half a unit of the last digit",
            )
        )
    elif base is not None and base == made.number.value:
        made.kind = Guess(
            "maintain", 0.65, "目标等于基期值，按保持类", "target equals base: to be kept"
        )
    elif word == "at_most" or (word is None and reducing):
        made.kind = Guess("at_most", 0.95 if word else 0.8)
        made.direction = Guess("decrease", 0.95 if word else made.direction.confidence)
    elif word == "at_least" or not (base is not None and base > made.number.value):
        made.kind = Guess("at_least", 0.95 if word else 0.85)
        made.direction = Guess("increase", 0.95 if word else made.direction.confidence)
    else:
        made.kind = Guess(
            "at_most", 0.5, "目标低于基期值，方向请核对", "target below base: check direction"
        )
        made.direction = Guess("decrease", 0.5, made.kind.zh, made.kind.en)


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
