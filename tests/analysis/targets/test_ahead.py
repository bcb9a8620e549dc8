"""Proposed and declared years, worked by hand: where they go and what they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME, observation, refused

from analysis.data.errors import Reason
from analysis.data.observations import load
from analysis.targets.ahead import PathProposal, propose_path
from analysis.targets.evaluation import evaluate

DATA = load(HOME)
PLAN = "jiaxing-14fyp"
DOCUMENT = {"document": "嘉港〔2023〕1号", "source": "S5", "locator": "test"}
EARLY = evaluate(PLAN, 2021, data=DATA)  # of GDP 2015 and 2020 are known: a range, no verdict


class Course:
    """A forecast whose medians are given; every year reaches 108 with one half."""

    def __init__(self, medians: dict[int, float]) -> None:
        self.medians = medians

    def median(self, year: int) -> float:
        return self.medians[year]

    def probability(self, value: float, year: int, direction: int) -> float:
        return 0.5 if value <= 108 else 0.25


def foretold(goal: float, medians: dict[int, float], **changes: object):
    """Return the early GDP target as if 100 had been published of 2020 and a forecast stood."""
    item = EARLY.get("gdp")
    figure = replace(item.series.data[-1], value=100.0)
    years = tuple(replace(figure, period=str(year)) for year in (2018, 2019, 2020))
    return replace(
        item,
        target=replace(item.target, target=goal, **changes),
        series=replace(item.series, data=years),
        outlook=replace(item.outlook, forecast=Course(medians)),
    )


def proposed(item, year: int = 2021) -> PathProposal:
    made = propose_path(item, EARLY.plan, year)
    assert isinstance(made, PathProposal), made
    return made


def values(made: PathProposal, shape: str) -> dict[int, float]:
    return {one.year: one.value for one in made.shapes[shape]}


MEDIANS = dict(zip(range(2021, 2026), (104.0, 108.0, 112.0, 116.0, 120.0), strict=True))


def test_equal_steps_and_equal_growth_by_hand():
    made = proposed(EARLY.get("gdp"))
    # 182 to 300 in five years: 23.6 a year; (300 / 182) ** (1 / 5) = 1.105121 a year
    assert values(made, "steps") == pytest.approx(
        {2022: 229.2, 2023: 252.8, 2024: 276.4, 2025: 300}
    )
    assert values(made, "growth")[2022] == pytest.approx(182 * 1.105121**2, rel=1e-5)
    assert values(made, "growth")[2025] == 300
    # two figures bear no verdict: no probability and no shape of a forecast
    assert "forecast" not in made.shapes and made.median == {}
    assert {one.probability for steps in made.shapes.values() for one in steps} == {None}


def test_the_forecast_s_course_with_the_same_effort_in_every_year():
    made = proposed(foretold(150.0, MEDIANS))
    # 150 / 120 = 1.25 over five years: each year the forecast's growth times 1.25 ** 0.2
    wanted = {t: m * 1.25 ** ((t - 2020) / 5) for t, m in MEDIANS.items() if t > 2021}
    assert values(made, "forecast") == pytest.approx(wanted)
    assert made.shapes["forecast"][0].value == pytest.approx(118.0831, abs=1e-4)
    # 1.5 ** 0.2 = 1.084472 against 1.2 ** 0.2 = 1.037137: 4.73 points a year more
    assert made.extra_pct == pytest.approx(4.7335, abs=1e-3) and made.extra is None
    assert made.preferred == "forecast" and made.median == MEDIANS


def test_no_effort_beyond_the_forecast_is_the_forecast():
    made = proposed(foretold(120.0, MEDIANS))
    assert values(made, "forecast") == pytest.approx({t: MEDIANS[t] for t in range(2022, 2026)})
    assert made.extra_pct == pytest.approx(0)
    # its second year asks for 108, which Course reaches with one half; the later ones for more
    assert [one.probability for one in made.shapes["forecast"]] == [0.5, 0.25, 0.25, 0.25]


def test_a_forecast_that_falls_still_leads_to_the_target():
    falling = {t: 100.0 - 2 * (t - 2020) for t in range(2021, 2026)}  # to 90
    made = proposed(foretold(126.0, falling))
    # 126 / 90 = 1.4; in 2023 94 * 1.4 ** 0.6
    assert values(made, "forecast")[2023] == pytest.approx(94 * 1.4**0.6)
    assert values(made, "forecast")[2025] == 126


@given(
    goal=st.floats(101, 500),
    medians=st.lists(st.floats(10, 900), min_size=5, max_size=5),
)
def test_every_shape_ends_in_the_target(goal, medians):
    made = proposed(foretold(goal, dict(zip(range(2021, 2026), medians, strict=True))))
    for steps in made.shapes.values():
        assert [one.year for one in steps] == [2022, 2023, 2024, 2025]
        assert steps[-1].value == goal


def test_declared_years_are_kept_and_proposed_around():
    made = proposed(foretold(150.0, MEDIANS, path=((2023, 130.0),)))
    # 100 in 2020 to 130 in 2023 to 150 in 2025
    assert values(made, "steps") == pytest.approx({2022: 120, 2023: 130, 2024: 140, 2025: 150})
    assert [one.declared for one in made.shapes["steps"]] == [False, True, False, False]
    # the forecast's part: 130 / 112 in 2023, 2/3 of the way there in 2022
    assert values(made, "forecast")[2022] == pytest.approx(108 * (130 / 112) ** (2 / 3))
    assert made.extra_pct is None


def test_what_is_met_is_held():
    item = foretold(95.0, MEDIANS)
    made = proposed(replace(item, state=replace(item.state, met=True)))
    assert set(made.shapes) == {"hold"} and set(values(made, "hold").values()) == {95.0}


def test_why_nothing_is_proposed():
    late = evaluate(PLAN, 2025, data=DATA)
    for name, code in (
        ("labour_productivity", "kind_has_no_yearly_level"),
        ("talent", "nothing_published"),
        ("energy_intensity", "kind_has_no_yearly_level"),
        ("safety_deaths", "not_assigned"),
    ):
        assert propose_path(EARLY.get(name), EARLY.plan, 2021) == Reason(code)
    assert propose_path(late.get("gdp"), late.plan, 2025) == Reason("no_year_left")
    gone = replace(EARLY.get("gdp"), target=replace(EARLY.get("gdp").target, status="withdrawn"))
    assert propose_path(gone, EARLY.plan, 2021) == Reason("withdrawn")


def test_the_last_year_s_probability_is_the_outlook_s(root):
    more = {"unit": "亿元", "price_basis": "current", "caliber": "plan"}
    for year, value in ((2016, "130"), (2017, "140"), (2018, "150"), (2021, "205"), (2022, "215")):
        day = {"published": f"{year + 1}-03-01"}
        root.add("observations", observation("gdp", str(year), value, **more, **day))
    found = evaluate(PLAN, 2022, "2023-06-30", root=root.path)
    item = found.get("gdp")
    made = propose_path(item, found.plan, 2022)
    assert set(made.shapes) == {"forecast", "growth", "steps"}
    for steps in made.shapes.values():
        assert steps[-1].probability == pytest.approx(item.outlook.probability)
        assert all(0 < one.probability < 1 for one in steps)
    # the forecast's own middle would be reached with one half: a target above it, with less
    assert item.outlook.median < 300 and made.extra_pct > 0
    assert all(one.probability < 0.5 for one in made.shapes["forecast"])


def test_things_are_proposed_whole():
    item = foretold(12.0, MEDIANS, indicator="large_groups")
    figure = replace(item.series.data[-1], value=2.0)
    made = proposed(replace(item, series=replace(item.series, data=(figure,))))
    # 2 to 12 in five years: 6 in 2022
    assert values(made, "steps") == pytest.approx({2022: 6, 2023: 8, 2024: 10, 2025: 12})
    assert made.whole and made.digits == 0


# --- declared years -------------------------------------------------------------------------


def step(target_id: str, year: str, value: str) -> dict[str, str]:
    return {"target_id": target_id, "year": year, "value": value, "date": "2021-12-31"} | DOCUMENT


def test_a_declared_total_sets_the_schedule(root):
    root.add(f"{PLAN}/path", step("new_jobs", "2022", "1500"), step("new_jobs", "2023", "2400"))
    for year, jobs in (("2021", "700"), ("2022", "850"), ("2023", "800")):
        root.add("observations", observation("new_jobs", year, jobs, "个", caliber="annual"))
    item = evaluate(PLAN, 2023, "2024-12-31", root=root.path).get("new_jobs")
    # the plan asks for 2400 of 3600 by 2023, not for three fifths
    assert item.state.schedule == pytest.approx(2400 / 3600)


@pytest.mark.parametrize("name", ["labour_productivity", "income_growth", "fire_base", "gdp_2035"])
def test_a_path_that_would_go_unused_is_refused(root, name):
    row = root.add(f"{PLAN}/path", step(name, "2023", "7"))
    error = refused(root)
    assert (error.row, error.column, error.value) == (row, "target_id", name)
