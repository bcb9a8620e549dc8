"""The running year of the port from its year-to-date figures, as a range and never a verdict.

Only a year without a figure of its own is estimated; one scope and one caliber at a time. Foreign
trade and river-sea transport are left alone: they swing more than a port's total, and the errors
are learned from a total. How good the method is at this port is shown on the years whose outcome
is known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from analysis.data.periods import last_year, months_of, period_key
from analysis.data.schema import read_table
from analysis.data.series import Datum
from analysis.growth.rates import cagr
from analysis.season import forecast_seasonal
from analysis.season.distribution import YearTotal
from analysis.season.holiday import (
    SPRING_FESTIVAL,
    WHOLE,
    HolidayEffect,
    SeasonalAdjustment,
    Window,
    holiday_effect,
    made_series,
    seasonal_adjust,
)
from analysis.season.year import AnnualEstimate, annual_from_part, annual_from_ytd, single_months
from analysis.targets.evaluation import Evaluation
from planeval.chapters.base import bullets, has_data, meanings, plain, sources
from planeval.chapters.port import (
    BOXES,
    CARGO,
    NO_PORT,
    SHORT,
    annual,
    elasticity_rows,
    growth_claims,
    parts_of_year,
    ports,
    printed,
    run_rows,
    series_name,
    share_rows,
)
from planeval.show.chart import COLOURS, Chart, new_figure, style
from planeval.show.table import Table, number, percent
from planeval.words.amounts import month, part_of_year, period_zh, spread, unit_name
from planeval.words.cell import value_of
from planeval.words.language import Terms, mark, say, spoken, worded
from planeval.words.names import name_of, region_name

# --- The monthly port series that ships with the project: a yardstick, not this port ---
# No Chinese port near publishes months without gaps. The port of Vancouver does; its series shows
# how a season and a moving festival are taken out, and its years teach how far the first months
# of a year foretell the rest.


TOTAL, LADEN_IMPORTS = "vancouver-total", "vancouver-import-laden"
NAMES_ZH = Terms({TOTAL: "温哥华港集装箱（总计）", LADEN_IMPORTS: "温哥华港进口重箱"})
MONTHS_SOURCE = "V1"  # where the months come from, by its number in data/sources.csv
#: Ports publish a month some weeks after it ended; nothing is used before it was public.
DAYS_TO_PUBLISH = 60


def port_months(root: Path, series: str = TOTAL, as_of: dt.date | None = None) -> pd.Series | None:
    """Return a shipped monthly port series in TEU as it could be known on a date.

    Parameters
    ----------
    root : Path
        The project's root.
    series : str
        ``vancouver-total`` or ``vancouver-import-laden``.
    as_of : date, optional
        Months that ended less than 60 days before are left out.

    Returns
    -------
    pandas.Series or None
        By month (PeriodIndex); None where the project ships no such table or series.

    Raises
    ------
    InputError
        A table that breaks its schema.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> months = port_months(project_root(), as_of=dt.date(2013, 6, 1))
    >>> str(months.index[-1]), float(months["2013-03"])
    ('2013-03', 195103.0)
    """
    path = root / "data" / "port_months.csv"
    if not path.is_file():
        return None
    table = read_table(path, root / "data" / "schemas" / "port_months.json", root)
    table = table[table["series"] == series].sort_values("period")
    if table.empty:
        return None
    months = pd.Series(
        table["value"].to_numpy(dtype=float), index=pd.PeriodIndex(table["period"], freq="M")
    )
    if as_of is None:
        return months
    last = pd.Timestamp(as_of) - pd.Timedelta(days=DAYS_TO_PUBLISH)
    public = pd.PeriodIndex(months.index).end_time.normalize() <= last
    return months[public] if public.any() else None


WAYS_ZH = Terms({"growth": "同比法", "share": "份额法", "months": "月度法"})
YEARS_AT_LEAST = 2
#: Single months of its own from which a port's season and growth begin to speak for themselves.
MONTHS_AT_LEAST = 18
#: They must lie in the running year or the two before: stray months of long ago show no season.
YEARS_RECENT = 3


@dataclass(frozen=True)
class ByMonths:
    """A year made of its own known months and those forecast by `analysis.season`."""

    total: YearTotal
    way: str = "months"

    def median(self) -> float | None:
        """Return the middle of the year's distribution."""
        return self.total.median()

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval at a level in per cent."""
        return self.total.interval(level)


@dataclass(frozen=True)
class Running:
    """A year of which a part is published: the part, its growth, and the estimates of the whole.

    `outcome` is the published year of the same caliber where there is one.
    """

    item: Datum
    months: tuple[int, ...]
    growth_pct: float | None
    last_total: Datum | None
    estimates: tuple[AnnualEstimate | ByMonths, ...]
    outcome: Datum | None


def _caliber(code: str) -> str:
    """Read the plan's and the customary caliber as one, as the shares of the area do."""
    return "default" if code == "plan" else code


def _years(evaluation: Evaluation, region: str, code: str, caliber: str) -> dict[int, Datum]:
    """Return exact annual figures of one caliber by year."""
    series = annual(evaluation, region, code, "plan" if caliber == "default" else caliber)
    return {
        item.year: item
        for item in (*series.data, *series.other_calibers)
        if _caliber(item.caliber) == caliber and item.qualifier not in ("at_least", "at_most")
    }


def _latest(items: list[Datum]) -> Datum | None:
    """Return the figure that covers most from January on, else the latest month or quarter."""
    usable = [item for item in items if 0 < len(months_of(item.period)) < 12]
    if not usable:
        return None
    return max(
        usable,
        key=lambda i: (months_of(i.period)[0] == 1, period_key(i.period), i.published),
    )


def running(evaluation: Evaluation, year: int, *, known: bool) -> list[Running]:
    """Return each port series of which a part of a year is published, with its estimates.

    Parameters
    ----------
    evaluation : Evaluation
        Gives the date; nothing published later is used.
    year : int
        The calendar year to estimate.
    known : bool
        False: only series without an annual figure of that year. True: only those with one of
        the same caliber, estimated as if it were unknown, from comparable months before it ended.
    """
    scope = ports(evaluation)
    if scope is None:
        return []
    day = min(evaluation.as_of, dt.date(year, 12, 31)) if known else evaluation.as_of
    months = port_months(evaluation.data.root, TOTAL, day)
    if months is None or len(months) < 12 * (YEARS_AT_LEAST + 2):
        return []
    found = []
    for region in (scope.zone, scope.whole, *scope.inland):
        for code in (CARGO, BOXES) if region else ():
            assert region is not None
            found += _series(evaluation, region, code, year, months, known)
    return found


def _series(
    evaluation: Evaluation, region: str, code: str, year: int, months: pd.Series, known: bool
) -> list[Running]:
    """Return the estimates of one series, one for each caliber that publishes a part."""
    groups: dict[str, list[Datum]] = {}
    for item in parts_of_year(evaluation, region, code):
        if last_year(item.period) == year and item.qualifier not in ("at_least", "at_most"):
            groups.setdefault(_caliber(item.caliber), []).append(item)
    published = {i.year for i in _annual(evaluation, region, code)}
    told_growth, found = growth_claims(evaluation), []
    for caliber, items in groups.items():
        part = _latest(items)
        years = _years(evaluation, region, code, caliber)
        if part is None or known != (year in years) or (not known and year in published):
            continue
        before = {when: figure for when, figure in years.items() if when < year}
        rate = value_of(told_growth.get((region, code, part.period, part.source)))
        made = _estimates(part, rate, before, year, months)
        last = before.get(year - 1)
        told = months_of(part.period)
        own = _by_months(evaluation, part, year)
        ways: tuple[AnnualEstimate | ByMonths, ...] = made
        if own is not None:
            ways = (own, *made)
        found.append(Running(part, told, rate, last, ways, years.get(year)))
    return found


def _by_months(evaluation: Evaluation, part: Datum, year: int) -> ByMonths | None:
    """Return the year by its own single months, None where they are too few or broken off.

    All months of the year up to the last known one must be known, and eighteen of this year
    and the two before.
    """
    told = [
        item
        for item in parts_of_year(evaluation, part.region, part.indicator)
        if _caliber(item.caliber) == _caliber(part.caliber)
        and item.qualifier not in ("at_least", "at_most")
        and months_of(item.period)
    ]
    spans = {
        (last_year(i.period), months_of(i.period)[0], months_of(i.period)[-1]): i.value
        for i in told
        if last_year(i.period) <= year
    }
    months = single_months(spans)
    now = [period.month for period in months.index if period.year == year]
    recent = sum(period.year > year - YEARS_RECENT for period in months.index)
    if recent < MONTHS_AT_LEAST or not now or now != list(range(1, now[-1] + 1)):
        return None
    return ByMonths(forecast_seasonal(months, kind="throughput").year_total(year))


def _annual(evaluation: Evaluation, region: str, code: str) -> list[Datum]:
    """Return every annual figure, bounds and other calibers too: such a year is not estimated."""
    series = annual(evaluation, region, code)
    return [*series.data, *series.other_calibers]


def _estimates(
    item: Datum, rate: float | None, before: dict[int, Datum], year: int, months: pd.Series
) -> tuple[AnnualEstimate, ...]:
    """Return the growth way, where it is open, and the share way."""
    told, last = months_of(item.period), before.get(year - 1)
    made = []
    if told[0] == 1 and rate is not None and last is not None:
        made.append(
            annual_from_ytd({told[-1]: item.value}, months, last_total=last.value, growth_pct=rate)
        )
    ends = sorted(before)[-2:]
    trend = None
    if len(ends) == 2:
        a, b = (before[one].value for one in ends)
        trend = 100 * cagr(a, b, ends[1] - ends[0])
    made.append(annual_from_part(item.value, told, months, trend_pct=trend))
    return tuple(made)


def now_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return the ranges of the running year, one scope, series and way a row."""
    if ports(evaluation) is None:
        return say(NO_PORT)
    year = evaluation.year
    rows = running(evaluation, year, known=False)
    if not rows:
        return say("{}年没有只公布了部分月份、而缺全年数字的货物或集装箱总量，不作全年推算。", year)
    calibers = evaluation.data.calibers
    cells = [
        {
            say("序列"): say("{}（{}）", _name(evaluation, r), unit_name(r.item.unit)),
            say("口径"): worded(calibers[r.item.caliber], "name"),
            say("已公布"): _known(r, made),
            say("方法"): WAYS_ZH[made.way],
            say("全年，80%区间"): _range(made, 80),
            say("全年，95%区间"): _range(made, 95),
            say("中间值"): number(None if _common(r) is None else made.median()),
        }
        for r in rows
        for made in r.estimates
    ]
    line = sources(evaluation, [one for r in rows for one in (r.item, r.last_total)])
    return Table(
        pd.DataFrame(cells),
        say("{}年全年推算：{}条只公布了部分月份的总量序列", year, len(rows)),
        source=say("{}；[V1]", line),
        note=say(
            "括号内为来源公布的同比。同比法：上年全年×（1＋累计同比）；份额法：已公布部分÷这些月份通常占全年的份额；本港近三年已有18个以上单月数字的另用月度法（季节预测）。前两法的区间由温哥华港历年的同类误差得出，货物吨数也借用它的集装箱月份分布。本港数字不足三个、或几种方法的80%区间不重叠时，不给中间值。外贸与海河联运起伏大于总量，不推算。"
        ),
        align=["left", "left", "right", "left", "right", "right", "right"],
        key=key,
    )


def _name(evaluation: Evaluation, one: Running) -> str:
    return series_name(evaluation, one.item.region, one.item.indicator)


def _known(one: Running, made: AnnualEstimate | ByMonths) -> str:
    """Return what of the year an estimate rests on, growth on the year before in brackets."""
    if isinstance(made, ByMonths):
        return say("{}个单月{}", made.total.n_known, number(made.total.known))
    told = say("{when}{figure}", when=part_of_year(one.item.period), figure=printed(one.item))
    return told + (
        "" if one.growth_pct is None else say("（{}）", percent(one.growth_pct, sign=True))
    )


def _range(made: AnnualEstimate | ByMonths, level: float) -> str:
    low, high = made.interval(level)
    return spread(number(low), number(high))


def _common(one: Running) -> tuple[float, float] | None:
    """Return what the ways' 80 % ranges have in common, None where they exclude each other."""
    ranges = [made.interval(80) for made in one.estimates]
    low, high = max(a for a, _ in ranges), min(b for _, b in ranges)
    return (low, high) if low <= high else None


def now_reading(evaluation: Evaluation) -> str:
    """Say what the ranges mean, whether the two ways agree, and for whom they do not speak."""
    scope = ports(evaluation)
    rows = running(evaluation, evaluation.year, known=False)
    if scope is None or not rows:
        return ""
    name, text = partial(region_name, evaluation.data), ""
    for r in rows:
        if len(r.estimates) < 2:
            continue
        label, both = _name(evaluation, r), _common(r)
        ways = say("两种") if len(r.estimates) == 2 else say("三种")
        if both is not None:
            text += say(
                "{}：{}方法的80%区间有重叠（{}—{}）。",
                label,
                ways,
                number(both[0]),
                number(both[1]),
            )
        else:
            text += say(
                "{}：{}方法的80%区间不重叠，上年同期可能异常，全年数无法推定。", label, ways
            )
    zone = [r for r in rows if r.item.region == scope.zone]
    if zone:
        text += say("{}的推算只是区间，不代替公布值，不用来判断目标。", name(scope.zone))
    else:
        text += say("推算的都不是{}的数字，不用来判断目标。", name(scope.zone))
    months = port_months(evaluation.data.root, TOTAL, evaluation.as_of)
    assert months is not None
    return text + (
        say(
            "误差学自{}{}年以来的完整年份，只代表它这样的港口；本港换航线、停泊位一类的事不在其中。",
            NAMES_ZH[TOTAL],
            months.index[0].year,
        )
    )


def past_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return what the method would have said in years whose outcome is now known."""
    rows = [
        r
        for year in range(evaluation.year - 15, evaluation.year + 1)
        for r in running(evaluation, year, known=True)
    ]
    if not rows:
        return ""
    inside = [_inside(r, 80) for r in rows]
    frame = pd.DataFrame(
        {
            say("序列"): [_name(evaluation, r) for r in rows],
            say("当时已公布"): [
                say("{when}{figure}", when=period_zh(r.item.period), figure=printed(r.item))
                for r in rows
            ],
            say("方法"): [WAYS_ZH[r.estimates[0].way] for r in rows],
            say("推算的80%区间"): [_range(r.estimates[0], 80) for r in rows],
            say("后来公布的全年"): [printed(r.outcome) for r in rows],
            say("区间内"): [say("是") if hit else say("否") for hit in inside],
        }
    )
    line = sources(evaluation, [one for r in rows for one in (r.item, r.outcome)])
    return Table(
        frame,
        say("回看：全年已知的{}个例子中，{}个落在80%区间内", len(rows), sum(inside)),
        source=say("{}；[V1]", line),
        note=say(
            "每例只用当年年底以前的对照月份和以前各年的全年数；例子之间不独立，个数少，只能看出有无大的偏差。"
        ),
        align=["left", "right", "left", "right", "right", "left"],
        key=key,
    )


def _inside(one: Running, level: float) -> bool:
    low, high = one.estimates[0].interval(level)
    assert one.outcome is not None
    return low <= one.outcome.value <= high


def past_reading(evaluation: Evaluation) -> str:
    """Name the years that the ranges missed."""
    rows = [
        r
        for year in range(evaluation.year - 15, evaluation.year + 1)
        for r in running(evaluation, year, known=True)
        if not _inside(r, 80)
    ]
    if not rows:
        return ""
    words = say("、").join(
        say(
            "{}{}年{}",
            region_name(evaluation.data, r.item.region),
            last_year(r.item.period),
            SHORT[r.item.indicator],
        )
        + (
            say("（高于上端）")
            if r.outcome.value > r.estimates[0].interval(80)[1]
            else say("（低于下端）")
        )
        for r in rows
        if r.outcome is not None
    )
    return say("落在区间外的是{}：平稳年份学来的误差，遇到起伏大的年份会偏窄。", words)


# The one true monthly port series, seasonally adjusted, and where the Spring Festival shows.
# The port of Vancouver is no yardstick for any target: it shows what the methods do, and how far
# an adjusted figure of the latest month can be trusted.


NO_MONTHS = mark("在所定日期之前没有足够的月度港口序列，不作季节调整。")
SOURCE = mark("来源：[V1]")
SEASON_MONTHS_AT_LEAST = 84
#: What was asked, all of it and nothing else: at once, or four weeks later by sea.
WINDOWS = {"same": WHOLE[0], "arrival": Window("arrival", 21, 48)}
WINDOW_NAMES = Terms(
    {
        "same": "同期（正月初一前七天至正月廿一）",
        "arrival": "晚四周到港（同期窗口推后28天）",
    }
)
_SHORT = Terms({"same": "同期", "arrival": "晚四周到港"})
KNOWN = -0.2
#: Of the tests, after Holm's correction.
SIZE = 0.05


def _months(evaluation: Evaluation, series: str) -> pd.Series | None:
    months = port_months(evaluation.data.root, series, evaluation.as_of)
    return None if months is None or len(months) < SEASON_MONTHS_AT_LEAST else months


@lru_cache(maxsize=8)
def _adjusted(values: tuple[float, ...], first: str, window: Window | None) -> SeasonalAdjustment:
    return seasonal_adjust(_monthly(values, first), holiday=None if window is None else [window])


def _chosen(evaluation: Evaluation) -> str | None:
    """Return the window that shows most clearly in laden imports, None where none does."""
    rows = [row for row in festival_rows(evaluation) if row["series"] == LADEN_IMPORTS]
    best = min(rows, key=lambda row: float(row["p"]), default=None)
    return None if best is None or best["holm"] >= SIZE else str(best["code"])


def _shown(evaluation: Evaluation, months: pd.Series) -> SeasonalAdjustment:
    label = _chosen(evaluation)
    return _adjusted(*_key(months), None if label is None else WINDOWS[label])


@lru_cache(maxsize=32)
def _effect(values: tuple[float, ...], first: str, window: Window) -> HolidayEffect:
    return holiday_effect(_monthly(values, first), [window])


def _monthly(values: tuple[float, ...], first: str) -> pd.Series:
    return pd.Series(values, index=pd.period_range(first, periods=len(values), freq="M"))


def _key(months: pd.Series) -> tuple[tuple[float, ...], str]:
    return tuple(map(float, months)), str(months.index[0])


def month_chart(evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw the monthly series as published, seasonally adjusted, and its trend with its band."""
    months = _months(evaluation, LADEN_IMPORTS)
    if months is None:
        return say(NO_MONTHS)
    found = _shown(evaluation, months)
    parts = found.table / 1e4  # 万标箱; the factors are taken from the table itself
    pattern = found.table["seasonal"].iloc[-12:]
    year = pd.PeriodIndex(pattern.index)
    high, low = year[int(pattern.argmax())], year[int(pattern.argmin())]
    last = parts.index[-1]
    caption = say(
        "{}：{}月通常比常月低{}，{}月高{}；季节调整后，{}年{}月为{}万标箱",
        NAMES_ZH[LADEN_IMPORTS],
        month(low.month),
        percent(100 * (1 - pattern.min())),
        month(high.month),
        percent(100 * (pattern.max() - 1)),
        last.year,
        month(last.month),
        number(parts["adjusted"].iloc[-1]),
    )
    return Chart(
        _lines(parts),
        caption,
        say(
            "{}，{}年{}月—{}年{}月，每月万标箱；灰线为公布值，蓝线为季节调整后，带为趋势的95%区间",
            NAMES_ZH[LADEN_IMPORTS],
            parts.index[0].year,
            month(parts.index[0].month),
            last.year,
            month(last.month),
        ),
        say(SOURCE),
        alt=say(
            "公布值最后一月{}万标箱，季节调整后{}万标箱，趋势{}万标箱",
            number(parts["observed"].iloc[-1]),
            number(parts["adjusted"].iloc[-1]),
            number(parts["trend"].iloc[-1]),
        ),
        data=pd.DataFrame(
            {
                "period": parts.index.astype(str),
                **{name: parts[name].to_numpy() for name in ("observed", "adjusted", "trend")},
            }
        ),
        key=key,
    )


def _lines(parts: pd.DataFrame) -> Figure:
    index = pd.PeriodIndex(parts.index)
    when = index.year + (index.month - 0.5) / 12
    with style():
        figure, axes = new_figure(2.9)
        axes.fill_between(
            when[12:], parts["trend_lo"][12:], parts["trend_hi"][12:], color=COLOURS[0], alpha=0.2
        )
        axes.plot(when, parts["observed"], color="#9A9A9A", linewidth=0.8, label=say("公布值"))
        axes.plot(when, parts["adjusted"], color=COLOURS[0], linewidth=1.4, label=say("季节调整后"))
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
        axes.legend(loc="lower right", frameon=False, fontsize=8)
    return figure


def adjust_reading(evaluation: Evaluation) -> str:
    """Say how sure the adjusted figures are and how much the latest will be revised."""
    months = _months(evaluation, LADEN_IMPORTS)
    if months is None:
        return ""
    found, label = _shown(evaluation, months), _chosen(evaluation)
    last = found.table.index[-1]
    text = say(
        "{}年{}月的季节调整值有±{}的误差（95%，只算季节与春节因子的不确定），样本中段同月为±{}。",
        last.year,
        month(last.month),
        percent(found.end_error_pct),
        percent(found.mid_error_pct),
    )
    if found.revision_pct is not None:
        text += say(
            "首次算出的季节因子后来平均要修订{}（均方根），因此不能凭最后一两个月的季调值判断转折。",
            percent(found.revision_pct),
        )
    if label is None:
        text += say("春节变量与零不能区分，季节调整时没有放入。")
    else:
        text += say("季节调整时放入了春节变量（{}，下表中该序列p值最小的窗口）。", _SHORT[label])
    return text + (
        say(
            "方法为结构时间序列模型（取对数）：STL给不出误差，也放不进春节变量，所以不用。这个港口只用来演示方法，与本规划的目标无关；本地港口的月份不连续，不能这样做。"
        )
    )


def festival_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the effect of each window on each shipped series, with Holm's p-values.

    Holm (1979), Scandinavian Journal of Statistics 6, 65-70: several questions asked of one set
    of data are bound to find something; the p-values are raised accordingly.
    """
    rows: list[dict[str, Any]] = []
    for series in (TOTAL, LADEN_IMPORTS):
        months = _months(evaluation, series)
        if months is None:
            continue
        for label, window in WINDOWS.items():
            effect = _effect(*_key(months), window)
            row = effect.table.iloc[0]
            rows.append(
                {
                    "series": series,
                    "code": label,
                    "window": WINDOW_NAMES[label],
                    "effect": float(row.effect_pct),
                    "lo": float(row.lo_pct),
                    "hi": float(row.hi_pct),
                    "p": effect.p_value,
                }
            )
    raised = 0.0
    for rank, found in enumerate(sorted(rows, key=lambda one: float(one["p"]))):
        raised = max(raised, min(1.0, (len(rows) - rank) * found["p"]))
        found["holm"] = raised
    return rows


def festival_table(evaluation: Evaluation, key: str = "") -> Table | str:
    """Return whether the Spring Festival can be told from nothing in the monthly series."""
    rows = festival_rows(evaluation)
    if not rows:
        return ""
    clear = sum(row["holm"] < SIZE for row in rows)
    frame = pd.DataFrame(
        {
            say("序列"): [NAMES_ZH[row["series"]] for row in rows],
            say("窗口"): [row["window"] for row in rows],
            say("影响"): [percent(row["effect"], sign=True) for row in rows],
            say("95%区间"): [
                say("{}至{}", percent(row["lo"], sign=True), percent(row["hi"], sign=True))
                for row in rows
            ],
            say("p值"): [_p(row["p"]) for row in rows],
            say("p值（多重检验后）"): [_p(row["holm"]) for row in rows],
            say("能否与零区分"): [say("能") if row["holm"] < SIZE else say("不能") for row in rows],
        }
    )
    return Table(
        frame,
        say("春节对温哥华港月度集装箱的影响：{}项检验中{}项能与零区分", len(rows), clear),
        source=say(SOURCE),
        note=say(
            "影响指窗口全部落在当月的月份与完全不含窗口的月份相比。区间未作多重检验调整；多重检验用Holm法。调整后的p值小于0.05才算能区分。"
        ),
        align=["left", "left", "right", "right", "right", "right", "left"],
        key=key,
    )


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else number(value, 3)


def festival_reading(evaluation: Evaluation) -> str:
    """Say where the festival shows, why it should, and what it does to an invented series."""
    rows = festival_rows(evaluation)
    if not rows:
        return ""
    clear = [row for row in rows if row["holm"] < SIZE]
    text = ""
    for row in clear:
        turn = say("减少") if row["effect"] < 0 else say("增加")
        text += say(
            "{}在“{}”的窗口{}{}。",
            NAMES_ZH[row["series"]],
            row["window"],
            turn,
            percent(abs(row["effect"])),
        )
    if not clear:
        text += say("多重检验之后，没有一项影响能与零区分：春节变量在这里可以不放。")
    laden = [row["effect"] for row in clear if row["series"] == LADEN_IMPORTS]
    if len(laden) == len(WINDOWS) and min(laden) < 0 < max(laden):
        text += say("进口重箱的一增一减很可能是同一批货挪了时间的两面，不能当作两个独立的证据。")
    silent = [row for row in rows if row not in clear]
    if clear and silent:
        words = say("、").join(
            say("{}（{}）", NAMES_ZH[r["series"]], _SHORT[r["code"]]) for r in silent
        )
        text += say("{}的影响不能与零区分。", words)
    text += say(
        "温哥华本身不过春节，一种解释是影响随货物而来：节前赶运的货在节日前后到港，工厂停工的缺口晚几周到港；这些数字没有检验这一解释。"
    )
    if _thinner(rows):
        text += say("总量里还有出口和空箱，影响比进口重箱小。")
    return (
        text
        + say("国内港口停工在当地，影响可能更大，但没有不间断的月度数字可以检验。")
        + _known_season(spoken())
    )


def _thinner(rows: list[dict[str, Any]]) -> bool:
    """Return whether the total moves less than laden imports in every window."""
    size = {(row["series"], row["code"]): abs(row["effect"]) for row in rows}
    return all(
        size.get((TOTAL, label), np.inf) < size.get((LADEN_IMPORTS, label), 0.0)
        for label in WINDOWS
    )


@lru_cache(maxsize=2)
def _known_season(language: str) -> str:  # in a cache of its own for each language
    """Say how well a known effect in an invented series is found, with and without regressor."""
    series = made_series(beta=KNOWN, seed=1)
    row = holiday_effect(series, WHOLE).table.iloc[0]
    rough = []
    for windows in (WHOLE, None):
        parts = seasonal_adjust(series, holiday=windows).table
        first = pd.PeriodIndex(parts.index).month <= 2
        rough.append(100 * float(np.std(np.log(parts["irregular"][first]))))
    days = sorted(day.strftime("%m%d") for day in SPRING_FESTIVAL.values())
    return say(
        "春节在{}—{}年间于{}月{}日与{}月{}日之间移动。"
        "用一条已知影响为{}的模拟序列核对：估计为{}（95%区间{}至{}）；"
        "不放春节变量，一、二月的不规则波动由{}升至{}。",
        min(SPRING_FESTIVAL),
        max(SPRING_FESTIVAL),
        month(days[0][:2]),
        int(days[0][2:]),
        month(days[-1][:2]),
        int(days[-1][2:]),
        percent(100 * np.expm1(KNOWN)),
        percent(row.effect_pct),
        percent(row.lo_pct),
        percent(row.hi_pct),
        percent(rough[0]),
        percent(rough[1]),
    )


def summary(evaluation: Evaluation) -> str:
    """Return what the chapter means for the port targets, those without a figure counted."""
    items = evaluation.of(domain="port")
    if not items:
        return say("本规划没有列入港口类目标。")
    text = meanings(evaluation, items)
    silent = [item for item in items if not has_data(evaluation, item)]
    if silent:
        names = say("、").join(plain(name_of(item.target)) for item in silent)
        text += say("\n- 规划期内没有港区数字、不下结论的目标：{}。", names)
    return text.strip()


def limits(evaluation: Evaluation) -> str:
    """Return what the port figures cannot show, as far as it follows from what is published."""
    if ports(evaluation) is None:
        return say(NO_PORT)
    rows = run_rows(evaluation)
    zone = region_name(evaluation.data, rows[0]["region"])
    years = say("、").join(map(str, rows[0]["strict"]))
    shares = share_rows(evaluation)
    return bullets(
        [
            say("{}货物吞吐量只有{}年公布；其间各年的起落看不到。", zone, years)
            if years
            else say("{}货物吞吐量在所定日期之前没有公布年度值。", zone),
            say(
                "港区占全港的份额只在{}可算，其余时期不能用全港推断港区。",
                say("、").join(period_zh(period) for period in dict.fromkeys(shares["period"])),
            )
            if len(shares)
            else say("港区占全港的份额没有一个时期可算。"),
            say("吞吐量按重量或箱数计，不反映货值、空箱比例和中转重复计数。"),
            ""
            if any(row["fit"].known for row in elasticity_rows(evaluation))
            else say("吞吐量对生产总值、贸易的弹性没有估计：相邻年份的配对不够。"),
            say("全年推算的误差只学自一个外国港口，遇到起伏大的年份区间会偏窄。")
            if running(evaluation, evaluation.year, known=False)
            else "",
            say("预测区间借用同类序列的波动，不含泊位、航线、货类调整等具体事件。")
            if any(item.outlook.table is not None for item in evaluation.of(domain="port"))
            else "",
        ]
    )
