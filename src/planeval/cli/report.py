"""``planeval report``: every chapter run, bound, and written with its manifest."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import __version__
from analysis.data.errors import InputError, nearest
from planeval.cli.screen import tell_later
from planeval.words.errors import UserError

if TYPE_CHECKING:
    from analysis.targets.evaluation import Evaluation
    from planeval.publish.revisions import Maker
    from planeval.report.commentary import Commentary
    from planeval.report.render import ReportMeta


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the command; `command` makes a parser of name, help and example."""
    render = command(
        "report",
        "评估报告 render the report",
        "planeval report jiaxing-14fyp --year 2024 --formats html,pdf",
    )
    render.add_argument("plan", metavar="PLAN", help="规划代码 name of the plan (planeval plans)")
    render.add_argument("--year", type=int, required=True, help="评估年 year of the plan")
    render.add_argument(
        "--as-of", metavar="DATE", help="只用该日及以前公布的数字 use what was published by DATE"
    )
    render.add_argument(
        "--previous",
        metavar="DATE",
        help="上次报告的数据截止日（默认取已发布的上年报告，没有则为一年前）"
        " last day of the data of the report before",
    )
    render.add_argument("--out", metavar="DIR", help="输出文件夹 (default: build/PLAN/YEAR)")
    render.add_argument("--formats", default="html,pdf,docx,xlsx", help="html,pdf,docx,xlsx")
    render.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 language")
    render.add_argument(
        "--scenario",
        metavar="NAME",
        help="情景（默认基线）scenario of the chapters: baseline, plan, low, high",
    )
    render.add_argument("--workers", type=int, help="同时运行的章数 chapters at a time")


def report(arguments: argparse.Namespace) -> int:
    """Run ``planeval report``."""
    from analysis.data.observations import load
    from analysis.data.paths import project_root
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

    formats, optional = _formats(arguments), _scenario(arguments)
    root = project_root(arguments.root)
    not_in_a_revision(Path(arguments.out or root))
    not_among_published(Path(arguments.out or root / "build"))
    maker, code = maker_of(root), code_checksum()
    if maker is not None and maker.code == code:
        maker = None
    if maker is not None:
        print(_by_another(maker, code), file=sys.stderr)
    data = load(root)
    day = as_of_date(arguments.as_of, data)
    judged = evaluate(arguments.plan, arguments.year, day, data=data)
    notes = commentaries(root, judged, arguments.lang)
    if not arguments.as_of:
        tell_later([judged.plan], day)
    plan, year = judged.plan, judged.year
    out = arguments.out or draft_folder(root, plan.plan_id, year, arguments.lang)
    before = last_published(root, plan.plan_id, year, day)
    optional["previous"] = _previous(arguments, judged) or before
    os.environ["PLANEVAL_ROOT"] = str(root)  # the chapters' kernels read the same project
    try:
        paths = render(
            plan.plan_id,
            year,
            as_of=day,
            notebooks_dir=root / "notebooks",
            out_dir=Path(out),
            meta=_cover(judged, arguments.lang, notes),
            inputs=inputs_of(root),
            account={"figures": judged.trace(), "code": code},
            evaluation=record(judged),
            annex=judged,
            commentary=notes,
            kind=judged.kind,
            optional=optional,
            formats=formats,
            workers=arguments.workers,
        )
    except ChapterError as error:
        needs = f"{_needs(maker)}\n" if maker else ""
        print(f"planeval: {needs}{error}\n原有报告未动 the previous report stands", file=sys.stderr)
        return 1
    print("报告已生成 report ready:")
    for path in (*paths.documents.values(), paths.manifest):
        print(f"  {path}")
    return 0


def _by_another(maker: Maker, code: str) -> str:
    """Return the note on a published revision that another program made than the one at work."""
    from planeval.publish.revisions import Maker

    here = Maker(__version__, code, platform.python_version(), "").name
    return (
        f"planeval: 生成这一版的程序是 {maker.name[0]}，现在的程序是 {here[0]}："
        "重新生成的文件不会与已发布的逐字节相同\n"
        f"planeval: this revision was made by {maker.name[1]}; the program at work is {here[1]}:"
        " the files made now will differ from those published"
    )


def _needs(maker: Maker) -> str:
    """Return what a revision needs whose chapters the program at work cannot run any more."""
    zh, en = maker.name
    get = f"pip install plan-evaluation=={maker.version}" if maker.version else ""
    zh_at = f"程序版本库在发布日 {maker.published} 的提交"
    en_at = f"the commit of the program's repository on {maker.published}, the day of publication"
    return (
        f"现在的程序运行不了这一版的章节，须用生成它的程序：{zh}\n"
        f"  取得：{get + '，或' if get else ''}{zh_at}\n"
        f"the chapters of this revision need the program that made it: {en}\n"
        f"  to get it: {get + ', or ' if get else ''}{en_at}"
    )


def _previous(arguments: argparse.Namespace, judged: Evaluation) -> str | None:
    """Return the day of the report before, refused here and not by a chapter minutes later."""
    from analysis.targets.past import evaluation_before

    if arguments.previous is not None:
        try:
            evaluation_before(judged, arguments.previous)
        except InputError as error:
            error.column, error.value = "--previous", arguments.previous
            raise
    return arguments.previous


def _formats(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Return the formats asked for; refuse one nobody knows, and a count of workers below one."""
    from planeval.report.place import FORMATS

    formats = tuple(part.strip() for part in arguments.formats.split(",") if part.strip())
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
    if arguments.workers is not None and arguments.workers < 1:
        raise UserError(
            "至少一章",
            "at least one",
            column="--workers",
            value=arguments.workers,
            expected="1, 2 …",
        )
    return formats


def _scenario(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the scenario as a parameter of the chapters that know it, if one was chosen."""
    from planeval.chapters.indicators import scenario_named

    return {} if arguments.scenario is None else {"scenario": scenario_named(arguments.scenario)}


def _cover(judged: Evaluation, language: str, notes: Mapping[str, Commentary]) -> ReportMeta:
    """Return what the cover says, in the language of the report."""
    from planeval.report.render import ReportMeta
    from planeval.words.reasons import KINDS

    plan, year = judged.plan, judged.year
    kind = KINDS[judged.kind][language == "en"]
    name = plan.name_en if language == "en" else plan.name_zh
    title, subtitle = f"{name}实施情况", f"{year}年{kind}报告"
    if judged.kind == "annual":
        subtitle = f"{year}年度监测评估报告"
    if language == "en":
        title, subtitle = f"Implementation of the {name}", f"{kind} {year}"
    return ReportMeta(
        title=title,
        subtitle=subtitle,
        region=judged.data.regions[plan.region][f"name_{language}"],
        plan=name,
        year=year,
        as_of=judged.as_of,
        kind=kind,
        language=language,
        added=notes["cover"].cover if "cover" in notes else (),
    )


COMMANDS = {"report": report}
