"""The region above: its long series at current prices and in real terms, and what each rests on.

The zone has three figures; its city has a quarter of a century of them. Nominal values and the
real index are kept apart, and every year says whether it is a correction, a revision or neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.audit import AuditReport
from analysis.data.observations import STATUS_ZH
from analysis.data.series import Datum, Series, annual_series
from analysis.growth.indices import chain_index, implicit_deflator
from analysis.growth.rates import cagr
from analysis.targets.evaluation import Evaluation
from planeval.chapters.cells import bullets, plain, signed, sources
from planeval.chapters.trends import Trends, peak
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.table import Table
from planeval.words.language import either, mark, say

NONE_ABOVE = mark("数据中没有本区的上级地区，无长序列可用。")


@dataclass(frozen=True)
class City:
    """The region above the plan's own, as known on the evaluation's date.

    Attributes
    ----------
    nominal, index : Series
        Value at current prices in 亿元; index with the previous year at 100.
    real : pandas.Series
        The index chained over its last unbroken run, first year 100.
    deflator : pandas.Series
        Implicit deflator, base year of the plan (or the first year) at 100.
    base : int or None
        The year in which the deflator is 100.
    """

    name: str
    nominal: Series
    index: Series
    real: pd.Series
    deflator: pd.Series
    base: int | None


def parent(evaluation: Evaluation) -> str | None:
    """Return the code of the region above the plan's, None where there is none."""
    return evaluation.data.regions[evaluation.plan.region]["parent"]


def known_series(evaluation: Evaluation, region: str | None, indicator: str) -> Series:
    """Return a series by the evaluation's own choice of vintage; empty without a region."""
    if region is None:
        return Series("", indicator, "default", (), (), ())
    return annual_series(
        evaluation.data, region, indicator, as_of=evaluation.as_of, until=evaluation.year
    )


def city(evaluation: Evaluation) -> City:
    """Collect the long series of the region above, chained and deflated.

    Examples
    --------
    >>> from analysis.targets.evaluation import evaluate
    >>> found = city(evaluate("jiaxing-14fyp", 2024))
    >>> found.name, found.real.round(1)[2024].item(), found.deflator.round(1)[2024].item()
    ('嘉兴市', 926.5, 109.0)
    """
    region = parent(evaluation)
    nominal = known_series(evaluation, region, "gdp")
    index = known_series(evaluation, region, "gdp_index")
    real = chained(index.values())
    both = real.index.intersection(nominal.values().index)
    wanted = evaluation.plan.base_year
    base = None if both.empty else wanted if wanted in both else int(both[0])
    deflator = pd.Series(dtype=float)
    if base is not None:
        deflator = implicit_deflator(nominal.values().loc[both], real.loc[both], base)
    name = evaluation.data.name(region) if region else ""
    return City(name, nominal, index, real, deflator, base)


def chained(links: pd.Series) -> pd.Series:
    """Return the constant-price level of the last unbroken run of yearly links, first year 100.

    The first link is spent on the base: it leads from a year before the run.

    Examples
    --------
    >>> chained(pd.Series({2018: 107.0, 2020: 103.5, 2021: 108.5})).round(1).to_dict()
    {2020: 100.0, 2021: 108.5}
    """
    years = [int(year) for year in links.dropna().index]
    start = len(years) - 1
    while start > 0 and years[start - 1] == years[start] - 1:
        start -= 1
    if len(years) - start < 2:
        return pd.Series(dtype=float)
    return chain_index(links.loc[years[start + 1] :], years[start])


def source(found: City, evaluation: Evaluation) -> str:
    """Return the source line of the nominal series."""
    return sources(evaluation, found.nominal.data)


def index_source(found: City, evaluation: Evaluation) -> str:
    """Return the source line of the real index."""
    return sources(evaluation, found.index.data)


def levels_chart(found: City, evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw nominal value, real index and deflator on one scale, first common year 100."""
    if found.deflator.empty:
        return _too_short(found)
    years = found.deflator.index
    lines = {
        say("现价总量"): found.nominal.values().loc[years],
        say("可比价总量"): found.real.loc[years],
        say("隐含平减指数"): found.deflator,
    }
    parts = [
        pd.DataFrame({"year": years, "value": (100 * v / v.iloc[0]).to_numpy(), "series": name})
        for name, v in lines.items()
    ]
    first, last = int(years[0]), int(years[-1])
    ends = {name: 100 * v.iloc[-1] / v.iloc[0] for name, v in lines.items()}
    return line_chart(
        pd.concat(parts, ignore_index=True),
        say(
            "{}现价总量{}年为{}年的{:.1f}倍，可比价为{:.1f}倍，其余是价格与基数修订",
            found.name,
            last,
            first,
            ends[say("现价总量")] / 100,
            ends[say("可比价总量")] / 100,
        ),
        subtitle=say("地区生产总值，{}，{}—{}年，{}年＝100", found.name, first, last, first),
        source=sources(evaluation, [*found.nominal.data, *found.index.data]),
        key=key,
    )


def _too_short(found: City) -> str:
    if not found.name:
        return say(NONE_ABOVE)
    return say("在所定日期之前，{}没有足够的现价总量与可比价指数，不作长序列分析。", found.name)


def spans_table(found: City, evaluation: Evaluation, key: str = "") -> Table | str:
    """Return mean growth by five-year period: nominal, real and implicit prices, kept apart."""
    spans = _spans(found)
    if not spans:
        return _too_short(found)
    nominal = found.nominal.values()
    rows = [
        {
            say("时期"): _span_text(a, b),
            say("年数"): b - a,
            say("现价年均增速（%）"): 100 * cagr(nominal[a], nominal[b], b - a),
            say("可比价年均增速（%）"): 100 * cagr(found.real[a], found.real[b], b - a),
            say("隐含价格年均变动（%）"): 100 * cagr(found.deflator[a], found.deflator[b], b - a),
        }
        for a, b in spans
    ]
    return Table(
        pd.DataFrame(rows),
        say("{}地区生产总值分时期年均增速：现价、可比价与隐含价格", found.name),
        source=sources(evaluation, [*found.nominal.data, *found.index.data]),
        note=say(
            "隐含价格＝现价总量÷可比价指数。现价总量经普查修订、而指数未随之修订的年份，基数的修订也会落入隐含价格。"
        ),
        key=key,
    )


def _spans(found: City) -> list[tuple[int, int]]:
    years = list(found.deflator.index)
    if len(years) < 2:
        return []
    ends = [int(y) for y in years if y in (years[0], years[-1]) or y % 5 == 0]
    return list(pairwise(ends))


def _span_text(before: int, last: int) -> str:
    """Return the years growth runs over; a single year is not a span."""
    return say("{}年", last) if last - before == 1 else say("{}—{}年", before + 1, last)


def spans_reading(found: City) -> str:
    """Say how real growth moved between periods and where the deflator jumps most."""
    spans = _spans(found)
    if not spans:
        return ""
    rates = [100 * cagr(found.real[a], found.real[b], b - a) for a, b in spans]
    (a, b), (c, d) = spans[0], spans[-1]
    text = (
        say(
            "{}可比价年均增速由{}的{:.1f}%变为{}的{:.1f}%。",
            found.name,
            _span_text(a, b),
            rates[0],
            _span_text(c, d),
            rates[-1],
        )
        if len(spans) > 1
        else say("{}{}可比价年均增长{:.1f}%。", found.name, _span_text(a, b), rates[0])
    )
    moves = (100 * found.deflator.pct_change()).dropna()
    year = peak(moves.abs())
    return text + (
        say(
            "隐含价格单年变动最大的是{}年（{}%），其中有多少是价格、多少是现价总量的修订，公布数据分不开。",
            year,
            signed(moves[year]),
        )
    )


def growth_chart(found: City, made: Trends, evaluation: Evaluation, key: str = "") -> Chart | str:
    """Draw yearly real growth beside the growth of the local trend."""
    if made.local is None:
        return (
            say("{}可比价序列{}，不画增速图。", found.name, made.reasons["local"])
            if found.name
            else ""
        )
    yearly = (100 * made.values.pct_change()).dropna()
    path = made.local.path.dropna(subset=["growth_pct"])
    frame = pd.concat(
        [
            pd.DataFrame(
                {"year": yearly.index, "value": yearly.to_numpy(), "series": say("年增速")}
            ),
            pd.DataFrame(
                {"year": path["year"], "value": path["growth_pct"], "series": say("趋势增速")}
            ),
        ],
        ignore_index=True,
    )
    top, last = peak(yearly), int(yearly.index[-1])
    return line_chart(
        frame,
        say(
            "{}可比价增速最高为{}年的{:.1f}%，{}年为{:.1f}%，趋势增速{:.1f}%",
            found.name,
            top,
            yearly[top],
            last,
            yearly[last],
            made.local.growth_pct,
        ),
        subtitle=say("地区生产总值可比价增速，{}，{}—{}年，%", found.name, yearly.index[0], last),
        source=sources(evaluation, found.index.data),
        key=key,
    )


def standing(found: City, audit: AuditReport) -> str:
    """List which years are corrected, revised, checked, or none of these."""
    if not found.index.data and not found.nominal.data:
        return ""
    return bullets([_nominal_standing(found), _corrections(found), _unchecked(found, audit)])


def _nominal_standing(found: City) -> str:
    groups: dict[str, list[int]] = {}
    for item in found.nominal.data:
        groups.setdefault(item.status, []).append(item.year)
    words = say("；").join(
        say("{}：{}", STATUS_ZH[status], years_text(ys)) for status, ys in groups.items()
    )
    text = say("现价总量按状态分——{}。", words) if words else ""
    early = [y for status, ys in groups.items() if status not in ("revised", "final") for y in ys]
    return text + (say("其中{}尚未修订或核实。", years_text(sorted(early))) if early else "")


def _corrections(found: City) -> str:
    fixed = [item for item in found.index.data if item.correction]
    if not fixed:
        return say("指数没有采用任何更正。") if found.index.data else ""
    listed = say("；").join(say("{}年 {}", item.period, plain(_correction(item))) for item in fixed)
    return say("指数采用了{}处已声明的更正——{}。", len(fixed), listed)


def _correction(item: Datum) -> str:
    """Return figures and reason of a correction; in English its source stands for the reason."""
    words = item.correction or ""
    return either(words, f"{words.partition('：')[0]} [{item.source}]")


def _unchecked(found: City, audit: AuditReport) -> str:
    used = {item.year: item for item in found.index.data if item.year in found.real.index[1:]}
    fixed = {year for year, item in used.items() if item.correction}
    derived = sorted(year for year, item in used.items() if item.status == "derived")
    pairs = [
        f
        for f in (*audit.findings, *audit.agreements)
        if f.rule == "index_vs_growth" and f.region == found.index.region
    ]
    agree = {int(f.period[:4]) for f in pairs if f.verdict == "agrees"} & used.keys() - fixed
    differ = {int(f.period[:4]) for f in pairs if f.verdict != "agrees"} & used.keys() - fixed
    rest = sorted(used.keys() - fixed - agree - differ - set(derived))
    parts = [
        say("与另处公布的增速相符：{}", years_text(sorted(agree))) if agree else "",
        say("与另处公布的增速略有出入而未更正：{}", years_text(sorted(differ))) if differ else "",
        say("由公布增速换算：{}", years_text(derived)) if derived else "",
        say("没有另处公布的增速可核对：{}", years_text(rest)) if rest else "",
    ]
    said = say("；").join(part for part in parts if part)
    return say("其余指数——{}。", said) if said else ""


def years_text(years: list[int]) -> str:
    """Return years as text, runs of three or more joined by a dash.

    Examples
    --------
    >>> years_text([2000, 2001, 2002, 2013, 2018])
    '2000—2002、2013、2018年'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    pieces = [
        say("{}—{}", run[0], run[-1]) if len(run) > 2 else say("、").join(map(str, run))
        for run in runs
    ]
    return say("{}年", say("、").join(pieces))
