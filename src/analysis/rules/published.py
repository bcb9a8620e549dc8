"""What published progress rules say of one target, side by side and never averaged.

Each rule is a small function from :class:`ProgressCase` to :class:`RuleVerdict`. A rule that
cannot speak says so with a reason; none crashes and none returns an infinite number.
Where each rule misleads on Chinese plan targets:

* ``eurostat``: on shares near their ceiling (94 % to become 95 %) the required compound growth
  is tiny, so one rounding step in the data swings the ratio through all bands.
* ``open_sdg``: once touched a target counts as achieved, although a binding limit such as
  PM2.5 must still hold in the final year; and a target of 0 accidents, read as 0.001, asks
  for a growth rate nobody can meet.
* ``un_desa``: its middle band (0.10 to 0.95 of the way) hides the difference between a tenth
  and nine tenths of a five-year plan.
* ``escap``: its straight line runs through pre-plan years, so a census revision or a change of
  caliber inside the series becomes a trend.
* ``sdsn``: it asks for a straight path, while output targets are built by compound growth, so
  early plan years look behind when they are exactly on plan.
* ``destatis``: it needs four to six consecutive annual values, so inside a five-year plan it
  mostly judges the previous plan.
* ``cn_schedule``: completion against elapsed time presumes a straight path; one large project
  coming on stream moves an indicator from behind to done within a year.
* ``cn_growth``: compound growth of a share or a concentration means little, and a current-price
  series against a constant-price target counts inflation as progress.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from analysis.rules.case import (
    EDGE,
    Finding,
    ProgressCase,
    RuleVerdict,
    SilentError,
    annual_changes,
    band,
    compound_growth,
    escap_projection,
    growth_of,
    growth_ratio,
    known,
    met,
    need_distance,
    observed,
    path_of,
    rule,
)

# 基本符合: completion within five percentage points of the elapsed share of the plan. No
# document fixes this width, so it is declared here and shown beside the verdict.
SCHEDULE_TOLERANCE = 0.05
# 基本符合 of the growth test: realised growth within 5 % of the implied growth rate, the same
# width as the 95 % edge of Eurostat. Relative, because a share that must grow 0.3 % a year
# would pass any absolute tolerance while standing still.
GROWTH_TOLERANCE = 0.05


@rule("eurostat")
def eurostat(case: ProgressCase) -> Finding:
    """Compare realised with required compound growth, as Eurostat's EU SDG monitoring does.

    Measure with a target: CAGR since base / CAGR the target needs (ratio). Bands: >= 0.95
    significant, 0.60-0.95 moderate, 0-0.60 insufficient, below 0 movement away. Without a
    target: growth per year in the desired direction; >= 1 % significant, 0-1 % moderate,
    -1-0 % moderate movement away, below significant movement away. Silent where base or
    target is not positive or the base already meets the target (no growth is required).

    Source: Eurostat, Sustainable development in the European Union, monitoring report, annex.
    The annex was not at hand: the edges with a target are confirmed by the adaptations of
    Statistics Canada and Eustat, those without one by neither.

    Examples
    --------
    >>> v = eurostat(ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, 1))
    >>> v.verdict, round(v.measure, 4)
    ('significant_progress', 0.9685)
    """
    if known(case.target) is None:
        base, value, elapsed = observed(case)
        growth = case.direction * growth_of(base, value, elapsed)
        codes = (
            "significant_progress",
            "moderate_progress",
            "moderate_movement_away",
            "significant_movement_away",
        )
        return band(growth, (0.01, 0.0, -0.01), codes), growth
    ratio = growth_ratio(case, path_of(case))
    codes = ("significant_progress", "moderate_progress", "insufficient_progress", "movement_away")
    return band(ratio, (0.95, 0.60, 0.0), codes), ratio


@rule("open_sdg")
def open_sdg(case: ProgressCase) -> Finding:
    """Classify by the Open SDG / Statistics Canada measure; see :func:`open_sdg_progress`.

    Measure: ratio of growth rates with a target, growth per year without. Bands: >= 0.95
    substantial, >= 0.60 moderate, >= 0 limited, below deterioration; without a target 1.5 %,
    0.5 % and 0 a year, the first two shrunk near a natural limit.

    Source: open-sdg/sdg-build ProgressMeasure.py; open-sdg docs/progress-methodology.md.

    Examples
    --------
    >>> open_sdg(ProgressCase(2015, 14.5, 2023, 10.4, 7.25, 2030, -1)).verdict
    'moderate_progress'
    """
    result = open_sdg_progress(case)
    if result.status == "not_available":
        raise SilentError(result.reason)
    return result.status, result.progress


@rule("un_desa")
def un_desa(case: ProgressCase) -> Finding:
    """Extrapolate by compound growth and see how far the way will be, as the UN chart does.

    Measure with a target: r = (v_e - v_b) / (v_T - v_b), v_e = v_t (1 + CAGR)^(T - t).
    Bands: >= 0.95 on track, 0.10-0.95 fair, below stagnation or regression. Without a target:
    growth per year in the desired direction, >= 2 % on track, 0.5-2 % fair, below stagnation.
    A latest value that meets the target is met, as is a percentage within one point of a
    target of 0 or 100; `limit` 100 says that the indicator is a percentage.

    Source: UNSD, Progress Chart Technical Note 2023, restated by Eustat (metodologia.md).

    Examples
    --------
    >>> un_desa(ProgressCase(2015, 100.0, 2020, 110.0, 140.0, 2030, 1)).verdict
    'fair_progress'
    """
    codes = ("on_track", "fair_progress", "stagnation_or_regression")
    if known(case.target) is None:
        base, value, elapsed = observed(case)
        growth = case.direction * growth_of(base, value, elapsed)
        return band(growth, (0.02, 0.005), codes), growth
    path = path_of(case)
    near = case.limit == 100 and path.target in (0, 100) and abs(path.value - path.target) <= 1
    if met(case, path) or near:
        return "target_met", None
    need_distance(case, path)
    growth = growth_of(path.base, path.value, path.elapsed)
    expected = path.value * (1 + growth) ** (path.years - path.elapsed)
    ratio = (expected - path.base) / (path.target - path.base)
    return band(ratio, (0.95, 0.10), codes), ratio


@rule("escap")
def escap(case: ProgressCase) -> Finding:
    """Project a time-weighted line to the target year and measure the gap left, as ESCAP does.

    Measure: P = 0 where the line reaches the target, else 100 |target - line| / |target -
    base| (per cent of the way). Bands: P <= 10 achieve, 10-100 accelerate, above reverse.
    The 10 and 100 edges are as the regional commissions draw their dashboards; ESCAP's own
    page was not at hand to quote them. Weights: see :func:`escap_projection`.

    Source: UN ESCAP, Asia and the Pacific SDG progress report, technical notes; UNECE,
    technical notes on the progress assessment; ESCAP Statistics Division SD/WP/05/2017.

    Examples
    --------
    >>> escap(ProgressCase(2015, 20.0, 2020, 17.0, 10.0, 2030, -1)).verdict
    'achieve'
    """
    path = path_of(case)
    line = escap_projection(case)
    if case.direction * (line - path.target) >= 0:
        return "achieve", 0.0
    need_distance(case, path)
    gap = 100 * abs(path.target - line) / abs(path.target - path.base)
    return band(-gap, (-10.0, -100.0), ("achieve", "accelerate", "reverse")), gap


@rule("sdsn")
def sdsn(case: ProgressCase) -> Finding:
    """Compare average annual growth with the linear growth needed: the SDSN trend arrows.

    Measure: (x - x0)/(t - t0) over (T - x0)/(t_T - t0) (ratio). Bands: >= 1 on track, 0.5-1
    moderately improving, 0-0.5 stagnating, below 0 decreasing. A value that meets the target
    is on track ("on track or maintaining achievement").

    Source: SDSN, Sustainable Development Report, methods annex: linear annual growth needed
    2015-2030 against average annual growth since 2015, four arrows ("stagnating or increasing
    at less than 50 % of required rate").

    Examples
    --------
    >>> v = sdsn(ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, 1))
    >>> v.verdict, round(v.measure, 3)
    ('moderately_improving', 0.912)
    """
    path = path_of(case)
    if met(case, path) and case.direction * (path.target - path.base) <= 0:
        return "on_track", None  # held since the base: there is no way to measure
    need_distance(case, path)
    done = (path.value - path.base) / (path.target - path.base)
    ratio = done * path.years / path.elapsed
    codes = ("on_track", "moderately_improving", "stagnating", "decreasing")
    return band(ratio, (1.0, 0.5, 0.0), codes), ratio


@rule("destatis")
def destatis(case: ProgressCase) -> Finding:
    """Give the weather symbol of the German sustainability indicators.

    Mean annual change: the last five changes (six consecutive years up to the year judged),
    else the last three (four consecutive years). K, a target with a year: extrapolated in a
    straight line it misses by a share of |target - current|; below 5 % sun, to 20 % sun and
    cloud, above 20 % but in the right direction cloud, else thunderstorm. J, `every_year`:
    target met now and mean change not worsening sun, met but worsening sun and cloud, not met
    but improving cloud, else thunderstorm. R, no target: mean and last change both right sun,
    only the mean sun and cloud, only the last cloud, neither thunderstorm.
    Measure: K the share missed; J and R the mean annual change in the desired direction.

    Source: Destatis, dns-indikatoren.de/en/status; Vanuatu NSO, nsdp.vnso.gov.vu/methodology.

    Examples
    --------
    >>> seen = tuple(zip(range(2015, 2021), (10.0, 11.0, 12.0, 13.0, 14.0, 15.0)))
    >>> destatis(ProgressCase(2015, 10.0, 2020, 15.0, 25.0, 2030, 1, series=seen)).verdict
    'sun'
    """
    value = known(case.value)
    if value is None:
        raise SilentError("no_value")
    mean, last = (case.direction * change for change in annual_changes(case))
    target = known(case.target)
    if target is None:
        if mean > 0:
            return ("sun" if last > 0 else "sun_cloud"), mean
        return ("cloud" if last > 0 else "thunderstorm"), mean
    ahead = case.direction * (value - target)
    if case.every_year:
        if ahead >= 0:
            return ("sun" if mean >= 0 else "sun_cloud"), mean
        return ("cloud" if mean > 0 else "thunderstorm"), mean
    return _extrapolated_weather(ahead, mean, case.target_year - case.year)


def _extrapolated_weather(ahead: float, mean: float, years_left: int) -> Finding:
    """Classify a target with a year by the share of the way that would be missed."""
    if years_left < 0:
        raise SilentError("past_target_year")
    short = max(-ahead - mean * years_left, 0.0)
    if short == 0:
        return "sun", 0.0
    if ahead == 0:  # on the target and moving away from it
        return "thunderstorm", None
    missed = short / abs(ahead)
    if missed < 0.05 - EDGE:
        return "sun", missed
    if missed <= 0.20 + EDGE:
        return "sun_cloud", missed
    return ("cloud" if mean > 0 else "thunderstorm"), missed


@rule("cn_schedule")
def cn_schedule(case: ProgressCase) -> Finding:
    """Hold completion against the elapsed share of the plan: the Chinese 时序进度.

    Measure: (x - x0)/(T - x0) - (t - t0)/(t_T - t0), in shares of the whole way. Classes:
    target met 提前完成 (完成 in the target year itself); above +0.05 快于预期; within 0.05
    基本符合; below -0.05 滞后. The tolerance is ours (``SCHEDULE_TOLERANCE``). A maintain
    target knows no early finish and no half way: met this year 基本符合, else 滞后. Silent
    where the base equals or betters the target, completion being undefined there.

    Source: mid-term evaluation of the 14th five-year plan, classes reported by Xinhua
    (2023-12-26) and Caixin (2023-12-28).

    Examples
    --------
    >>> v = cn_schedule(ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, 1))
    >>> v.verdict, round(v.measure, 3)
    ('behind', -0.071)
    """
    path = path_of(case)
    need_distance(case, path)
    done = (path.value - path.base) / (path.target - path.base)
    lead = done - path.elapsed / path.years
    if met(case, path) and path.elapsed == path.years:
        return "achieved", lead
    if case.every_year:
        return ("on" if met(case, path) else "behind"), lead
    if met(case, path):
        return "achieved_early", lead
    if lead > SCHEDULE_TOLERANCE + EDGE:
        return "faster", lead
    return ("on" if lead >= -SCHEDULE_TOLERANCE - EDGE else "behind"), lead


@rule("cn_growth")
def cn_growth(case: ProgressCase) -> Finding:
    """Hold realised 年均增速 against the 年均增速 the whole target implies.

    Measure: CAGR since base / CAGR from base to target (ratio). Classes: target met reached;
    above 1.05 faster; 0.95-1.05 on; below behind. The tolerance is ours
    (``GROWTH_TOLERANCE``). A maintain target is on when met this year, else behind. Silent
    where base or target is not positive, or the base equals or betters the target.

    Source: practice of Chinese plan evaluations; no document fixes the width of the band.

    Examples
    --------
    >>> v = cn_growth(ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, 1))
    >>> v.verdict, round(v.measure, 4)
    ('on', 0.9685)
    """
    path = path_of(case)
    ratio = growth_ratio(case, path)
    if case.every_year and path.elapsed < path.years:
        return ("on" if met(case, path) else "behind"), ratio
    if met(case, path):
        return "reached", ratio
    if ratio > 1 + GROWTH_TOLERANCE + EDGE:
        return "faster", ratio
    return ("on" if ratio >= 1 - GROWTH_TOLERANCE - EDGE else "behind"), ratio


RULES: dict[str, Callable[[ProgressCase], RuleVerdict]] = {
    "eurostat": eurostat,
    "open_sdg": open_sdg,
    "un_desa": un_desa,
    "escap": escap,
    "sdsn": sdsn,
    "destatis": destatis,
    "cn_schedule": cn_schedule,
    "cn_growth": cn_growth,
}


def apply_rules(case: ProgressCase) -> dict[str, RuleVerdict]:
    """Ask every rule about one case, in their fixed order.

    Examples
    --------
    >>> verdicts = apply_rules(ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, 1))
    >>> [verdict.verdict for verdict in verdicts.values()]
    ['significant_progress', 'substantial_progress', 'on_track', 'achieve',
     'moderately_improving', 'not_available', 'behind', 'on']
    """
    return {name: rule(case) for name, rule in RULES.items()}


# --- The Open SDG / Statistics Canada progress measure ---------------------------------------
# This is the one rule whose author publishes inputs, scores and classes for a whole framework,
# so it is written to reproduce them to the last digit, rounded slopes of the score included.
#
# Source: open-sdg/sdg-build, sdg/ProgressMeasure.py; open-sdg/open-sdg,
# docs/progress-methodology.md (method by Statistics Canada, after Eurostat).


# An exponential model cannot start from or end at zero; the method replaces zero by this,
# in the unit of the indicator, whatever that unit is.
ZERO_STAND_IN = 0.001
# Exponent of the limit coefficient: with it 1.5 % a year times C never passes the limit
# within 15 years.
LIMIT_EXPONENT = 4.44
WITH_TARGET = (0.95, 0.60, 0.0)
WITHOUT_TARGET = (0.015, 0.005, 0.0)
STATUSES = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")


class OpenSdgResult(NamedTuple):
    """Progress value, score from -5 to 5, and status of a series or of an indicator.

    `reason` is a code when the progress value could not be computed.

    Examples
    --------
    >>> OpenSdgResult(0.9, 2.1, "moderate_progress").reason
    ''
    """

    progress: float | None
    score: float | None
    status: str
    reason: str = ""


def limit_coefficient(base: float, limit: float) -> float:
    """Return how far the growth thresholds shrink for an indicator near its natural limit.

    Formula, with a = 4.44 and absolute values: 1 from base >= 2 limit on; 1 - (base/limit)**a
    up to the limit; 1 - ((2 limit - base)/limit)**a between. Zero at the limit itself.

    Examples
    --------
    >>> round(limit_coefficient(90, 100), 6)
    0.373622
    """
    base, limit = abs(base), abs(limit)
    if base >= 2 * limit:
        return 1.0
    share = base / limit if base <= limit else (2 * limit - base) / limit
    return float(1 - share**LIMIT_EXPONENT)


def open_sdg_status(progress: float, has_target: bool, coefficient: float = 1.0) -> str:
    """Return the status of a progress value, its target not being achieved.

    Bands with a target (ratio of growth rates): >= 0.95, >= 0.60, >= 0, below 0. Without a
    target (growth per year): >= 1.5 % C, >= 0.5 % C, >= 0, below 0, C the limit coefficient.

    Examples
    --------
    >>> open_sdg_status(0.96, True), open_sdg_status(0.004, False)
    ('substantial_progress', 'limited_progress')
    """
    edges = WITH_TARGET if has_target else tuple(edge * coefficient for edge in WITHOUT_TARGET)
    for edge, status in zip(edges, STATUSES, strict=False):
        if progress >= edge:
            return status
    return STATUSES[-1]


def open_sdg_score(progress: float, has_target: bool, coefficient: float = 1.0) -> float:
    """Return the score from -5 to 5 of a progress value, its target not being achieved.

    Piecewise linear. With a target: -5 at -0.6, 0 at 0.6, 5 at 1.3, with the published
    slopes 4.1667 and 7.1429. Without: -5 at -2 %, -2.5 at 0, 0 at 0.5 % C, 2.5 at 1.5 % C,
    5 at 2 % C; at the limit itself (C = 0) holding the level scores 5.

    Examples
    --------
    >>> open_sdg_score(0.005, False), round(open_sdg_score(0.95, True), 3)
    (0.0, 2.5)
    """
    if has_target:
        if progress >= WITH_TARGET[1]:
            return min(7.1429 * progress - 4.2857, 5.0)
        return max(4.1667 * progress - 2.5, -5.0)
    if progress < 0:
        return max(125 * progress - 2.5, -5.0)
    if coefficient == 0:
        return 5.0
    if progress >= WITHOUT_TARGET[0] * coefficient:
        return min(500 * progress / coefficient - 5, 5.0)
    if progress >= WITHOUT_TARGET[1] * coefficient:
        return 250 * progress / coefficient - 1.25
    return 500 * progress / coefficient - 2.5


def _base(case: ProgressCase) -> tuple[int, float | None]:
    """Take the base value, or by the method's own rule the first later year that has one."""
    base = known(case.base_value)
    if base is not None:
        return case.base_year, base
    for year, value in case.series:
        if year > case.base_year and known(value) is not None:
            return year, known(value)
    return case.base_year, None


def _coefficient(case: ProgressCase, base: float) -> float:
    """Return the limit coefficient, counting only a limit that lies in the desired direction.

    Score and status read it only where there is no target.
    """
    limit = known(case.limit)
    if limit is None or case.direction * (limit - base) < 0:
        return 1.0
    return limit_coefficient(base, limit)


def _progress(
    case: ProgressCase, base_year: int, base: float | None, value: float, target: float | None
) -> tuple[float | None, str]:
    """Return the progress value, or None and the key of the reason why there is none."""
    if base is None:
        return None, "no_base"
    if case.year - base_year < 1:
        return None, "one_point"
    sign = -1 if base < 0 else 1
    start = base or ZERO_STAND_IN
    observed = compound_growth(start, value, case.year - base_year)
    if observed is None:
        return None, "sign"
    if target is None:
        return sign * case.direction * observed, ""
    if case.target_year - base_year < 1:
        return None, "bad_horizon"
    required = compound_growth(start, target, case.target_year - base_year)
    if required is None:
        return None, "sign"
    if required == 0:
        return None, "base_is_target"
    return sign * case.direction * observed / abs(required), ""


def open_sdg_progress(case: ProgressCase) -> OpenSdgResult:
    """Measure one series as Open SDG and Statistics Canada do.

    Progress value: d CAGR_observed / abs(CAGR_required) with a target, d CAGR_observed
    without (share per year); d is the direction, turned round where all values are negative.
    A value that meets the target is ``target_achieved`` with score 5 whatever the trend.
    Published guards: a target or base of 0 becomes 0.001; a change of sign or fewer than two
    years is not available; a missing base year moves to the next year with data. A limit
    counts only without a target and only in the desired direction.

    Examples
    --------
    >>> open_sdg_progress(ProgressCase(2015, 5, 2016, 6, 9, 2030, 1)).status
    'substantial_progress'
    >>> open_sdg_progress(ProgressCase(2015, 10, 2016, 30, 1, 2030, -1)).status
    'deterioration'
    """
    value = known(case.value)
    target = known(case.target)
    if value is None:
        return OpenSdgResult(None, None, "not_available", "no_value")
    target = ZERO_STAND_IN if target == 0 else target
    base_year, base = _base(case)
    progress, reason = _progress(case, base_year, base, value, target)
    if target is not None and case.direction * (value - target) >= 0:
        return OpenSdgResult(progress, 5.0, "target_achieved")
    if progress is None or base is None:
        return OpenSdgResult(None, None, "not_available", reason)
    coefficient = _coefficient(case, base)
    return OpenSdgResult(
        progress,
        open_sdg_score(progress, target is not None, coefficient),
        open_sdg_status(progress, target is not None, coefficient),
    )


def open_sdg_aggregate(results: Sequence[OpenSdgResult]) -> OpenSdgResult:
    """Join several series into one indicator: the mean score, and the status of that score.

    Series without a score are left out. ``target_achieved`` only where every scored series
    achieved its target. Bands of the mean: >= 2.5, >= 0, >= -2.5, below.

    Examples
    --------
    >>> open_sdg_aggregate([OpenSdgResult(None, 5.0, "target_achieved"),
    ...                     OpenSdgResult(None, -4.0, "deterioration")]).status
    'moderate_progress'
    """
    scored = [result for result in results if result.score is not None]
    if not scored:
        return OpenSdgResult(None, None, "not_available", "no_value")
    score = sum(result.score for result in scored if result.score is not None) / len(scored)
    if all(result.status == "target_achieved" for result in scored):
        return OpenSdgResult(None, score, "target_achieved")
    for edge, status in zip((2.5, 0.0, -2.5), STATUSES, strict=False):
        if score >= edge:
            return OpenSdgResult(None, score, status)
    return OpenSdgResult(None, score, STATUSES[-1])
