"""Names of what `analysis` knows by a code, in Chinese and English; a code without one raises.

Kinds of quantity, the published rules and what they say, cautions of a trend, states of
decoupling, and what a back-test asks, leaves out and warns of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from analysis.data.errors import InputError, Reason, nearest
from planeval.words.amounts import number
from planeval.words.language import mark, say, worded

#: Kinds of quantity, `analysis.forecast.kinds.KINDS`.
KINDS: dict[str, tuple[str, str]] = {
    "real_gdp": ("可比价生产总值", "real GDP"),
    "nominal_gdp": ("现价生产总值", "nominal GDP"),
    "industrial_output": ("工业产值", "industrial output"),
    "throughput": ("港口吞吐量", "port throughput"),
    "emissions": ("排放与能耗", "emissions and energy"),
    "income": ("居民收入", "household income"),
    "trade": ("贸易与外资", "trade and foreign investment"),
    "fiscal_revenue": ("财政收入", "fiscal revenue"),
    "share": ("比重与比率（%）", "share or rate in per cent"),
    "count": ("个数", "count"),
    "concentration": ("浓度（PM2.5）", "concentration (PM2.5)"),
    "growth_rate": ("增速（%）", "growth rate in per cent"),
    "generic": ("一般正数", "any positive quantity"),
}


# --- Kinds of targets: a new kind needs its words here and nowhere else ---


def _no_number(target: Any) -> str:
    """Quote the plan where a kind without a number has no words of its own."""
    return f"“{target.target_text}”"


def _multiple(target: Any) -> str:
    if target.multiple is None:
        return _no_number(target)
    if target.multiple == 2:
        return say("{0}年数值的两倍", target.multiple_base_year)
    return say("{0}年数值的{1}倍", target.multiple_base_year, number(target.multiple))


def _relative(target: Any) -> str:
    if target.band is not None:
        return say("与参照指标增速相差不超过±{0}个百分点", number(target.band))
    if target.min_difference:
        return say("增速高于参照指标{0}个百分点以上", number(target.min_difference))
    return say("增速高于参照指标")


class TargetKind(NamedTuple):
    """How a kind of target is spoken of.

    Attributes
    ----------
    name_zh, name_en : str
        What it is called.
    up, down : str
        Its number as a promise, where more is better and where less is.
    over : str
        The time such a promise holds over; empty where it is that of one year.
    direct : bool
        Whether a value follows the target's name without a colon.
    sheet_en : str
        What an English workbook calls it for short; empty where that is its name.
    numberless : callable
        The promise of a target that states no number.
    """

    name_zh: str
    name_en: str
    up: str = mark("至少{0}")
    down: str = mark("至多{0}")
    over: str = ""
    direct: bool = False
    sheet_en: str = ""
    numberless: Callable[[Any], str] = _no_number


class _Kinds(dict[str, TargetKind]):
    """Words by kind; a kind that has none is a mistake in the plan's table."""

    def __missing__(self, kind: str) -> TargetKind:
        raise InputError(
            "not_one_of_allowed_values",
            column="kind",
            value=kind,
            expected=" / ".join(self),
            nearest=nearest(kind, self),
        )


TARGET_KINDS = _Kinds(
    {
        "at_least": TargetKind("不低于", "at least", direct=True),
        "at_most": TargetKind("不高于", "at most", direct=True),
        "level": TargetKind(
            "达到", "reach", sheet_en="level", up=mark("约{0}"), down=mark("约{0}"), direct=True
        ),
        "maintain": TargetKind(
            "保持",
            "maintain",
            up=mark("保持在{0}以上"),
            down=mark("保持在{0}以下"),
            direct=True,
        ),
        "avg_growth": TargetKind(
            "年均增长", "average annual growth", sheet_en="average growth", over=mark("年均{0}")
        ),
        "relative": TargetKind("相对", "relative", numberless=_relative),
        "cumulative": TargetKind("五年累计", "five-year total", over=mark("五年累计{0}")),
        "assigned": TargetKind(
            "上级下达", "assigned from above", numberless=lambda _: say("按上级下达")
        ),
        "milestone": TargetKind(
            "事项", "item", sheet_en="milestone", numberless=lambda _: say("建成")
        ),
        "multiple": TargetKind("倍增", "multiple", numberless=_multiple),
    }
)


def kind_name(kind: str) -> str:
    """Return what a kind of target is called, in the language spoken.

    Raises
    ------
    InputError
        For a kind without words, with those there are.

    Examples
    --------
    >>> kind_name("avg_growth")
    '年均增长'
    """
    return str(worded(TARGET_KINDS[kind], "name"))


#: What a rule says of a target. A code shared by two rules means the same in both.
VERDICTS: dict[str, tuple[str, str]] = {
    "significant_progress": ("显著进展", "significant progress"),
    "moderate_progress": ("中等进展，需加速", "moderate progress"),
    "insufficient_progress": ("进展不足", "insufficient progress"),
    "movement_away": ("背离目标", "movement away from the target"),
    "moderate_movement_away": ("轻度背离", "moderate movement away"),
    "significant_movement_away": ("明显背离", "significant movement away"),
    "target_achieved": ("目标已实现", "target achieved"),
    "substantial_progress": ("进展充分", "substantial progress"),
    "limited_progress": ("进展有限", "limited progress"),
    "deterioration": ("恶化", "deterioration"),
    "target_met": ("已达标", "target met"),
    "on_track": ("按期", "on track"),
    "fair_progress": ("有进展，需加速", "fair progress, acceleration needed"),
    "stagnation_or_regression": ("停滞或倒退", "stagnation or regression"),
    "achieve": ("可实现", "achieve"),
    "accelerate": ("需加速", "accelerate"),
    "reverse": ("须扭转", "reverse the trend"),
    "moderately_improving": ("中等改善", "moderately improving"),
    "stagnating": ("停滞", "stagnating"),
    "decreasing": ("下降", "decreasing"),
    "sun": ("晴", "sun"),
    "sun_cloud": ("晴间多云", "sun and cloud"),
    "cloud": ("多云", "cloud"),
    "thunderstorm": ("雷雨", "thunderstorm"),
    "achieved_early": ("提前完成", "achieved early"),
    "achieved": ("完成", "achieved"),
    "reached": ("已达到", "reached"),
    "faster": ("快于预期", "faster than planned"),
    "on": ("基本符合", "broadly on schedule"),
    "behind": ("滞后", "behind"),
    "not_available": ("无法判断", "not available"),
}

#: Why a rule cannot speak.
SILENCES: dict[str, tuple[str, str]] = {
    "no_value": ("评估年无数据", "no value for the year judged"),
    "no_base": ("基期无数据", "no value for the base year"),
    "no_target": ("无定量目标或目标待下达", "no numeric target yet"),
    "one_point": ("评估年不晚于基期", "the year judged is not later than the base year"),
    "bad_horizon": ("目标年不晚于基期", "the target year is not later than the base year"),
    "past_target_year": ("评估年晚于目标年", "the year judged is later than the target year"),
    "base_is_target": ("基期等于目标", "base equals target"),
    "base_past_target": ("基期已优于目标", "the base is already better than the target"),
    "sign": ("数值变号，复合增速无定义", "values change sign: compound growth is undefined"),
    "not_positive": ("复合增速要求正值", "compound growth needs positive values"),
    "zero_required": ("所需增速为零", "the required growth rate is zero"),
    "few_points": ("不足两个年份，无法回归", "fewer than two years: no regression"),
    "few_changes": (
        "截至评估年的连续年度变化不足 3 个",
        "fewer than 3 consecutive annual changes up to the year judged",
    ),
    "range": ("数值超出可计算范围", "the values are beyond what can be computed"),
}


class RuleCard(NamedTuple):
    """What stands beside a rule in a method panel.

    `short` stands over its column where rules stand side by side. Bands are quoted in the unit of
    the verdict's measure; `misleads` is one sentence on Chinese plan targets.

    Examples
    --------
    >>> RULES["un_desa"].bands_en
    'r ≥ 0.95 on track; 0.10–0.95 fair; < 0.10 stagnation or regression'
    """

    name_zh: str
    name_en: str
    short_zh: str
    short_en: str
    bands_zh: str
    bands_en: str
    source: str
    misleads_zh: str
    misleads_en: str


#: The rules of `analysis.rules.published.RULES`, in the order in which they are printed.
RULES: dict[str, RuleCard] = {
    "eurostat": RuleCard(
        "欧盟统计局（Eurostat）",
        "Eurostat",
        "欧盟",
        "EU",
        "实际增速/所需增速 ≥95% 显著进展；60–95% 中等；0–60% 不足；<0 背离",
        "actual/required CAGR ≥ 95% significant; 60–95% moderate; 0–60% insufficient; < 0 away",
        "Eurostat, EU SDG monitoring report, annex (edges as adapted by Statistics Canada, Eustat)",
        "占比类指标基数高、所需复合增速很小，分母趋零时比值剧烈跳动。",
        "On shares near their ceiling the required CAGR is tiny, so the ratio jumps about.",
    ),
    "open_sdg": RuleCard(
        "Open SDG／加拿大统计局",
        "Open SDG / Statistics Canada",
        "Open SDG",
        "Open SDG",
        "增速比 ≥95% 按期；60–95% 需加速；0–60% 有限；<0 恶化；得分 −5 至 5",
        "CAGR ratio ≥ 95% substantial; 60–95% moderate; 0–60% limited; < 0 deterioration",
        "open-sdg/sdg-build ProgressMeasure.py; open-sdg docs/progress-methodology.md",
        "目标一经触及即记“已实现”，看不到约束性指标此后可能回落。",
        "Once touched, a target counts as achieved, even where a binding indicator can fall back.",
    ),
    "un_desa": RuleCard(
        "联合国经社部进展图",
        "UN DESA progress chart",
        "经社部",
        "UN DESA",
        "r ≥0.95 按期；0.10–0.95 尚可；<0.10 停滞或倒退",
        "r ≥ 0.95 on track; 0.10–0.95 fair; < 0.10 stagnation or regression",
        "UNSD, Progress Chart Technical Note 2023",
        "中间档极宽：完成十分之一与完成九成同为“尚可”，五年规划里分不出轻重。",
        "The middle band is so wide that a tenth and nine tenths of a plan's path look alike.",
    ),
    "escap": RuleCard(
        "联合国亚太经社会（ESCAP）",
        "UN ESCAP",
        "亚太",
        "ESCAP",
        "预期缺口 P ≤10 可实现；10–100 需加速；>100 须扭转",
        "anticipated gap P ≤ 10 achieve; 10–100 accelerate; > 100 reverse",
        "UN ESCAP, Asia and the Pacific SDG progress report, technical notes; SD/WP/05/2017",
        "用规划期前的长序列直线外推，基数、口径或价格一变，斜率说的是旧时期。",
        "A line through pre-plan years extrapolates an earlier regime once definitions change.",
    ),
    "sdsn": RuleCard(
        "可持续发展报告趋势箭头（SDSN）",
        "SDSN trend arrows",
        "SDSN",
        "SDSN",
        "年均增量/所需年均增量 ≥1 按期；0.5–1 中等改善；0–0.5 停滞；<0 下降",
        "annual/needed growth ≥ 1 on track; 0.5–1 moderate; 0–0.5 stagnating; < 0 decreasing",
        "SDSN, Sustainable Development Report, methods annex (four-arrow system)",
        "产值类目标按复合增长编制，直线标准使规划前期显得落后。",
        "Output targets are set by compound growth, so a straight path shows early years behind.",
    ),
    "destatis": RuleCard(
        "德国联邦统计局天气符号",
        "Destatis weather symbols",
        "德国",
        "Destatis",
        "外推缺口占余程 <5% 晴；5–20% 晴间多云；>20% 多云；方向不对为雷雨",
        "projected miss < 5% of the way left sun; 5–20% sun+cloud; > 20% cloud; wrong way storm",
        "Destatis, indicator report, dns-indikatoren.de/en/status",
        "需连续四至六个年度值，规划期满前本期数据往往不足，只能借上一规划期。",
        "It needs four to six consecutive years, so it borrows the previous plan's trend.",
    ),
    "cn_schedule": RuleCard(
        "时序进度",
        "time-schedule test",
        "时序",
        "schedule",
        "完成度减时序进度：>+5 个百分点快于预期；±5 以内基本符合；<−5 滞后",
        "completion minus elapsed share: > +5 points faster; within 5 on schedule; below behind",
        "Practice of Chinese mid-term evaluations (14th five-year plan, reported 2023-12)",
        "隐含直线路径：重大项目集中投产、增长率类与累计类目标都不按直线完成。",
        "It assumes a straight path, which lumpy projects and growth-rate targets never follow.",
    ),
    "cn_growth": RuleCard(
        "增速对照",
        "growth-rate test",
        "增速",
        "growth",
        "实际年均增速/目标隐含年均增速：>1.05 快于；0.95–1.05 基本符合；<0.95 滞后",
        "realised/implied compound growth: > 1.05 faster; 0.95–1.05 on schedule; < 0.95 behind",
        "Practice of Chinese plan evaluations: 年均增速 against the target's implied 年均增速",
        "对占比、浓度类指标取复合增速无经济含义；现价与可比价混用会虚增。",
        "Compound growth of a share or concentration means little; current prices inflate it.",
    ),
}

#: What a reader must know of a trend or a fit: the codes in its ``warnings``.
CAUTIONS: dict[str, tuple[str, str]] = {
    "few_points": ("观测点太少，区间仅供参考", "few observations: the interval is a rough guide"),
    "gaps": ("年份不连续", "the years are not consecutive"),
    "autocorrelated": (
        "残差高度自相关，区间和 p 值偏于乐观",
        "strongly autocorrelated residuals: interval and p-value are too optimistic",
    ),
    "exact_fit": ("拟合无残差，区间没有意义", "no residuals at all: the interval means nothing"),
    "not_converged": ("估计未收敛", "the estimation did not converge"),
    "boundary": (
        "有方差估计为零，该成分视为不变",
        "a variance is estimated as zero: that component counts as fixed",
    ),
    "reference_missing": (
        "对照序列缺少部分年份，相应区间未比较",
        "the reference lacks some years: those intervals are not compared",
    ),
}

#: Tapio's eight states of decoupling (2005, figure 1), then the axes between them.
STATES: dict[str, tuple[str, str]] = {
    "strong_decoupling": ("强脱钩", "strong decoupling"),
    "weak_decoupling": ("弱脱钩", "weak decoupling"),
    "expansive_coupling": ("扩张连结", "expansive coupling"),
    "expansive_negative_decoupling": ("扩张负脱钩", "expansive negative decoupling"),
    "strong_negative_decoupling": ("强负脱钩", "strong negative decoupling"),
    "weak_negative_decoupling": ("弱负脱钩", "weak negative decoupling"),
    "recessive_coupling": ("衰退连结", "recessive coupling"),
    "recessive_decoupling": ("衰退脱钩", "recessive decoupling"),
    "stable_emissions_growth": (
        "经济增长而排放不变（强脱钩与弱脱钩的分界）",
        "growth at unchanged emissions, between strong and weak decoupling",
    ),
    "stable_emissions_decline": (
        "经济收缩而排放不变（弱负脱钩与强负脱钩的分界）",
        "decline at unchanged emissions, between weak and strong negative decoupling",
    ),
    "no_gdp_change": ("经济总量不变，指数无定义", "no change of GDP: the index is undefined"),
    "no_change": ("经济总量和排放都不变，指数无定义", "neither changed: the index is undefined"),
}

#: Factors of the Kaya identity.
FACTORS: dict[str, tuple[str, str]] = {
    "population": ("人口", "population"),
    "gdp_per_capita": ("人均生产总值", "GDP per person"),
    "energy_intensity": ("单位生产总值能耗", "energy per unit of GDP"),
    "carbon_content": ("单位能耗排放", "CO2 per unit of energy"),
    "carbon_intensity": ("单位生产总值排放", "CO2 per unit of GDP"),
}

#: Models that a back-test scores.
MODELS: dict[str, tuple[str, str]] = {
    "naive": ("不变", "no change"),
    "drift": ("带漂移随机游走", "random walk with drift"),
    "pooled": ("汇集引擎", "pooled engine"),
    "prior": ("先验闭式", "closed form with priors"),
    "trend_grid": ("趋势网格", "trend grid"),
    "theta_grid": ("theta 网格", "theta grid"),
    "autoets": ("自动指数平滑", "AutoETS (statsforecast)"),
    "autotheta": ("自动 Theta", "AutoTheta (statsforecast)"),
    "dotheta": ("动态最优 Theta", "DynamicOptimizedTheta (statsforecast)"),
    "ces": ("复指数平滑", "AutoCES (statsforecast)"),
    "autoarima": ("自动 ARIMA", "AutoARIMA (statsforecast)"),
    "rwd": ("带漂移随机游走（不取对数）", "RandomWalkWithDrift (statsforecast)"),
    "median": ("四模型中位数", "median of ETS, ARIMA, CES, DOTheta"),
    "prophet": ("Prophet", "Prophet"),
}

# Panels named in Chinese in the tables, and what an English text calls them; and one the other way.
_SOURCES = (
    ("全球百大集装箱港口名单（2011—2019年）", "list of the top 100 container ports, 2011-2019"),
    ("全球百大集装箱港口（2011—2019年）", "top 100 container ports, 2011-2019"),
    ("嘉兴统计年鉴三次产业增加值", "Jiaxing Statistical Yearbook, value added by sector"),
    ("（港口至2016年）", " (ports 2016)"),
    ("世界银行现价美元GDP", "World Bank, GDP (current US$)"),
    (
        "世界银行人均现价美元GDP、Penn World Table人口",
        "World Bank GDP per head (current US$), Penn World Table population",
    ),
    (
        "世界银行PM2.5平均暴露浓度（转自Our World in Data）",
        "World Bank via Our World in Data, mean exposure to PM2.5",
    ),
    (
        "世界银行PM2.5暴露浓度（转自Our World in Data）",
        "World Bank via Our World in Data, PM2.5 exposure",
    ),
)


def source_words(text: str, language: str) -> str:
    """Return a panel, its years or its remarks as a Chinese (``zh``) or English text has them.

    Examples
    --------
    >>> source_words("1951-2005 (ports 2016)", "zh"), source_words("Penn World Table", "zh")
    ('1951-2005（港口至2016年）', 'Penn World Table')
    >>> source_words("1951-2005", "en"), source_words("variance x 1.5; index set", "en")
    ('1951–2005', 'variance × 1.5; index set')
    """
    for zh, en in _SOURCES:
        text = text.replace(en, zh) if language == "zh" else text.replace(zh, en)
    if language == "zh":
        return text
    # the file is typed with the signs of a keyboard
    return re.sub(r"\bx (?=\d)", "× ", re.sub(r"\b(\d{4})-(?=\d{4}\b)", r"\1–", text))


# --- What a back-test asks, leaves out and warns of: codes with figures ---


#: Which points before the origin a model sees: how its key begins -> the words round the figures.
PATTERNS: dict[str, tuple[str, str]] = {
    "length=": ("最近 {} 点", "last {} points"),
    "gaps=": ("只见 {}", "seen at {}"),
    "points=": ("{} 点", "{} points"),
    "points>": ("{} 点以上", "over {} points"),
}
#: Why series are left out.
LEFT_OUT: dict[str, tuple[str, str]] = {
    "bounds": (
        "有“{kind}”不能取的值（应 {fits}）",
        "a value that {kind} cannot take (should be {fits})",
    ),
    "no_train": ("没有 train 的值", "no value in train"),
    "no_test": ("没有 test 的值", "no value in test"),
    "short": (
        "凑不齐一段历史（{patterns}）和其后的结果",
        "no origin with a whole history and an outcome after it",
    ),
    "no_outcome": ("预测期内没有结果", "no outcome within the horizon"),
}
#: What a reader of the scores must know.
SCORES: dict[str, tuple[str, str]] = {
    "priors_have_seen": (
        "{models} 关于{kinds}的先验用公开面板 {year} 年及以前的结果估得；有起点早于 {year} 年，"
        "若面板取自这些来源，结果不算样本外",
        "{models}: priors of {kinds} were fitted to outcomes of public panels up to {year}; some"
        " origins are before {year}, so that they may have seen these years",
    ),
}


def pattern_words(key: str) -> tuple[str, str]:
    """Return what a pattern of a back-test lets a model see, in Chinese and English.

    Examples
    --------
    >>> pattern_words("length=5"), pattern_words("points>40")
    (('最近 5 点', 'last 5 points'), ('40 点以上', 'over 40 points'))
    >>> pattern_words("gaps=-9,-4,0")[1], pattern_words("points=6-10")[1]
    ('seen at −9,−4,0', '6–10 points')
    """
    name, sign, figures = key.partition("=" if "=" in key else ">")
    head = name + sign
    shown = figures.replace("-", "−" if head == "gaps=" else "–")
    zh, en = PATTERNS[head]
    return zh.format(shown), en.format(shown)


def filled(table: Mapping[str, tuple[str, str]], reason: Reason) -> tuple[str, str]:
    """Return the sentences of a code with their figures, in Chinese and English.

    Examples
    --------
    >>> filled(LEFT_OUT, Reason("bounds", kind="share", low=0.0, high=100.0, above=False))[1]
    'a value that share or rate in per cent cannot take (should be 0–100)'
    """
    zh, en = table[reason.code]
    return zh.format(**_figures(reason, 0)), en.format(**_figures(reason, 1))


def _figures(reason: Reason, place: int) -> dict[str, Any]:
    """Return the figures of a reason as the first or the second language writes them."""
    told = dict(reason.figures)
    joint = ("、", ", ")[place]
    for name, value in reason.figures.items():
        if name == "kind":
            told[name] = KINDS[value][place]
        elif name == "kinds":
            told[name] = joint.join(KINDS[kind][place] for kind in value)
        elif name == "patterns":
            told[name] = joint.join(pattern_words(key)[place] for key in value)
        elif name == "models":
            told[name] = joint.join(value)
    if reason.code == "bounds":
        low, high = f"{told['low']:g}", f"{told['high']:g}"
        told["fits"] = f"> {low}" if told["above"] else f"{low}–{high}"
    return told
