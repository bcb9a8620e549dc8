"""A draft: refused until every guess is confirmed, then a plan like any other, in one step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import plan_documents as made
import pytest
from roots import Root

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.data.plan import load_plan
from analysis.targets.evaluation import evaluate
from planeval.cli.app import main
from planeval.newplan.document import assemble
from planeval.newplan.draft import INDICATORS, PLAN, TARGETS, Options, plan_cells, years_of
from planeval.newplan.finish import begin, finish

ID = "special-port"
LABEL = f"data/plans/{ID}/draft.xlsx"
# a small special plan of the same region; its promise for GDP differs from the zone's plan
TABLE = """嘉兴港区临港产业发展规划（2021—2025年）

表1 主要指标
序号\t指标\t单位\t2020年\t2025年\t属性
1\t地区生产总值\t亿元\t182.0\t320\t预期性
2\tR&D经费支出占地区生产总值比重\t%\t3.2\t3.5以上\t预期性
3\t临港产业岸线利用效率\t%\t61.5\t70\t约束性
4\t=1+1\t个\t\t@5\t预期性
"""


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """Return a copy of the project's data with the special plan's document beside it."""
    copy = Root(tmp_path / "root")
    (tmp_path / "plan.txt").write_text(TABLE, encoding="utf-8")
    return copy


def sums(root: Root) -> dict[str, str]:
    """Return the checksum of every file below data/."""
    return {
        path.relative_to(root.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root.path / "data").rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def begun(root: Root) -> Path:
    """Begin the special plan and return its draft."""
    document = root.path.parent / "plan.txt"
    return begin(ID, document, Options(region="jiaxing-port-area"), root=root.path).path


def edit(path: Path, change: Callable) -> None:
    """Change a draft as its reader does, and save it."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def columns(sheet) -> dict[str, int]:
    """Return the column of each code in a sheet's head."""
    return {str(cell.value).split()[-1]: cell.column for cell in sheet[1] if cell.value}


def fill(sheet, row: int, **cells: object) -> None:
    """Set cells of a row by their codes."""
    for code, value in cells.items():
        sheet.cell(row, columns(sheet)[code]).value = value


def confirm(book) -> None:
    """Complete and confirm everything; the row that is no target is dropped."""
    plan = book[PLAN]
    answers = {"name_en": "Port industries plan", "source.publisher": "管委会",
               "source.published": "2021-09-30"}  # fmt: skip
    for row in range(2, plan.max_row + 1):
        code = plan.cell(row, 1).value
        plan.cell(row, 3).value = answers.get(code, plan.cell(row, 3).value)
        plan.cell(row, 4).value = "是 yes"
    sheet = book[TARGETS]
    for row in range(2, 5):
        fill(sheet, row, confirmed="是 yes", group_zh="产业", group_en="Industry")
    fill(sheet, 2, price_basis="current")
    fill(sheet, 4, indicator="shore_use", name_en="Use of shoreline")
    fill(sheet, 5, confirmed="不收 drop")
    new = book[INDICATORS]
    fill(new, 2, confirmed="是 yes", indicator="shore_use", name_en="Use of shoreline",
         growth_basis="none", nature="rate", quantity="share", lower=0, upper=100)  # fmt: skip


def test_a_draft_is_one_file_and_proposes(root):
    before = sums(root)
    path = begun(root)
    assert set(sums(root)) - set(before) == {LABEL}
    assert {k: v for k, v in sums(root).items() if k != LABEL} == before
    book = openpyxl.load_workbook(path)
    plan = {row[0].value: row[2].value for row in book[PLAN].iter_rows(min_row=2)}
    assert (plan["base_year"], plan["start_year"], plan["end_year"]) == (2020, 2021, 2025)
    assert plan["name_zh"] == "嘉兴港区临港产业发展规划（2021—2025年）" and plan["source"] == "S7"
    sheet, at = book[TARGETS], columns(book[TARGETS])
    assert [sheet.cell(r, at["indicator"]).value for r in (2, 3, 4)] == ["gdp", "rd_share", None]
    assert [sheet.cell(r, at["base_value"]).value for r in (2, 3, 4)] == [182, 3.2, 61.5]
    assert [sheet.cell(r, at["confirmed"]).value for r in (2, 3, 4, 5)] == [None] * 4
    assert sheet.cell(2, at["price_basis"]).value is None  # never guessed
    assert sheet.cell(2, at["price_basis"]).comment is not None
    assert sheet.cell(2, at["locator"]).value == "表1第1行"
    injected = sheet.cell(5, at["name_zh"])
    assert (injected.value, injected.data_type) == ("=1+1", "s")  # text, not a formula
    ruled = {str(rule.sqref).split(":")[0] for rule in sheet.data_validations.dataValidation}
    letter = openpyxl.utils.get_column_letter(at["kind"])
    assert f"{letter}2" in ruled


def test_check_names_the_draft_and_other_plans_go_on(root, capsys):
    begun(root)
    assert main(["check", "--root", str(root.path)]) == 2
    out, err = capsys.readouterr()
    assert "数据表均合格" in out  # the rest was checked
    assert LABEL in err and "4 行目标中 4 行未确认" in err and "4 of 4 target rows" in err
    assert f"{LABEL}［{PLAN}］，第 " in err and "列 confirmed" in err and "Traceback" not in err
    words = ["--year", "2024", "--root", str(root.path), "--json", "-"]
    assert main(["evaluate", "jiaxing-14fyp", *words]) == 0
    capsys.readouterr()
    assert main(["evaluate", ID, *words]) == 2
    assert "草稿" in capsys.readouterr().err


def test_an_unconfirmed_draft_is_not_finished(root):
    path = begun(root)
    before = sums(root)
    with pytest.raises(InputError) as caught:
        finish(ID, root.path)
    assert "未确认" in caught.value.zh and sums(root) == before
    edit(path, confirm)
    edit(path, lambda book: fill(book[TARGETS], 3, confirmed=None))
    before = sums(root)
    with pytest.raises(InputError) as caught:
        finish(ID, root.path)
    assert (caught.value.file, caught.value.row) == (f"{LABEL}［{TARGETS}］", 3)
    assert sums(root) == before


WRONG = [
    ({"kind": "at_leats"}, 2, "kind"),
    ({"unit": "万元"}, 2, "unit"),
    ({"indicator": "gdpp"}, 2, "indicator"),
    ({"price_basis": None}, 2, "price_basis"),
    ({"target": "三百"}, 2, "target"),
    ({"target": "=300+20"}, 2, "target"),
    ({"target_id": "Gdp/.."}, 3, "target_id"),
    ({"target_year": 2019}, 3, "target_year"),
    ({"base_value": 161.5}, 4, "base_value"),  # a share above 100 %
]


@pytest.mark.parametrize(("cells", "row", "column"), WRONG, ids=lambda value: str(value))
def test_a_wrong_cell_is_told_at_its_place_in_the_draft(root, cells, row, column):
    path = begun(root)
    edit(path, confirm)
    edit(path, lambda book: fill(book[TARGETS], row, **cells))
    before = sums(root)
    with pytest.raises(InputError) as caught:
        finish(ID, root.path)
    error = caught.value
    assert (error.file, error.row, error.column) == (f"{LABEL}［{TARGETS}］", row, column)
    assert sums(root) == before


def test_a_confirmed_draft_becomes_a_plan_that_shares_its_figures(root, capsys):
    edit(begun(root), confirm)
    before, old = sums(root), root.rows("observations")
    assert main(["check", "--root", str(root.path)]) == 2  # confirmed is not yet in force
    assert "尚未完成" in capsys.readouterr().err
    assert main(["new", ID, "--finish", "--root", str(root.path)]) == 0
    plan = load_plan(ID, root=root.path)
    promises = [(t.target_id, t.indicator, t.kind, t.target) for t in plan.targets]
    assert promises == [
        ("gdp", "gdp", "at_least", 320.0),
        ("rd_share", "rd_share", "at_least", 3.5),
        ("t3", "shore_use", "at_least", 70.0),
    ]
    # 182.0 亿元 and 3.2 % are in the data already: one new observation only
    new = root.rows("observations")[len(old) :]
    assert root.rows("observations")[: len(old)] == old
    assert [(r["indicator"], r["value"], r["period"], r["published"]) for r in new] == [
        ("shore_use", "61.5", "2020", "2021-09-30")
    ]
    assert root.rows("sources")[-1]["source"] == "S7" == root.rows("plans")[-1]["source"]
    # both plans are judged by one and the same figure
    mine = evaluate(ID, 2024, root=root.path).get("gdp")
    zone = evaluate("jiaxing-14fyp", 2024, root=root.path).get("gdp")
    assert mine.latest is not None and zone.latest is not None
    assert mine.latest.value == zone.latest.value == 226.0
    # (226 − 182) / (320 − 182) = 44 / 138
    assert mine.state.completion == pytest.approx(44 / 138)
    kept = "data/plans/jiaxing-14fyp/targets.csv"
    assert sums(root)[kept] == before[kept]
    capsys.readouterr()
    assert main(["check", "--root", str(root.path)]) == 0  # the draft is done
    assert main(["new", ID, "--finish", "--root", str(root.path)]) == 2
    assert "已经完成" in capsys.readouterr().err


def test_the_package_is_valid_with_the_new_plan(root):
    from frictionless import Package

    edit(begun(root), confirm)
    finish(ID, root.path)
    report = Package(str(root.path / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]
    assert sum(1 for task in report.tasks if task.name.startswith(f"{ID}-")) == 5


def test_the_overview_shows_the_two_plans_and_their_conflict(root, capsys):
    edit(begun(root), confirm)
    finish(ID, root.path)
    words = ["overview", "--year", "2024", "--root", str(root.path)]
    assert main([*words, "--json", "-"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert [p["plan"] for p in seen["plans"] if p["outlooks"]] == ["jiaxing-14fyp", ID]
    assert sum(seen["plans"][-1]["outlooks"].values()) == 3
    first = seen["shared"][0]  # conflicts first
    assert (first["indicator"], first["region"]) == ("gdp", "jiaxing-port-area")
    assert first["conflicts"] == [["jiaxing-14fyp:gdp", f"{ID}:gdp"]]  # 300 and 320
    ratio = next(item for item in seen["shared"] if item["indicator"] == "rd_share")
    # 3.2 kept and 3.5 promised for the same year are two different promises
    assert ratio["conflicts"] == [["jiaxing-14fyp:rd_share", f"{ID}:rd_share"]]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert f"jiaxing-14fyp 300亿元 ≠ {ID} 320亿元" in out
    assert main(["overview", "--year", "2031", "--root", str(root.path)]) == 2
    assert "2025" in capsys.readouterr().err


NAMES = ["../evil", "a/b", "A", "", "con", "jiaxing-14fyp", "中文", "x" * 99, ".hidden", "a\\b"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_cannot_be_writes_nothing(root, name):
    before = sorted(root.path.parent.rglob("*"))
    with pytest.raises(InputError):
        begin(name, root.path.parent / "plan.txt", root=root.path)
    assert sorted(root.path.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["con", "prn", "aux", "nul", "com1", "lpt9", "CON"])
def test_a_name_kept_for_a_device_is_told_as_such(root, name):
    document = root.path.parent / "plan.txt"
    with pytest.raises(InputError) as caught:
        begin(name, document, root=root.path)
    assert "Windows keeps this name" in caught.value.en and "设备名" in caught.value.zh
    assert caught.value.column == "ID" and caught.value.value == name
    with pytest.raises(InputError, match="Windows keeps this name"):
        plan_cells(assemble("p", None, ["规划"]), ID, Options(region=name), load())


def test_a_region_like_a_known_one_is_a_typing_error_unless_said_to_be_new(root, capsys):
    document = root.path.parent / "plan.txt"
    before = sums(root)
    words = ["new", ID, "--from", str(document), "--root", str(root.path), "--region"]
    # two letters the wrong way round, one too few, the beginning alone
    for wrong, near in (
        ("jiaxing-port-aera", "jiaxing-port-area"),
        ("haiyn", "haiyan"),
        ("jiaxing", "jiaxing-port"),  # and jiaxing-city, which is no less like it
    ):
        assert main([*words, wrong]) == 2
        err = capsys.readouterr().err
        assert f"nearest valid choice: {near}" in err and f"found '{wrong}'" in err
        assert ("jiaxing-city" in err) == (wrong == "jiaxing")
        assert f"{wrong} --new-region" in err and len(err.splitlines()) == 2
        assert sums(root) == before and not (root.path / "data/plans" / ID).exists()
    assert main([*words, "haiyan", "--new-region"]) == 2  # it is in the list
    assert "--new-region" in capsys.readouterr().err and sums(root) == before
    assert main([*words[:-1], "--new-region"]) == 2 and sums(root) == before
    assert main([*words, "haiyn", "--new-region"]) == 0
    assert "draft.xlsx" in capsys.readouterr().out
    assert main(["new", ID, "--finish", "--new-region", "--root", str(root.path)]) == 2
    assert "--new-region" in capsys.readouterr().err


def test_a_region_like_none_is_new_without_more_words():
    region = plan_cells(assemble("p", None, ["规划"]), ID, Options(region="wuxi"), load())["region"]
    assert region.value == "wuxi" and "将新建" in region.zh


def test_a_draft_is_not_overwritten_nor_left_by_a_bad_document(root, capsys):
    empty = root.path.parent / "empty.txt"
    empty.write_text("没有表格。", encoding="utf-8")
    before = sums(root)
    assert main(["new", ID, "--from", str(empty), "--root", str(root.path)]) == 2
    assert "没有找到指标表" in capsys.readouterr().err
    assert sums(root) == before and not (root.path / "data/plans" / ID).exists()
    path = begun(root)
    content = path.read_bytes()
    with pytest.raises(InputError):
        begun(root)
    assert path.read_bytes() == content
    assert main(["new", ID, "--root", str(root.path)]) == 2
    assert main(["new", ID, "--finish", "--end", "2030", "--root", str(root.path)]) == 2


def test_a_broken_draft_is_one_message(root, capsys):
    path = begun(root)
    path.write_bytes(path.read_bytes()[:500])
    assert main(["check", "--root", str(root.path)]) == 2
    err = capsys.readouterr().err
    assert "已损坏" in err and "Traceback" not in err and len(err.splitlines()) == 2


def test_the_national_table_can_be_begun_from_word(root):
    document = made.docx(root.path.parent / "plan.docx")
    found = begin("national", document, root=root.path)
    assert len(found.proposal.rows) == 20 and found.questions > 0
    plan = openpyxl.load_workbook(found.path)[PLAN]
    region = next(r for r in range(2, plan.max_row + 1) if plan.cell(r, 1).value == "region")
    assert plan.cell(region, 3).value is None and plan.cell(region, 5).value  # asked, not guessed


@pytest.mark.parametrize(
    ("title", "region", "years"),
    [
        # 嘉兴港（全港） is the shorter name, its gloss left out; a draft's mark is no obstacle
        ("嘉兴港区国民经济和社会发展第十五个五年规划纲要（草案）", "jiaxing-port-area", 2026),
        ("嘉兴港发展规划（2021—2025年）", "jiaxing-port", 2021),
        ("嘉兴市国民经济和社会发展第十四个五年规划", "jiaxing-city", 2021),
    ],
)
def test_region_and_years_are_those_the_title_names(title: str, region: str, years: int) -> None:
    document = assemble("plan", None, [title, "正文。"])
    assert document.title == title
    assert plan_cells(document, ID, Options(), load())["region"].value == region
    assert years_of(document, Options())[0].start == years
