"""``planeval new``: a plan begun from its document, and finished once it is confirmed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from analysis.data.paths import shown
from planeval.cli.grammar import asked, told
from planeval.words.errors import UserError, message

#: Messages of one draft that are printed; the rest is counted.
SHOWN_AT_MOST = 12


def new(
    root: Path,
    plan: str,
    document: str | None,
    finish: bool,
    who: str | None,
    **options: Any,
) -> None:
    """Run ``planeval new``; `options` are what is told of a plan that is begun."""
    if finish == (document is not None):
        raise UserError(
            "须写 --from 或 --finish 之一",
            "one of --from and --finish is needed",
            column="--from",
            expected="--from plan.docx / --finish",
        )
    if document is not None:
        _begin(root, plan, document, options)
        return
    for name, value in options.items():
        if value not in (None, False):
            raise UserError(
                "完成草稿时不能再给这个参数，请改草稿",
                "not with --finish: change the draft",
                column=f"--{name.replace('_', '-')}",
            )
    _finish(root, plan, who)


def _begin(root: Path, plan: str, document: str, options: dict[str, Any]) -> None:
    from planeval.newplan.draft import Options
    from planeval.newplan.finish import begin

    made = begin(plan, document, Options(**options), root=root)
    rows = made.proposal.rows
    in_table = sum(1 for row in rows if row["section"].value == "table")
    print(f"{told('草稿', 'draft')}: {shown(made.path, root)}")
    print(
        told(
            f"  {'、'.join(made.proposal.tables)}：{in_table} 行，正文 {len(rows) - in_table} 行，"
            f"存疑 {made.doubtful} 格；规划信息待核 {made.questions} 项",
            f"  {in_table} rows of tables, {len(rows) - in_table} of the text, {made.doubtful}"
            f" doubtful cells; {made.questions} questions on the plan",
            "\n",
        )
    )
    for _, zh, en in made.proposal.aside:
        print(f"  {told('未收', 'left aside')}: {en if asked() == 'en' else zh}")
    print(
        told(
            "下一步：用 Excel 或 WPS 打开草稿，对照原文逐行填写、确认；"
            f"planeval check 列出还差什么；最后 planeval new {plan} --finish",
            "next: open the draft, complete and confirm each row; planeval check lists what is"
            f" open; then planeval new {plan} --finish",
            "\n",
        )
    )


def _finish(root: Path, plan: str, who: str | None) -> None:
    from planeval.newplan.finish import finish

    counts = finish(plan, root, who=who)
    print(f"{told('规划已写入', 'plan written')}: {plan}")
    for name, count in counts.items():
        print(f"  {name}: +{count}")


def report_drafts(root: Path, plans: set[str]) -> int:
    """Print what the drafts of a project wait for, and return the exit code: 2 if there are any."""
    from planeval.newplan.finish import drafts, waiting

    found = drafts(root, plans)
    for name in found:
        errors = waiting(root, name)
        for error in errors[:SHOWN_AT_MOST]:
            print(f"planeval: {message(error, asked())}", file=sys.stderr)
        more = len(errors) - SHOWN_AT_MOST
        if more > 0:
            rest = told(f"另有 {more} 处", f"and {more} more", " / ")
            print(f"planeval: {name}：{rest}", file=sys.stderr)
    return 2 if found else 0
