"""Decoupling: published decompositions, all eight states, emissions worked by hand, paths."""

from __future__ import annotations

import csv
import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from roots import CASES, HOME

from analysis.data.errors import InputError
from analysis.decoupling import energy as energy_module
from analysis.decoupling import lmdi, paths, tapio

LMDI = json.loads((CASES / "lmdi.json").read_text(encoding="utf-8"))
WHOLE = [case for case in LMDI if "additive" in case]

# --- LMDI: published and recomputed cases --------------------------------------------------


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case["case"])
def test_a_published_decomposition_is_met(case):
    found = lmdi.lmdi(case["X0"], case["XT"])
    assert (found.v0, found.vt) == (
        pytest.approx(case["V0"], rel=1e-12),
        pytest.approx(case["VT"], rel=1e-12),
    )
    assert found.additive == pytest.approx(case["additive"], rel=1e-9, abs=1e-9)
    if "multiplicative" in case:
        assert found.multiplicative == pytest.approx(case["multiplicative"], rel=1e-9)


@pytest.mark.parametrize(
    "case", [case for case in LMDI if "terms" in case], ids=lambda case: case["case"]
)
def test_published_zeros_are_met_group_by_group(case):
    found = lmdi.lmdi(case["X0"], case["XT"])
    assert found.terms == pytest.approx(np.array(case["terms"]), rel=1e-9, abs=1e-9)


def test_the_table_of_limits():
    (case,) = [case for case in LMDI if "rows" in case]
    assert len(case["rows"]) == 8
    for row in case["rows"]:
        # the other factor of the group takes what the table's leaves of the total
        ends = [(row["x0"], row["v0"]), (row["xT"], row["vT"])]
        (start, end) = ([x, v / x if x else 3.0] for x, v in ends)
        assert lmdi.lmdi(start, end).terms[0, 0] == row["expected"]


def test_nothing_is_left_out_of_the_cases():
    assert len(WHOLE) == 9 and len(LMDI) == 12


# --- LMDI: laws ----------------------------------------------------------------------------

VALUES = st.one_of(st.just(0.0), st.floats(1e-6, 1e6))
SHAPE = st.tuples(st.integers(1, 4), st.integers(1, 5))


@st.composite
def ends(draw):
    groups, factors = draw(SHAPE)
    row = st.lists(VALUES, min_size=factors, max_size=factors)
    table = st.lists(row, min_size=groups, max_size=groups)
    return np.array(draw(table)), np.array(draw(table))


@given(ends())
def test_effects_sum_to_the_change_and_multiply_to_the_ratio(pair):
    x0, xt = pair
    found = lmdi.lmdi(x0, xt)
    scale = max(found.v0, found.vt, 1e-300)
    assert found.additive.sum() == pytest.approx(found.vt - found.v0, abs=1e-9 * scale)
    by_group = xt.prod(axis=1) - x0.prod(axis=1)
    assert found.terms.sum(axis=1) == pytest.approx(by_group, abs=1e-9 * scale)
    if found.v0 > 0 and found.vt > 0:
        logs = np.log(found.multiplicative).sum()
        assert logs == pytest.approx(math.log(found.vt / found.v0), rel=1e-9, abs=1e-6)


@given(ends())
def test_back_in_time_every_effect_turns_round(pair):
    x0, xt = pair
    there, back = lmdi.lmdi(x0, xt), lmdi.lmdi(xt, x0)
    scale = max(there.v0, there.vt, 1e-300)
    assert there.terms == pytest.approx(-back.terms, abs=1e-9 * scale)


@given(ends(), st.randoms(use_true_random=False))
def test_the_order_of_the_factors_does_not_matter(pair, random):
    x0, xt = pair
    order = list(range(x0.shape[1]))
    random.shuffle(order)
    straight, turned = lmdi.lmdi(x0, xt), lmdi.lmdi(x0[:, order], xt[:, order])
    scale = max(straight.v0, straight.vt, 1e-300)
    assert straight.terms[:, order] == pytest.approx(turned.terms, abs=1e-9 * scale)


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=2, max_size=4),
    st.lists(st.floats(0.5, 2.0), min_size=4, max_size=4),
)
def test_zeros_are_the_limit_of_small_numbers(start, end):
    """The limit is approached like 1/ln(δ): at 1e-75 a few per cent of the whole are left."""
    x0, xt = np.array([start]), np.array([end[: len(start)]])
    assume((x0 == 0).any())
    near = lmdi.lmdi(np.where(x0 == 0, 1e-75, x0), xt).terms
    assert lmdi.lmdi(x0, xt).terms == pytest.approx(near, abs=0.06 * xt.prod())


def test_two_factors_that_appear_together_share_the_change():
    # 0·0·3 -> 2·5·3 = 30: 15 each, none for the factor that did not move
    assert lmdi.lmdi([0, 0, 3], [2, 5, 3]).additive.tolist() == [15.0, 15.0, 0.0]


def test_close_totals_lose_no_digits():
    # v moves by one part in 1e12; the naive (a - b)/ln(a/b) keeps four digits of its weight
    found = lmdi.lmdi([1.0, 1.0], [1.0 + 1e-12, 1.0])
    assert found.additive[0] == pytest.approx((1.0 + 1e-12) - 1.0, rel=1e-9)
    assert lmdi.log_mean(1.0 + 1e-12, 1.0) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("bad", [-1.0, math.inf])
def test_a_negative_or_infinite_factor_is_refused(bad):
    for call in (
        lambda: lmdi.lmdi([1.0, bad], [1.0, 1.0]),
        lambda: lmdi.lmdi([1.0, 1.0], [bad, 1.0]),
        lambda: lmdi.log_mean(bad, 1.0),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.expected == ">= 0"


def test_an_unknown_factor_stays_unknown():
    found = lmdi.lmdi([[1.0, np.nan], [2.0, 3.0]], [[2.0, 2.0], [2.0, 4.0]])
    assert np.isnan(found.terms[0]).all() and np.isfinite(found.terms[1]).all()
    assert np.isnan(found.additive).all()


def test_shapes_zero_totals_and_lost_products_are_refused():
    with pytest.raises(InputError, match="ends_differ_in_groups_or_factors"):
        lmdi.lmdi([[1, 2]], [[1, 2, 3]])
    with pytest.raises(InputError, match="total_of_zero_has_no_ratio"):
        _ = lmdi.lmdi([0.0, 2.0], [1.0, 2.0]).multiplicative
    with pytest.raises(InputError, match="product_of_factors_out_of_range"):
        lmdi.lmdi([1e-200, 1e-200], [1.0, 1.0])


# --- chains of years -----------------------------------------------------------------------

YEARS = [2010, 2011, 2012]
ACTIVITY = pd.Series([1000.0, 1100.0, 1200.0], YEARS)
INTENSITY = pd.Series([0.1, 0.12, 0.08], YEARS)


def test_a_chain_and_a_base_year():
    made = lmdi.lmdi_by_year({"a": ACTIVITY, "i": INTENSITY})
    whole = lmdi.chained(made)
    # published links: 10.985508 + 9.836309 and 21.014492 - 45.836310; ratio 96/100
    assert whole["additive"].tolist() == pytest.approx([20.8218174855, -24.8218181535])
    assert whole["additive"].sum() == pytest.approx(-4.0)
    assert whole["multiplicative"].prod() == pytest.approx(0.96)
    last = lmdi.lmdi_by_year({"a": ACTIVITY, "i": INTENSITY}, 2010).query("end == 2012")
    # L(96, 100) = -4/ln(0.96) = 97.98639; ln 1.2 = 0.1823216 -> 17.86503; -21.86503
    assert last["additive"].tolist() == pytest.approx([17.86503, -21.86503], abs=1e-4)
    part = lmdi.chained(made, 2011, 2012)
    assert part.loc["i", "additive"] == pytest.approx(-45.83630984829231)


def test_groups_structure_and_a_common_activity():
    # the textbook case of two sectors: E 30, 20 -> 80, 16 and Q 10, 40 -> 40, 40
    total = pd.Series({2000: 50.0, 2010: 80.0})
    share = pd.DataFrame({"one": [0.2, 0.5], "two": [0.8, 0.5]}, [2000, 2010])
    intensity = pd.DataFrame({"one": [3.0, 2.0], "two": [0.5, 0.4]}, [2000, 2010])
    made = lmdi.lmdi_by_year({"Q": total, "S": share, "I": intensity})
    sums = made[made["group"] == ""]
    assert sums["additive"].tolist() == pytest.approx(
        [32.384637910916766, 38.28486735022565, -24.669505261142387]
    )
    parts = made[made["group"] != ""].groupby("factor", sort=False)
    assert parts["additive"].sum().tolist() == pytest.approx(sums["additive"].tolist())
    assert parts["multiplicative"].prod().tolist() == pytest.approx(sums["multiplicative"].tolist())


def test_a_missing_year_makes_a_longer_link():
    made = lmdi.lmdi_by_year({"a": ACTIVITY.drop(2011), "i": INTENSITY})
    assert made[["start", "end"]].drop_duplicates().values.tolist() == [[2010, 2012]]


def test_chains_that_cannot_be_made_are_refused():
    factors = {"a": ACTIVITY, "i": INTENSITY}
    for call, words in (
        (lambda: lmdi.lmdi_by_year({}), "no_factor_is_given"),
        (lambda: lmdi.lmdi_by_year(factors, 2009), "nearest 2010"),
        (
            lambda: lmdi.lmdi_by_year({"a": ACTIVITY, "i": INTENSITY.loc[[2012]]}),
            "factors_share_too_few_years",
        ),
        (lambda: lmdi.chained(lmdi.lmdi_by_year(factors, 2010)), "only_chained_links_add_up"),
        (
            lambda: lmdi.chained(lmdi.lmdi_by_year(factors), 2010, 2013),
            "nearest 2012",
        ),
    ):
        with pytest.raises(InputError, match=words):
            call()
    with pytest.raises(InputError, match="factors_have_different_groups"):
        lmdi.lmdi_by_year({"a": pd.DataFrame({"x": ACTIVITY}), "i": pd.DataFrame({"y": INTENSITY})})


def test_kaya_with_and_without_energy():
    co2, gdp = pd.Series([100.0, 120.0], [0, 1]), pd.Series([50.0, 75.0], [0, 1])
    co2.index = gdp.index = [2020, 2021]
    people = pd.Series([10.0, 11.0], [2020, 2021])
    energy = pd.Series([40.0, 50.0], [2020, 2021])
    short = tapio.kaya(co2, gdp, people)
    # L(120, 100) = 20/ln 1.2 = 109.69629; ln 1.1 = 0.0953102 -> 10.45517;
    # ln(6.818182/5) = 0.3101549 -> 34.02285; ln(1.6/2) = -0.2231436 -> -24.47802
    assert short["additive"].tolist() == pytest.approx([10.45517, 34.02285, -24.47802], abs=1e-4)
    whole = tapio.kaya(co2, gdp, people, energy)
    assert list(whole["factor"]) == [
        "population",
        "gdp_per_capita",
        "energy_intensity",
        "carbon_content",
    ]
    # energy per GDP and carbon per energy together are carbon per GDP
    assert whole["additive"][2:].sum() == pytest.approx(short["additive"][2])
    assert set(whole["factor"]) | set(short["factor"]) == set(tapio.KAYA)
    with pytest.raises(InputError):
        tapio.kaya(co2, gdp, people * 0)


# --- Tapio ---------------------------------------------------------------------------------

# PMC10559243, table 3: the eight states with an example of each, then the two axes
EIGHT = [
    ((100, 98, 100, 105), -0.4, "strong_decoupling"),
    ((100, 104, 100, 110), 0.4, "weak_decoupling"),
    ((100, 110, 100, 110), 1.0, "expansive_coupling"),
    ((100, 115, 100, 110), 1.5, "expansive_negative_decoupling"),
    ((100, 102, 100, 95), -0.4, "strong_negative_decoupling"),
    ((100, 98, 100, 95), 0.4, "weak_negative_decoupling"),
    ((100, 95, 100, 95), 1.0, "recessive_coupling"),
    ((100, 90, 100, 95), 2.0, "recessive_decoupling"),
]


@pytest.mark.parametrize(("given_", "index", "code"), EIGHT)
def test_each_of_the_eight_states(given_, index, code):
    found = tapio.tapio(*given_)
    assert found.code == code
    assert found.index == pytest.approx(index)


def test_the_eight_are_all_there_are():
    assert {code for _, _, code in EIGHT} == set(tapio.STATES)


@pytest.mark.parametrize(
    ("change", "growth", "code"),
    [
        (8, 10, "weak_decoupling"),  # 0.8 itself belongs to the class below
        (8.01, 10, "expansive_coupling"),
        (12, 10, "expansive_coupling"),  # so does 1.2
        (12.01, 10, "expansive_negative_decoupling"),
        (0.01, 10, "weak_decoupling"),
        (-0.01, 10, "strong_decoupling"),
        (-8, -10, "weak_negative_decoupling"),
        (-8.01, -10, "recessive_coupling"),
        (-12, -10, "recessive_coupling"),
        (-12.01, -10, "recessive_decoupling"),
        (-0.01, -10, "weak_negative_decoupling"),
        (0.01, -10, "strong_negative_decoupling"),
        (4, 5, "weak_decoupling"),  # 1.04 - 1 over 1.05 - 1 is 0.8 but for binary rounding
    ],
)
def test_the_boundaries(change, growth, code):
    assert tapio.tapio(100, 100 + change, 100, 100 + growth).code == code


@pytest.mark.parametrize(
    ("given_", "code", "index"),
    [
        ((100, 100, 100, 105), "stable_emissions_growth", 0.0),
        ((100, 100, 100, 95), "stable_emissions_decline", 0.0),
        ((100, 105, 100, 100), "no_gdp_change", None),
        ((100, 100, 100, 100), "no_change", None),
    ],
)
def test_the_axes_belong_to_no_state(given_, code, index):
    found = tapio.tapio(*given_)
    assert found.code == code and found.index == index and code in tapio.DEGENERATE
    assert code not in tapio.STATES


def test_emissions_that_end_are_strongly_decoupled():
    assert tapio.tapio(5, 0, 100, 110).code == "strong_decoupling"


@pytest.mark.parametrize("bad", [(0, 1, 1, 1), (1, 1, 0, 1), (1, -1, 1, 2), (1, 1, 1, math.nan)])
def test_no_state_of_what_is_not_there(bad):
    with pytest.raises(InputError):
        tapio.tapio(*bad)


@given(st.floats(1, 1e4), st.floats(0.5, 2), st.floats(0.5, 2))
def test_the_unit_does_not_decide_the_state(unit, emissions, gdp):
    assume(abs(emissions - 1) > 1e-6 and abs(gdp - 1) > 1e-6)
    one, other = tapio.tapio(1, emissions, 1, gdp), tapio.tapio(unit, unit * emissions, 7, 7 * gdp)
    assert one.index == pytest.approx(other.index, rel=1e-6)


# --- emissions of an energy balance --------------------------------------------------------


def used(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["fuel", "amount", "unit", "flow"])


def test_emissions_worked_by_hand():
    factors = pd.concat(
        [energy_module.emission_factors("gbt-2024"), energy_module.emission_factors("mee-2023")]
    )
    made = energy_module.co2_from_energy(
        used(
            ("bituminous_coal", 2.0, "万吨", "combustion"),
            ("natural_gas", 3.0, "万立方米", "combustion"),
            ("electricity_zhejiang", 1.0, "亿千瓦时", "purchased"),
            ("petroleum_coke", 5.0, "吨", "feedstock"),
            ("diesel", None, "吨", "combustion"),
        ),
        factors,
    )
    # coal: 20 000 t · 19.57 GJ/t · 26.1 kg C/GJ · 0.93 · 44/12 = 34 835.0 t
    # gas: 3 · 389.31 GJ · 15.3 kg C/GJ · 0.99 · 44/12 = 64.8657 t
    # power: 100 000 MWh · 0.4974 t/MWh = 49 740 t
    assert made["co2_t"][:3].tolist() == pytest.approx([34_835.0, 64.8657, 49_740.0], rel=1e-5)
    assert made["scope"].tolist() == ["direct", "direct", "indirect", "none", "direct"]
    assert made["co2_t"][3:].isna().all()  # not burnt, and not known: neither is zero
    assert made["factor_year"].tolist() == [2024, 2024, 2023, 2024, 2024]


@pytest.mark.parametrize(
    ("row", "column", "near"),
    [
        (("deisel", 1.0, "吨", "combustion"), "fuel", "diesel"),
        (("diesel", 1.0, "万立方米", "combustion"), "unit", None),
        (("natural_gas", 1.0, "吨", "combustion"), "unit", None),
        (("diesel", 1.0, "桶", "combustion"), "unit", None),
        (("diesel", -1.0, "吨", "combustion"), "amount", None),
        (("diesel", 1.0, "吨", "purchased"), "flow", None),
        (("diesel", 1.0, "吨", "burnt"), "flow", None),
    ],
)
def test_a_wrong_row_of_the_balance_is_named(row, column, near):
    with pytest.raises(InputError) as caught:
        energy_module.co2_from_energy(used(row), energy_module.emission_factors("gbt-2024"))
    assert caught.value.column == column and caught.value.nearest == near


def test_two_factors_of_one_fuel_are_refused():
    with pytest.raises(InputError, match="fuel_has_two_factors"):
        energy_module.co2_from_energy(
            used(("diesel", 1.0, "吨", "combustion")), energy_module.emission_factors()
        )
    with pytest.raises(InputError, match="nearest ipcc-2006"):
        energy_module.emission_factors("ipcc-2016")


def test_carbon_content_gives_the_emission_factor_that_the_guidelines_print():
    """Table 1.4 prints 1000·44/12 times table 1.3, rounded to three figures."""
    rows = energy_module.emission_factors("ipcc-2006").to_dict("records")
    assert len(rows) == 5
    for row in rows:
        printed = float("".join(re.findall(r"\d", row["note"].split("因子为")[1].split("千克")[0])))
        assert float(f"{row['carbon_content'] * 44 / 12 * 1000:.3g}") == printed


def test_the_grid_factors_of_one_notice():
    rows = energy_module.emission_factors("mee-2023").to_dict("records")
    assert [(row["fuel"], row["co2_factor"]) for row in rows] == [
        ("electricity_china", 0.5306),
        ("electricity_east_china", 0.55),
        ("electricity_zhejiang", 0.4974),
    ]


def test_the_balance_waits_for_the_zone_with_its_columns():
    with (HOME / "data" / "energy_balance.csv").open(encoding="utf-8", newline="") as handle:
        lines = list(csv.reader(handle))
    assert len(lines) == 1 and lines[0][:6] == ["region", "year", "fuel", "flow", "amount", "unit"]


def balance(fuel: str, **more: str) -> dict[str, str]:
    return {
        "region": "jiaxing-port-area",
        "year": "2024",
        "fuel": fuel,
        "flow": "combustion",
        "amount": "2",
        "unit": "万吨",
        "status": "reported",
        "published": "2025-06-30",
        "source": "S1",
        "locator": "test",
    } | more


def test_a_supplied_balance_is_read_and_checked(root):
    root.add("energy_balance", balance("bituminous_coal"), balance("diesel", amount="1"))
    table = energy_module.energy_balance("jiaxing-port-area", root=root.path)
    made = energy_module.co2_from_energy(table, energy_module.emission_factors("gbt-2024"))
    # 34 835.0 t of coal as above, and 10 000 t · 3.0959 t/t = 30 959.1 t
    assert made["co2_t"].tolist() == pytest.approx([34_835.0, 30_959.1], rel=1e-5)
    assert energy_module.energy_balance("jiaxing-city", root=root.path).empty
    root.add("energy_balance", balance("coke", source="Z99"))
    with pytest.raises(InputError) as caught:
        energy_module.energy_balance("jiaxing-port-area", root=root.path)
    assert (caught.value.file, caught.value.row, caught.value.column) == (
        "data/energy_balance.csv",
        4,
        "source",
    )


def test_half_a_factor_is_refused(root):
    from analysis.data.observations import load

    at = root.change("emission_factors", {"factor_set": "gbt-2024", "fuel": "coke"}, oxidation="")
    with pytest.raises(InputError) as caught:
        energy_module.emission_factors(data=load(root.path))
    assert caught.value.row == at


# --- reductions and scenarios --------------------------------------------------------------


def test_an_even_reduction_compounds_to_its_total():
    # ln 0.82 / 5 = -0.0396902: 3.8913 %; 3.6 % a year would add up to 18 but compound to 16.7
    assert paths.yearly_reduction(0.18, 5) == pytest.approx(0.0389129, abs=1e-7)


@given(st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=4), st.floats(0.01, 0.5))
def test_what_is_required_reaches_the_total(rates, total):
    series = pd.Series(rates, range(2021, 2021 + len(rates)))
    made = paths.reduction_state(series, total, 2020, 2025)
    left = 5 - len(rates)
    reached = 1 - (1 - made.done) * (1 - made.required) ** left
    assert reached == pytest.approx(total)
    assert made.elapsed == pytest.approx(len(rates) / 5)


def test_a_plan_of_two_years():
    # (1 - 0.038)(1 - 0.008) = 0.954304: 4.57 % done; an even 18 % would be 1 - 0.82^0.4 = 7.63 %
    made = paths.reduction_state(pd.Series({2021: 0.038, 2022: 0.008}), 0.18, 2020, 2025)
    assert made.done == pytest.approx(0.045696)
    assert made.even == pytest.approx(0.076312, abs=1e-5)
    # ln 0.954304 / ln 0.82 = 0.046773/0.198451
    assert made.share == pytest.approx(0.23569, abs=1e-4)
    assert (
        paths.reduction_state(pd.Series([0.04] * 5, range(2021, 2026)), 0.18, 2020, 2025).required
        is None
    )


def test_reductions_that_make_no_plan_are_refused():
    for rates, total in (
        (pd.Series({2022: 0.01}), 0.18),
        (pd.Series({2021: 0.01, 2023: 0.01}), 0.18),
        (pd.Series({2021: 3.8}), 0.18),
        (pd.Series({2021: 0.01}), 18.0),
        (pd.Series(dtype=float), 0.18),
    ):
        with pytest.raises(InputError):
            paths.reduction_state(rates, total, 2020, 2025)


def test_a_scenario_worked_by_hand():
    path = paths.intensity_path(0.5, 0.36, 2020, 2022)  # 0.8 a year: 0.5, 0.4, 0.32
    assert path.tolist() == pytest.approx([0.5, 0.4, 0.32])
    gdp = [[100.0, 110.0, 120.0], [100.0, 120.0, 140.0], [100.0, 130.0, 160.0]]
    made = paths.carbon_scenario(gdp, path.to_numpy(), [2020, 2021, 2022], [0.5])
    assert made["0.5"].tolist() == pytest.approx([50.0, 48.0, 44.8])
    # 160 of 100 at the end: 1 - 100/160 = 37.5 % holds emissions on the highest path
    assert paths.holding_reduction(100.0, [120.0, 140.0, 160.0], [0.5]) == pytest.approx([2 / 7])


def test_joint_paths_are_multiplied_row_by_row():
    # where growth comes with lower intensity the product hardly spreads: 50 on both paths
    made = paths.carbon_scenario([[100.0], [125.0]], [[0.5], [0.4]], [2025], [0.1, 0.9])
    assert made.loc[0, ["0.1", "0.9"]].tolist() == pytest.approx([50.0, 50.0])


def test_paths_that_do_not_fit_are_refused():
    for gdp, intensity, years, chances in (
        ([1.0, 2.0], [1.0], [2024, 2025], [0.5]),
        ([[1.0], [2.0]], [[1.0], [1.0], [1.0]], [2025], [0.5]),
        ([math.nan], [1.0], [2025], [0.5]),
        ([1.0], [1.0], [2025], [50.0]),
    ):
        with pytest.raises(InputError):
            paths.carbon_scenario(gdp, intensity, years, chances)
