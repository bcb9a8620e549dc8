"""Textbook models held against the report's own method on one long series.

Each model forecasts from past years as if the later ones were unknown; the table says which
erred least and how often its intervals held, the chart what each expects from here on.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.backtest.compare import COMPARED, LEVELS, compare_models
from analysis.data.errors import InputError
from analysis.data.units import unit_name
from analysis.forecast import forecast
from planeval.show.chart import Chart
from planeval.show.lines import line_chart
from planeval.show.scores import scores_chart
from planeval.show.table import Table
from planeval.words.language import Terms, mark, say, worded

OWN_ZH = mark("本报告的方法")
MODEL_ZH = Terms(
    {
        "pooled": "合并学习的分位数模型",
        "prior": "借用先验的随机游走",
        "trend_grid": "阻尼趋势的网格平均",
        "theta_grid": "Theta方法的网格平均",
        "drift": "带漂移的随机游走",
        "ets": "阻尼趋势指数平滑",
        "theta": "Theta方法",
        "arima": "ARIMA(1,1,0)",
        "local_trend": "局部线性趋势",
    }
)
MIN_TRAIN = 12  # from here on even the models with most parameters have points to spare
MIN_ORIGINS = 5  # a model is not ranked on fewer trials; a shorter look ahead makes room for them
FEW_ORIGINS = 20
AHEAD = 5
_SHOWN = 10  # years of history in the chart


@dataclass(frozen=True)
class Models:
    """What every model expects and how it fared; empty frames and a reason where none can run.

    Attributes
    ----------
    values : pandas.Series
        What was published, unknown years left out.
    h : int
        Years ahead over which the models were scored.
    own : str
        Name of the model the report uses.
    forecasts : pandas.DataFrame
        year, model, median.
    scores : pandas.DataFrame
        One row a model, as :meth:`analysis.backtest.compare.Comparison.table` gives them.
    """

    values: pd.Series
    h: int
    own: str
    forecasts: pd.DataFrame
    scores: pd.DataFrame
    reason: str = ""

    def name(self, model: object) -> str:
        """Return what the report calls a model."""
        return say(OWN_ZH) if model == self.own else MODEL_ZH[str(model)]


def models(values: pd.Series, kind: str, h: int) -> Models:
    """Run and score the reference models and the report's own method on one annual series.

    Parameters
    ----------
    values : pandas.Series
        Positive values by consecutive years, one unit.
    kind : str
        Kind of quantity.
    h : int
        Years ahead to score, at least one; fewer are taken where the series is too short for
        five trials.

    Examples
    --------
    >>> models(pd.Series({2020: 1.0, 2021: 1.1}), "nominal_gdp", 1).reason
    '滚动检验至少需要17个连续年份的观测，现有2个'
    """
    known = values.dropna()
    h = min(h, len(known) - MIN_TRAIN - MIN_ORIGINS + 1)
    if h < 1:
        need = MIN_TRAIN + MIN_ORIGINS
        why = say("滚动检验至少需要{}个连续年份的观测，现有{}个", need, len(known))
        return Models(known, 1, "", pd.DataFrame(), pd.DataFrame(), why)
    try:
        # a model may be made by another's engine: each engine speaks once
        ahead = {
            made.model: made
            for made in (forecast(known, AHEAD, kind=kind, model=name) for name in COMPARED)
        }
        scores = compare_models(known, kind, h, tuple(ahead), MIN_TRAIN).table()
    except InputError as error:  # a year missing in between: the reason is what the reader needs
        return Models(known, h, "", pd.DataFrame(), pd.DataFrame(), worded(error))
    tables = [made.table().assign(model=name) for name, made in ahead.items()]
    shown = pd.concat(tables, ignore_index=True)[["year", "model", "median"]]
    return Models(known, h, next(iter(ahead)), shown, scores)


def models_table(made: Models, subject: str, source: str = "", key: str = "") -> Table | str:
    """Return errors and coverage by model, smallest error first, or why there are none.

    Parameters
    ----------
    made : Models
        From :func:`models`.
    subject : str
        Place, measure and prices, for the caption.
    """
    if made.scores.empty:
        return say("{}：{}，不作模型比较。", subject, made.reason)
    ranked = made.scores.sort_values("mape_pct", kind="stable")
    frame = pd.DataFrame(
        {
            say("模型"): [made.name(name) for name in ranked["model"]],
            say("平均绝对误差（%）"): ranked["mape_pct"].to_numpy(),
            "MASE": ranked["mase"].to_numpy(),
            say("80%区间覆盖（%）"): ranked["coverage_80_pct"].to_numpy(),
            say("95%区间覆盖（%）"): ranked["coverage_95_pct"].to_numpy(),
        }
    )
    first = int(made.values.index[MIN_TRAIN - 1])
    last = int(made.values.index[len(made.values) - made.h - 1])
    return Table(
        frame,
        say("{}：各模型向前{}年的滚动预测误差与区间覆盖", subject, made.h),
        source=source,
        note=say(
            "站在{}—{}年的每一年末、只用当年及以前的数据向前预测{}年，共{}次；MASE为误差与训练期年均变动之比。区间若可靠，覆盖率应接近80%与95%。各年都用评估日可知的最新版本，当时能见到的数字未必相同。",
            first,
            last,
            made.h,
            int(ranked["n_origins"].iloc[0]),
        ),
        digits={
            say("平均绝对误差（%）"): 1,
            "MASE": 2,
            say("80%区间覆盖（%）"): 0,
            say("95%区间覆盖（%）"): 0,
        },
        key=key,
    )


def models_reading(made: Models) -> str:
    """Say which model erred least, where the report's own stands, and how little that proves."""
    if made.scores.empty:
        return ""
    ranked = made.scores.sort_values("mape_pct", kind="stable").reset_index(drop=True)
    best, worst = ranked.iloc[0], ranked.iloc[-1]
    place = int(ranked.index[ranked["model"] == made.own][0]) + 1
    cover = ranked["coverage_80_pct"]
    own = float(cover.iloc[place - 1])
    count = int(best["n_origins"])
    text = say(
        "误差最小的是{}（{:.1f}%），最大的是{}（{:.1f}%）；本报告的方法居第{}位，80%区间实际覆盖{:.0f}%，各模型在{:.0f}%至{:.0f}%之间。",
        made.name(best["model"]),
        best["mape_pct"],
        made.name(worst["model"]),
        worst["mape_pct"],
        place,
        own,
        cover.min(),
        cover.max(),
    )
    if count < FEW_ORIGINS:
        overlap = say("且彼此重叠，") if made.h > 1 else ""
        text += say("检验只有{}次，{}名次之差不足以断定优劣。", count, overlap)
    return text


def models_scores_chart(made: Models, subject: str, source: str = "", key: str = "") -> Chart | str:
    """Draw each model's error and how often its ranges held, smallest error first."""
    if made.scores.empty:
        return ""
    ranked = made.scores.sort_values("mape_pct", kind="stable").reset_index(drop=True)
    frame = ranked.rename(columns={"mape_pct": "error_pct"})
    frame.insert(0, "name", [made.name(model) for model in ranked["model"]])
    honest = (ranked["coverage_80_pct"] >= 80).sum()
    place = int(ranked.index[ranked["model"] == made.own][0]) + 1
    return scores_chart(
        frame[["name", "error_pct", *(f"coverage_{level}_pct" for level in LEVELS)]],
        say(
            "向前{}年，{}误差最小，{}居第{}位；{}个模型中{}个的80%区间覆盖不低于80%",
            made.h,
            made.name(ranked["model"].iloc[0]),
            say(OWN_ZH),
            place,
            len(ranked),
            honest,
        ),
        levels=LEVELS,
        highlight=say(OWN_ZH),
        subtitle=say(
            "{}，滚动预测{}次，每次向前{}年", subject, int(ranked["n_origins"].iloc[0]), made.h
        ),
        source=source,
        key=key,
    )


def models_chart(
    made: Models, subject: str, unit: str, source: str = "", key: str = ""
) -> Chart | str:
    """Draw the latest years and what each model expects of the next five."""
    if made.forecasts.empty:
        return ""
    history = made.values.iloc[-_SHOWN:]
    last, value = int(history.index[-1]), float(history.iloc[-1])
    parts = [
        pd.DataFrame({"year": history.index, "value": history.to_numpy(), "series": say("公布值")})
    ]
    # seven lines can be told apart: of the report's own models the one it uses
    drawn = made.forecasts[(made.forecasts["model"] != "prior") | (made.own == "prior")]
    for name, rows in drawn.groupby("model", sort=False):
        years, middle = [last, *rows["year"]], [value, *rows["median"]]
        parts.append(pd.DataFrame({"year": years, "value": middle, "series": made.name(name)}))
    end = drawn[drawn["year"] == last + AHEAD].sort_values("median")
    low, high = end.iloc[0], end.iloc[-1]
    spread = 100 * (high["median"] / low["median"] - 1)
    return line_chart(
        pd.concat(parts, ignore_index=True),
        say(
            "{}向前{}年，各模型的中心值最高（{}）比最低（{}）多{:.0f}%",
            subject,
            AHEAD,
            made.name(high["model"]),
            made.name(low["model"]),
            spread,
        ),
        digits=0,
        height=3.2,
        subtitle=say(
            "{}，{}，{}—{}年；{}年以后为预测中心值",
            subject,
            unit_name(unit),
            history.index[0],
            last + AHEAD,
            last,
        ),
        source=source,
        key=key,
    )


def models_chart_reading(made: Models) -> str:
    """Say how far apart the models end, in growth a year."""
    if made.forecasts.empty:
        return ""
    value = float(made.values.iloc[-1])
    end = made.forecasts[made.forecasts["year"] == made.forecasts["year"].max()]
    rates = 100 * ((end.set_index("model")["median"] / value) ** (1 / AHEAD) - 1)
    last = int(made.values.index[-1])
    own, others = float(rates[made.own]), rates.drop([made.own, "prior"], errors="ignore")
    above = round(own, 1) - round(others.median(), 1)  # of the two figures as printed
    place = say("等于参照模型的中位数")
    if above:
        place = say("高于参照模型的中位数") if above > 0 else say("低于参照模型的中位数")
    return say(
        "换算成{}—{}年的现价年均增速，各模型在{:.1f}%至{:.1f}%之间，本报告的方法为{:.1f}%，{}（{:.1f}%）；差别来自各模型对增速是否回落的假定，不来自数据的不同。",
        last + 1,
        last + AHEAD,
        rates.min(),
        rates.max(),
        own,
        place,
        others.median(),
    )
