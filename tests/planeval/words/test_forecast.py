"""What a forecast says of itself: every number recomputed, no sentence false for its model."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.forecast import forecast
from analysis.forecast.kinds import KINDS, load_priors
from analysis.forecast.learned.nets import load_weights
from analysis.forecast.steps import (
    COLUMNS,
    grids_share,
    own_pace,
    pace_between,
    pace_of_drift,
    read_years,
    why,
)
from planeval.words.forecast import explain, pace_words, step_title, step_words, value_words
from planeval.words.language import speaking

ZONE = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
CITY = pd.Series([3697, 5564, 7063], index=[2015, 2020, 2023], name="嘉兴市")
STEADY = pd.Series(100 * 1.06 ** np.arange(12), index=range(2013, 2025))


@pytest.fixture(autouse=True)
def no_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Words must not depend on the table that a benchmark writes."""
    monkeypatch.setattr("analysis.forecast.steps.record_file", lambda: tmp_path / "none.csv")


def percents(text: str) -> list[float]:
    """Return the percentages of a text, in order."""
    return [float(x.replace("−", "-")) for x in re.findall(r"([+−]?[0-9.,]+)%", text)]


# --- with and without comparators --------------------------------------------------------


@pytest.mark.parametrize(
    ("series", "model"), [(ZONE, "pooled"), (STEADY, "pooled"), (ZONE, "prior")]
)
def test_alone_is_the_forecast_without_comparators(series: pd.Series, model: str) -> None:
    both = forecast(series, until=2027, kind="nominal_gdp", comparators=[CITY], model=model)
    plain = forecast(series, until=2027, kind="nominal_gdp", model=model)
    assert both.alone is not None and both.alone.alone is None and plain.alone is None
    assert both.alone.interval(80, 2027) == plain.interval(80, 2027)
    assert both.alone.comparators == [] and both.comparators == ["嘉兴市"]
    text = explain(both, "zh")
    moved = 100 * (both.median(2027) / plain.median(2027) - 1)
    low, high = (value_words(end) for end in plain.interval(80, 2027))
    assert f"不用参照序列则为{low}至{high}" in text
    assert f"由{value_words(plain.median(2027))}移到{value_words(both.median(2027))}" in text
    assert f"（{moved:+.1f}%）" in text and "嘉兴市" in text


def test_what_says_nothing_on_growth_leaves_nothing_alone() -> None:
    assert forecast(ZONE, h=1, kind="nominal_gdp", comparators=[CITY.iloc[:1]]).alone is None
    assert forecast(ZONE, h=1, kind="nominal_gdp", comparators=[]).alone is None
    years = pd.Series([1.0, 1.1, 1.2, 1.3, 1.4], index=range(2020, 2025))
    book = forecast(years, h=1, kind="nominal_gdp", model="drift", comparators=[CITY])
    assert book.alone is None and book.comparators == []


# --- the closed form ---------------------------------------------------------------------


def test_closed_form_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # kappa 6, one change of two years: 2 / (6 + 2) = 25 % of the information is its own.
    # m_n = (6 * 0.05 + ln 1.21) / 8 = (0.3 + 0.190620) / 8 = 0.0613275: 6.3 % a year;
    # the kind's own centre 0.05 is 5.1 % a year
    from analysis.forecast.kinds import Prior

    plain = Prior("real_gdp", 0.05, 6.0, 3.0, 0.002, n_series=7, window="1960-2005", citation="X")
    priors = {**load_priors(), "real_gdp": plain}
    monkeypatch.setattr("analysis.forecast.load_priors", lambda: priors)
    f = forecast(pd.Series({2022: 100.0, 2024: 121.0}), h=1, kind="real_gdp")
    middle = value_words(f.median(2025))
    low, high = (value_words(end) for end in f.interval(80, 2025))
    assert explain(f, "zh") == (
        "观测 2 个（2022—2024）；关于长期增速的信息 25% 来自本序列，75% 来自先验；"
        "估计为每年 6.3%。先验中心每年 5.1%。先验取自 7 个序列（1960—2005；X）。"
        f"未用参照序列；2025年中位数{middle}，80%区间{low}至{high}。"
        "这类序列、这样的观测格局没有回测记录。"
    )


def test_falling_and_still_series() -> None:
    fall = explain(forecast(pd.Series({2015: 44.0, 2020: 27.0}), h=1, kind="concentration"), "zh")
    assert "估计为每年 −" in fall
    still = explain(forecast(pd.Series({2015: 5.0, 2020: 5.0}), h=1, kind="concentration"), "zh")
    assert "−0.0" not in still and "+0.0%" not in still


def test_shares_counts_and_rates_speak_in_their_own_terms() -> None:
    share = explain(forecast(pd.Series({2015: 78.6, 2020: 91.0}), h=1, kind="share"), "zh")
    assert "个百分点（按最新水平折算）" in share and "logit" not in share
    count = explain(forecast(pd.Series({2015: 30, 2020: 43}), h=1, kind="count"), "zh")
    assert "每年 +" in count and " 个（按最新水平折算）" in count
    rate = explain(forecast(pd.Series({2020: 51.8}), h=1, kind="growth_rate"), "zh")
    assert "每年" not in rate  # a growth rate has no growth a year
    assert "观测 1 个（2020）" in rate and "无从得知" not in rate


def test_one_level_says_that_its_growth_is_unknown() -> None:
    f = forecast(pd.Series({2024: 226.0}), h=1, kind="nominal_gdp")
    assert explain(f, "zh").startswith("仅一个观测（2024），增速无从得知，预测只依据先验。")
    assert "来自本序列" not in explain(f, "zh")


# --- learned models ----------------------------------------------------------------------


def test_three_paces_of_the_nets() -> None:
    f = forecast(STEADY, until=2027, kind="nominal_gdp")
    assert f.model == "pooled"
    own, centre, ahead = percents(explain(f, "zh").split("；")[0])[:3]
    assert own == 6.0  # 1.06 a year
    assert centre == pytest.approx(100 * np.expm1(load_priors()["nominal_gdp"].m), abs=0.05)
    assert ahead == pytest.approx(
        100 * ((f.median(2027) / STEADY.iloc[-1]) ** (1 / 3) - 1), abs=0.05
    )


@pytest.mark.parametrize("grows", [0.9, 0.98, 1.0, 1.03, 1.15])
def test_between_is_said_only_where_it_is_so(grows: float) -> None:
    series = pd.Series(50.0 * grows ** np.arange(9), index=range(2016, 2025))
    text = explain(forecast(series, until=2026, kind="real_gdp"), "zh").split("；")[0]
    own, centre, ahead = percents(text)[:3]
    assert own == pytest.approx(100 * (grows - 1), abs=0.05)
    low, high = sorted((own, centre))
    assert not ("介于两者之间" in text and not low < ahead < high)
    assert not ("高于两者" in text and not ahead > high)
    assert not ("低于两者" in text and not ahead < low)
    assert ("介于" in text) + ("高于" in text) + ("低于" in text) <= 1


def test_gaps_and_what_lies_before_the_nets_memory() -> None:
    old = pd.concat([pd.Series([10.0, 11.0], index=[1990, 1995]), STEADY.drop([2015, 2018])])
    assert read_years(list(old.index)) == [y for y in range(2013, 2025) if y not in (2015, 2018)]
    text = explain(forecast(old, until=2027, kind="real_gdp"), "zh")
    assert "10个观测，2013—2024，中间缺2年" in text
    assert percents(text)[0] == 6.0  # over what is read, not from 1990 on


def test_stand_ins_are_named_and_their_width() -> None:
    output = explain(forecast(STEADY, until=2027, kind="industrial_output"), "zh")
    # the yearly variance is one and a half times as large: sqrt(1.5) = 1.22
    assert "工业产值没有自己的网络，借用现价生产总值的网络，区间加宽到1.22倍" in output
    assert "不另加宽" in explain(forecast(STEADY, until=2027, kind="income"), "zh")
    assert "没有自己的网络" not in explain(forecast(STEADY, until=2027, kind="real_gdp"), "zh")


def test_keyboard_signs_are_printed_as_signs() -> None:
    text = explain(forecast(STEADY, until=2027, kind="industrial_output"), "en")
    assert "yearly variance × 1.5" in text and "(1961–2005; World Bank" in text
    assert not re.search(r"\bx \d|\d{4}-\d{4}", text)


def test_the_closed_form_s_half_is_told() -> None:
    three = explain(forecast(ZONE, until=2025, kind="real_gdp"), "zh")
    ports = explain(forecast(STEADY, until=2027, kind="throughput"), "zh")
    whole = explain(forecast(STEADY, until=2027, kind="real_gdp"), "zh")
    for text in (three, ports):
        assert "网络在结果中占50%，闭式公式占50%" in text and "来自本序列" in text
    assert "闭式公式" not in whole and "来自本序列" not in whole


def test_generic_series_name_the_grids() -> None:
    text = explain(forecast(STEADY, until=2027, kind="generic"), "zh")
    # theta 1.5 * (12 - 8) / (24 - 8) = 0.375 of 2 + 1 + 0.375: 59, 30 and 11 %
    assert "网络占59%、可解释的阻尼趋势网格占30%、Theta 网格占11%" in text
    short = explain(forecast(STEADY.iloc[-6:], until=2027, kind="generic"), "zh")
    assert "网络占67%、可解释的阻尼趋势网格占33%；" in short  # theta begins at eight
    assert grids_share(KINDS["generic"], [2013, *range(2015, 2025)]) is None
    assert "网格" not in explain(forecast(STEADY.drop(2015), until=2027, kind="generic"), "zh")


def test_what_the_nets_learned_from() -> None:
    facts = load_weights().facts
    text = explain(forecast(STEADY, until=2027, kind="real_gdp"), "zh")
    assert f"{sum(facts['windows'].values()):,}段历史" in text
    assert f"{max(facts['outcomes_until'].values())}年" in text


def test_trend_grid_tells_settings_and_damping() -> None:
    f = forecast(STEADY, until=2027, kind="real_gdp", model="trend_grid")
    text = explain(f, "zh")
    assert "165种设定" in text and "12个观测" in text and "先验" not in text
    before, first = f.median(2026), f.median(2025)
    ratio = (f.median(2027) / before - 1) / (first / STEADY.iloc[-1] - 1)
    assert f"为第1年的{100 * ratio:.0f}%" in text
    assert "没有本模型的回测记录" in text
    one = explain(forecast(STEADY, until=2025, kind="real_gdp", model="trend_grid"), "zh")
    assert "第1年" not in one  # one year ahead has nothing to fade to
    moved = forecast(STEADY, h=3, kind="real_gdp", model="trend_grid", comparators=[CITY])
    assert "按其移动闭式公式的幅度" in explain(moved, "zh")


# --- the record in the words -------------------------------------------------------------


def test_the_record_speaks_only_for_its_own_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "record.csv"
    row = "real_gdp,8,pwt,2006,2019,183,2544,0.55,0.84,0.96,6.0,10.0,,"
    path.write_text(",".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    monkeypatch.setattr("analysis.forecast.steps.record_file", lambda: path)
    nets = explain(forecast(STEADY, h=1, kind="real_gdp"), "zh")
    assert "最接近的回测格局是8个连续观测的序列" in nets and "没有参照序列" not in nets
    leaned = explain(forecast(STEADY, h=1, kind="real_gdp", comparators=[CITY]), "zh")
    assert leaned.endswith("回测时没有参照序列。")
    for model in ("prior", "trend_grid"):
        other = explain(forecast(STEADY, h=1, kind="real_gdp", model=model), "zh")
        assert "80%区间实际包含" not in other and "没有本模型的回测记录" in other


# --- paces -------------------------------------------------------------------------------


def test_paces_by_hand() -> None:
    log, share, count = KINDS["trade"], KINDS["share"], KINDS["count"]
    assert pace_between(log, 100.0, 133.1, 3) == pytest.approx(10.0)
    assert pace_between(log, 1.0, 0.0, 3) is None
    assert pace_between(share, 98.0, 95.0, 3) == pytest.approx(-1.0)
    assert own_pace(count, [2015, 2020], [0.0, 10.0]) == 2.0
    # of 4 events: exp(ln 4.5 + 0.1) - 0.5 - 4 = 4.5 * 0.105171 = 0.4733
    assert pace_of_drift(count, 0.1, 4.0) == pytest.approx(0.4733, abs=1e-4)
    assert pace_words(log, None) == "—"


KIND = st.sampled_from(sorted(KINDS))


@given(
    kind=KIND,
    values=st.lists(st.floats(1.0, 99.0), min_size=1, max_size=9),
    steps=st.lists(st.integers(1, 4), min_size=9, max_size=9),
    language=st.sampled_from(["zh", "en"]),
    h=st.integers(1, 9),
    compared=st.booleans(),
)
def test_no_words_without_a_number(
    kind: str, values: list[float], steps: list[int], language: str, h: int, compared: bool
) -> None:
    years = (2024 - np.cumsum([0, *steps[: len(values) - 1]]))[::-1]
    series = pd.Series([round(value) for value in values], index=years, dtype=float)
    others = [pd.Series([40.0, 44.0, 47.0], index=[2015, 2019, 2023], name="邻市")]
    f = forecast(series, h=h, kind=kind, comparators=others if compared else ())
    text = explain(f, language)
    assert not re.search(r"nan|inf\b|None|[+−]0\.0+(?![0-9])", text)
    assert ("邻市" in text) == compared
    assert (
        ("。。" not in text)
        and ("；；" not in text)
        and text.endswith("。" if language == "zh" else ".")
    )


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_one_language_at_a_time(kind: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the shipped record too, whose panels are named in their own language
    series = pd.Series(np.linspace(20.0, 30.0, size), index=range(2025 - size, 2025))
    made = forecast(series, 5, kind=kind)
    steps = why(made, 31.0, 2029)
    with speaking("en"):
        told = [f"{step_title(one)} {step_words(one)}" for one in steps]
    for text in (explain(made, "en"), *told):
        assert not re.search("[\u3000-\u303f\u4e00-\u9fff]", text), text
    assert "(ports" not in explain(made, "zh")
