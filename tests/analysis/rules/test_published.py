"""The eight published rules against their authors' own figures, by hand, and by law.

`cases/methods_statcan.csv` holds Statistics Canada's own inputs, progress values, scores and
classes (131 series of 82 indicators); `cases/methods_published.json` holds the worked figures
of the other rules. Every entry names its source.
"""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from roots import CASES

from analysis.data.errors import InputError
from analysis.rules.case import (
    VERDICTS,
    ProgressCase,
    RuleVerdict,
    common_class,
    escap_csi,
    escap_projection,
)
from analysis.rules.published import (
    RULES,
    apply_rules,
    compound_growth,
    limit_coefficient,
    open_sdg_aggregate,
    open_sdg_progress,
    open_sdg_score,
)

PUBLISHED = json.loads((CASES / "methods_published.json").read_text(encoding="utf-8"))
with (CASES / "methods_statcan.csv").open(encoding="utf-8", newline="") as file:
    STATCAN = list(csv.DictReader(file))

KEYS = [
    "eurostat",
    "open_sdg",
    "un_desa",
    "escap",
    "sdsn",
    "destatis",
    "cn_schedule",
    "cn_growth",
]
# Each rule's verdicts from worst to best, for the law that better data never judge worse.
ORDER = {
    "eurostat": [
        "significant_movement_away",
        "movement_away",
        "moderate_movement_away",
        "insufficient_progress",
        "moderate_progress",
        "significant_progress",
    ],
    "open_sdg": [
        "deterioration",
        "limited_progress",
        "moderate_progress",
        "substantial_progress",
        "target_achieved",
    ],
    "un_desa": ["stagnation_or_regression", "fair_progress", "on_track", "target_met"],
    "escap": ["reverse", "accelerate", "achieve"],
    "sdsn": ["decreasing", "stagnating", "moderately_improving", "on_track"],
    "destatis": ["thunderstorm", "cloud", "sun_cloud", "sun"],
    "cn_schedule": ["behind", "on", "faster", "achieved_early", "achieved"],
    "cn_growth": ["behind", "on", "faster", "reached"],
}
# The zone's industrial output (亿元): 718 in 2020, 1069.6 in 2024, 1200 promised for 2025.
OUTPUT = ProgressCase(2020, 718.0, 2024, 1069.6, 1200.0, 2025, 1)


def number(text: str) -> float | None:
    return float(text) if text else None


def statcan_case(row: dict[str, str]) -> ProgressCase:
    return ProgressCase(
        base_year=int(row["base_year"]),
        base_value=number(row["base_value"]),
        # A series without any data has no current year either.
        year=int(row["current_year"] or row["base_year"]),
        value=number(row["current_value"]),
        target=number(row["target"]),
        target_year=int(row["target_year"]),
        direction=int(row["direction"]),
        limit=number(row["limit"]),
    )


def annual(values: list[float], last: int = 2020) -> tuple[tuple[int, float], ...]:
    first = last - len(values) + 1
    return tuple((first + step, value) for step, value in enumerate(values))


def yearly_case(
    values: list[float],
    target: float | None = None,
    target_year: int = 2030,
    direction: int = 1,
    every_year: bool = False,
) -> ProgressCase:
    """A case whose series ends in 2020 and whose base is its first value."""
    series = annual(values)
    (first, base), (last, value) = series[0], series[-1]
    return ProgressCase(
        first, base, last, value, target, target_year, direction, None, series, every_year
    )


# --- the set of rules -----------------------------------------------------------------------


def test_the_eight_rules_stand_in_their_order():
    assert list(RULES) == KEYS
    for key, rule in RULES.items():
        assert rule(OUTPUT).rule == key


def test_rules_disagree_on_the_zone_s_own_output():
    # Six straight-line years are needed by Destatis; only two points are given here.
    series = annual([560.0, 600.0, 718.0, 800.0, 900.0, 980.0, 1069.6], last=2024)
    verdicts = apply_rules(replace(OUTPUT, series=series))
    assert list(verdicts) == KEYS
    # CAGR 1.48969**(1/4) - 1 = 10.48 % against 1.67131**(1/5) - 1 = 10.82 %: ratio 0.9685.
    assert verdicts["eurostat"].measure == pytest.approx(0.9685, abs=1e-4)
    assert verdicts["cn_growth"].measure == pytest.approx(0.9685, abs=1e-4)
    # (1069.6 - 718) / (1200 - 718) = 351.6 / 482 = 0.72946; elapsed 4/5; lead -0.07054.
    assert verdicts["cn_schedule"].measure == pytest.approx(-0.07054, abs=1e-5)
    # 0.72946 x 5/4 = 0.91183 of the annual step needed.
    assert verdicts["sdsn"].measure == pytest.approx(0.91183, abs=1e-5)
    # Extrapolated 1069.6 x 1.10478 = 1181.7: (1181.7 - 718) / 482 = 0.9620.
    assert verdicts["un_desa"].measure == pytest.approx(0.9620, abs=1e-4)
    # Mean change 2019-2024 (1069.6 - 600)/5 = 93.92: 1163.52 in 2025, short 36.48 of 130.4.
    assert verdicts["destatis"].measure == pytest.approx(36.48 / 130.4, abs=1e-9)
    codes = {key: verdict.verdict for key, verdict in verdicts.items()}
    assert codes == {
        "eurostat": "significant_progress",
        "open_sdg": "substantial_progress",
        "un_desa": "on_track",
        "escap": "achieve",
        "sdsn": "moderately_improving",
        "destatis": "cloud",
        "cn_schedule": "behind",
        "cn_growth": "on",
    }
    assert {common_class(verdict) for verdict in verdicts.values()} == {"good", "fair", "poor"}


def test_every_verdict_a_rule_can_give_has_a_class():
    for codes in ORDER.values():
        for code in codes:
            group = VERDICTS[code]
            assert group in {"good", "fair", "poor", "bad"}
            assert common_class(code) == group
    # The classes of a rule never rise again on the way down.
    ladder = ["bad", "poor", "fair", "good"]
    for key, codes in ORDER.items():
        if key != "eurostat":  # two ladders, with and without a target, in one list
            ranks = [ladder.index(common_class(code)) for code in codes]
            assert ranks == sorted(ranks), key
    silent = RULES["sdsn"](replace(OUTPUT, target=None))
    assert common_class(silent) == common_class("not_available") == "not_available"


def test_an_unknown_code_is_named_with_its_nearest():
    with pytest.raises(InputError) as caught:
        common_class("moderate_progres")
    assert caught.value.nearest == "moderate_progress"


# --- Open SDG / Statistics Canada -----------------------------------------------------------


@pytest.mark.parametrize("row", STATCAN, ids=[row["series"] for row in STATCAN])
def test_statistics_canada_s_own_series(row):
    result = open_sdg_progress(statcan_case(row))
    assert result.status == row["status"]
    verdict = RULES["open_sdg"](statcan_case(row))
    assert verdict.verdict == row["status"]
    if row["status"] == "not_available":
        assert result.score is result.progress is None
        assert verdict.reason
    else:
        assert result.progress == pytest.approx(float(row["progress"]), abs=1e-6)
        assert result.score == pytest.approx(float(row["score"]), abs=1e-6)
        assert verdict.measure == result.progress


INDICATORS = sorted({row["indicator"] for row in STATCAN})


@pytest.mark.parametrize("indicator", INDICATORS)
def test_statistics_canada_s_own_indicators(indicator):
    rows = [row for row in STATCAN if row["indicator"] == indicator]
    result = open_sdg_aggregate([open_sdg_progress(statcan_case(row)) for row in rows])
    assert result.status == rows[0]["indicator_status"]
    if rows[0]["indicator_score"]:
        assert result.score == pytest.approx(float(rows[0]["indicator_score"]), abs=1e-6)
    else:
        assert result.score is None


def test_the_statistics_canada_file_is_whole():
    assert len(STATCAN) == 131 and len(INDICATORS) == 82
    assert all(row["source"] for row in STATCAN)


@pytest.mark.parametrize("item", PUBLISHED["open_sdg_end_to_end"]["items"])
def test_open_sdg_end_to_end(item):
    case = ProgressCase(
        item["base_year"],
        item["base"],
        item["year"],
        item["value"],
        item["target"],
        item["target_year"],
        item["direction"],
    )
    verdict = RULES["open_sdg"](case)
    assert verdict.verdict == item["status"]
    assert verdict.measure == pytest.approx(item["ratio"], rel=1e-12)


@pytest.mark.parametrize("kind", ["no_target", "with_target"])
def test_open_sdg_score_map(kind):
    for progress, score in PUBLISHED["open_sdg_score_map"][kind]:
        assert open_sdg_score(progress, kind == "with_target") == pytest.approx(score, abs=1e-3)


def test_open_sdg_status_of_a_mean_score():
    one = open_sdg_progress(OUTPUT)
    for score, status in PUBLISHED["open_sdg_score_map"]["status_from_score"]:
        assert open_sdg_aggregate([one._replace(score=score)]).status == status
    reached = one._replace(score=5.0, status="target_achieved")
    assert open_sdg_aggregate([reached, reached]).status == "target_achieved"
    # One series not achieved: the mean decides, (5 + 5)/2 = 5.
    assert open_sdg_aggregate([reached, one._replace(score=5.0)]).status == "substantial_progress"
    assert open_sdg_aggregate([]).status == "not_available"


@pytest.mark.parametrize("item", PUBLISHED["open_sdg_limit_coefficient"]["items"])
def test_open_sdg_limit_coefficient(item):
    coefficient = limit_coefficient(item["base"], item["limit"])
    assert coefficient == pytest.approx(item["C"], rel=1e-12)
    assert 0.015 * coefficient == pytest.approx(item["high"], rel=1e-12)
    assert 0.005 * coefficient == pytest.approx(item["med"], rel=1e-12)


def test_a_limit_moves_the_thresholds_only_in_the_desired_direction():
    # 90 to 90.6 in one year: 0.667 %; unlimited moderate (>= 0.5 %), near 100 on track
    # (>= 1.5 % x 0.3736 = 0.560 %).
    share = ProgressCase(2020, 90.0, 2021, 90.6, None, 2030, 1)
    assert RULES["open_sdg"](share).verdict == "moderate_progress"
    assert RULES["open_sdg"](replace(share, limit=100)).verdict == "substantial_progress"
    # A share that ought to fall is not hindered by its maximum of 100.
    falling = ProgressCase(2020, 90.6, 2021, 90.0, None, 2030, -1)
    assert open_sdg_progress(replace(falling, limit=100)) == open_sdg_progress(falling)
    # At the limit itself holding is full progress, and losing ground still is not.
    full = ProgressCase(2020, 100.0, 2021, 100.0, None, 2030, 1, limit=100)
    assert open_sdg_progress(full)[1:3] == (5.0, "substantial_progress")
    assert open_sdg_progress(replace(full, value=99.0)).status == "deterioration"
    # With a target the limit is ignored.
    aimed = replace(share, target=95.0)
    assert open_sdg_progress(replace(aimed, limit=100)) == open_sdg_progress(aimed)


def test_open_sdg_guards():
    # target 0 -> 0.001: (0.001/10)**(1/10) - 1 = -0.60189; (8/10)**(1/2) - 1 = -0.10557.
    zero_target = ProgressCase(2020, 10.0, 2022, 8.0, 0.0, 2030, -1)
    assert RULES["open_sdg"](zero_target).measure == pytest.approx(0.10557 / 0.60189, rel=1e-4)
    # ... and 0 reached is 0 <= 0.001.
    assert RULES["open_sdg"](replace(zero_target, value=0.0)).verdict == "target_achieved"
    # base 0 -> 0.001: 4/0.001 = 4000 over two years, 4000**0.5 - 1 = 62.2456.
    zero_base = ProgressCase(2020, 0.0, 2022, 4.0, None, 2030, 1)
    assert RULES["open_sdg"](zero_base).measure == pytest.approx(62.2456, abs=1e-4)
    crossing = ProgressCase(2020, -1.0, 2022, 4.0, None, 2030, 1)
    assert RULES["open_sdg"](crossing).verdict == "not_available"
    assert RULES["open_sdg"](crossing).reason == "sign"
    # Both negative: rising from -4 to -2 shrinks the size by (1/2)**(1/2) - 1 = -29.29 % a
    # year, and the sign turns the direction round.
    debt = ProgressCase(2020, -4.0, 2022, -2.0, None, 2030, 1)
    assert RULES["open_sdg"](debt).measure == pytest.approx(0.29289, abs=1e-5)
    same_year = replace(OUTPUT, year=2020, value=718.0)
    assert RULES["open_sdg"](same_year).reason == "one_point"


def test_open_sdg_moves_a_missing_base_to_the_next_year_with_data():
    series = ((2019, 90.0), (2022, 110.0), (2024, 121.0))
    case = ProgressCase(2020, None, 2024, 121.0, None, 2030, 1, series=series)
    # From 2022: (121/110)**(1/2) - 1 = 4.881 %; 2019 lies before the base and is not used.
    assert RULES["open_sdg"](case).measure == pytest.approx(1.1**0.5 - 1, rel=1e-12)
    assert RULES["eurostat"](case).reason == "no_base"
    empty = replace(case, series=((2019, 90.0),))
    assert RULES["open_sdg"](empty).reason == "no_base"


# --- the other published rules --------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "verdict"),
    # Base 100, target 200 in one year, judged in that year: ratio = (v - 100) / 100.
    [
        (195.0, "significant_progress"),
        (194.9, "moderate_progress"),
        (160.0, "moderate_progress"),
        (159.9, "insufficient_progress"),
        (100.0, "insufficient_progress"),
        (99.9, "movement_away"),
    ],
)
def test_eurostat_bands_with_a_target(value, verdict):
    assert RULES["eurostat"](ProgressCase(2020, 100, 2021, value, 200, 2021, 1)).verdict == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (101.0, "significant_progress"),
        (100.9, "moderate_progress"),
        (100.0, "moderate_progress"),
        (99.9, "moderate_movement_away"),
        (99.0, "moderate_movement_away"),
        (98.9, "significant_movement_away"),
    ],
)
def test_eurostat_bands_without_a_target(value, verdict):
    assert RULES["eurostat"](ProgressCase(2020, 100, 2021, value, None, 2030, 1)).verdict == verdict


@pytest.mark.parametrize(("ratio", "verdict"), PUBLISHED["un_desa_bands"]["with_target"])
def test_un_desa_bands_with_a_target(ratio, verdict):
    # Judged in the target year nothing is extrapolated: r = (v - 100) / (200 - 100).
    case = ProgressCase(2015, 100.0, 2030, 100 + 100 * ratio, 200.0, 2030, 1)
    assert RULES["un_desa"](case).verdict == verdict
    assert RULES["un_desa"](case).measure == pytest.approx(ratio)


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(("growth", "verdict"), PUBLISHED["un_desa_bands"]["no_target"])
def test_un_desa_bands_without_a_target(growth, verdict, direction):
    case = ProgressCase(2015, 100.0, 2016, 100 * (1 + direction * growth), None, 2030, direction)
    assert RULES["un_desa"](case).verdict == verdict


def test_un_desa_extrapolates_and_knows_its_exceptions():
    # 100 to 110 in 5 years: 110 x 1.1**2 = 133.1 in 2030; (133.1 - 100)/(140 - 100) = 0.8275.
    case = ProgressCase(2015, 100.0, 2020, 110.0, 140.0, 2030, 1)
    assert RULES["un_desa"](case).measure == pytest.approx(0.8275)
    # Met counts whatever the trend, even from a base that was better still.
    assert RULES["un_desa"](ProgressCase(2015, 60, 2020, 52, 50, 2030, 1)).verdict == "target_met"
    # Within one point of a target of 100 or 0, but only for a percentage.
    share = ProgressCase(2015, 97.0, 2020, 99.0, 100.0, 2030, 1)
    assert RULES["un_desa"](replace(share, limit=100)).verdict == "target_met"
    assert RULES["un_desa"](share).verdict == "on_track"
    poverty = ProgressCase(2015, 3.0, 2020, 1.0, 0.0, 2030, -1, limit=100)
    assert RULES["un_desa"](poverty).verdict == "target_met"
    assert RULES["un_desa"](replace(poverty, value=1.1)).verdict != "target_met"


@pytest.mark.parametrize("item", PUBLISHED["escap_csi"]["items"])
def test_escap_current_status_index(item):
    index = escap_csi(
        item["base"], item["value"], item["target"], item["direction"], item["parity"]
    )
    assert index == pytest.approx(item["csi"])


def test_escap_current_status_index_is_undefined_without_a_way():
    assert escap_csi(27, 26, 27, -1) is None


def test_escap_projection_weights_recent_years_more():
    case = ProgressCase(2020, 1.0, 2022, 4.0, 9.0, 2025, 1, series=annual([1.0, 2.0, 4.0], 2022))
    # Years 0, 1, 2 with weights 1, 2, 3: mean year 8/6 = 4/3, mean value (1+4+12)/6 = 17/6.
    # Sxx = 16/9 + 2/9 + 12/9 = 10/3; Sxy = -4/3 - 4/3 + 8 = 16/3; slope 1.6.
    # In year 5: 17/6 + 1.6 x 11/3 = 8.7 (unweighted it would be 25/3 = 8.33).
    assert escap_projection(case) == pytest.approx(8.7)
    # Gap 0.3 of a way of 8: P = 3.75.
    assert RULES["escap"](case).measure == pytest.approx(3.75)
    assert RULES["escap"](case).verdict == "achieve"


@pytest.mark.parametrize(
    ("target", "verdict", "gap"),
    # The line 10, 11, ... 15 (2015-2020) gives 25 in 2030; the base is 10.
    [
        (25.0, "achieve", 0.0),
        (20.0, "achieve", 0.0),
        (26.6, "achieve", 100 * 1.6 / 16.6),  # 9.64
        (27.0, "accelerate", 100 * 2.0 / 17.0),  # 11.8
        (200.0, "accelerate", 100 * 175.0 / 190.0),  # 92.1
    ],
)
def test_escap_bands(target, verdict, gap):
    found = RULES["escap"](yearly_case([10.0, 11.0, 12.0, 13.0, 14.0, 15.0], target))
    assert (found.verdict, found.measure) == (verdict, pytest.approx(gap, abs=1e-9))


def test_escap_reverse():
    # Falling away from the target: 20 to 23 where less is better; more than the way is missing.
    found = RULES["escap"](ProgressCase(2015, 20.0, 2020, 23.0, 10.0, 2030, -1))
    # The line reaches 29 in 2030: gap 19 of a way of 10.
    assert (found.verdict, found.measure) == ("reverse", pytest.approx(190.0))


@pytest.mark.parametrize(
    ("value", "verdict"),
    # Base 100, target 200 in 10 years, judged after 5: needed 50, ratio = (v - 100) / 50.
    [
        (150.0, "on_track"),
        (149.0, "moderately_improving"),
        (125.0, "moderately_improving"),
        (124.0, "stagnating"),
        (100.0, "stagnating"),
        (99.0, "decreasing"),
    ],
)
def test_sdsn_bands(value, verdict):
    assert RULES["sdsn"](ProgressCase(2020, 100, 2025, value, 200, 2030, 1)).verdict == verdict


def test_sdsn_counts_a_held_target_as_on_track():
    held = ProgressCase(2020, 26.0, 2024, 26.5, 27.0, 2025, -1)
    assert (RULES["sdsn"](held).verdict, RULES["sdsn"](held).measure) == ("on_track", None)
    lost = RULES["sdsn"](replace(held, value=28.0))
    assert (lost.verdict, lost.reason) == ("not_available", "base_past_target")


RISING = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0]  # +1 a year to 15 in 2020, 25 in 2030


@pytest.mark.parametrize(
    ("target", "symbol", "missed"),
    [
        (25.0, "sun", 0.0),
        (24.0, "sun", 0.0),
        (25.5, "sun", 0.5 / 10.5),  # 4.8 % of the way left
        (25.6, "sun_cloud", 0.6 / 10.6),  # 5.7 %
        (27.5, "sun_cloud", 2.5 / 12.5),  # 20 % exactly
        (27.6, "cloud", 2.6 / 12.6),  # 20.6 %
    ],
)
def test_destatis_concrete_target(target, symbol, missed):
    found = RULES["destatis"](yearly_case(RISING, target))
    assert (found.verdict, found.measure) == (symbol, pytest.approx(missed, abs=1e-9))


def test_destatis_concrete_target_off_the_way():
    # Falling, and standing still, both with the target ahead.
    assert RULES["destatis"](yearly_case(RISING[::-1], 20.0)).verdict == "thunderstorm"
    assert RULES["destatis"](yearly_case([15.0] * 6, 20.0)).verdict == "thunderstorm"
    # 5 % exactly is no longer "less than 5 %": 21 in 2020, 40 in 2030, +1.9 a year is 19 of 20.
    level = [21.0 - 1.9 * back for back in range(5, -1, -1)]
    assert RULES["destatis"](yearly_case(level, 41.0)).verdict == "sun_cloud"
    # Met today but falling away: 15 against 14.5, -1 a year, 5 in 2030.
    falling = [20.0, 19.0, 18.0, 17.0, 16.0, 15.0]
    assert RULES["destatis"](yearly_case(falling, 14.5)).verdict == "thunderstorm"
    # On the target exactly and moving away: no way left to miss a share of.
    on_it = RULES["destatis"](yearly_case(falling, 15.0))
    assert (on_it.verdict, on_it.measure) == ("thunderstorm", None)


def test_destatis_window():
    # Six years: the last five changes; a jump before them does not count.
    assert RULES["destatis"](yearly_case([90.0, *RISING], 25.0)).verdict == "sun"
    # Five years only: the last four points, three changes of 2, 20 + 20 = 40 in 2030.
    five = yearly_case([99.0, 14.0, 16.0, 18.0, 20.0], 40.0)
    assert RULES["destatis"](five).verdict == "sun"
    assert RULES["destatis"](yearly_case([16.0, 18.0, 20.0], 40.0)).reason == "few_changes"
    gap = ProgressCase(
        2014, 9.0, 2020, 15.0, 25.0, 2030, 1, series=((2014, 9.0), (2018, 13.0), (2020, 15.0))
    )
    assert RULES["destatis"](gap).verdict == "not_available"
    # A hole before 2017 leaves four consecutive years, which is enough.
    hole = replace(gap, series=((2017, 12.0), (2018, 13.0), (2019, 14.0), (2020, 15.0)))
    assert RULES["destatis"](hole).verdict == "sun"


@pytest.mark.parametrize(
    ("values", "symbol"),
    # Less is better, to be held at 27 or less every year.
    [
        ([30.0, 29.0, 28.0, 27.0, 26.0, 25.0], "sun"),
        ([26.0] * 6, "sun"),
        ([22.0, 23.0, 24.0, 25.0, 26.0, 27.0], "sun_cloud"),
        ([33.0, 32.0, 31.0, 30.0, 29.0, 28.0], "cloud"),
        ([28.0] * 6, "thunderstorm"),
        ([24.0, 25.0, 26.0, 27.0, 28.0, 29.0], "thunderstorm"),
    ],
)
def test_destatis_every_year_target(values, symbol):
    case = yearly_case(values, 27.0, direction=-1, every_year=True)
    assert RULES["destatis"](case).verdict == symbol


@pytest.mark.parametrize(
    ("values", "symbol"),
    [
        ([10.0, 11.0, 12.0, 13.0, 14.0, 15.0], "sun"),
        ([10.0, 12.0, 13.0, 14.0, 16.0, 15.0], "sun_cloud"),
        ([10.0, 12.0, 13.0, 14.0, 15.0, 15.0], "sun_cloud"),
        ([15.0, 14.0, 13.0, 12.0, 10.0, 11.0], "cloud"),
        ([11.0, 14.0, 13.0, 12.0, 10.0, 11.0], "cloud"),
        ([15.0, 14.0, 13.0, 12.0, 11.0, 10.0], "thunderstorm"),
        ([15.0] * 6, "thunderstorm"),
    ],
)
def test_destatis_direction_only(values, symbol):
    assert RULES["destatis"](yearly_case(values)).verdict == symbol


# --- the two Chinese tests ------------------------------------------------------------------


@pytest.mark.parametrize("item", PUBLISHED["cn_midterm_2023"]["items"], ids=lambda i: i["name"])
def test_china_s_own_mid_term_classes(item):
    case = ProgressCase(
        2020, item["base"], 2022, item["value"], item["target"], 2025, item["direction"]
    )
    assert RULES["cn_schedule"](case).verdict == item["class"]


@pytest.mark.parametrize(
    ("value", "verdict"),
    # Base 0, target 100 in 2025, judged in 2022: elapsed 40 %.
    [
        (100.0, "achieved_early"),
        (45.1, "faster"),
        (45.0, "on"),
        (40.0, "on"),
        (35.0, "on"),
        (34.9, "behind"),
        (-5.0, "behind"),
    ],
)
def test_schedule_bands(value, verdict):
    found = RULES["cn_schedule"](ProgressCase(2020, 0.0, 2022, value, 100.0, 2025, 1))
    assert found.verdict == verdict
    assert found.measure == pytest.approx(value / 100 - 0.4)


def test_in_the_target_year_nothing_is_early():
    final = ProgressCase(2020, 0.0, 2025, 100.0, 100.0, 2025, 1)
    assert RULES["cn_schedule"](final).verdict == "achieved"
    assert RULES["cn_schedule"](replace(final, value=97.0)).verdict == "on"


@pytest.mark.parametrize(
    ("value", "verdict"),
    # One year of five at 10 % a year (target 161.051): ratio = growth / 10 %.
    [
        (161.051, "reached"),
        (110.6, "faster"),
        (110.5, "on"),
        (109.5, "on"),
        (109.4, "behind"),
        (100.0, "behind"),
        (0.0, "behind"),
    ],
)
def test_growth_bands(value, verdict):
    found = RULES["cn_growth"](ProgressCase(2020, 100.0, 2021, value, 161.051, 2025, 1))
    assert found.verdict == verdict


@pytest.mark.parametrize("item", PUBLISHED["required_growth"]["items"], ids=lambda i: i["name"])
def test_published_growth_rates(item):
    rate = compound_growth(item["first"], item["last"], item["years"])
    assert rate == pytest.approx(item["rate"], rel=1e-12)


def test_growth_that_cannot_be_computed_is_none():
    assert compound_growth(1e-300, 1e300, 2) is None  # the ratio itself is infinite
    assert compound_growth(0.0, 1.0, 2) is compound_growth(1.0, 2.0, 0) is None
    assert compound_growth(1.0, 0.0, 2) == -1.0


def test_a_share_near_its_ceiling_swings_the_growth_tests():
    # The warning of the module: 94.0 to 95.0 in five years, and one tenth of a point decides.
    share = ProgressCase(2020, 94.0, 2021, 94.2, 95.0, 2025, 1)
    assert RULES["eurostat"](share).verdict == "significant_progress"
    assert RULES["eurostat"](replace(share, value=94.1)).verdict == "insufficient_progress"


def test_maintain_targets_are_met_or_not():
    pm25 = ProgressCase(2020, 30.0, 2023, 26.0, 27.0, 2025, -1, every_year=True)
    assert RULES["cn_schedule"](pm25).verdict == RULES["cn_growth"](pm25).verdict == "on"
    unmet = replace(pm25, value=27.1)  # 97 % of the way, and still not met this year
    assert RULES["cn_schedule"](unmet).verdict == RULES["cn_growth"](unmet).verdict == "behind"
    final = replace(pm25, year=2025)
    assert RULES["cn_schedule"](final).verdict == "achieved"
    assert RULES["cn_growth"](final).verdict == "reached"


# --- when a rule cannot speak ---------------------------------------------------------------


def test_base_equal_to_target():
    pm25 = ProgressCase(2020, 27.0, 2024, 28.0, 27.0, 2025, -1)
    for key in ("eurostat", "open_sdg", "un_desa", "escap", "sdsn", "cn_schedule", "cn_growth"):
        verdict = RULES[key](pm25)
        assert (verdict.verdict, verdict.reason) == ("not_available", "base_is_target"), key
        assert verdict.measure is None
    met = apply_rules(replace(pm25, value=26.0))
    # Rules that look at the level first can speak when the target is met.
    assert met["open_sdg"].verdict == "target_achieved"
    assert met["un_desa"].verdict == "target_met"
    assert met["sdsn"].verdict == "on_track"
    assert met["cn_schedule"].reason == "base_is_target"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": None}, "no_value"),
        ({"value": math.nan}, "no_value"),
        ({"base_value": None}, "no_base"),
        ({"year": 2020}, "one_point"),
        ({"target_year": 2020}, "bad_horizon"),
        ({"year": 2026}, "past_target_year"),
        ({"base_value": 1300.0}, "base_past_target"),
        ({"base_value": 1e300}, "range"),
    ],
)
def test_reasons(change, reason):
    for key in ("eurostat", "cn_schedule", "cn_growth"):
        verdict = RULES[key](replace(OUTPUT, **change))
        assert (verdict.verdict, verdict.reason) == ("not_available", reason), key


def test_a_target_not_yet_issued_silences_the_rules_that_need_one():
    verdicts = apply_rules(replace(OUTPUT, target=None))
    silent = {key for key, verdict in verdicts.items() if verdict.reason == "no_target"}
    assert silent == {"escap", "sdsn", "cn_schedule", "cn_growth"}
    # The others have a published band for growth alone: 10.48 % a year.
    for key in ("eurostat", "open_sdg", "un_desa"):
        assert verdicts[key].measure == pytest.approx(0.10478, abs=1e-5)


def test_growth_rules_are_silent_on_zero_and_negative_values():
    accidents = ProgressCase(2020, 3.0, 2022, 2.0, 0.0, 2025, -1)
    for key in ("eurostat", "cn_growth"):
        assert RULES[key](accidents).reason == "not_positive"
        assert RULES[key](replace(accidents, base_value=-3.0, direction=1)).reason
    # The linear ones speak: one third of the way after two fifths of the time.
    assert RULES["cn_schedule"](accidents).measure == pytest.approx(1 / 3 - 0.4)


def test_a_case_states_its_direction_and_holds_no_later_data():
    with pytest.raises(InputError, match="direction_not_more_or_less"):
        replace(OUTPUT, direction=0)
    with pytest.raises(InputError, match="data_after_year_judged"):
        replace(OUTPUT, series=((2020, 718.0), (2025, 1210.0)))
    with pytest.raises(InputError, match="years_not_ascending_once"):
        replace(OUTPUT, series=((2021, 800.0), (2020, 718.0)))


# --- laws -----------------------------------------------------------------------------------

ANY = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 27.0, 100.0, 5e-324, 1e-320, 1e308, -1e308]),
)
PLAIN = st.floats(min_value=0.01, max_value=1e4)
SIGNED = st.floats(min_value=-1e4, max_value=1e4).map(lambda x: round(x, 3))
DIRECTION = st.sampled_from([1, -1])
JUDGED = st.integers(2014, 2032)
NO_LIMIT = st.none()
PERHAPS_SHARE = st.sampled_from([None, 100.0])


@st.composite
def cases(draw, values=ANY, limits=ANY, years=JUDGED):
    year = draw(years)
    seen = sorted(draw(st.sets(st.integers(2005, year), max_size=12)))
    return ProgressCase(
        base_year=draw(st.integers(2014, 2026)),
        base_value=draw(values),
        year=year,
        value=draw(values),
        target=draw(st.one_of(st.none(), values)),
        target_year=draw(st.integers(2014, 2035)),
        direction=draw(DIRECTION),
        limit=draw(limits),
        series=tuple((each, draw(values)) for each in seen),
        every_year=draw(st.booleans()),
    )


@st.composite
def plans(draw, low=50.0, high=200.0, limits=NO_LIMIT):
    """Cases as a five-year plan has them, where nearly every rule can speak."""
    level = st.floats(min_value=low, max_value=high).map(lambda x: round(x, 3))
    year = draw(st.integers(2021, 2025))
    first = draw(st.sampled_from([2015, 2015, 2018, 2021]))
    series = tuple((each, draw(level)) for each in range(first, year + 1))
    base, target = draw(level), draw(st.one_of(st.none(), level, level, level))
    towards = 1 if target is None or target >= base else -1
    return ProgressCase(
        base_year=2020,
        base_value=base,
        year=year,
        value=series[-1][1],
        target=target,
        target_year=2025,
        direction=draw(st.sampled_from([towards, towards, towards, -towards])),
        limit=draw(limits),
        series=series,
        every_year=draw(st.sampled_from([False, False, True])),
    )


@given(st.one_of(cases(), plans()))
@example(ProgressCase(2020, 1e-320, 2021, 1e308, 1e308, 2035, 1))
@example(ProgressCase(2020, 0.0, 2021, 0.0, 0.0, 2025, -1, limit=0.0))
@example(ProgressCase(2020, 1.0, 2021, 1e90, 1e95, 2035, 1))  # (1e90)**14 overflows
@example(ProgressCase(2020, 1.0, 2021, 1e90, 1e95, 2024, 1))  # 1e90 x (1e90)**3 is infinite
@example(ProgressCase(2020, 1.0, 2021, 1.0, math.nextafter(1.0, 2.0), 2025, 1))
def test_no_rule_crashes_or_returns_an_infinite_number(case):
    for key, verdict in apply_rules(case).items():
        assert isinstance(verdict, RuleVerdict) and verdict.rule == key
        assert verdict.measure is None or math.isfinite(verdict.measure)
        if verdict.verdict == "not_available":
            assert verdict.reason and verdict.measure is None
        else:
            assert verdict.verdict in ORDER[key] and not verdict.reason


@given(st.one_of(cases(values=PLAIN, limits=NO_LIMIT), plans()), st.integers(-20, 20))
def test_the_unit_of_measurement_does_not_matter(case, power):
    # Powers of two scale floating-point numbers without rounding, so equality is exact.
    scale = 2.0**power
    scaled = replace(
        case,
        base_value=case.base_value * scale,
        value=case.value * scale,
        target=None if case.target is None else case.target * scale,
        series=tuple((year, value * scale) for year, value in case.series),
    )
    in_units = case.target is None or case.every_year  # then Destatis states a mean change
    for key, before in apply_rules(case).items():
        after = RULES[key](scaled)
        assert after.verdict == before.verdict, key
        if before.measure is not None:
            factor = scale if key == "destatis" and in_units else 1.0
            assert after.measure == before.measure * factor


@given(st.one_of(cases(values=SIGNED, limits=NO_LIMIT), plans(-200.0, 200.0)))
def test_turning_the_axis_round_changes_nothing_for_linear_rules(case):
    # Growth rules are left out: a compound rate of a negative number is another number.
    mirrored = replace(
        case,
        base_value=-case.base_value,
        value=-case.value,
        target=None if case.target is None else -case.target,
        series=tuple((year, -value) for year, value in case.series),
        direction=-case.direction,
    )
    rules = ["escap", "sdsn", "destatis", "cn_schedule"]
    if 0 not in (case.base_value, case.value, case.target):  # 0 becomes +0.001 there
        rules.append("open_sdg")  # flips the direction of negative series, so it has the law
    for key in rules:
        before, after = RULES[key](case), RULES[key](mirrored)
        assert (after.verdict, after.measure) == (before.verdict, before.measure), key


@given(
    st.one_of(cases(values=PLAIN, limits=PERHAPS_SHARE), plans(limits=PERHAPS_SHARE)),
    st.floats(min_value=0.0, max_value=1.0),
)
def test_better_data_never_judge_worse(case, share):
    assume(case.year > case.base_year)
    # Up to twice as much, or down towards nothing: always better, always positive.
    step = case.value * share
    better = replace(case, value=case.value + (step if case.direction == 1 else -0.999 * step))
    for key, before in apply_rules(case).items():
        after = RULES[key](better)
        if "not_available" in (before.verdict, after.verdict):
            # Nothing but the value changed and it stays positive: silence cannot begin or end,
            # except where the level alone lets a rule speak.
            assert before.verdict == "not_available" or after.verdict != "not_available"
            continue
        rank = ORDER[key].index
        assert rank(after.verdict) >= rank(before.verdict), key
        if before.measure is not None and after.measure is not None and key != "destatis":
            sign = -1 if key == "escap" else 1
            slack = 1e-9 * max(1.0, abs(before.measure))
            assert sign * after.measure >= sign * before.measure - slack, key


@given(PLAIN, PLAIN, st.integers(1, 30), st.integers(1, 30))
def test_compound_growth_is_what_compounds(first, last, years, more):
    rate = compound_growth(first, last, years)
    assert first * (1 + rate) ** years == pytest.approx(last, rel=1e-9)
    assert compound_growth(first, first * (1 + rate) ** more, more) == pytest.approx(rate, abs=1e-9)


@given(st.floats(min_value=1.0, max_value=99.0))
def test_the_limit_coefficient_treats_maximum_and_minimum_alike(base):
    # Equal relative distances from the limit on either side: base below 100, 200 - base above.
    assert limit_coefficient(base, 100.0) == pytest.approx(limit_coefficient(200.0 - base, 100.0))
    assert 0 <= limit_coefficient(base, 100.0) <= 1
