"""What is said of a forecast's steps, its record, its model and its season; no code is silent."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis.forecast.steps as source
from analysis.data.errors import InputError
from analysis.forecast import MODELS, forecast
from analysis.forecast.counts import CountMargins
from analysis.forecast.distribution import Forecast
from analysis.forecast.kinds import KINDS, Prior, load_priors
from analysis.forecast.steps import COLUMNS, pace_unit, record_of, why
from analysis.season import forecast_seasonal
from planeval.words import forecast as words
from planeval.words.forecast import back_test_words, explain, explain_season, step_title, step_words
from planeval.words.language import LANGUAGES, speaking

# Growth 0.10 a year over 6 years.
CITY = pd.Series([100.0, 100 * math.exp(0.6)], index=[2018, 2024], name="市")
LONG = pd.Series(
    np.exp(np.cumsum(np.random.default_rng(4).normal(0.08, 0.05, 24))), index=range(2000, 2024)
)
STEADY = pd.Series(100 * 1.08 ** np.arange(12), index=range(2010, 2022))
ROWS = [
    # kind, observed, panel, first, last, series, tasks, 50, 80, 95, crps, drift, brier, ece
    "real_gdp,1,pwt,2006,2019,183,12790,0.50,0.836,0.975,5.658,,0.171,0.032",
    "real_gdp,3 gaps,pwt,2006,2019,183,2544,0.55,0.84,0.96,6.0,10.0,0.147,0.026",
    "real_gdp,8,pwt,2006,2019,180,2500,0.52,0.81,0.95,5.5,5.0,,",
    "nominal_gdp,2,wb,2006,2006,190,950,0.5,0.8,0.95,9.0,9.0,,",
    "throughput,4,ports,2017,2019,80,240,51,79,94,7.7,11.0,,",
]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A prior one can reckon with, and no record."""
    prior = Prior("real_gdp", 0.05, 6.0, 3.0, 0.002, n_series=7, window="1960-2005", citation="X")
    priors = {**load_priors(), "real_gdp": prior}
    monkeypatch.setattr("analysis.forecast.load_priors", lambda: priors)
    monkeypatch.setattr("analysis.forecast.steps.record_file", lambda: tmp_path / "none.csv")


@pytest.fixture
def made(plain: None) -> Forecast:
    return forecast(
        pd.Series({2022: 100.0, 2024: 121.0}), until=2026, kind="real_gdp", comparators=[CITY]
    )


def told(f: Forecast, *asked: object, unit: tuple[str, str] = ("", ""), **more: object) -> dict:
    """Return what each step says by key and language."""
    steps = why(f, *asked, **more)  # type: ignore[arg-type]
    found: dict[str, dict[str, str]] = {step.key: {} for step in steps}
    for language in LANGUAGES:
        with speaking(language):
            for step in steps:
                assert step_title(step)
                found[step.key][language] = step_words(step, unit)
    return found


# --- steps -------------------------------------------------------------------------------


def test_every_step_has_a_title_and_ends_in_a_stop(made: Forecast) -> None:
    for said in told(made, 140).values():
        assert said["zh"].endswith("。") and said["en"].endswith(".")


def test_figures_growth_and_prior(made: Forecast) -> None:
    said = told(made, 140, unit=("亿元", "100 million yuan"))
    assert said["observed"]["zh"] == "2个观测：2022年100、2024年121亿元。"
    assert said["observed"]["en"] == "2 observations: 2022: 100, 2024: 121 100 million yuan."
    assert said["growth"]["zh"] == "2022—2024年每年 10.0%。"
    assert said["growth"]["en"] == "2022–2024: 10.0% a year."
    assert "取自 7 个序列（1960—2005；X）" in said["prior"]["zh"]
    assert "learned from 7 series (1960–2005; X)" in said["prior"]["en"]


def test_comparators_and_required_growth(made: Forecast) -> None:
    said = told(made, 146.41, 2026, published=3)
    assert "（+1.7%）" in said["comparators"]["zh"]
    assert "参照序列（市）靠拢后为每年 6.4%" in said["comparators"]["zh"]
    assert "2025—2026年增速每年 10.0%" in said["required"]["zh"]
    assert "要求2025年增速10.0%" in told(made, 133.1, 2025)["required"]["zh"]
    assert made.alone is not None
    now, before = (100 * f.probability(146.41, 2026) for f in (made, made.alone))
    assert said["probability"]["zh"] == (
        f"达到目标的概率：用参照序列{now:.0f}%，不用{before:.0f}%。"
    )
    assert said["probability"]["en"] == (
        f"Probability of meeting the target: {now:.0f}% with comparable series, "
        f"{before:.0f}% without."
    )


def test_two_observations_are_no_verdict(made: Forecast) -> None:
    said = told(made, 146.41, 2026)
    assert said["probability"]["zh"] == "观测只有两个，不下结论。"
    assert said["probability"]["en"] == "There are only two observations: no verdict."
    assert "低于目标的概率" not in said["required"]["zh"]
    assert "below the target" not in said["required"]["en"]
    last = why(made, 146.41, 2026)[-2]
    assert step_title(last) == "达到目标的概率（不下结论）"
    with speaking("en"):
        assert step_title(last) == "Probability of the target (no verdict)"


def test_derived_observations_do_not_count(plain: None) -> None:
    f = forecast(pd.Series({2015: 475.5, 2020: 718.0, 2024: 1069.6}), h=1, kind="industrial_output")
    assert "31%" in told(f, 1200)["probability"]["zh"]
    two = told(f, 1200, published=2)
    assert "其中1个是推算值，公布的2个" in two["observed"]["zh"]
    assert "公布的观测只有两个，不下结论" in two["probability"]["zh"]
    assert "only two published observations" in two["probability"]["en"]


def test_one_observation_and_none_published(plain: None) -> None:
    f = forecast(pd.Series({2024: 100.0}), h=1, kind="real_gdp")
    said = told(f, 110)
    assert said["growth"]["zh"] == "只有一个观测，增速无从得知。"
    assert said["observed"]["en"] == "1 observation: 2024: 100."
    assert "观测只有一个，不下结论" in said["probability"]["zh"]
    assert "公布的观测一个也没有" in told(f, 110, published=0)["probability"]["zh"]


def test_targets_from_above_and_in_points(plain: None) -> None:
    f = forecast(pd.Series({2015: 78.6, 2020: 91.0}), until=2025, kind="share")
    assert "至少92，要求2021—2025年变动每年 +0.20 个百分点" in told(f, 92.0)["required"]["zh"]
    air = forecast(pd.Series({2015: 44.0, 2020: 27.0}), until=2025, kind="concentration")
    down = told(air, 25.0, direction=-1, published=3)
    assert "目标至多25" in down["required"]["zh"] and "at most 25" in down["required"]["en"]


def test_growth_undefined_and_rates(plain: None) -> None:
    f = forecast(pd.Series({2015: 44.0, 2020: 27.0}), until=2025, kind="concentration")
    assert "增速无定义" in told(f, 0.0, direction=-1)["required"]["zh"]
    rate = forecast(pd.Series({2015: 2.0, 2020: 6.0}), until=2025, kind="growth_rate")
    said = told(rate, 5.0)
    assert said["growth"]["zh"] == "每个观测本身就是一年的增速，平均4.0%。"
    assert "要求" not in said["required"]["zh"]


def test_models_that_borrow_nothing_use_no_comparators(plain: None) -> None:
    series = pd.Series(range(10, 20), index=range(2015, 2025), dtype=float)
    for model in ("trend_grid", "drift"):
        said = told(forecast(series, h=2, kind="real_gdp", model=model), 25)
        assert said["comparators"]["zh"] == "没有使用参照序列。"


def test_long_series_list_their_latest_figures(plain: None) -> None:
    series = pd.Series([100.0 * 1.05**n for n in range(12)], index=range(2013, 2025))
    said = told(forecast(series, h=1, kind="nominal_gdp"), 180)
    assert said["observed"]["zh"].startswith("12个观测：此前4个略，2017年")
    assert "全期平均每年 5.0%" in said["growth"]["zh"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_kind_says_what_is_no_number(kind: str, plain: None) -> None:
    f = forecast(pd.Series({2018: 40.0, 2020: 44.0, 2024: 41.0}), h=3, kind=kind)
    for said in told(f, 45.0).values():
        assert not any("nan" in text or "None" in text for text in said.values())


# --- counts ------------------------------------------------------------------------------


def counts(*values: float) -> Forecast:
    series = pd.Series(values, index=range(2025 - len(values), 2025))
    return forecast(series, until=2029, kind="count")


def test_the_words_of_a_rate_speak_of_no_growth() -> None:
    f = counts(0, 3)
    # 3 in 1.85 years; with the prior 3.5 / 2.35 = 1.489 a year
    assert explain(f, "zh").startswith(
        "个数少时按发生率预测，不按增速（稳态伽马—泊松模型，各年服从负二项分布）："
        "2个观测年（2023—2024）合计3个；每早一年只计85%，折合1.85年3个，先验另计0.5年0.5个；"
        "发生率估计为每年1.49个。未用参照序列"
    )
    for text in (explain(f, "zh"), explain(f, "en")):
        assert "先验中心" not in text and "Prior centre" not in text and "Penn World" not in text
        assert "随机游走" not in text and "andom walk" not in text
    assert "estimate 1.49 a year" in explain(f, "en")
    assert "发生率" in told(f, 3, published=3)["engine"]["zh"]


def test_the_words_of_an_average_name_both() -> None:
    f = counts(8, 9, 12, 10)
    assert isinstance(f.margins, CountMargins)
    say = f"{100 * f.margins.weight:.0f}%"
    assert f"发生率占{say}，随机游走占" in explain(f, "zh") and "先验中心" in explain(f, "zh")
    assert f"the rate has {say} of the say" in explain(f, "en")
    assert "发生率" not in explain(counts(50, 52, 47, 55), "zh")


# --- what the closed form and the textbook models say of themselves ----------------------


def test_basis_and_words() -> None:
    one = forecast(pd.Series({2024: 226.0}), h=1, kind="fiscal_revenue")
    assert "只依据先验" in explain(one, "zh") and "年方差乘以 2" in explain(one, "zh")
    assert "prior alone" in explain(one, "en") and "stand-in" in explain(one, "en")
    zone = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
    city = pd.Series([3697, 5564, 7063], index=[2015, 2020, 2023], name="嘉兴市")
    three = forecast(zone, h=1, kind="real_gdp", comparators=[city])
    share = f"{100 * three.weight_own:.0f}%"
    for language in LANGUAGES:
        assert "嘉兴市" in explain(three, language) and share in explain(three, language)
    assert "替代" not in explain(three, "zh")  # the Penn World Table is real GDP itself


def test_comparators_that_end_early_are_dated() -> None:
    zone = pd.Series({2015: 125.98, 2020: 182.0, 2024: 226.0})
    early = pd.Series(np.exp(0.12 * np.arange(8)), index=range(2011, 2019), name="邻市")
    f = forecast(zone, h=5, kind="real_gdp", comparators=[early])
    assert "邻市至 2018 年" in explain(f, "zh") and "邻市 up to 2018" in explain(f, "en")
    g = forecast(zone, h=5, kind="real_gdp", comparators=[early.set_axis(range(2017, 2025))])
    assert "2024 年）" not in explain(g, "zh") and "邻市）" in explain(g, "zh")


def test_what_lies_before_the_memory_is_not_counted() -> None:
    late = pd.Series([100.0, 104, 109, 113, 120, 124, 131, 137], index=range(2017, 2025))
    early = pd.Series([5.0, 9, 40], index=[1990, 1991, 2016])
    both = forecast(pd.concat([early, late]), h=5, kind="nominal_gdp", model="prior")
    assert "最近 8 个观测（2017—2024）" in explain(both, "zh")


def test_textbook_models_say_that_nothing_is_borrowed() -> None:
    other = pd.Series(np.exp(0.2 * np.arange(24)), index=LONG.index, name="邻市")
    f = forecast(LONG, 3, kind="nominal_gdp", model="drift", comparators=[other])
    assert "24 个观测（2000—2023）" in explain(f, "zh") and "不借用参照序列" in explain(f, "zh")
    assert "24 observations" in explain(f, "en") and "nothing is borrowed" in explain(f, "en")
    share = forecast(LONG / 100, 1, kind="share", model="drift")
    assert "对数几率" in explain(share, "zh")


@pytest.mark.parametrize(
    ("model", "zh", "en"),
    [("drift", "拟合无残差", "no residuals"), ("arima", "估计未收敛", "did not converge")],
)
def test_a_fit_gone_wrong_says_so(model: str, zh: str, en: str) -> None:
    f = forecast(STEADY, 1, kind="nominal_gdp", model=model)
    assert zh in explain(f, "zh") and en in explain(f, "en")


def test_another_language_is_refused() -> None:
    f = forecast(STEADY, 1, kind="nominal_gdp")
    with pytest.raises(InputError) as caught:
        explain(f, "fr")
    assert caught.value.column == "language"


# --- the record --------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "record.csv"
    path.write_text("\n".join([",".join(COLUMNS), *ROWS]) + "\n", encoding="utf-8")
    return path


def fared(kind: str, years: list[int], table: Path) -> dict[str, str]:
    """Return what the record says in both languages."""
    found = record_of(kind, years, table)
    assert found is not None
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            said[language] = back_test_words(found)
    return said


def test_the_error_against_a_walk(table: Path) -> None:
    # the error 5.5 against 5.0 of the walk is ten per cent higher
    said = fared("real_gdp", list(range(2017, 2025)), table)
    assert "比带漂移的随机游走高10%" in said["zh"] and "10% above" in said["en"]


def test_words_of_the_case_itself(table: Path) -> None:
    said = fared("real_gdp", [2015, 2020, 2024], table)
    # 1 - 6 / 10 = 40 %
    assert said["zh"] == (
        "同样只有3个不连续观测的序列，在2006—2019年的回测中：80%区间实际包含84%的结果"
        "（183个序列、2544次，每次向前最多5年；pwt）；误差（CRPS）比带漂移的随机游走低40%。"
    )
    assert said["en"].startswith(
        "Series with 3 observations with years missing between them like this one, outcomes of "
        "2006–2019: the 80% interval held 84% of them (183 series, 2544 forecasts up to 5 years "
        "ahead; pwt)"
    )


def test_another_pattern_is_said_to_be_one(table: Path) -> None:
    said = fared("real_gdp", [2017, 2020], table)
    head = "本序列有2个观测、中间缺2年；最接近的回测格局是1个观测的序列，在2006"
    assert said["zh"].startswith(head)
    assert "随机游走" not in said["zh"]  # no walk can be fitted to one observation
    assert "with 2 of the years between missing" in said["en"]


def test_a_stand_in_names_the_other_kind(table: Path) -> None:
    said = fared("income", [2020, 2021], table)
    assert "没有居民收入自己的回测，这是现价生产总值的记录" in said["zh"]
    assert "在2006年的回测中" in said["zh"] and "与带漂移的随机游走相同" in said["zh"]
    assert "record of nominal GDP" in said["en"] and "equal to" in said["en"]


def test_four_observations_are_not_few(table: Path) -> None:
    assert "同样有4个连续观测的序列" in fared("throughput", [2021, 2022, 2023, 2024], table)["zh"]


# --- quarters and months -----------------------------------------------------------------


def test_a_season_tells_a_borrowed_pattern_from_an_own_one() -> None:
    def monthly(n: int) -> pd.Series:
        months = pd.period_range("2020-01", periods=n, freq="M")
        return pd.Series(20 * np.exp(0.1 * np.sin(np.arange(n) * math.pi / 6)), index=months)

    short = forecast_seasonal(monthly(9), kind="nominal_gdp")
    long = forecast_seasonal(monthly(40), kind="throughput")
    borrowed, own = explain_season(short, "zh"), explain_season(long, "zh")
    assert "没有一个月份出现过两次" in borrowed and "替代" in borrowed
    assert "rests on the prior alone" in explain_season(short, "en")
    assert "没有一个月份" not in own and "春节" in own
    assert f"{100 * long.season_own:.0f}%" in explain_season(long, "en")
    with pytest.raises(InputError):
        explain_season(long, "fr")


# --- every code has its words ------------------------------------------------------------


def constants(node: ast.AST) -> set[str]:
    """Return the texts that an expression may come to."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_every_step_and_code_has_its_words() -> None:
    tree = ast.parse(Path(source.__file__).read_text(encoding="utf-8"))
    made = [
        call
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Step"
    ]
    found: dict[str, set[str]] = {}
    for call in made:
        (key,), codes = constants(call.args[0]), constants(call.args[1])
        assert codes, f"the codes of {key} are not written as texts"
        found.setdefault(key, set()).update(codes)
    assert len(found) == 9
    assert set(words._STEPS) == set(found)
    assert set(words.TITLES) == {*found, "no_verdict"} and "no_verdict" in found["probability"]
    assert {key: codes for key, codes in found.items() if codes != {"told"}} == {
        key: set(texts) for key, texts in words.SAID.items()
    }
    for language in LANGUAGES:
        with speaking(language):  # raises where a text has no English
            assert all(words.TITLES.values()) and all(t.values() for t in words.SAID.values())


def test_every_place_unit_scale_and_model_has_its_words() -> None:
    tree = ast.parse(Path(source.__file__).read_text(encoding="utf-8"))
    (reading,) = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "reading"]
    places = [
        constants(node.value)
        for node in ast.walk(reading)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "place"
    ]
    assert set(words.PLACE_WORDS) == set().union(*places)
    assert set(words.PACE_WORDS) == {pace_unit(kind) for kind in KINDS.values()}
    assert set(words.SCALE_WORDS) == {kind.scale for kind in KINDS.values()}
    assert {*words.LEARNED_WORDS, *words.MODEL_WORDS, "prior"} == set(MODELS)
