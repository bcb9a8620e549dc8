"""The cells that follow from a promise and its indicator, each with its confidence."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.data.errors import InputError
from analysis.data.observations import Data
from analysis.data.units import same_unit
from planeval.newplan.match import ANY_UNIT, domain_of, match_indicator, price_of
from planeval.newplan.promise import Promise
from planeval.newplan.words import SURE, Guess, plain

_GROUPS = {
    "经济发展": "Economic development", "创新驱动": "Innovation", "民生福祉": "Livelihood",
    "绿色生态": "Green development", "安全保障": "Security", "生态环境": "Environment",
    "社会民生": "Society and livelihood", "改革开放": "Reform and opening up",
    "港口发展": "Port development", "市域治理": "Governance",
    "资源环境": "Resources and environment",
    "社会发展": "Social development", "科技创新": "Science and innovation",
    "协调发展": "Coordinated development", "开放发展": "Opening up",
    "共享发展": "Shared development",
    "绿色发展": "Green development", "创新发展": "Innovation", "人民生活": "People's life",
    "产业发展": "Industry", "公共服务": "Public services", "结构优化": "Structure",
}  # fmt: skip
Cells = dict[str, Guess]


@dataclass
class Years:
    """A plan's years, each None until it is known."""

    base: int | None = None
    start: int | None = None
    end: int | None = None


def group_en(group: str) -> Guess:
    """Return the English name of a usual group, a question for any other."""
    words = _GROUPS.get(plain(group))
    return Guess(words) if words else Guess(None, 0.0, "请填英文类别名", "fill in the English name")


def common(
    promise: Promise,
    name: str,
    unit: Guess,
    data: Data,
    region: str | None,
    years: Years,
    based: bool = False,
) -> Cells:
    """Return the cells that follow from what is promised and of which indicator."""
    kind = promise.kind.value
    code = match_indicator(name, unit.value, kind, data.indicators)
    row = data.indicators.get(code.value) if code.value else None
    growing = kind in ("avg_growth", "relative", "multiple") and unit.value == "%"
    english = Guess(row["name_en"], 0.85) if row else Guess(None, 0.0, "请填英文名", "fill in")
    if row and kind not in ANY_UNIT:
        unit = _of_indicator(unit, code.value, row["unit"] or "")
    cells = {
        "indicator": code,
        "name_zh": Guess(name, 0.95),
        "name_en": english,
        "unit": unit,
        "kind": promise.kind,
        "direction": promise.direction,
        "target_text": Guess(promise.text),
        "target": promise.number,
        "tolerance": Guess(promise.tolerance, 0.5 if promise.tolerance else 1.0),
        "target_year": Guess(years.end, 0.9 if years.end else 0.0),
        "region": Guess(region, 0.9) if region else _open("地区未定", "the region is open"),
        "caliber": _caliber(kind, based),
        "price_basis": price_of("%" if growing else unit.value, row),
        "multiple": Guess(promise.multiple),
        "multiple_base_year": Guess(
            promise.multiple_base_year or (years.base if promise.multiple else None)
        ),
        "comparator": Guess(promise.comparator, 0.8 if promise.comparator else 1.0),
        "min_difference": Guess(promise.min_difference),
        "domain": Guess(row["domain"], 0.95) if row else domain_of(name),
    }
    where = {"relative": "comparator", "multiple": "multiple_base_year", "level": "tolerance"}
    for note in promise.notes:
        column = "band" if "band" in note.en else where.get(str(kind), "target")
        old = cells.get(column, note)
        cells[column] = Guess(old.value, min(note.confidence, old.confidence), note.zh, note.en)
    return cells


def _of_indicator(unit: Guess, code: str, wanted: str) -> Guess:
    """Return a unit with a doubt where it is not the one the indicator is kept in."""
    try:
        if same_unit(unit.value or "", wanted):
            return unit
    except InputError:
        pass
    return Guess(
        unit.value,
        min(unit.confidence, 0.4),
        f"指标 {code} 的单位是“{wanted}”，须一致：请换算目标值，或另选指标",
        f"indicator {code} is in {wanted!r}: convert the target, or choose another indicator",
    )


def _open(zh: str, en: str) -> Guess:
    return Guess(None, 0.0, zh, en)


def _caliber(kind: object, based: bool) -> Guess:
    if kind == "cumulative":
        return Guess("five_year_total", 0.8)
    if not based:
        return Guess("default", 0.7, "按指标名称本身的口径", "as the indicator's name defines it")
    return Guess(
        "plan",
        0.7,
        "按规划口径；如有通行口径选 default",
        "the plan's own definition; choose default for the customary one",
    )


def doubts(row: Cells) -> list[tuple[str, Guess]]:
    """Return the cells of a row that are open or less than sure, with their reasons."""
    return [(c, guess) for c, guess in row.items() if guess.confidence < SURE and guess.zh]
