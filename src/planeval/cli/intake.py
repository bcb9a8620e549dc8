"""Figures and plans, in and out: templates, imports, migration, the log, new plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planeval.cli.grammar import told
from planeval.words.errors import UserError

if TYPE_CHECKING:
    from planeval.intake.examine import Examined

import sys
from typing import Any

from analysis.data.paths import shown
from planeval.cli.grammar import asked
from planeval.words.errors import message


def template(root: Path, plan: str, year: int, out: str, department: str | None) -> None:
    """Run ``planeval template``."""
    from planeval.intake.examine import make_template

    made = make_template(plan, year, Path(out), department=department, root=root)
    print(f"{told('已生成', 'made')}: {made}")
    print(f"{told('填好后运行', 'once filled in, run')}: planeval import {_word(made)}")


def import_(
    root: Path,
    file: str,
    more: Sequence[str],
    accept: Sequence[str],
    dry_run: bool,
    note: str,
    who: str | None,
) -> int:
    """Run ``planeval import``: 0 done, 2 something must be mended or confirmed first."""
    from planeval.files import changes
    from planeval.intake import examine

    if more and not accept:
        raise UserError("多余的词", "a word too many", value=more[0])
    changes.check_words(note, who)
    path = Path(file)
    seen = examine.examine(path, accept=[*accept, *more], root=root)
    if _open_elsewhere(path):
        zh = "工作簿正在别的程序中打开，未保存的内容读不到"
        en = "the workbook is open in another program: what is not saved is not read"
        print(f"{told('提示', 'note')}  {told(zh, en, ' / ')}")
    for item in seen.found:
        print(item.line())
    errors, held, notes = (seen.count(grade) for grade in ("error", "held", "note"))
    zh = f"错误 {errors}，待核实 {held}，提示 {notes}。"
    print(told(zh, f"errors {errors}, held {held}, notes {notes}.", "  "))
    if not seen.passes:
        print(told("未写入任何内容。", "Nothing was written.", "  "))
        _advise(path, seen, [*accept, *more])
        return 2
    for name, added in seen.rows.items():
        print(f"{name}  +{len(added)}")
        for row in added:
            cells = [row[key] for key in row if key not in ("note", "locator", "address")]
            print("  " + " ".join(filter(None, cells)))
    if dry_run:
        print(told("仅核对，未写入。", "Checked only, nothing was written.", "  "))
        return 0
    entry = examine.bring_in(seen, note=note, who=who)
    if entry is None:
        print(told("没有新内容。", "Nothing new.", "  "))
        return 0
    zh = f"已导入，改动第 {entry.id} 号。"
    print(told(zh, f"Imported as change {entry.id} (planeval undo).", "  "))
    return 0


def _advise(path: Path, seen: Examined, accept: Sequence[str]) -> None:
    """Say the one next step: the sheets first, then the red cells, then what is to be confirmed."""
    from planeval.intake import examine

    if any(item.cell for item in seen.found):
        marked = examine.write_checked(seen)
        print(f"{told('逐格标注', 'cell by cell')}: {marked}")
    if any(item.grade == "error" and not item.cell for item in seen.found):
        print(
            told(
                "先恢复工作表和各行原来的样子；恢复不了的，重新生成模板，把数值抄过去。然后再导入",
                "first put sheets and rows back as they were, or copy the figures into a new"
                f" template; then: planeval import {_word(path)}",
                "\n",
            )
        )
    elif seen.count("error"):
        first = told("改正红色各格后", "once the red cells are mended")
        print(f"{first}: planeval import {_word(marked)}")
    else:
        rows = dict.fromkeys(
            f"{item.sheet.split()[0]}:{item.row}" for item in seen.found if item.blocks
        )
        first, words = told("核实无误后", "once confirmed"), " ".join([*accept, *rows])
        print(f"{first}: planeval import {_word(path)} --accept {words}")


def _open_elsewhere(path: Path) -> bool:
    """Whether Excel or WPS, or LibreOffice, left the mark beside a workbook that it has open."""
    return any(path.with_name(name).exists() for name in (f"~${path.name}", f".~lock.{path.name}#"))


def _word(path: Path) -> str:
    """Return a file as one word of a command line."""
    return f'"{path}"' if " " in str(path) else str(path)


def undo(root: Path, note: str, who: str | None) -> None:
    """Run ``planeval undo``."""
    from planeval.files import changes

    entry = changes.undo(root, note=note, who=who)
    zh = f"已撤回第 {entry.undoes} 号改动（记为第 {entry.id} 号）。"
    print(told(zh, f"Change {entry.undoes} taken back (as change {entry.id}).", "  "))
    for name in entry.files:
        print(f"  {name}")


def migrate(root: Path, note: str, who: str | None) -> None:
    """Run ``planeval migrate``."""
    from planeval.intake.migrate import migrate

    added, entry = migrate(root, note=note, who=who)
    if entry is None:
        zh = "没有要补的：数据已有本程序的全部表和列。"
        en = "Nothing to migrate: the data have every table and column of this program."
        print(told(zh, en, "\n"))
        return
    for item in added:
        columns = f"{told('新列', 'new columns')}: {', '.join(item.columns)}"
        new = told("新规则", "new rules") if item.rules else told("新表", "new table")
        print(f"  {item.file}  {columns if item.columns and not item.rules else new}")
    print(
        told(
            f"已补上，改动第 {entry.id} 号；新的列和表都是空的，原有内容一字未动。"
            "撤回：planeval undo",
            f"Added as change {entry.id}. What is new is empty, what was there stands unchanged."
            " To take it back: planeval undo",
            "\n",
        )
    )


def log(root: Path) -> None:
    """Run ``planeval log``."""
    from planeval.files import changes

    known = changes.entries(root)
    gone = {entry.undoes for entry in known}
    if not known:
        print(told("还没有改动。", "No change yet.", "  "))
    for entry in known:
        parts = [
            f"{entry.id:>4}",
            entry.time,
            entry.action,
            f"+{entry.rows_added} -{entry.rows_removed}",
        ]
        parts += [entry.origin or "", entry.who or "", entry.note]
        parts += [f"{told('撤回', 'undoes')} {entry.undoes}"] if entry.undoes is not None else []
        parts += [told("已撤回", "undone")] if entry.id in gone else []
        print("  ".join(filter(None, parts)))


# --- A plan begun from its document, and finished once it is confirmed -----------------------

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
