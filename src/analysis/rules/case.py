"""The vocabulary of the eight published rules: cases, verdicts, bands, names and sources.

Nothing is computed from data here. The module holds what a reader of a method panel needs
beside a verdict: what its code means in Chinese and English, where the band edges lie, who
published them, and where the rule misleads when it is applied to a Chinese plan target.
The rules themselves are in :mod:`analysis.rules.published`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from analysis.data.errors import InputError, nearest


@dataclass(frozen=True)
class ProgressCase:
    """One indicator at one year, as a progress rule sees it: base, latest value and target.

    Parameters
    ----------
    base_year, year, target_year : int
        Calendar years of the base, of the value judged and of the target.
    base_value, value, target : float or None
        In the indicator's own unit; None (or NaN) where not known, never 0 for unknown.
    direction : int
        +1 when more is better, -1 when less is better. Always stated, never guessed.
    limit : float, optional
        Natural limit in the same unit; 100 says that the indicator is a percentage share.
    series : tuple of (int, float)
        All observed (year, value) pairs up to `year`, ascending; gaps allowed.
    every_year : bool
        True for a maintain target, to be met in each year and not only at the end.

    Raises
    ------
    InputError
        When `direction` is not +1 or -1, or when the series is not ascending or holds a year
        later than `year` (a rule must never see data published after the year it judges).

    Examples
    --------
    >>> ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, direction=1).target
    1200.0
    """

    base_year: int
    base_value: float | None
    year: int
    value: float | None
    target: float | None
    target_year: int
    direction: int
    limit: float | None = None
    series: tuple[tuple[int, float], ...] = ()
    every_year: bool = False

    def __post_init__(self) -> None:
        if self.direction not in (1, -1):
            raise InputError(
                "方向只能是 1（越大越好）或 -1（越小越好）",
                "direction must be 1 (more is better) or -1 (less is better)",
                column="direction",
                value=self.direction,
                expected="1 / -1",
            )
        years = [year for year, _ in self.series]
        if years != sorted(set(years)):
            raise InputError(
                "序列年份须升序且不重复",
                "the years of the series must ascend without repeats",
                column="series",
                value=years,
            )
        if years and years[-1] > self.year:
            raise InputError(
                "序列含评估年之后的数据",
                "the series holds data later than the year judged",
                column="series",
                value=years[-1],
                expected=f"<= {self.year}",
            )


@dataclass(frozen=True)
class RuleVerdict:
    """What one rule says of one case, with the number it compared with its bands.

    Parameters
    ----------
    rule : str
        Key in ``RULES``.
    verdict : str
        Stable English code, ``not_available`` when the rule cannot speak.
    label_zh, label_en : str
        The verdict in words.
    measure : float or None
        The number compared with the bands (unit: see the rule), None where there is none.
    reason_zh, reason_en : str
        Why the rule cannot speak; empty when it can.

    Examples
    --------
    >>> RuleVerdict("sdsn", "on_track", "按期", "on track", 1.2).reason_en
    ''
    """

    rule: str
    verdict: str
    label_zh: str
    label_en: str
    measure: float | None
    reason_zh: str = ""
    reason_en: str = ""


class RuleCard(NamedTuple):
    """What stands beside a rule in a method panel.

    Bands are quoted in the unit of the verdict's measure; `misleads` is one sentence on
    Chinese plan targets.

    Examples
    --------
    >>> RULE_CARDS["un_desa"].bands_en
    'r ≥ 0.95 on track; 0.10–0.95 fair; < 0.10 stagnation or regression'
    """

    name_zh: str
    name_en: str
    bands_zh: str
    bands_en: str
    source: str
    misleads_zh: str
    misleads_en: str


RULE_CARDS: dict[str, RuleCard] = {
    "eurostat": RuleCard(
        "欧盟统计局（Eurostat）",
        "Eurostat",
        "实际增速/所需增速 ≥95% 显著进展；60–95% 中等；0–60% 不足；<0 背离",
        "actual/required CAGR ≥ 95% significant; 60–95% moderate; 0–60% insufficient; < 0 away",
        "Eurostat, EU SDG monitoring report, annex (edges as adapted by Statistics Canada, Eustat)",
        "占比类指标基数高、所需复合增速很小，分母趋零时比值剧烈跳动。",
        "On shares near their ceiling the required CAGR is tiny, so the ratio jumps about.",
    ),
    "open_sdg": RuleCard(
        "Open SDG／加拿大统计局",
        "Open SDG / Statistics Canada",
        "增速比 ≥95% 按期；60–95% 需加速；0–60% 有限；<0 恶化；得分 −5 至 5",
        "CAGR ratio ≥ 95% substantial; 60–95% moderate; 0–60% limited; < 0 deterioration",
        "open-sdg/sdg-build ProgressMeasure.py; open-sdg docs/progress-methodology.md",
        "目标一经触及即记“已实现”，看不到约束性指标此后可能回落。",
        "Once touched, a target counts as achieved, even where a binding indicator can fall back.",
    ),
    "un_desa": RuleCard(
        "联合国经社部进展图",
        "UN DESA progress chart",
        "r ≥0.95 按期；0.10–0.95 尚可；<0.10 停滞或倒退",
        "r ≥ 0.95 on track; 0.10–0.95 fair; < 0.10 stagnation or regression",
        "UNSD, Progress Chart Technical Note 2023",
        "中间档极宽：完成十分之一与完成九成同为“尚可”，五年规划里分不出轻重。",
        "The middle band is so wide that a tenth and nine tenths of a plan's path look alike.",
    ),
    "escap": RuleCard(
        "联合国亚太经社会（ESCAP）",
        "UN ESCAP",
        "预期缺口 P ≤10 可实现；10–100 需加速；>100 须扭转",
        "anticipated gap P ≤ 10 achieve; 10–100 accelerate; > 100 reverse",
        "UN ESCAP, Asia and the Pacific SDG progress report, technical notes; SD/WP/05/2017",
        "用规划期前的长序列直线外推，基数、口径或价格一变，斜率说的是旧时期。",
        "A line through pre-plan years extrapolates an earlier regime once definitions change.",
    ),
    "sdsn": RuleCard(
        "可持续发展报告趋势箭头（SDSN）",
        "SDSN trend arrows",
        "年均增量/所需年均增量 ≥1 按期；0.5–1 中等改善；0–0.5 停滞；<0 下降",
        "annual/needed growth ≥ 1 on track; 0.5–1 moderate; 0–0.5 stagnating; < 0 decreasing",
        "SDSN, Sustainable Development Report, methods annex (four-arrow system)",
        "产值类目标按复合增长编制，直线标准使规划前期显得落后。",
        "Output targets are set by compound growth, so a straight path shows early years behind.",
    ),
    "destatis": RuleCard(
        "德国联邦统计局天气符号",
        "Destatis weather symbols",
        "外推缺口占余程 <5% 晴；5–20% 晴间多云；>20% 多云；方向不对为雷雨",
        "projected miss < 5% of the way left sun; 5–20% sun+cloud; > 20% cloud; wrong way storm",
        "Destatis, indicator report, dns-indikatoren.de/en/status",
        "需连续四至六个年度值，规划期满前本期数据往往不足，只能借上一规划期。",
        "It needs four to six consecutive years, so it borrows the previous plan's trend.",
    ),
    "cn_schedule": RuleCard(
        "时序进度",
        "time-schedule test",
        "完成度减时序进度：>+5 个百分点快于预期；±5 以内基本符合；<−5 滞后",
        "completion minus elapsed share: > +5 points faster; within 5 on schedule; below behind",
        "Practice of Chinese mid-term evaluations (14th five-year plan, reported 2023-12)",
        "隐含直线路径：重大项目集中投产、增长率类与累计类目标都不按直线完成。",
        "It assumes a straight path, which lumpy projects and growth-rate targets never follow.",
    ),
    "cn_growth": RuleCard(
        "增速对照",
        "growth-rate test",
        "实际年均增速/目标隐含年均增速：>1.05 快于；0.95–1.05 基本符合；<0.95 滞后",
        "realised/implied compound growth: > 1.05 faster; 0.95–1.05 on schedule; < 0.95 behind",
        "Practice of Chinese plan evaluations: 年均增速 against the target's implied 年均增速",
        "对占比、浓度类指标取复合增速无经济含义；现价与可比价混用会虚增。",
        "Compound growth of a share or concentration means little; current prices inflate it.",
    ),
}

RULE_NAMES: dict[str, tuple[str, str]] = {
    key: (card.name_zh, card.name_en) for key, card in RULE_CARDS.items()
}

# code -> (Chinese, English, common class). A code shared by two rules means the same in both.
VERDICTS: dict[str, tuple[str, str, str]] = {
    "significant_progress": ("显著进展", "significant progress", "good"),
    "moderate_progress": ("中等进展，需加速", "moderate progress", "fair"),
    "insufficient_progress": ("进展不足", "insufficient progress", "poor"),
    "movement_away": ("背离目标", "movement away from the target", "bad"),
    "moderate_movement_away": ("轻度背离", "moderate movement away", "poor"),
    "significant_movement_away": ("明显背离", "significant movement away", "bad"),
    "target_achieved": ("目标已实现", "target achieved", "good"),
    "substantial_progress": ("进展充分", "substantial progress", "good"),
    "limited_progress": ("进展有限", "limited progress", "poor"),
    "deterioration": ("恶化", "deterioration", "bad"),
    "target_met": ("已达标", "target met", "good"),
    "on_track": ("按期", "on track", "good"),
    "fair_progress": ("有进展，需加速", "fair progress, acceleration needed", "fair"),
    "stagnation_or_regression": ("停滞或倒退", "stagnation or regression", "bad"),
    "achieve": ("可实现", "achieve", "good"),
    "accelerate": ("需加速", "accelerate", "fair"),
    "reverse": ("须扭转", "reverse the trend", "bad"),
    "moderately_improving": ("中等改善", "moderately improving", "fair"),
    "stagnating": ("停滞", "stagnating", "poor"),
    "decreasing": ("下降", "decreasing", "bad"),
    "sun": ("晴", "sun", "good"),
    "sun_cloud": ("晴间多云", "sun and cloud", "fair"),
    "cloud": ("多云", "cloud", "poor"),
    "thunderstorm": ("雷雨", "thunderstorm", "bad"),
    "achieved_early": ("提前完成", "achieved early", "good"),
    "achieved": ("完成", "achieved", "good"),
    "reached": ("已达到", "reached", "good"),
    "faster": ("快于预期", "faster than planned", "good"),
    "on": ("基本符合", "broadly on schedule", "good"),
    "behind": ("滞后", "behind", "poor"),
    "not_available": ("无法判断", "not available", "not_available"),
}

REASONS: dict[str, tuple[str, str]] = {
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


class SilentError(Exception):
    """Raised inside a rule that cannot speak; its key names the entry of ``REASONS``.

    Examples
    --------
    >>> SilentError("no_target").key
    'no_target'
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def known(value: float | None) -> float | None:
    """Return a finite number as float, and None for whatever is not known.

    Examples
    --------
    >>> known(3), known(None), known(float("nan"))
    (3.0, None, None)
    """
    return float(value) if value is not None and math.isfinite(value) else None


def verdict_of(rule: str, code: str, measure: float | None) -> RuleVerdict:
    """Dress a verdict code with its words.

    Examples
    --------
    >>> verdict_of("cn_schedule", "behind", -0.14).label_zh
    '滞后'
    """
    zh, en, _ = VERDICTS[code]
    return RuleVerdict(rule, code, zh, en, measure)


def silence(rule: str, reason: str) -> RuleVerdict:
    """Say that a rule cannot speak, and why.

    Examples
    --------
    >>> silence("cn_schedule", "base_is_target").reason_zh
    '基期等于目标'
    """
    zh, en, _ = VERDICTS["not_available"]
    return RuleVerdict(rule, "not_available", zh, en, None, *REASONS[reason])


def common_class(verdict: str | RuleVerdict) -> str:
    """Map any rule's verdict to one of good, fair, poor, bad or not_available.

    The mapping exists only so that a reader sees at a glance that rules disagree; it is not a
    ninth rule. A rule with three bands (UN DESA, ESCAP) has no 'poor', and the two Chinese
    tests have one class below 基本符合 (滞后), placed at 'poor' because it does not tell
    slow progress from a fall.

    Parameters
    ----------
    verdict : str or RuleVerdict
        A verdict code, or the verdict that carries it.

    Raises
    ------
    InputError
        For a code no rule gives.

    Examples
    --------
    >>> common_class("sun_cloud"), common_class("not_available")
    ('fair', 'not_available')
    """
    code = verdict.verdict if isinstance(verdict, RuleVerdict) else verdict
    if code not in VERDICTS:
        raise InputError(
            "没有这个结论代码",
            "no rule gives this verdict code",
            value=code,
            nearest=nearest(code, VERDICTS),
        )
    return VERDICTS[code][2]
