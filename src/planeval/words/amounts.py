"""Figures as sentences and cells print them: numbers, units, shares, probabilities."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

from analysis.data import units
from analysis.data.periods import last_year, months_of, parse_period
from planeval.words.cell import Figure, value_of
from planeval.words.cell import printed as known
from planeval.words.language import Terms, either, say, spoken

if TYPE_CHECKING:
    from analysis.data.series import Datum

BINDING_ZH = Terms({"binding": "约束性", "expected": "预期性", None: "未标明"})
QUALIFIER_ZH = Terms(
    {
        "at_least": "突破",
        "at_most": "不超过",
        "about": "约",
        "rounded": "约",
        "exact": "",
    }
)


def number(figure: Figure, digits: int | None = None) -> str:
    """Return a number with thousands grouping and no more decimals than it needs.

    An observation, or another figure that knows its origin, is printed by its value and keeps
    the origin (:mod:`planeval.words.cell`); so do the functions that follow.

    Examples
    --------
    >>> number(1069.6), number(81227.0), number(-0.37288, 3), number(None)
    ('1,069.6', '81,227', '−0.373', '—')
    """
    value = value_of(figure)
    if value is None:
        return "—"
    places = 2 if digits is None else digits
    text = f"{round(value, places) + 0.0:,.{places}f}"  # + 0.0: what rounds to −0 is 0
    if digits is None:
        text = text.rstrip("0").rstrip(".")
    return known(text.replace("-", "−"), figure)


def amount(figure: Figure, unit: str, digits: int | None = None) -> str:
    """Return a number with its unit, as Chinese text prints it.

    Examples
    --------
    >>> amount(226.0, "亿元"), amount(3.2, "%"), amount(None, "亿元")
    ('226亿元', '3.2%', '—')
    """
    return "—" if value_of(figure) is None else with_unit(number(figure, digits), unit)


def quantity(item: Datum) -> str:
    """Return a published figure with its bound and its unit.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> quantity(evaluate("jiaxing-14fyp", 2024).get("gdp").latest)
    '突破226亿元'
    """
    return QUALIFIER_ZH[item.qualifier] + amount(item, item.unit)


def share(figure: Figure, digits: int = 1) -> str:
    """Return a fraction as a percentage.

    Examples
    --------
    >>> share(0.37288), share(None)
    ('37.3%', '—')
    """
    value = value_of(figure)
    return "—" if value is None else known(f"{number(100 * value, digits)}%", figure)


def chance(figure: Figure) -> str:
    """Return a probability without false precision: whole percents, never 0 or 100.

    Examples
    --------
    >>> chance(0.004), chance(0.456), chance(0.997), chance(None)
    ('不足1%', '46%', '超过99%', '—')
    """
    probability = value_of(figure)
    if probability is None:
        return "—"
    if probability < 0.01:
        return known(say("不足1%"), figure)
    if probability > 0.99:
        return known(say("超过99%"), figure)
    return known(f"{100 * probability:.0f}%", figure)


def printed(item: Datum) -> str:
    """Return a published figure as its source prints it: its decimals, its bound, no unit.

    A figure printed in another unit than its indicator's is converted, and its decimals are
    those it needs.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = evaluate("jiaxing-14fyp", 2024)
    >>> printed(found.get("gdp").latest), printed(found.get("containers").latest)
    ('突破226', '306.2')
    """
    same = units.same_unit(item.unit, item.printed_unit)
    digits = units.decimals(item.printed) if same else None
    return QUALIFIER_ZH[item.qualifier] + number(item, digits)


def figure(item: Datum | None) -> str:
    """Return a published figure with year, qualifier and unit.

    Examples
    --------
    >>> figure(None)
    '—'
    """
    if item is None:
        return "—"
    return say("{0}（{1}年）", quantity(item), item.period)


MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PARTS = Terms(
    {
        "Q1": "一季度",
        "Q2": "二季度",
        "Q3": "三季度",
        "Q4": "四季度",
        "S1": "上半年",
        "S2": "下半年",
    }
)


def period_zh(period: str) -> str:
    """Return a period as text prints it, in the language spoken.

    Examples
    --------
    >>> [period_zh(p) for p in ("2020", "2020-08", "2019-S1", "2021-Q1", "2018-01/2018-08")]
    ['2020年', '2020年8月', '2019年上半年', '2021年一季度', '2018年1—8月']
    >>> period_zh("2011-01-01/2011-12-23"), period_zh("2021/2024")
    ('2011年1月1日—12月23日', '2021—2024年')
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     [period_zh(p) for p in ("2019-S1", "2018-01/2018-08", "2011-01-01/2011-12-23")]
    ['H1 2019', 'Jan–Aug 2018', '1 Jan – 23 Dec 2011']
    """
    if within := part_of_year(period):
        return say("{0}年{1}", last_year(period), within)
    form, first, last = parse_period(period)
    if form == "days" and first.year == last.year:
        begun, ended = month(first.month), month(last.month)
        return say("{}年{}月{}日—{}月{}日", first.year, begun, first.day, ended, last.day)
    if form == "years":
        return say("{}—{}年", first.year, last.year)
    return say("{}年", period) if form == "year" else period


def month(number: int | str) -> str:
    """Return a month as it stands before 月, in English by its short name.

    Examples
    --------
    >>> month("08")
    '8'
    """
    return either(str(int(number)), MONTHS_EN[int(number) - 1])


def part_of_year(period: str) -> str:
    """Return which quarter, half or months of its year a period is, empty for other periods.

    Examples
    --------
    >>> part_of_year("2019-S1"), part_of_year("2018-01/2018-08"), part_of_year("2020")
    ('上半年', '1—8月', '')
    """
    found = parse_period(period)
    if found.form in ("quarter", "half"):
        return PARTS[f"{'Q' if found.form == 'quarter' else 'S'}{found.part}"]
    months = months_of(period)
    if found.form == "month":
        return say("{}月", month(months[0]))
    return say("{}—{}月", month(months[0]), month(months[-1])) if months else ""


def span_zh(years: list[int]) -> str:
    """Return a stretch of years as text.

    Examples
    --------
    >>> span_zh([2019, 2020]), span_zh([2019]), span_zh([])
    ('2019—2020', '2019', '—')
    """
    if not years:
        return "—"
    return str(years[0]) if len(years) == 1 else spread(years[0], years[-1])


def spread(low: object, high: object) -> str:
    """Return two ends with the dash of the language between them.

    Examples
    --------
    >>> spread("56.3", "56.8")
    '56.3—56.8'
    """
    return say("{0}—{1}", low, high)


# --- Words and figures inside a chart: fixed words, figures beside marks, lines of a title ---


WORDS = {
    "zh": {
        "target": "{year} 年目标 {value}",
        "median": "预测中位数",
        "band": "{level}% 区间",
        "unknown": "无数据",
        "elapsed": "│ 时序进度",
        "from_to": "{name}：{first} 年 {start}，{last} 年 {end}",
        "fan": "最新数据 {last} 年 {end}；预测 {year} 年中位数 {median}",
        "band_alt": "，{level}% 区间 {lo} 至 {hi}",
        "beside_alt": "{name}：{lo} 至 {hi}",
        "stop": "；",
        "of_target": "{now} / {goal} {unit}",
        "bullet": "{name}：基期 {base}，最新 {latest}，路径 {path}，目标 {target}",
        "slope": "{name}：{base_year} 年 1.00，{year} 年 {now}，{target_year} 年目标 {goal}",
        "base": "基期",
        "goal": "目标",
        "path_tick": "▏最新值当年的路径；斜纹为落后于路径",
        "short": "斜纹为未达目标",
        "done": "完成度（斜纹为未达目标）",
        "result": "完成情况",
        "cut": "箭头：横条太长，已截断",
        "times_base": "基期 = 1",
        "way": "完成度（竖线为时序进度）",
        "outlook": "前景",
        "grade": "证据",
        "colon": "：",
        "comma": "，",
    },
    "en": {
        "target": "target {year}: {value}",
        "median": "median forecast",
        "band": "{level}% range",
        "unknown": "no data",
        "elapsed": "│ time elapsed",
        "from_to": "{name}: {start} in {first}, {end} in {last}",
        "fan": "Latest figure {end} in {last}; median forecast {median} for {year}",
        "band_alt": ", {level}% range {lo} to {hi}",
        "beside_alt": "{name}: {lo} to {hi}",
        "stop": "; ",
        "of_target": "{now} / {goal} ({unit})",
        "bullet": "{name}: base {base}, latest {latest}, path {path}, target {target}",
        "slope": "{name}: 1.00 in {base_year}, {now} in {year}, target {goal} in {target_year}",
        "base": "base",
        "goal": "target",
        "path_tick": "▏path of the latest value's year; hatched: behind it",
        "short": "hatched: short of the target",
        "done": "completion (hatched: short)",
        "result": "result",
        "cut": "arrow: bar too long, cut",
        "times_base": "base = 1",
        "way": "completion (stroke: schedule)",
        "outlook": "outlook",
        "grade": "evidence",
        "colon": ": ",
        "comma": ", ",
    },
}


def wrap(text: str, columns: int) -> list[str]:
    """Break `text` into lines of at most `columns` half-width columns, Chinese counting two.

    A line never begins with a closing mark, and Latin words and figures stay whole.

    Examples
    --------
    >>> wrap("港口吞吐量增长 12.5%，快于计划。", 16)
    ['港口吞吐量增长', '12.5%，快于计', '划。']
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if (
            line
            and columns_of(line + piece.rstrip()) > columns
            and piece.lstrip()[:1] not in _CLOSING
        ):
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


_CLOSING = "，。；：、！？）》”’」』％%,.;:)"


def _pieces(text: str) -> list[str]:
    """Split where a line may break: before and after each wide letter, and after a space."""
    pieces: list[str] = []
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        last = pieces[-1] if pieces else ""
        joins = last and not last.endswith(" ") and not _is_wide(last[-1]) and not wide
        if joins or (last and letter in _CLOSING):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def columns_of(text: str) -> int:
    """Return how many columns a text takes: a Chinese character two, a letter one."""
    return sum(2 if _is_wide(letter) else 1 for letter in text)


def figure_text(value: float | None, digits: int) -> str:
    """Write a figure beside a mark of a chart; unknown is a dash.

    Examples
    --------
    >>> figure_text(-1234.56, 1), figure_text(-0.04, 1), figure_text(float("nan"), 1)
    ('−1,234.6', '0.0', '—')
    """
    if value is None or math.isnan(value):
        return "—"
    rounded = f"{value:,.{digits}f}"
    return rounded.lstrip("-") if not rounded.strip("-0.,") else rounded.replace("-", "−")


def plain_figure(value: float, digits: int = 2) -> str:
    """Write a figure somebody chose, such as a target: no more decimals than it has.

    Examples
    --------
    >>> plain_figure(300.0), plain_figure(1069.6), plain_figure(-0.25), plain_figure(0.004)
    ('300', '1,069.6', '−0.25', '0.004')
    """
    rounded = round(value, digits)
    return tick(rounded if rounded or not value else float(f"{value:.2g}"))


def tick(value: float, _: object = None) -> str:
    """Write a figure beside an axis, with no more decimals than it needs.

    Examples
    --------
    >>> tick(-2500.0), tick(0.25)
    ('−2,500', '0.25')
    """
    return f"{value:,.10g}".replace("-", "−")


# --- units ---

#: English of a unit: over a column, and behind a figure in a sentence. A unit that begins with
#: a number is multiplied by: "226 × 100 million yuan" is the figure of the tables, and is heard
#: as it is meant ("226 100 million" is not, "226 hundred million" is no English).
ENGLISH: dict[str, tuple[str, str]] = {
    "元": ("yuan", "yuan"),
    "万元": ("10,000 yuan", "× 10,000 yuan"),
    "亿元": ("100 million yuan", "× 100 million yuan"),
    "美元": ("US dollars", "US dollars"),
    "百万美元": ("million US dollars", "million US dollars"),
    "亿美元": ("100 million US dollars", "× 100 million US dollars"),
    "吨": ("tonnes", "tonnes"),
    "万吨": ("10,000 tonnes", "× 10,000 tonnes"),
    "亿吨": ("100 million tonnes", "× 100 million tonnes"),
    "标箱": ("TEU", "TEU"),
    "TEU": ("TEU", "TEU"),
    "万标箱": ("10,000 TEU", "× 10,000 TEU"),
    "%": ("%", "%"),
    "‰": ("‰", "‰"),
    "人": ("persons", "persons"),
    "名": ("persons", "persons"),
    "万人": ("10,000 persons", "× 10,000 persons"),
    "个": ("number", ""),
    "家": ("number", ""),
    "座": ("number", ""),
    "所": ("number", ""),
    "件": ("number", ""),
    "张": ("number", ""),
    "项": ("number", ""),
    "位": ("rank", ""),
    "倍": ("times", "times"),
    "年": ("years", "years"),
    "岁": ("years of age", "years of age"),
    "平方米": ("square metres", "square metres"),
    "平方公里": ("square kilometres", "square kilometres"),
    "公顷": ("hectares", "hectares"),
    "亩": ("mu", "mu"),
    "万亩": ("10,000 mu", "× 10,000 mu"),
    "公里": ("kilometres", "kilometres"),
    "立方米": ("cubic metres", "cubic metres"),
    "万立方米": ("10,000 cubic metres", "× 10,000 cubic metres"),
    "亿立方米": ("100 million cubic metres", "× 100 million cubic metres"),
    "吨标准煤": ("tonnes of coal equivalent", "tonnes of coal equivalent"),
    "万吨标准煤": ("10,000 tonnes of coal equivalent", "× 10,000 tonnes of coal equivalent"),
    "千瓦时": ("kWh", "kWh"),
    "万千瓦时": ("10,000 kWh", "× 10,000 kWh"),
    "亿千瓦时": ("100 million kWh", "× 100 million kWh"),
    "万千瓦": ("10,000 kW", "× 10,000 kW"),
    "微克/立方米": ("µg/m³", "µg/m³"),
    "元/人": ("yuan per person", "yuan per person"),
    "万元/人": ("10,000 yuan per person", "× 10,000 yuan per person"),
    "吨/万元": ("tonnes per 10,000 yuan", "tonnes per 10,000 yuan"),
    "百分点": ("percentage points", "percentage points"),
    "个百分点": ("percentage points", "percentage points"),
    "": ("", ""),
}


def unit_name(unit: str) -> str:
    """Return a unit as it stands over a column or in brackets, in the language spoken.

    Examples
    --------
    >>> unit_name("亿元")
    '亿元'
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     unit_name("亿元"), unit_name("万标箱")
    ('100 million yuan', '10,000 TEU')
    """
    return unit if spoken() == "zh" else ENGLISH[unit][0]


def with_unit(figure: str, unit: str) -> str:
    """Return a printed figure with its unit behind it, in the language spoken.

    Examples
    --------
    >>> with_unit("226.0", "亿元"), with_unit("3.2", "%")
    ('226.0亿元', '3.2%')
    >>> from planeval.words.language import speaking
    >>> with speaking("en"):
    ...     with_unit("226.0", "亿元"), with_unit("3.2", "%"), with_unit("4", "家")
    ('226.0 × 100 million yuan', '3.2%', '4')
    """
    if spoken() == "zh":
        return figure + unit
    words = ENGLISH[unit][1]
    return figure + words if words in ("", "%", "‰") else figure + f" {words}"
