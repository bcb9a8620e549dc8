"""``planeval new``: a plan begun from its document, and finished once it is confirmed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from planeval.words.errors import UserError, message

#: Messages of one draft that are printed; the rest is counted.
SHOWN_AT_MOST = 12


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the command; `command` makes a parser of name, help and example."""
    new = command(
        "new",
        "从规划文件起草新规划 begin a plan from its document",
        "planeval new jiaxing-15fyp --from plan.docx --region jiaxing-port-area",
    )
    new.add_argument("plan", metavar="ID", help="新规划的代码 name of the new plan")
    new.add_argument(
        "--from", dest="document", metavar="FILE",
        help="规划文件 the document: .docx .html .xlsx .csv .txt",
    )  # fmt: skip
    new.add_argument("--name", help="规划名称 its name, if the document's title does not say")
    new.add_argument("--region", help="地区代码 code of its region (data/regions.csv)")
    new.add_argument(
        "--new-region", action="store_true",
        help="该代码确为新地区 the code is of a region not yet in the list",
    )  # fmt: skip
    new.add_argument("--base-year", type=int, metavar="YEAR", help="基期年 base year")
    new.add_argument("--start", type=int, metavar="YEAR", help="首年 first year")
    new.add_argument("--end", type=int, metavar="YEAR", help="末年 last year")
    new.add_argument(
        "--finish", action="store_true",
        help="核验已确认的草稿并写入数据 validate the confirmed draft and write it",
    )  # fmt: skip
    new.add_argument("--who", help="谁确认的（可不写）who confirmed it; may be left out")


def run(arguments: argparse.Namespace) -> int:
    """Run ``planeval new``."""
    if arguments.finish == (arguments.document is not None):
        raise UserError(
            "须写 --from 或 --finish 之一",
            "one of --from and --finish is needed",
            column="--from",
            expected="--from plan.docx / --finish",
        )
    return _finish(arguments) if arguments.finish else _begin(arguments)


def _begin(arguments: argparse.Namespace) -> int:
    from analysis.data.paths import project_root, shown
    from planeval.newplan.draft import Options
    from planeval.newplan.finish import begin

    options = Options(
        arguments.name, arguments.region, arguments.base_year, arguments.start, arguments.end,
        arguments.new_region,
    )  # fmt: skip
    made = begin(arguments.plan, arguments.document, options, root=arguments.root)
    rows = made.proposal.rows
    in_table = sum(1 for row in rows if row["section"].value == "table")
    print(
        f"草稿 draft: {shown(made.path, project_root(arguments.root))}\n"
        f"  {'、'.join(made.proposal.tables)}：{in_table} 行，正文 {len(rows) - in_table} 行，"
        f"存疑 {made.doubtful} 格；规划信息待核 {made.questions} 项\n"
        f"  {in_table} rows of tables, {len(rows) - in_table} of the text, {made.doubtful} doubtful"
        f" cells; {made.questions} questions on the plan"
    )
    for _, zh, _ in made.proposal.aside:
        print(f"  未收 left aside: {zh}")
    print(
        "下一步：用 Excel 或 WPS 打开草稿，对照原文逐行填写、确认；planeval check 列出还差什么；"
        f"最后 planeval new {arguments.plan} --finish\n"
        "next: open the draft, complete and confirm each row; planeval check lists what is open;"
        f" then planeval new {arguments.plan} --finish"
    )
    return 0


def _finish(arguments: argparse.Namespace) -> int:
    from analysis.data.paths import project_root
    from planeval.newplan.finish import finish

    given = [
        option
        for option in ("name", "region", "new_region", "base_year", "start", "end")
        if getattr(arguments, option) not in (None, False)
    ]
    if given:
        raise UserError(
            "完成草稿时不能再给这个参数，请改草稿",
            "not with --finish: change the draft",
            column=f"--{given[0].replace('_', '-')}",
        )
    counts = finish(arguments.plan, project_root(arguments.root), who=arguments.who)
    print(f"规划已写入 plan written: {arguments.plan}")
    for name, count in counts.items():
        print(f"  {name}: +{count}")
    return 0


def report_drafts(root: Path, plans: set[str]) -> int:
    """Print what the drafts of a project wait for, and return the exit code: 2 if there are any."""
    from planeval.newplan.finish import drafts, waiting

    found = drafts(root, plans)
    for name in found:
        errors = waiting(root, name)
        for error in errors[:SHOWN_AT_MOST]:
            print(f"planeval: {message(error)}", file=sys.stderr)
        more = len(errors) - SHOWN_AT_MOST
        if more > 0:
            print(f"planeval: {name}：另有 {more} 处 / and {more} more", file=sys.stderr)
    return 2 if found else 0


COMMANDS = {"new": run}
