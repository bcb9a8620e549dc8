"""``planeval template``, ``import``, ``migrate``, ``undo``, ``log``: new figures in, and out."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planeval.intake.examine import Examined


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the commands; `command` makes a parser of name, help and example."""
    form = command(
        "template",
        "生成年度填报工作簿 make the workbook for a year's new figures",
        "planeval template jiaxing-14fyp --year 2025 new-2025.xlsx",
    )
    form.add_argument("plan", metavar="PLAN", help="规划代码 name of the plan (planeval plans)")
    form.add_argument("--year", type=int, required=True, help="填报年 year of the plan")
    form.add_argument("out", metavar="OUT.xlsx", help="新文件 the file to be made")
    form.add_argument(
        "--department",
        metavar="NAME",
        help="只含该部门负责的目标 only the targets of one department",
    )
    take = command(
        "import",
        "核对填好的工作簿并导入 check a filled-in workbook and import it",
        'planeval import new-2025.xlsx --accept 数值:12 --note "2025年公报"',
    )
    take.add_argument("file", metavar="FILE.xlsx", help="填好的工作簿 the workbook")
    take.add_argument(
        "--accept",
        metavar="SHEET:ROW",
        nargs="+",
        action="extend",
        default=[],
        help="放行已核实的行，如 数值:12 rows whose held figures are confirmed",
    )
    take.add_argument("--dry-run", action="store_true", help="只核对，不写入 write nothing")
    back = command("undo", "撤回最近一次导入 take the last import back", "planeval undo")
    older = command(
        "migrate",
        "为旧程序留下的数据补上新的列和表 add the columns and tables older data lack",
        "planeval migrate",
    )
    for sub in (take, back, older):
        sub.add_argument("--note", default="", metavar="TEXT", help="说明 what is said about it")
        sub.add_argument("--who", metavar="NAME", help="经办人（可不填）who (may be left out)")
    command("log", "数据改动记录 every change of the data", "planeval log")


def template(arguments: argparse.Namespace) -> int:
    """Run ``planeval template``."""
    from planeval.intake.examine import make_template

    made = make_template(
        arguments.plan,
        arguments.year,
        Path(arguments.out),
        department=arguments.department,
        root=arguments.root,
    )
    print(f"已生成 made: {made}")
    print(f"填好后运行 once filled in, run: planeval import {_word(made)}")
    return 0


def bring_in(arguments: argparse.Namespace) -> int:
    """Run ``planeval import``: 0 done, 2 something must be mended or confirmed first."""
    from planeval.files import changes
    from planeval.intake import examine

    changes.check_words(arguments.note, arguments.who)
    path = Path(arguments.file)
    seen = examine.examine(path, accept=arguments.accept, root=arguments.root)
    if _open_elsewhere(path):
        print(
            "提示 note  工作簿正在别的程序中打开，未保存的内容读不到"
            " / the workbook is open in another program: what is not saved is not read"
        )
    for item in seen.found:
        print(item.line())
    counts = [seen.count(grade) for grade in ("error", "held", "note")]
    print(
        f"错误 {counts[0]}，待核实 {counts[1]}，提示 {counts[2]}。"
        f"  errors {counts[0]}, held {counts[1]}, notes {counts[2]}."
    )
    if not seen.passes:
        print("未写入任何内容。  Nothing was written.")
        _advise(path, seen, arguments.accept)
        return 2
    _list(seen.rows)
    if arguments.dry_run:
        print("仅核对，未写入。  Checked only, nothing was written.")
        return 0
    entry = examine.bring_in(seen, note=arguments.note, who=arguments.who)
    if entry is None:
        print("没有新内容。  Nothing new.")
        return 0
    print(f"已导入，改动第 {entry.id} 号。  Imported as change {entry.id} (planeval undo).")
    return 0


def _advise(path: Path, seen: Examined, accept: Sequence[str]) -> None:
    """Say the one next step: the sheets first, then the red cells, then what is to be confirmed."""
    from planeval.intake import examine

    if any(item.cell for item in seen.found):
        marked = examine.write_checked(seen)
        print(f"逐格标注 cell by cell: {marked}")
    if any(item.grade == "error" and not item.cell for item in seen.found):
        print(
            "先恢复工作表和各行原来的样子；恢复不了的，重新生成模板，把数值抄过去。然后再导入\n"
            "first put sheets and rows back as they were, or copy the figures into a new template;"
            f" then: planeval import {_word(path)}"
        )
    elif seen.count("error"):
        print(f"改正红色各格后 once the red cells are mended: planeval import {_word(marked)}")
    else:
        rows = dict.fromkeys(
            f"{item.sheet.split()[0]}:{item.row}" for item in seen.found if item.blocks
        )
        told = " ".join([*accept, *rows])
        print(f"核实无误后 once confirmed: planeval import {_word(path)} --accept {told}")


def _open_elsewhere(path: Path) -> bool:
    """Whether Excel or WPS, or LibreOffice, left the mark beside a workbook that it has open."""
    return any(path.with_name(name).exists() for name in (f"~${path.name}", f".~lock.{path.name}#"))


def _word(path: Path) -> str:
    """Return a file as one word of a command line."""
    return f'"{path}"' if " " in str(path) else str(path)


def _list(rows: Mapping[str, list[dict[str, str]]]) -> None:
    for name, added in rows.items():
        print(f"{name}  +{len(added)}")
        for row in added:
            told = [row.get(key, "") for key in row if key not in ("note", "locator", "address")]
            print("  " + " ".join(part for part in told if part))


def undo(arguments: argparse.Namespace) -> int:
    """Run ``planeval undo``."""
    from analysis.data.paths import project_root
    from planeval.files import changes

    entry = changes.undo(project_root(arguments.root), note=arguments.note, who=arguments.who)
    print(
        f"已撤回第 {entry.undoes} 号改动（记为第 {entry.id} 号）。"
        f"  Change {entry.undoes} taken back (as change {entry.id})."
    )
    for name in entry.files:
        print(f"  {name}")
    return 0


def bring_up(arguments: argparse.Namespace) -> int:
    """Run ``planeval migrate``."""
    from analysis.data.paths import project_root
    from planeval.intake.migrate import migrate

    root = project_root(arguments.root)
    added, entry = migrate(root, note=arguments.note, who=arguments.who)
    if entry is None:
        print(
            "没有要补的：数据已有本程序的全部表和列。\n"
            "Nothing to migrate: the data have every table and column of this program."
        )
        return 0
    for item in added:
        what = "新列 new columns: " + ", ".join(item.columns) if item.columns else "新表 new table"
        what = "新规则 new rules" if item.rules else what
        print(f"  {item.file}  {what}")
    print(
        f"已补上，改动第 {entry.id} 号；新的列和表都是空的，原有内容一字未动。撤回：planeval undo\n"
        f"Added as change {entry.id}. What is new is empty, what was there stands unchanged."
        " To take it back: planeval undo"
    )
    return 0


def log(arguments: argparse.Namespace) -> int:
    """Run ``planeval log``."""
    from analysis.data.paths import project_root
    from planeval.files import changes

    known = changes.entries(project_root(arguments.root))
    gone = {entry.undoes for entry in known}
    if not known:
        print("还没有改动。  No change yet.")
    for entry in known:
        parts = [f"{entry.id:>4}", entry.time, entry.action, f"+{entry.added} -{entry.removed}"]
        parts += [entry.origin or "", entry.who or "", entry.note]
        parts += [f"撤回 undoes {entry.undoes}"] if entry.undoes is not None else []
        parts += ["已撤回 undone"] if entry.id in gone else []
        print("  ".join(part for part in parts if part))
    return 0


COMMANDS = {
    "template": template,
    "import": bring_in,
    "undo": undo,
    "migrate": bring_up,
    "log": log,
}
