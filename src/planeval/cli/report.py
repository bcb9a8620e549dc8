"""``planeval report``, ``publish``, ``diff`` and ``site``: from a draft to what is published."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.data.errors import InputError, nearest
from analysis.data.paths import shown
from planeval.cli.grammar import answer, language, tell_later, told
from planeval.show.terminal import aligned
from planeval.words.errors import UserError
from planeval.words.language import either, speaking, worded

if TYPE_CHECKING:
    from analysis.targets.evaluation import Evaluation
    from planeval.publish.revisions import Maker
    from planeval.report.commentary import Commentary
    from planeval.report.render import ReportMeta

# --- report -----------------------------------------------------------------------------------


def report(
    root: Path,
    plan: str,
    year: int,
    as_of: str | None,
    previous: str | None,
    out: str | None,
    formats: str,
    scenario: str | None,
    workers: int | None,
) -> int:
    """Run ``planeval report``: every chapter run, bound, and written with its manifest."""
    from analysis.data.observations import load
    from analysis.targets.evaluation import as_of_date, evaluate
    from planeval.publish.basis import code_checksum, inputs_of
    from planeval.publish.revisions import (
        draft_folder,
        last_published,
        maker_of,
        not_among_published,
        not_in_a_revision,
    )
    from planeval.report.commentary import commentaries
    from planeval.report.render import render
    from planeval.report.run import ChapterError
    from planeval.words.reasons import record

    if workers is not None and workers < 1:
        raise UserError(
            "至少一章", "at least one", column="--workers", value=workers, expected="1, 2 …"
        )
    wanted, optional = _formats(formats), _scenario(scenario)
    not_in_a_revision(Path(out or root))
    not_among_published(Path(out or root / "build"))
    maker, code = maker_of(root), code_checksum()
    if maker is not None and maker.code == code:
        maker = None
    if maker is not None:
        print(_by_another(maker, code), file=sys.stderr)
    data = load(root)
    day = as_of_date(as_of, data)
    judged = evaluate(plan, year, day, data=data)
    notes = commentaries(root, judged, language())
    if not as_of:
        tell_later([judged.plan], day)
    folder = Path(out or draft_folder(root, plan, year, language()))
    before = last_published(root, plan, year, day)
    optional["previous"] = _previous(previous, judged) or before
    os.environ["PLANEVAL_ROOT"] = str(root)  # the chapters' kernels read the same project
    try:
        paths = render(
            plan,
            year,
            as_of=day,
            notebooks_dir=root / "notebooks",
            out_dir=folder,
            meta=_cover(judged, notes),
            inputs=inputs_of(root),
            account={"figures": judged.trace(), "code": code},
            evaluation=record(judged),
            annex=judged,
            commentary=notes,
            kind=judged.kind,
            optional=optional,
            formats=wanted,
            workers=workers,
        )
    except ChapterError as error:
        needs = f"{_needs(maker)}\n" if maker else ""
        stands = told("原有报告未动", "the previous report stands")
        print(f"planeval: {needs}{error}\n{stands}", file=sys.stderr)
        return 1
    print(f"{told('报告已生成', 'report ready')}:")
    for path in (*paths.documents.values(), paths.manifest):
        print(f"  {path}")
    return 0


def _by_another(maker: Maker, code: str) -> str:
    """Return the note on a published revision that another program made than the one at work."""
    from planeval.publish.revisions import Maker

    here = Maker(__version__, code, platform.python_version(), "").name
    return told(
        f"planeval: 生成这一版的程序是 {maker.name[0]}，现在的程序是 {here[0]}："
        "重新生成的文件不会与已发布的逐字节相同",
        f"planeval: this revision was made by {maker.name[1]}; the program at work is {here[1]}:"
        " the files made now will differ from those published",
        "\n",
    )


def _needs(maker: Maker) -> str:
    """Return what a revision needs whose chapters the program at work cannot run any more."""
    zh, en = maker.name
    get = f"pip install plan-evaluation=={maker.version}" if maker.version else ""
    zh_at = f"程序版本库在发布日 {maker.published} 的提交"
    en_at = f"the commit of the program's repository on {maker.published}, the day of publication"
    return told(
        f"现在的程序运行不了这一版的章节，须用生成它的程序：{zh}\n"
        f"  取得：{get + '，或' if get else ''}{zh_at}",
        f"the chapters of this revision need the program that made it: {en}\n"
        f"  to get it: {get + ', or ' if get else ''}{en_at}",
        "\n",
    )


def _previous(day: str | None, judged: Evaluation) -> str | None:
    """Return the day of the report before, refused here and not by a chapter minutes later."""
    from analysis.targets.past import evaluation_before

    if day is not None:
        try:
            evaluation_before(judged, day)
        except InputError as error:
            error.column, error.value = "--previous", day
            raise
    return day


def _formats(listed: str) -> tuple[str, ...]:
    """Return the formats asked for; refuse one nobody knows."""
    from planeval.report.place import FORMATS

    formats = tuple(part.strip() for part in listed.split(",") if part.strip())
    for name in formats or ("",):
        if name not in FORMATS:
            raise UserError(
                "没有这种格式",
                "no such format",
                column="--formats",
                value=name,
                expected=", ".join(FORMATS),
                nearest=nearest(name, FORMATS),
            )
    return formats


def _scenario(name: str | None) -> dict[str, str]:
    """Return the scenario as a parameter of the chapters that know it, if one was chosen."""
    from planeval.chapters.indicators import scenario_named

    return {} if name is None else {"scenario": scenario_named(name)}


def _cover(judged: Evaluation, notes: Mapping[str, Commentary]) -> ReportMeta:
    """Return what the cover says, in the language of the report."""
    from planeval.report.render import ReportMeta
    from planeval.words.reasons import KINDS

    year = judged.year
    with speaking(language()):
        kind, name = either(*KINDS[judged.kind]), worded(judged.plan, "name")
        subtitle = either(f"{year}年{kind}报告", f"{kind} {year}")
        if judged.kind == "annual":
            subtitle = either(f"{year}年度监测评估报告", subtitle)
        return ReportMeta(
            title=either(f"{name}实施情况", f"Implementation of the {name}"),
            subtitle=subtitle,
            region=worded(judged.data.regions[judged.plan.region], "name"),
            plan=name,
            year=year,
            as_of=judged.as_of,
            kind=kind,
            language=language(),
            added=notes["cover"].cover if "cover" in notes else (),
        )


# --- publish ----------------------------------------------------------------------------------


def publish(root: Path, plan: str, year: int, reason: str | None, without_english: bool) -> None:
    """Run ``planeval publish``."""
    from planeval.publish.publish import publish

    made = publish(plan, year, reason=reason, root=root, english=not without_english)
    n = made.number
    print(f"{told(f'已发布第 {n} 版', f'published, revision {n}')}:")
    print(f"  {shown(made.folder, root)}")
    if "en" in made.languages:
        print(f"  {told('中文和英文', 'in Chinese and English')}")
    elif without_english:
        print(f"  {told('只有中文', 'in Chinese only')}")
    else:
        zh, en = "只有中文：没有英文草稿", "in Chinese only: there is no English draft"
        print(f"  {told(zh, en)}")
        print(f"  （planeval report {plan} --year {year} --lang en）")


# --- diff -------------------------------------------------------------------------------------


def diff(root: Path, old: str, new: str, to: str | None) -> None:
    """Run ``planeval diff``."""
    from planeval.publish.diff import compare, find

    found = compare(find(old, root), find(new, root))
    answer(_compared(found), lambda: found, to, beside=True)


def _compared(found: dict[str, Any]) -> Iterator[str]:
    """Yield a comparison of two reports: causes, then what they moved."""
    from planeval.publish.diff import counted

    for side in ("old", "new"):
        yield f"{found[side]['report']}  {found[side]['year']}  {found[side]['as_of']}"
    yield ""
    if found["general"]:
        yield either("全部指标", "all indicators")
        yield from aligned([_row(item) for item in found["general"]])
    for item in found["indicators"]:
        yield worded(item, "name") + either(f"（{item['id']}）", f" ({item['id']})")
        rows = [_row(cause) for cause in item["causes"] if cause["certain"]]
        rows += [
            ("→", worded(effect), *(_result(effect, side) for side in ("old", "new")))
            for effect in item["effects"]
        ]
        yield from aligned(rows)
        around = _around([cause for cause in item["causes"] if not cause["certain"]])
        if around:
            label = either("可能的原因：", "possible causes: ")
            yield f"  {label}{either('；', '; ').join(around)}"
    yield counted(found)


def _around(causes: Sequence[dict[str, Any]]) -> list[str]:
    """Return what may have moved a result, each kind once with the files or versions it means.

    Examples
    --------
    >>> kind = {"zh": "其他输入有变", "en": "other inputs changed"}
    >>> _around([kind | {"what": "priors.csv"}, kind | {"what": "regions.csv"}])
    ['其他输入有变（priors.csv，regions.csv）']
    """
    kinds: dict[str, list[str]] = {}
    for cause in causes:
        kinds.setdefault(worded(cause), []).extend([cause["what"]] if "what" in cause else [])
    return [f"{kind}{_bracketed(files)}" if files else kind for kind, files in kinds.items()]


def _bracketed(parts: Sequence[str]) -> str:
    return either(f"（{'，'.join(parts)}）", f" ({', '.join(parts)})")


def _result(effect: dict[str, Any], side: str) -> str:
    """Return one end of an effect as a cell, an outlook in words."""
    from planeval.words.reasons import OUTLOOKS

    value = effect[side]
    if effect["what"] == "class_code" and value in OUTLOOKS:
        return either(*OUTLOOKS[value])
    return _said(value)


def _row(cause: dict[str, Any]) -> tuple[str, ...]:
    """Return a cause as cells: kind, what, old, new."""
    what = cause.get("what") or " ".join(
        cause[key] for key in ("region", "indicator", "period") if key in cause
    )
    return worded(cause), what, _said(cause["old"]), _said(cause["new"])


def _said(value: Any) -> str:
    """Return a value as a cell: checksums short, a figure with its source and day.

    Examples
    --------
    >>> _said({"value": 226.0, "unit": "亿元", "source": "S2", "published": "2025-12-23"})
    '226.0 亿元（S2，2025-12-23）'
    >>> _said(None), _said(0.25), _said("a" * 64)
    ('—', '0.25', 'aaaaaaaa…')
    """
    if value is None or value == []:
        return "—"
    if isinstance(value, bool):
        return either("是", "yes") if value else either("否", "no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        origin = [value[key] for key in ("source", "published", "period") if value.get(key)]
        return f"{value['value']} {value['unit']}{_bracketed(origin)}"
    text = str(value)
    is_sum = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return f"{text[:8]}…" if is_sum else text


# --- site -------------------------------------------------------------------------------------


def site(root: Path, out: str | None, base_url: str | None) -> None:
    """Run ``planeval site``."""
    from planeval.site.build import build

    made = build(root, out, base_url=base_url)
    pages, reports = told("页", "pages"), told("份报告", "published reports")
    ready = told("网站已生成", "site ready")
    print(f"{ready}: {made.pages} {pages}, {made.reports} {reports}")
    print(f"  {shown(made.folder / 'index.html', root)}")
    if not made.reports:
        zh = "尚未发布任何报告（planeval publish）"
        print(told(zh, "nothing has been published yet"))
    left = told("未列入数据包，未收入", "not in datapackage.json, left out")
    for name in made.left_out:
        print(f"{left}: data/{name}")
