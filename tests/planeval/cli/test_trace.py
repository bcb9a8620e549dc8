"""planeval trace: every figure with its row, source and steps, equal to the evaluation's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from roots import HOME, Root, observation

from analysis.data.observations import load
from analysis.targets.evaluation import Evaluation, evaluate
from planeval.chapters.record import trace
from planeval.cli.app import main
from planeval.cli.trace import lines, wrap
from planeval.show.terminal import WIDTH, display_width

FIRST = min(load(HOME).observations["published"]).isoformat()
PLANS = {"jiaxing-14fyp": 2024, "jiaxing-13fyp": 2020}


@pytest.fixture(scope="module")
def judged() -> dict[str, Evaluation]:
    return {plan: evaluate(plan, year) for plan, year in PLANS.items()}


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path / "project")


def one(told: dict, name: str) -> dict:
    return next(target for target in told["targets"] if target["id"] == name)


def step(target: dict, key: str) -> dict:
    return next(item for item in target["computed"] if item["key"] == key)


def reckoned(formula: str) -> float | bool:
    """Do a printed formula again, as its reader would on paper."""
    text = formula
    for mark, sign in {"×": "*", "÷": "/", "^": "**", "−": "-", "≥": ">=", "≤": "<="}.items():
        text = text.replace(mark, sign)
    assert re.fullmatch(r"[-0-9.+*/()<>= e]+", text), formula
    return eval(text)  # digits and signs alone


# --- numbers ---------------------------------------------------------------------------------


def test_gdp_of_2024(judged):
    gdp = one(trace(judged["jiaxing-14fyp"], "gdp"), "gdp")
    assert (gdp["target"]["value"], gdp["target"]["unit"], gdp["target"]["year"]) == (
        300.0,
        "亿元",
        2025,
    )
    seen = {role: f for f in gdp["figures"] for role in f["roles"]}
    base, latest, earlier = seen["base"], seen["latest"], seen["earlier"]
    assert [f["value"] for f in (base, latest, earlier)] == [182.0, 226.0, 125.98]
    assert (latest["caliber"], latest["status"], latest["price_basis"]) == (
        "unstated",
        "reported",
        "current",
    )
    assert (latest["published"], latest["reliability"]) == ("2025-12-23", "medium")
    # (226 − 182)/(300 − 182) = 44/118 = 0.37288; 300/226 = 1.32743
    assert step(gdp, "completion")["formula"] == "(226 − 182) ÷ (300 − 182)"
    assert step(gdp, "completion")["value"] == pytest.approx(0.3729, abs=5e-5)
    assert step(gdp, "required_growth_pct")["value"] == pytest.approx(32.74, abs=5e-3)
    left = {item["value"]: item["code"] for item in gdp["not_used"]}
    assert left == {181.97: "older_vintage", 209.01: "other_caliber"}


@pytest.mark.parametrize("plan", PLANS)
def test_every_figure_is_the_evaluations_own(judged, plan):
    found = judged[plan]
    for told in found.to_dict()["indicators"]:
        mine = one(trace(found, told["id"]), told["id"])
        for item in mine["computed"]:
            key = item["key"]
            if key in told["state"]:
                assert item["value"] == told["state"][key], (told["id"], key)
            elif key in told["outlook"]:
                assert item["value"] == told["outlook"][key], (told["id"], key)
            else:
                kept = told["state"]["record"][key]
                kept = kept[item["of"]] if item["of"] else kept
                assert item["value"] == pytest.approx(kept, abs=5e-5), (told["id"], key)
        shown = {item["key"] for item in mine["computed"]}
        printed = {k: v for part in ("state", "outlook") for k, v in told[part].items()}
        for key in ("completion", "schedule", "required_growth_pct", "required_change", "median"):
            assert printed[key] is None or key in shown, (told["id"], key)
        roles = {role: f["value"] for f in mine["figures"] for role in f["roles"]}
        assert roles.get("base") == told["baseline"]
        assert roles.get("latest") == (told["latest"] or {}).get("value")
        assert mine["target"]["value"] == told["target"]


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS)
def test_every_formula_gives_the_figure_beside_it(judged, plan):
    done = 0
    for item in judged[plan].indicators:
        for told in one(trace(judged[plan], item.target_id), item.target_id)["computed"]:
            if told["formula"] and told["key"] == "met":
                assert reckoned(told["formula"]) is told["value"], item.target_id
            elif told["formula"]:
                assert reckoned(told["formula"]) == pytest.approx(told["value"], abs=6e-5)
            done += bool(told["formula"])
            assert told["value"] is not None or told["reason_zh"], (item.target_id, told["key"])
    assert done > 30


def test_every_figure_stands_in_the_row_it_names(judged):
    table = (HOME / "data" / "observations.csv").read_text(encoding="utf-8").splitlines()
    for name in ("gdp", "containers", "income_growth", "new_jobs"):
        target = trace(judged["jiaxing-14fyp"], name)["targets"][0]
        borrowed = [f for series in target["comparators"] for f in series["figures"]]
        rows = [f for f in (*target["figures"], *borrowed, *target["not_used"]) if "row" in f]
        assert rows
        for figure in rows:
            cells = table[figure["row"] - 1].split(",")
            assert cells[:3] == [figure["region"], figure["indicator"], figure["period"]]
            assert cells[3] == figure["printed"] and figure["source"] in cells


def test_containers_show_both_forecasts_and_the_whole_port_as_background(judged):
    told = trace(judged["jiaxing-14fyp"], "container_throughput")
    target = one(told, "containers")
    assert [made["role"] for made in target["forecasts"]] == ["evaluation", "beside"]
    chances = [
        next(s for s in made["steps"] if s["key"] == "probability")["numbers"]["probability"]
        for made in target["forecasts"]
    ]
    assert round(chances[0], 4) == step(target, "probability")["value"]
    # (306.2 − 176)/(400 − 176) = 130.2/224 = 0.58125
    assert step(target, "completion")["value"] == 0.58125
    assert {i["code"] for i in target["not_used"]} == {"part_year", "context"}
    assert target["comparators"][0]["region"] == "jiaxing-port"
    assert {f["source"] for f in target["figures"]} <= set(told["sources"])
    assert told["sources"]["S2"]["address"].startswith("https://")


# --- what is missing says why ----------------------------------------------------------------


def test_a_target_without_data(judged):
    talent = trace(judged["jiaxing-14fyp"], "talent")["targets"][0]
    assert talent["figures"] == talent["forecasts"] == talent["not_used"] == []
    assert talent["target"]["value"] == 2.25 and talent["target"]["row"] == 11
    assert step(talent, "completion")["value"] is None
    assert step(talent, "probability")["reason_zh"] == "没有公布的数值"


def test_a_milestone_shows_its_report(judged):
    done = trace(judged["jiaxing-14fyp"], "incubator")["targets"][0]
    assert done["target"]["milestone"]["file"] == "data/plans/jiaxing-14fyp/milestones.csv"
    assert done["target"]["milestone"]["row"] == 2 and step(done, "met")["value"] is True
    early = evaluate("jiaxing-14fyp", 2024, "2025-12-22")
    silent = trace(early, "incubator")["targets"][0]
    assert silent["target"]["milestone"] is None
    assert [left["code"] for left in silent["not_used"]] == ["milestone_later"]
    assert silent["not_used"][0]["document"]["row"] == 2


def test_a_figure_published_later_is_named_and_not_used():
    gdp = one(trace(evaluate("jiaxing-14fyp", 2024, "2025-12-22"), "gdp"), "gdp")
    assert 226.0 not in [figure["value"] for figure in gdp["figures"]]
    late = next(item for item in gdp["not_used"] if item["value"] == 226.0)
    assert late["code"] == "published_later" and "2025-12-23" in late["reason_zh"]
    assert step(gdp, "completion")["value"] is None


def test_a_number_assigned_later_counts_from_its_day(root):
    at = root.add(
        "jiaxing-14fyp/assignments",
        {
            "target_id": "energy_intensity",
            "value": "14.5",
            "unit": "%",
            "document": "试发〔2022〕1号",
            "date": "2022-03-01",
            "source": "S1",
            "locator": "第1页",
        },
    )
    before = trace(
        evaluate("jiaxing-14fyp", 2024, "2022-02-28", root=root.path), "energy_intensity"
    )["targets"][0]
    assert before["target"]["value"] is None
    assert [(i["code"], i["document"]["row"]) for i in before["not_used"]] == [
        ("assigned_later", at)
    ]
    after = trace(evaluate("jiaxing-14fyp", 2024, root=root.path), "energy_intensity")
    target = after["targets"][0]["target"]
    assert target["value"] == 14.5 and target["assigned"]["document"] == "试发〔2022〕1号"
    assert (target["assigned"]["row"], after["targets"][0]["not_used"]) == (at, [])


def test_a_declared_path_a_revision_and_a_correction(root):
    paper = {"unit": "亿元", "document": "试", "date": "2022-03-01", "source": "S1", "locator": "1"}
    root.add("jiaxing-14fyp/path", {"target_id": "gdp", "year": "2022", "value": "210"} | paper)
    change = {"target_id": "gdp", "field": "target", "old": "300", "new": "290", "reason": "试"}
    revision = {k: v for k, v in paper.items() if k != "unit"} | {"date": "2023-03-01"}
    root.add("jiaxing-14fyp/revisions", change | revision)
    root.add(
        "corrections",
        {
            "region": "jiaxing-port-area",
            "indicator": "gdp",
            "period": "2020",
            "expect": "182.0",
            "value": "180.0",
            "unit": "亿元",
            "source": "S1",
            "locator": "1",
            "reason": "试更正",
            "reason_en": "test correction",
        },
    )
    found = evaluate("jiaxing-14fyp", 2024, root=root.path)
    gdp = one(trace(found, "gdp"), "gdp")
    assert [row["reason"] for row in gdp["corrections"]] == ["试更正"]
    # base 180 after the correction; 2024 lies two thirds of the way from 210 (2022) to 290 (2025):
    # 263.33; (263.33 − 180)/(290 − 180) = 0.75758; completion (226 − 180)/110 = 0.41818
    assert step(gdp, "schedule")["value"] == pytest.approx(0.75758, abs=1e-5)
    assert reckoned(step(gdp, "schedule")["formula"]) == pytest.approx(0.75758, abs=1e-5)
    assert step(gdp, "completion")["value"] == pytest.approx(0.41818, abs=1e-5)
    assert gdp["target"]["revisions"][0]["new"] == 290
    step_told = gdp["target"]["path"][0]  # each year of a path names the document that set it
    names = ("year", "value", "document", "date", "source", "locator", "file")
    assert [step_told[name] for name in names] == [
        2022, 210.0, "试", "2022-03-01", "S1", "1", "data/plans/jiaxing-14fyp/path.csv",
    ]  # fmt: skip
    printed = (root.path / step_told["file"]).read_text(encoding="utf-8").splitlines()
    assert printed[step_told["row"] - 1].startswith("gdp,2022,210")
    shown = "\n".join(lines(trace(found, "gdp")))
    assert "逐年路径　2022年 210亿元　2022-03-01" in shown and "path.csv:2" in shown


@pytest.mark.slow
def test_the_formulas_of_sums_rates_and_multiples(root):
    """Kinds the real data do not reach: each formula is done again and held by hand."""
    root.add(
        "jiaxing-14fyp/assignments",
        {
            "target_id": "energy_intensity",
            "value": "14.5",
            "unit": "%",
            "document": "试",
            "date": "2022-03-01",
            "source": "S1",
            "locator": "1",
        },
    )
    money = {"caliber": "annual", "price_basis": "current"}
    root.add(
        "observations",
        *(
            observation("fdi", str(year), value, "亿美元", **money)
            for year, value in zip(range(2021, 2025), ("2", "2.5", "1.5", "2"), strict=True)
        ),
        *(
            observation("energy_intensity_reduction", str(year), "3", "%")
            for year in range(2021, 2025)
        ),
        *(
            observation("listed_firms", year, value, "家")
            for year, value in (("2020", "3"), ("2022", "4"), ("2024", "5"))
        ),
        *(
            observation("river_sea_cargo", year, value, "万吨", region="zhapu-port", caliber="plan")
            for year, value in (("2020", "1000"), ("2022", "1050"), ("2024", "1100"))
        ),
    )
    found = evaluate("jiaxing-14fyp", 2024, root=root.path)
    wanted = {
        ("fdi", "to_date"): 8.0,  # 2 + 2.5 + 1.5 + 2
        ("fdi", "required_change"): 3.0,  # (11 − 8) ÷ 1
        ("fdi", "completion"): 8 / 11,
        ("energy_intensity", "to_date"): 11.470719,  # 100 (1 − 0.97⁴)
        ("listed_firms_double", "level_needed"): 6.0,  # 2 × 3
        ("listed_firms_double", "completion"): 2 / 3,  # (5 − 3) ÷ (6 − 3)
        ("listed_firms_double", "required_growth_pct"): 20.0,  # 6 ÷ 5
        ("river_sea_growth", "level_needed"): 1114.9477,  # 1000 × 1.022⁵
        ("river_sea_growth", "required_growth_pct"): 1.3589,  # 1114.9477 ÷ 1100
    }
    for (name, key), value in wanted.items():
        told = step(trace(found, name)["targets"][0], key)
        assert told["value"] == pytest.approx(value, abs=6e-5), (name, key)
        assert reckoned(told["formula"]) == pytest.approx(value, abs=6e-5), (name, key)
    for item in found.indicators:  # nothing is left without its formula or its reason
        for told in one(trace(found, item.target_id), item.target_id)["computed"]:
            assert told["value"] is not None or told["reason_zh"], (item.target_id, told["key"])
    mean = trace(found, "river_sea_growth")["targets"][0]
    last = next(s for s in mean["forecasts"][0]["steps"] if s["key"] == "probability")
    assert round(last["numbers"]["probability"], 4) == step(mean, "probability")["value"]
    sums = trace(found, "fdi")["targets"][0]
    assert sums["forecasts"][0]["steps"][0]["numbers"]["figures"]["2022"] == 2.5
    assert (
        step(sums, "probability")["value"]
        == found.to_dict()["indicators"][14]["outlook"]["probability"]
    )


# --- the command -----------------------------------------------------------------------------


def test_the_terminal_shows_steps_and_sources(capsys):
    assert main(["trace", "jiaxing-14fyp", "gdp", "--year", "2024"]) == 0
    text = capsys.readouterr().out
    for part in (
        "目标　2025年　300亿元",
        "基期值　2020年 182亿元",
        "突破226亿元",
        "data/observations.csv:3",
        "data/plans/jiaxing-14fyp/targets.csv:2",
        "(226 − 182) ÷ (300 − 182) = 37.3%",
        "32.7%",
        "口径为“管理口径”",
        "参照序列使中位数",
        "https://gzwbqjgs.com/",
    ):
        assert part in text, part


@pytest.mark.parametrize("name", ["gdp", "milestone", "income_growth", "集装箱吞吐量", "fdi"])
def test_lines_fit_a_hundred_columns(capsys, name):
    assert main(["trace", "jiaxing-14fyp", name, "--year", "2024"]) == 0
    for line in capsys.readouterr().out.splitlines():
        assert display_width(line) <= WIDTH and line == line.rstrip(), line


def test_a_long_word_is_not_cut():
    address = "https://" + "a" * 120
    assert wrap(f"见 {address} 。", 4) == ["    见", f"      {address}", "      。"]


def test_json_holds_what_the_function_returns(capsys, tmp_path, judged):
    assert main(["trace", "jiaxing-14fyp", "gdp", "--year=2024", "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == trace(judged["jiaxing-14fyp"], "gdp")
    place = tmp_path / "gdp.json"
    assert main(["trace", "jiaxing-14fyp", "gdp", "--year=2024", "--json", str(place)]) == 0
    assert json.loads(place.read_text(encoding="utf-8")) == told


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["jiaxing-14fpy", "gdp", "--year", "2024"], "jiaxing-14fyp"),
        (["jiaxing-14fyp", "gpd", "--year", "2024"], "gdp"),
        (["jiaxing-14fyp", "集装箱吞吐", "--year", "2024"], "集装箱吞吐量"),
        (["jiaxing-14fyp", "gdp", "--year", "2026"], "2025"),
        (["jiaxing-14fyp", "gdp", "--year", "2024", "--as-of", "1900-01-01"], FIRST),
    ],
)
def test_a_wrong_word_names_the_nearest(capsys, words, near):
    assert main(["trace", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 2
    assert f"最接近的有效值：{near}" in err
