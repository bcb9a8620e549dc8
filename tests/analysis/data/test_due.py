"""What is due and late by the habit of earlier years, worked by hand; the commands that say so."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from roots import HOME, Root, observation

from analysis.data.due import Habit, Wanted, wanted
from analysis.data.errors import InputError
from analysis.data.plan import load_plan
from planeval.cli.app import main

PLAN = "jiaxing-14fyp"
DOCUMENT = {"document": "嘉港〔2023〕1号", "source": "S5", "locator": "test"}


def of(root: Root, day: str, year: int = 2023, department: str | None = None) -> list[Wanted]:
    date = dt.date.fromisoformat(day)
    plan = load_plan(PLAN, as_of=date, root=root.path)
    return list(wanted(plan, year, date, department=department))


def one(found: list[Wanted], target_id: str) -> Wanted:
    return next(item for item in found if target_id in [t.target_id for t in item.targets])


def habitual(root: Root) -> None:
    """Sports area of 2020 to 2022: first published 61, 90 and 151 days after the year."""
    for year, day in (("2020", "2021-03-02"), ("2021", "2022-03-31"), ("2022", "2023-05-31")):
        root.add("observations", observation("sports_area", year, "1.7", "平方米", published=day))
    # a look back, a later vintage and a derived figure say nothing of the habit
    for year, day, status in (
        ("2015", "2021-03-02", "reported"),
        ("2020", "2022-06-30", "revised"),
        ("2019", "2020-01-02", "derived"),
    ):
        root.add(
            "observations",
            observation("sports_area", year, "1.6", "平方米", published=day, status=status),
        )


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2024-03-29", "not_due"),  # 89 days after 31 December 2023; 2024 is a leap year
        ("2024-03-30", "due"),  # 90 days, the median
        ("2024-05-30", "due"),  # 151 days, the longest
        ("2024-05-31", "late"),
    ],
)
def test_due_after_the_median_delay_and_late_after_the_longest(root, day, status):
    habitual(root)
    item = one(of(root, day), "sports_area")
    assert item.habit == Habit("own", 3, 90, 151)
    assert (item.status, item.expected, item.latest) == (
        status,
        dt.date(2024, 3, 30),
        dt.date(2024, 5, 30),
    )


def test_a_published_figure_is_wanted_no_more(root):
    habitual(root)
    root.add(
        "observations", observation("sports_area", "2023", "1.8", "平方米", published="2024-04-15")
    )
    assert one(of(root, "2024-04-14"), "sports_area").status == "due"
    item = one(of(root, "2024-04-15"), "sports_area")
    assert (item.status, item.published) == ("published", dt.date(2024, 4, 15))


def test_habit_is_what_was_known_on_the_day(root):
    habitual(root)
    # by March 2023 only the delays of 2020 and 2021 are known: 61 and 90 days
    item = one(of(root, "2023-03-31", 2022), "sports_area")
    assert item.habit == Habit("own", 2, 75.5, 90) and item.status == "due"


def test_one_date_is_no_habit_and_the_region_s_is_taken(root):
    item = one(of(root, "2026-10-31", 2025), "pm25")
    assert item.habit.basis == "region" and item.habit.years > 2


def test_a_five_year_total_is_published_as_a_running_total_too(root):
    assert one(of(root, "2024-06-30"), "fdi").status != "published"
    root.add(
        "observations",
        observation(
            "fdi", "2021/2023", "5", "亿美元", published="2024-02-01", price_basis="current"
        ),
    )
    assert one(of(root, "2024-06-30"), "fdi").status == "published"


def test_tasks_are_late_after_their_year(root):
    day = {"2025-12-31": "not_due", "2026-01-01": "late"}
    assert {d: one(of(root, d, 2025), "fire_base").status for d in day} == day
    done = one(of(root, "2025-12-31", 2025), "incubator")
    assert (done.status, done.task, done.published) == ("published", True, dt.date(2025, 12, 23))


def test_targets_on_one_figure_are_asked_for_once_and_withdrawn_ones_not_at_all(root):
    found = of(root, "2026-10-31", 2025)
    gdp = one(found, "gdp")
    assert [t.target_id for t in gdp.targets] == ["gdp", "gdp_2035"]
    assert one(found, "energy_intensity").unassigned and not gdp.unassigned
    root.add(
        f"{PLAN}/revisions",
        {"target_id": "sports_area", "field": "withdrawn", "date": "2023-01-01", "reason": "r"}
        | DOCUMENT,
    )
    names = [t.target_id for item in of(root, "2026-10-31", 2025) for t in item.targets]
    assert "sports_area" not in names and len(names) == len(set(names))


def responsible(root: Root) -> None:
    for code, zh in (("development", "发展局"), ("port", "港务局")):
        root.add(
            "departments", {"department": code, "name_zh": zh, "name_en": code, "source": "S5"}
        )
    for target_id, department, role in (
        ("gdp", "port", "joint"),
        ("gdp", "development", "lead"),
        ("containers", "port", "lead"),
    ):
        row = {"target_id": target_id, "department": department, "role": role}
        root.add(f"{PLAN}/responsible", row | {"date": "2022-01-01"} | DOCUMENT)


def test_the_list_of_one_body(root):
    responsible(root)
    for code, names in (("port", ["containers", "gdp"]), ("development", ["gdp"])):
        found = of(root, "2026-10-31", 2025, code)
        assert sorted(item.targets[0].target_id for item in found) == names
    assert one(of(root, "2026-10-31", 2025), "gdp").departments == ("development", "port")
    with pytest.raises(InputError) as caught:
        of(root, "2026-10-31", 2025, "prot")
    assert caught.value.nearest == "port"


# --- the commands ---------------------------------------------------------------------------


def run(capsys, *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "late", "body"), [("zh", "逾期", "发展局"), ("en", "late", "development")]
)
def test_due_on_the_screen(root, capsys, lang, late, body):
    responsible(root)
    words = ("due", PLAN, "--year", "2025", "--as-of", "2027-01-01", "--lang", lang)
    out = run(capsys, *words, "--root", str(root.path))
    line = next(line for line in out.splitlines() if line.endswith("gdp gdp_2035"))
    assert late in line and body in line and "2026-12-23" in line


def test_due_as_json_tells_all_and_the_screen_what_is_wanted(capsys):
    words = ("due", PLAN, "--year", "2025", "--as-of", "2026-10-31", "--root", str(HOME))
    told = json.loads(run(capsys, *words, "--json", "-"))
    by = {item["targets"][0]: item for item in told["wanted"]}
    # first published 178 and 357 days after the year: the middle is 267.5
    assert (by["gdp"]["usual_days"], by["gdp"]["longest_days"]) == (267.5, 357)
    assert (by["gdp"]["expected"], by["gdp"]["status"]) == ("2026-09-24", "due")
    assert by["incubator"]["status"] == "published"
    assert "incubator" not in run(capsys, *words)
    assert "incubator" in run(capsys, *words, "--all")


def test_revisions_of_an_indicator(capsys):
    words = ("revisions", PLAN, "gdp", "--root", str(HOME))
    told = json.loads(run(capsys, *words, "--json", "-"))
    city = next(one for one in told["indicators"] if one["region"] == "jiaxing-city")
    own = [row for row in city["vintages"] if row["period"] == "2018"]
    # 5018.38 - 4871.98 = 146.40, of 4871.98: 3.005 %
    assert [row["value"] for row in own] == [4871.98, 5018.38]
    assert own[0]["change"] is None and own[1]["change"] == pytest.approx(146.40)
    assert own[1]["change_pct"] == pytest.approx(3.005, abs=1e-3)
    assert "+146.4" in run(capsys, *words) and "revised" in run(capsys, *words, "--lang", "en")
    early = json.loads(run(capsys, *words, "--as-of", "2021-06-27", "--json", "-"))
    days = [row["published"] for one in early["indicators"] for row in one["vintages"]]
    assert max(days) <= "2021-06-27"


def test_revisions_of_targets(root, capsys):
    why = {"reason": "形势变化"} | DOCUMENT
    root.add(
        f"{PLAN}/revisions",
        {"target_id": "gdp", "field": "target", "old": "300", "new": "260", "date": "2023-06-30"}
        | why,
        {"target_id": "fdi", "field": "withdrawn", "old": "11", "date": "2024-03-01"} | why,
    )
    root.add(
        f"{PLAN}/assignments",
        {"target_id": "energy_intensity", "value": "14.5", "unit": "%", "date": "2022-03-01"}
        | DOCUMENT,
    )
    words = ("revisions", PLAN, "--root", str(root.path))
    told = {
        item["target"]: item for item in json.loads(run(capsys, *words, "--json", "-"))["targets"]
    }
    assert (told["gdp"]["original"], told["gdp"]["in_force"]) == (300, 260)
    assert told["fdi"]["status"] == "withdrawn" and told["fdi"]["events"][0]["what"] == "withdrawn"
    assert told["energy_intensity"]["events"][0]["new"] == 14.5
    out = run(capsys, *words)
    assert "300 → 260 亿元" in out and "撤销" in out and "嘉港〔2023〕1号" in out
    early = run(capsys, *words, "--as-of", "2023-06-29")
    assert "260" not in [word for line in early.splitlines()[-3:] for word in line.split()]


def test_an_indicator_nobody_knows(capsys):
    assert main(["revisions", PLAN, "gpd", "--root", str(HOME)]) == 2
    assert "gdp" in capsys.readouterr().err


def test_propose_writes_a_csv_but_never_among_the_data(root, tmp_path, capsys):
    words = ("propose", PLAN, "--year", "2021", "--root", str(root.path))
    out = tmp_path / "proposal.csv"
    told = run(capsys, *words, "--target", "gdp", "--shape", "steps", "--csv", str(out))
    assert "229.2" in told and "222.3" in told  # equal steps and equal growth to 2022
    lines = out.read_text("utf-8").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["gdp", "2022", "229.2"],
        ["gdp", "2023", "252.8"],
        ["gdp", "2024", "276.4"],
        ["gdp", "2025", "300"],
    ]
    among = root.path / "data" / "plans" / PLAN / "path.csv"
    before = among.read_text("utf-8")
    assert main([*words, "--csv", str(among)]) == 2
    assert "data/" in capsys.readouterr().err and among.read_text("utf-8") == before
    told = json.loads(run(capsys, *words, "--json", "-"))
    assert {item["target_id"] for item in told["proposals"]} >= {"gdp", "containers"}
    assert told["none"]["labour_productivity"]["en"]
