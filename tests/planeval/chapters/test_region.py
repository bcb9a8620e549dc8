"""The long series of the region above: chain, deflator, trends, models, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.targets.evaluation import evaluate
from planeval.chapters import models, region
from planeval.chapters.models import break_sentence, trend_reading, trend_table, trends


@pytest.fixture(scope="module")
def evaluation():
    return evaluate("jiaxing-14fyp", 2024)


@pytest.fixture(scope="module")
def city(evaluation):
    return region.city(evaluation)


def test_the_chain_uses_the_declared_corrections(city):
    # published 101.6 and 114.2 corrected to 103.5 and 108.5
    assert city.real[2020] / city.real[2019] == pytest.approx(1.035)
    assert city.real[2021] / city.real[2020] == pytest.approx(1.085)
    assert city.real[2000] == 100.0 and city.base == 2020


def test_the_deflator_by_hand(city):
    # nominal 7569.5/5563.58 = 1.36055; real 1.085·1.025·1.063·1.056 = 1.24840; ratio 1.0898
    assert city.deflator[2020] == 100.0
    assert city.deflator[2024] == pytest.approx(108.98, abs=0.01)


def test_nominal_and_real_stand_in_columns_of_their_own(city, evaluation):
    table = region.spans_table(city, evaluation)
    # 2021-2024: nominal 8.0 %, real 1.24840^(1/4) - 1 = 5.7 %, prices 1.0898^(1/4) - 1 = 2.2 %
    assert table.rows[-1] == ["2021—2024年", "4", "8.0", "5.7", "2.2"]
    assert "2010年（+7.8%）" in region.spans_reading(city)


def test_a_single_year_is_not_a_span():
    then = evaluate("jiaxing-14fyp", 2022, "2023-06-30")  # the latest figure is that of 2021
    found = region.city(then)
    table = region.spans_table(found, then)
    assert [row[0] for row in table.rows][-2:] == ["2016—2020年", "2021年"]
    assert "变为2021年的8.5%" in region.spans_reading(found)


def test_every_year_says_what_it_rests_on(city, evaluation):
    text = region.standing(city, evaluation.audit)
    assert "初步数：2024年" in text and "2处已声明的更正" in text
    assert "101.6→103.5" in text and "114.2→108.5" in text
    assert "未更正：2013、2018年" in text and "换算：2024年" in text


def test_a_gap_ends_the_chain():
    links = pd.Series({2010: 110.0, 2012: 110.0, 2013: 120.0, 2014: 110.0})
    # the run 2012-2014: 100, 120, 132; the first link is spent on the base
    assert region.chained(links).to_dict() == pytest.approx({2012: 100.0, 2013: 120.0, 2014: 132.0})
    assert region.chained(links.iloc[:1]).empty


def test_a_region_without_one_above():
    empty = region.City(
        "",
        region.known_series(None, None, "gdp"),
        region.known_series(None, None, "gdp_index"),
        pd.Series(dtype=float),
        pd.Series(dtype=float),
        None,
    )
    assert region.levels_chart(empty, None) == region.NONE_ABOVE
    assert region.spans_reading(empty) == "" and region.standing(empty, None) == ""


def steady(first: int, count: int, rate: float) -> pd.Series:
    return pd.Series({first + n: 100 * (1 + rate) ** n for n in range(count)})


def test_a_steady_series_grows_at_its_rate():
    made = trends(steady(2005, 19, 0.06), "可比价")
    assert made.fit.growth_pct == pytest.approx(6.0)
    assert "可比价趋势年均增长6.0%" in trend_reading(made)
    assert "没有残差" in break_sentence(made)  # nothing to test a break against


def test_a_break_found_is_not_called_sudden_when_growth_had_drifted_before(city):
    text = trend_reading(trends(city.real, "可比价"))
    # real 2000-2010: (353.57/100)^(1/10) - 1 = 13.5 %
    assert "13.5%（2000—2010年）" in text and "检验不能区分一次突变与逐步变化" in text


def test_too_few_years_after_the_break_is_said():
    made = trends(steady(2000, 22, 0.05), "现价")
    assert made.test is None and "断点检验（2020年）没有进行" in trend_reading(made)
    assert len(trend_table(made, "某市").rows) == 2


def test_too_short_for_any_trend():
    made = trends(steady(2018, 5, 0.05), "现价")
    assert "不估计趋势" in trend_table(made, "某市")
    assert trend_reading(made) == ""


@pytest.mark.slow
def test_models_are_ranked_by_error_and_modest_about_it():
    series = steady(2004, 20, 0.08)
    series.iloc[1::2] *= 1.02
    made = models.models(series, "nominal_gdp", 1)
    table = models.models_table(made, "某市生产总值（现价）")
    errors = [float(row[1]) for row in table.rows]
    assert errors == sorted(errors) and len(errors) == 7  # five references, two of our own
    # trials: from the 12th to the 19th of 20 years
    assert "共8次" in table.note and "2015—2022年" in table.note
    assert "名次之差不足以断定优劣" in models.models_reading(made)
    assert models.models_chart(made, "某市", "亿元").caption.startswith("某市向前5年")
    chart = models.models_scores_chart(made, "某市")
    own = [row[0] for row in table.rows].index(models.OWN_ZH) + 1
    assert f"{table.rows[0][0]}误差最小，本报告的方法居第{own}位" in chart.caption
    held = (made.scores["coverage_80_pct"] >= 80).sum()
    assert f"7个模型中{held}个" in chart.caption and "滚动预测8次" in chart.subtitle
    assert chart.data["error_pct"].tolist() == sorted(made.scores["mape_pct"])


@pytest.mark.parametrize(
    ("own", "said"), [(6.2, "低于"), (7.3, "高于"), (7.14, "等于"), (7.06, "等于")]
)
def test_the_own_pace_is_placed_by_the_figures_as_printed(own, said):
    # the references grow by 6.0, 7.1 and 8.0 a year: the median is 7.1
    paces = {"own": own, "drift": 6.0, "ets": 7.1, "theta": 8.0}
    ahead = pd.DataFrame(
        [(2028, name, 100 * (1 + pace / 100) ** 5) for name, pace in paces.items()],
        columns=["year", "model", "median"],
    )
    values = pd.Series({2022: 95.0, 2023: 100.0})
    text = models.models_chart_reading(models.Models(values, 1, "own", ahead, pd.DataFrame()))
    assert f"为{own:.1f}%，{said}参照模型的中位数（7.1%）" in text and "不高于" not in text


def test_the_look_ahead_shortens_until_there_are_five_trials():
    made = models.models(steady(2000, 18, 0.07), "nominal_gdp", 5)
    # 18 years: 12 to train on, 5 trials, so two years ahead
    assert made.h == 2 and set(made.scores["n_origins"]) == {5}


def test_a_series_too_short_or_broken_gets_a_reason():
    short = models.models(steady(2015, 8, 0.05), "nominal_gdp", 1)
    assert "现有8个" in models.models_table(short, "某市")
    broken = models.models(steady(2000, 24, 0.05).drop(2010), "nominal_gdp", 1)
    assert "2010" in broken.reason and models.models_chart(broken, "某市", "亿元") == ""
    assert models.models_scores_chart(broken, "某市") == ""
