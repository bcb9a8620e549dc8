"""The back-test record: which row stands for a series, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.data.errors import InputError
from analysis.forecast.kinds import KINDS
from analysis.forecast.steps import COLUMNS, GAPS, record_of

ROWS = [
    # kind, observed, panel, first, last, series, tasks, 50, 80, 95, crps, drift, brier, ece
    "real_gdp,1,pwt,2006,2019,183,12790,0.50,0.836,0.975,5.658,,0.171,0.032",
    "real_gdp,3,pwt,2006,2019,183,2562,0.55,0.83,0.96,6.5,10.0,,",
    "real_gdp,3 gaps,pwt,2006,2019,183,2544,0.55,0.84,0.96,6.0,10.0,0.147,0.026",
    "real_gdp,8,city,2006,2019,1,14,0.5,0.5,0.5,1.0,2.0,,",
    "real_gdp,8,pwt,2006,2019,180,2500,0.52,0.81,0.95,5.5,5.0,,",
    "nominal_gdp,2,wb,2006,2006,190,950,0.5,0.8,0.95,9.0,9.0,,",
]
# percent instead of shares
PERCENT = "throughput,4,ports,2017,2019,80,240,51,79,94,7.7,11.0,,"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "record.csv"
    path.write_text("\n".join([",".join(COLUMNS), *ROWS, PERCENT]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("years", "pattern", "gaps"),
    [
        ([2024], 1, False),
        ([2020, 2024], 1, False),  # no row for two: the record of one observation
        ([2022, 2023, 2024], 3, False),
        ([2015, 2020, 2024], 3, True),
        (list(range(2018, 2025)), 3, False),  # seven years: three, not eight
        ([2015, 2018, 2020, 2022, 2024], 3, True),  # gaps like its own
        (list(range(1990, 2025)), 8, False),
        ([*range(2000, 2020), 2024], 8, False),  # the most observations; no eight with gaps
    ],
)
def test_the_nearest_pattern(table: Path, years: list[int], pattern: int, gaps: bool) -> None:
    found = record_of("real_gdp", years, table)
    assert found is not None
    assert (found.pattern, found.gaps) == (pattern, gaps)
    assert found.observations == len(years)
    assert found.missing == years[-1] - years[0] + 1 - len(years)


def test_of_several_panels_the_one_with_most_forecasts_speaks(table: Path) -> None:
    found = record_of("real_gdp", list(range(2017, 2025)), table)
    assert found is not None and found.panel == "pwt" and found.tasks == 2500
    # the error 5.5 against 5.0 of the walk is ten per cent higher
    assert found.gain == pytest.approx(-10)


def test_the_case_itself(table: Path) -> None:
    found = record_of("real_gdp", [2015, 2020, 2024], table)
    assert found is not None
    assert (found.observations, found.pattern, found.gaps, found.missing) == (3, 3, True, 7)
    assert found.gain == pytest.approx(40)  # 1 - 6 / 10
    assert (found.brier, found.ece) == (0.147, 0.026)


def test_another_pattern_is_told_from_the_own_one(table: Path) -> None:
    found = record_of("real_gdp", [2017, 2020], table)
    assert found is not None
    assert (found.observations, found.pattern, found.gaps, found.missing) == (2, 1, False, 2)
    assert found.gain is None  # no walk can be fitted to one observation


def test_a_stand_in_uses_and_names_the_other_kind(table: Path) -> None:
    found = record_of("income", [2020, 2021], table)
    assert found is not None and found.stand_in
    assert (found.kind, found.of_kind) == ("income", "nominal_gdp")
    assert (found.first, found.last, found.gain) == (2006, 2006, 0)


def test_shares_in_per_cent_are_read_as_shares(table: Path) -> None:
    found = record_of("throughput", [2021, 2022, 2023, 2024], table)
    assert found is not None
    assert (found.cover50, found.cover80, found.cover95) == (0.51, 0.79, 0.94)


def test_no_record_is_none(table: Path, tmp_path: Path) -> None:
    assert record_of("share", [2015, 2020], table) is None
    assert record_of("throughput", [2022, 2023, 2024], table) is None  # four is more than three
    assert record_of("nominal_gdp", [2024], table) is None
    assert record_of("real_gdp", [2024], tmp_path / "none.csv") is None


def test_every_kind_answers_with_the_shipped_table_or_without_one() -> None:
    for kind in KINDS:
        found = record_of(kind, [2015, 2020, 2024])
        assert found is None or (found.pattern <= 3 and 0 <= found.cover80 <= 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("gdp,1,pwt,2006,2019,183,12790,0.50,0.8,0.9,5,,,", "kind"),
        ("real_gdp,3 holes,pwt,2006,2019,1,1,0.5,0.8,0.9,5,,,", "observed"),
        ("real_gdp,1,pwt,2006,2019,,1,0.5,0.8,0.9,5,,,", "series"),
        ("real_gdp,1,pwt,2006,2019,1,1,0.5,,0.9,5,,,", "cover80"),
        ("real_gdp,1,pwt,2006,2019,1,1,0.5,0.8,0.9,inf,,,", "crps"),
    ],
)
def test_a_cell_that_cannot_be_read(tmp_path: Path, row: str, column: str) -> None:
    path = tmp_path / "record.csv"
    path.write_text(",".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        record_of("real_gdp", [2024], path)
    assert (caught.value.column, caught.value.row) == (column, 2)


def test_a_missing_column(tmp_path: Path) -> None:
    path = tmp_path / "record.csv"
    path.write_text("kind,observed\n", encoding="utf-8")
    with pytest.raises(InputError, match="panel"):
        record_of("real_gdp", [2024], path)
    assert GAPS.endswith("gaps")
