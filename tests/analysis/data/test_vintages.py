"""An evaluation as of a day is what was known that day, whatever is published later."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roots import HOME, Root, observation

from analysis.data.observations import load
from analysis.targets.evaluation import evaluate

DATA = load(HOME)
PLAN, YEAR, DAY = "jiaxing-14fyp", 2023, dt.date(2024, 6, 30)
TOLD = evaluate(PLAN, YEAR, DAY, data=DATA).to_dict()
ROWS = [
    {name: row[name] for name in observation("gdp", "2020", "1", "亿元")}
    for row in DATA.observations.to_dict("records")
    if row["region"] == "jiaxing-port-area"
]


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Root:
    """Return one copied root for all examples: each writes the table anew."""
    return Root(tmp_path_factory.mktemp("vintages"))


@settings(max_examples=15)
@given(
    row=st.sampled_from(ROWS),
    factor=st.floats(0.5, 0.999),
    later=st.integers(1, 900),
    status=st.sampled_from(["final", "revised"]),
    year=st.none() | st.integers(2021, 2025),
)
def test_a_later_vintage_never_changes_an_earlier_evaluation(
    copied, row, factor, later, status, year
):
    new = {key: str(value or "") for key, value in row.items()}
    new |= {
        "value": f"{row['value'] * factor:.4f}",
        "status": status,
        "published": str(DAY + dt.timedelta(days=later)),
        "period": row["period"] if year is None else str(year),
        "locator": "later",
    }
    text = (HOME / "data" / "observations.csv").read_text(encoding="utf-8")
    line = io.StringIO()
    csv.DictWriter(line, copied.columns("observations"), restval="", lineterminator="\n").writerow(
        new
    )
    copied.file("observations").write_text(text + line.getvalue(), encoding="utf-8", newline="\n")
    data = load(copied.path)
    assert len(data.observations) == len(DATA.observations) + 1  # it is there, but not yet known
    assert evaluate(PLAN, YEAR, DAY, data=data).to_dict() == TOLD


@settings(max_examples=8)
@given(st.dates(dt.date(2021, 7, 1), dt.date(2026, 5, 1)))
def test_no_figure_is_used_before_its_day(day):
    judged = evaluate(PLAN, YEAR, day, data=DATA)
    used = [row["published"] for row in judged.trace() if row.get("published")]
    assert used and max(used) <= day.isoformat()
    shown = [item.latest.published for item in judged.indicators if item.latest]
    assert shown and max(shown) <= day


def test_the_vintage_counts_from_its_day(copied):
    # the zone's figure of 2020 stands in the plan: 182.0; a revision to 180.5 of 2025-03-01
    text = (HOME / "data" / "observations.csv").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("jiaxing-port-area,gdp,2020,"))
    revised = row.replace(",182.0,", ",180.5,").replace(
        ",reported,2021-06-27,", ",revised,2025-03-01,"
    )
    assert revised.count("180.5") == revised.count("2025-03-01") == 1
    copied.file("observations").write_text(f"{text}{revised}\n", encoding="utf-8", newline="\n")
    data = load(copied.path)

    def base(day: dt.date) -> list[float]:
        rows = evaluate(PLAN, YEAR, day, data=data).trace()
        return [
            row["value"]
            for row in rows
            if (row["target"], row["indicator"], row["period"]) == ("gdp", "gdp", "2020")
            and row["region"] == "jiaxing-port-area"
        ]

    assert 182.0 in base(dt.date(2025, 2, 28)) and 180.5 not in base(dt.date(2025, 2, 28))
    assert 180.5 in base(dt.date(2025, 3, 1)) and 182.0 not in base(dt.date(2025, 3, 1))
