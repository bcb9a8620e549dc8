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

from collections.abc import Callable

from analysis.rules.case import (
    EDGE,
    Finding,
    ProgressCase,
    RuleVerdict,
    SilentError,
    annual_changes,
    band,
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
from analysis.rules.opensdg import (
    open_sdg_progress,
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
