"""Plans of which next to nothing is published: every chapter says so, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from english import left_in_chinese
from inprocess import NOTEBOOKS, chapter, lines
from roots import Root, observation, target

from analysis.targets.evaluation import evaluate
from planeval.show.table import Table

NONE, ONE = "bare-14fyp", "single-14fyp"
CHAPTERS = [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))]
#: What no chapter may say of targets of which nothing is known.
_FALSE = re.compile(r"\b(?:nan|NaN|inf)\b|概率\d|概率不足|probability (?:\d|below|above)")


def _plan(root: Root, plan: str, region: str) -> None:
    """Add a zone without data and its plan of six targets, a kind each."""
    root.add(
        "regions",
        {"region": region, "name_zh": "试验区", "name_en": "Test Zone", "level": "zone"},
    )
    years = {"base_year": "2020", "start_year": "2021", "end_year": "2025"}
    names = {"name_zh": "试验区规划", "name_en": "Plan of the Test Zone"}
    root.add("plans", {"plan": plan, "region": region, "source": "S1", **names, **years})
    given = root.path / "data" / "plans"
    for path in sorted((given / "jiaxing-14fyp").glob("*.csv")):
        made = given / plan / path.name
        made.parent.mkdir(exist_ok=True)
        made.write_text(path.read_text("utf-8-sig").splitlines()[0] + "\n", "utf-8")
    bound = {"binding": "binding", "direction": "decrease", "domain": "environment"}
    rows = [
        ("a", "gdp", "亿元", "at_least", {"target": "300", "price_basis": "current"}),
        ("b", "pm25", "微克/立方米", "at_most", {"target": "27", **bound}),
        ("c", "rd_share", "%", "maintain", {"target": "3"}),
        (
            "d",
            "labour_productivity",
            "%",
            "avg_growth",
            {"target": "6", "price_basis": "constant"},
        ),
        ("e", "energy_intensity_reduction", "%", "assigned", bound),
        ("f", "new_jobs", "个", "cumulative", {"target": "10000"}),
    ]
    for name, indicator, unit, kind, more in rows:
        if indicator in ("gdp", "labour_productivity"):
            more = {**more, "domain": "gdp"}
        text = more.get("target", "按上级下达")
        row = target(name, indicator, unit, kind, region=region, target_text=text, **more)
        root.add(f"{plan}/targets", row)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One root with both plans: nothing published, and one figure of one target."""
    root = Root(tmp_path_factory.mktemp("bare"))
    _plan(root, NONE, "bare-zone")
    _plan(root, ONE, "single-zone")
    more = {"price_basis": "current", "published": "2024-06-27", "region": "single-zone"}
    root.add("observations", observation("gdp", "2023", "210", "亿元", **more))
    return root.path


@pytest.mark.parametrize("plan", [NONE, ONE])
def test_every_chapter_of_a_bare_plan_reads_well_in_both_languages(
    bare: Path, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANEVAL_ROOT", str(bare))
    for name in CHAPTERS:
        for language in ("zh", "en"):
            shown = chapter(name, plan, 2024, language=language)
            tables = [item for item in shown if isinstance(item, Table)]
            assert all(table.rows for table in tables), (name, language)
            told = list(lines(shown, language))
            assert len(told) > 3
            if language == "en":
                assert not [line for line in told if left_in_chinese(line)], name
            if name[:2] in ("01", "06", "10", "11"):
                assert not [line for line in told if _FALSE.search(line)], name


def test_a_bare_plan_is_not_told_as_free_of_risk(bare: Path) -> None:
    from planeval.chapters import indicators, risks

    nothing, single = (evaluate(plan, 2024, root=bare) for plan in (NONE, ONE))
    for evaluation in (nothing, single):
        assert risks.risk_table(evaluation) == (
            "没有一项目标能按公布值判断，风险清单空着，不等于没有风险。"
        )
        assert risks.risk_reading(evaluation).startswith("2项约束性目标无法评价")
    assert indicators.pages(nothing) == []
    assert indicators.scope(nothing) == (
        "规划共有6项目标，规划期内没有一项公布了可用的数值，没有可以逐项说明的指标。"
    )
    assert "有可用公布值的1项" in indicators.scope(single)
    # 100 ((300/210)^(1/2) - 1) = 19.52 % a year, two years left, at current prices
    (said,) = [page for page in indicators.pages(single) if "须增长" in str(page)]
    assert "2024—2025年每年须增长19.5%（现价）" in str(said)
