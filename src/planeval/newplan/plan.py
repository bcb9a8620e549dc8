"""What a document says of its plan: name, region, years and source; a guess is marked as one."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data
from planeval.newplan.cells import Cells, Years
from planeval.newplan.document import Document
from planeval.newplan.words import Guess, period_years, plain

CODE = r"[a-z0-9][a-z0-9_-]{0,63}"
#: Share of letters in common from which a code may be another mistyped.
_ALIKE = 0.7
#: Names no folder can have on one of the systems people keep the project on.
RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10)))
)


@dataclass(frozen=True)
class Options:
    """What the user said about the plan on the command line; None where nothing was said."""

    name: str | None = None
    region: str | None = None
    base_year: int | None = None
    start: int | None = None
    end: int | None = None
    new_region: bool = False


def check_id(plan_id: str, data: Data) -> str:
    """Return a new plan's name if it can be one.

    Raises
    ------
    InputError
        For a name with other than small letters, digits, - and _, one that a system keeps for
        a device, or one that exists.

    Examples
    --------
    >>> from analysis.data.observations import load
    >>> check_id("jiaxing-15fyp", load())
    'jiaxing-15fyp'
    """
    _not_a_device(plan_id, "ID")
    if not re.fullmatch(CODE, plan_id, re.ASCII):
        near = re.sub(r"[^a-z0-9]+", "-", plan_id.lower()).strip("-")[:64]
        raise InputError(
            "规划代码只能用小写字母、数字、- 和 _",
            "a plan's name has small letters, digits, - and _ only",
            column="ID",
            value=plan_id,
            expected="jiaxing-15fyp",
            nearest=near if near and near not in RESERVED else None,
        )
    folder = data.root / "data" / "plans" / plan_id
    if plan_id in set(data.plans["plan"]) or (folder / "targets.csv").exists():
        raise InputError(
            "已有这个规划",
            "there is such a plan already",
            column="ID",
            value=plan_id,
            expected="a new name",
        )
    return plan_id


def _not_a_device(name: str, column: str) -> None:
    if name.lower() in RESERVED:
        raise InputError(
            "这是 Windows 保留的设备名，不能用作文件或文件夹的名称",
            "Windows keeps this name for a device: no file or folder can have it",
            column=column,
            value=name,
            expected="another name",
        )


def years_of(document: Document, options: Options) -> tuple[Years, Cells]:
    """Return a plan's years: given, else from the title; those not known stay None."""
    stated = period_years(options.name or document.title or "")
    first, last = stated or (None, None)
    where = ("按标题所写的规划期", "from the period the title names")
    end = options.end or last
    start = options.start or first or (end - 4 if end else None)
    base = options.base_year or (start - 1 if start else None)
    cells = {
        "base_year": _given(
            options.base_year, base, "取规划首年的前一年", "the year before the first"
        ),
        "start_year": _given(options.start, start, *where),
        "end_year": _given(options.end, end, *where),
    }
    _check_order(base, start, end)
    return Years(base, start, end), cells


def _given(stated: object, guessed: object, zh: str, en: str, sure: float = 0.7) -> Guess:
    """Return what was stated, else the guess, marked; else a question."""
    if stated is not None:
        return Guess(stated)
    if guessed is None:
        return Guess(None, 0.0, "文件中读不出，请填写", "not in the document: fill in")
    return Guess(guessed, sure, f"推定：{zh}", f"a guess: {en}")


def _check_order(base: int | None, start: int | None, end: int | None) -> None:
    known = [year for year in (base, start, end) if year is not None]
    late = base is not None and start is not None and base >= start
    wild = [year for year in known if not 1950 <= year <= 2100]
    if late or known != sorted(known) or wild:
        raise InputError(
            "规划的年份次序不对",
            "the plan's years are out of order",
            column="--base-year/--start/--end",
            value=" / ".join(map(str, known)),
            expected="1950 <= base < start <= end <= 2100",
        )


def plan_cells(document: Document, plan_id: str, options: Options, data: Data) -> Cells:
    """Return the fields of the plan's row, of its region where it is new, and of its source."""
    region = _region(document, options, data)
    known = data.regions.get(str(region.value)) if region.value else None
    new = region.value is not None and known is None
    ask = Guess(None, 0.0, "新地区：请填写", "a new region: fill in") if new else Guess(None)
    name = _given(options.name, document.title, "取自文件标题", "the document's title", 0.8)
    return {
        "plan": Guess(plan_id),
        "name_zh": name,
        "name_en": Guess(None, 0.0, "请填英文名", "fill in the English name"),
        "region": region,
        "parent_region": Guess(known["parent"], 0.7, "取自地区表", "from the list of regions")
        if known else Guess(None),
        "note": Guess(None),
        "region.name_zh": ask,
        "region.name_en": ask,
        "region.level": ask,
        "region.parent": Guess(None),
        **_source(document, name, data),
    }  # fmt: skip


def _region(document: Document, options: Options, data: Data) -> Guess:
    if options.new_region and (options.region is None or options.region in data.regions):
        raise InputError(
            "--new-region 须与 --region 同用，给出地区表中没有的代码",
            "--new-region goes with --region and a code that is not in the list of regions",
            column="--new-region",
            value=options.region,
            expected="--region CODE --new-region",
        )
    if options.region is not None:
        if options.region in data.regions:
            return Guess(options.region)
        _not_a_device(options.region, "--region")
        if not re.fullmatch(CODE, options.region, re.ASCII):
            raise InputError(
                "地区代码只能用小写字母、数字、- 和 _",
                "a region's code has small letters, digits, - and _ only",
                column="--region",
                value=options.region,
                expected="a code of data/regions.csv, or a new one",
                nearest=nearest(options.region, data.regions),
            )
        alike = difflib.get_close_matches(options.region, data.regions, 3, _ALIKE)
        if alike and not options.new_region:
            raise InputError(
                "没有这个地区，而有名称相近的；确为新地区请加 --new-region",
                "no such region, but one of a like name; if it is truly new, add --new-region",
                column="--region",
                value=options.region,
                expected=" / ".join([*alike, f"{options.region} --new-region"]),
                nearest=alike[0],
            )
        near = nearest(options.region, data.regions)
        return Guess(
            options.region,
            0.5,
            f"地区表中没有，将新建；最接近的是 {near}",
            f"not in the list of regions, to be added; the nearest is {near}",
        )
    title = plain(f"{options.name or ''}{document.title or ''}")
    # the longest name wins, its gloss not counted: 嘉兴港区 is not 嘉兴港（全港）
    names = {
        code: plain(re.sub("（.*）", "", row["name_zh"])) for code, row in data.regions.items()
    }
    named = [(len(name), code) for code, name in names.items() if name in title]
    return _given(None, max(named)[1] if named else None, "标题写有地区名", "named in the title")


def _source(document: Document, name: Guess, data: Data) -> Cells:
    """Return the document as a source: the one already listed, or a new one to be completed."""
    title = str(name.value or document.title or "")
    for code, row in data.sources.items():
        if title and plain(row["title"]) == plain(title):
            seen = Guess(code, 0.8, "来源表中已有同名文件", "a source of that title is listed")
            return {"source": seen} | {
                f"source.{key}": Guess(row[key])
                for key in ("title", "publisher", "address", "published", "published_basis",
                            "accessed", "reliability")
            }  # fmt: skip
    taken = {int(code[1:]) for code in data.sources if code[0] == "S"}
    return {
        "source": Guess(f"S{max(taken, default=0) + 1}"),
        "source.title": _given(None, title or None, "取自文件标题", "the document's title", 0.8),
        "source.publisher": Guess(None, 0.0, "请填发布单位", "fill in who published it"),
        "source.address": Guess(None, 0.0, "请填网址（没有可留空）", "its address, if it has one"),
        "source.published": Guess(None, 0.0, "请填公布日（不详可留空）", "the day, if known"),
        "source.published_basis": Guess(None),
        "source.accessed": Guess(None),
        "source.reliability": Guess("high", 0.7, "规划原文按 high", "the plan itself"),
    }


def draft_path(root: Path, plan_id: str) -> Path:
    """Return where a plan's draft lies."""
    return root / "data" / "plans" / plan_id / "draft.xlsx"
