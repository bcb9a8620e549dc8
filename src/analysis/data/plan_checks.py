"""What a plan's tables must satisfy before a target may be judged by them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.data.changes import check_changes
from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data, wrong_code
from analysis.data.schema import check_reference, require_rows
from analysis.data.units import same_unit

NEEDS_TARGET = {"at_least", "at_most", "level", "maintain", "avg_growth", "cumulative", "milestone"}
IN_INDICATOR_UNIT = {"at_least", "at_most", "level", "maintain", "cumulative", "assigned"}
# kinds with a value for each year: a level, or for a total what has come together by then
WITH_PATH = {"at_least", "at_most", "level", "maintain", "assigned", "cumulative"}
DIRECTION_OF = {"at_least": "increase", "at_most": "decrease"}


def check_plan(tables: dict[str, pd.DataFrame], row: dict, data: Data) -> None:
    """Refuse the first cell of a plan's tables that cannot be judged by.

    Parameters
    ----------
    tables : dict of DataFrame
        ``targets``, ``milestones``, ``assignments``, ``revisions``, ``path``, ``responsible``.
    row : dict
        The plan's row of ``data/plans.csv``.
    data : Data
        The shared tables, for codes and units.

    Raises
    ------
    InputError
        With file, row, column, the value found and what was expected.
    """
    name = f"data/plans/{row['plan']}"
    folder = data.root / "data" / "plans" / row["plan"]
    _check_years(row)
    targets = tables["targets"]
    require_rows(targets, folder / "targets.csv", data.root)
    lists = {
        "indicator": data.indicators,
        "region": data.regions,
        "caliber": data.calibers,
        "source": data.sources,
    }
    for column, choices in lists.items():
        check_reference(targets, column, choices, folder / "targets.csv", data.root)
    known = {item["target_id"]: item for item in targets.to_dict("records")}
    for table in ("milestones", "assignments", "revisions", "path", "responsible"):
        check_reference(tables[table], "target_id", known, folder / f"{table}.csv", data.root)
        check_reference(tables[table], "source", data.sources, folder / f"{table}.csv", data.root)
    bodies = tables["responsible"]
    check_reference(bodies, "department", data.departments, folder / "responsible.csv", data.root)
    for item in known.values():
        _check_target(item, row, f"{name}/targets.csv", data)
    for table in ("assignments", "path"):
        for item in tables[table].to_dict("records"):
            wanted = known[item["target_id"]]["unit"] or ""
            if item["unit"] is not None:  # empty: the target's own
                _check_unit(item, wanted, f"{name}/{table}.csv")
    _check_path(tables["path"], known, row, f"{name}/path.csv")
    check_changes({n: t.to_dict("records") for n, t in tables.items()}, known, name)


def _check_years(row: dict) -> None:
    if not row["base_year"] < row["start_year"] <= row["end_year"]:
        raise InputError(
            "规划的年份次序不对",
            "the plan's years are out of order",
            file="data/plans.csv",
            row=row["row"],
            column="start_year",
            value=row["start_year"],
            expected=f"base_year {row['base_year']} < start_year <= end_year {row['end_year']}",
            nearest=str(row["base_year"] + 1),
        )


def _need(row: dict, file: str, column: str, zh: str, en: str, expected: str) -> None:
    if row[column] is None:
        raise InputError(zh, en, file=file, row=row["row"], column=column, expected=expected)


def _check_target(row: dict, plan: dict, file: str, data: Data) -> None:
    kind = row["kind"]
    if kind in NEEDS_TARGET:
        _need(
            row,
            file,
            "target",
            f"类型为 {kind} 的目标必须有目标值",
            f"a target of kind {kind} needs a number",
            "a number, or kind 'assigned' until it is issued",
        )
    if kind == "relative":
        _need(
            row,
            file,
            "comparator",
            "相对目标必须写明参照指标",
            "a relative target needs its comparator",
            "indicator or region:indicator",
        )
        if row["band"] is None:
            _need(
                row,
                file,
                "min_difference",
                "相对目标必须写明高出多少（min_difference）或同步的带宽（band）",
                "a relative target needs a least difference or a band",
                "0, or a band in percentage points",
            )
    if kind == "multiple":
        _need(
            row, file, "multiple", "倍增目标必须写明倍数", "a multiple needs its factor", "2 (翻番)"
        )
    if DIRECTION_OF.get(kind, row["direction"]) != row["direction"]:
        raise InputError(
            f"类型 {kind} 与方向不符",
            f"kind {kind} does not go with this direction",
            file=file,
            row=row["row"],
            column="direction",
            value=row["direction"],
            expected=DIRECTION_OF[kind],
            nearest=DIRECTION_OF[kind],
        )
    if row["target_year"] < plan["start_year"]:
        raise InputError(
            "目标年早于规划期",
            "the target year lies before the plan",
            file=file,
            row=row["row"],
            column="target_year",
            value=row["target_year"],
            expected=f">= {plan['start_year']}",
            nearest=str(plan["end_year"]),
        )
    if kind in IN_INDICATOR_UNIT:
        _check_unit(row, data.indicators[row["indicator"]]["unit"] or "", file)
    if kind == "avg_growth":
        _check_unit(row, "%", file)
    _check_names(row, file, data)


def _check_unit(row: dict, wanted: str, file: str) -> None:
    """A target is compared with its figures as both stand: 400 万标箱 is not 4,000,000 TEU."""
    try:
        if same_unit(row["unit"] or "", wanted):
            return
        zh, en = "单位须与指标的单位一致", "the unit must be the indicator's"
    except InputError as error:
        zh, en = error.zh, error.en
    raise InputError(
        zh,
        en,
        file=file,
        row=row["row"],
        column="unit",
        value=row["unit"] or "（空）",
        expected=wanted or "no unit",
        nearest=wanted or None,
    )


def _check_names(row: dict, file: str, data: Data) -> None:
    """Check the names that several cells hold as ``indicator`` or ``region:indicator``."""

    def refuse(column: str, value: str, choices: Iterable[str]) -> None:
        if value not in choices:
            raise wrong_code(file, row, column, value, choices)

    region, mark, indicator = (row["comparator"] or "").rpartition(":")
    if indicator:
        refuse("comparator", indicator, data.indicators)
    if mark:
        refuse("comparator", region, data.regions)
    region, mark, indicator = (row["context"] or "").partition(":")
    if region:
        refuse("context", region, data.regions)
    if mark:
        refuse("context", indicator, data.indicators)
    for proxy in (row["proxies"] or "").split(";"):
        if row["proxies"]:
            refuse("proxies", proxy, data.indicators)


def _check_path(path: pd.DataFrame, known: dict[str, dict], plan: dict, file: str) -> None:
    for row in path.to_dict("records"):
        kind = known[row["target_id"]]["kind"]
        if kind not in WITH_PATH:
            raise InputError(
                "这类目标没有逐年数值，路径不会被采用",
                "a target of this kind has no value for each year: its path would go unused",
                file=file,
                row=row["row"],
                column="target_id",
                value=row["target_id"],
                expected=f"kind {' / '.join(sorted(WITH_PATH))}, not {kind}",
            )
        last = known[row["target_id"]]["target_year"]
        years = range(plan["start_year"], last + 1)
        if row["year"] not in years:
            raise InputError(
                "年份不在规划期内",
                "the year is outside the plan",
                file=file,
                row=row["row"],
                column="year",
                value=row["year"],
                expected=f"{plan['start_year']}–{last}",
                nearest=nearest(row["year"], years),
            )
