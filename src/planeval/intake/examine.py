"""New figures in: a filled-in workbook checked whole, then written in one step or not at all.

:func:`examine` reads and judges, :func:`bring_in` writes what was judged. Nothing is written
while a single finding stands that has to be mended or confirmed.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from analysis.data.observations import Data, load
from analysis.data.paths import project_root
from analysis.data.plan import Plan, load_plan, plan_ids
from planeval.files import changes
from planeval.files.replace import whole
from planeval.files.safe import open_book, read_bytes
from planeval.intake.cells import Report
from planeval.intake.checks import check_documents, check_figures, check_jumps
from planeval.intake.layout import (
    FIRST_ROW,
    FOUND,
    HELP,
    Mark,
    Sheet,
    as_made,
    code_of,
    data_checksum,
    lists,
    read,
    sheets,
)
from planeval.intake.read import (
    ERROR,
    GRADES,
    HELD,
    NOTE,
    Found,
    check_made_for,
    of_error,
    read_filled,
    sort_key,
)
from planeval.intake.rows import Book, Taken, take
from planeval.intake.template import FIXED, FONT, HEAD, INPUT, put, template
from planeval.words.errors import UserError

__all__ = ["Examined", "bring_in", "examine", "make_template", "write_checked"]

# The checked copy: the workbook as it came in, each finding on its cell, and a list of them.


COLOURS = {ERROR: "F4B6B0", HELD: "FCE0A2", "note": "CFE2F3"}
AUTHOR, RULE = "planeval check", "\n——\n"
COLUMNS = (
    ("级别 Grade", 14),
    ("工作表 Sheet", 22),
    ("单元格 Cell", 11),
    ("问题", 46),
    ("Finding", 50),
    ("现为 Found", 24),
    ("应为 Expected", 30),
    ("最接近 Nearest", 24),
)


def checked_path(path: Path) -> Path:
    """Return where the copy goes: beside the input, over nothing that stands there.

    An earlier copy may have been mended since: the new one takes the next free number.

    Examples
    --------
    >>> checked_path(Path("a.xlsx")).name, checked_path(Path("a.checked.xlsx")).name
    ('a.checked.xlsx', 'a.checked-2.xlsx')
    """
    again = re.fullmatch(r"(.*\.checked)(?:-(\d+))?", path.stem)
    stem, first = (again[1], int(again[2] or 1) + 1) if again else (f"{path.stem}.checked", 1)
    for number in count(first):
        to = path.with_name(f"{stem}-{number}.xlsx" if number > 1 else f"{stem}.xlsx")
        if not (to.exists() or to.is_symlink()):
            break
    return to


def mark(book: Any, found: Sequence[Found], layout: tuple[Sheet, ...]) -> None:
    """Colour the cells, hang the findings on them and list them all on a sheet.

    Marks of an earlier check are taken off first.
    """
    for sheet in layout:
        if sheet.title in book.sheetnames:
            _clean(book[sheet.title], sheet)
    by_cell: dict[tuple[str, str], list[Found]] = {}
    for item in found:
        if item.cell and item.sheet in book.sheetnames:
            by_cell.setdefault((item.sheet, item.cell), []).append(item)
    for (title, address), items in by_cell.items():
        _mark(_cell(book[title], address), items)
    _list(book, found)


def _cell(page: Any, address: str) -> Any:
    """Return a cell; one that nothing stood in looks, and is locked or not, as its column."""
    from openpyxl.utils.cell import coordinate_to_tuple

    row, column = coordinate_to_tuple(address)
    new = (row, column) not in page._cells
    cell = page.cell(row, column)
    for letter, look in page.column_dimensions.items() if new else ():
        first = look.min or coordinate_to_tuple(f"{letter}1")[1]
        if first <= column <= (look.max or first):
            cell._style = copy(look._style)
    return cell


def _clean(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import PatternFill

    for (row, column), cell in list(page._cells.items()):
        if row < FIRST_ROW or column > len(sheet.columns) or not hasattr(cell, "comment"):
            continue
        if cell.fill.fgColor.rgb in {f"00{colour}" for colour in COLOURS.values()}:
            locked = bool(cell.protection.locked)
            cell.fill = PatternFill("solid", fgColor=FIXED if locked else INPUT)
        if cell.comment is not None and cell.comment.author == AUTHOR:
            _, mark_found, before = cell.comment.text.partition(RULE)
            cell.comment = _comment(before, "planeval") if mark_found else None


def _comment(text: str, author: str) -> Any:
    from openpyxl.comments import Comment

    return Comment(text, author, height=150, width=340)


def _mark(cell: Any, items: Sequence[Found]) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.styles import PatternFill

    if isinstance(cell, MergedCell):
        return
    worst = next(grade for grade in COLOURS if any(item.grade == grade for item in items))
    cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
    lines = []
    for item in items:
        lines.append(f"【{GRADES[item.grade][0]} {item.grade}】{item.zh} / {item.en}")
        lines += [f"应为 expected: {item.expected}"] if item.expected else []
        lines += [f"最接近 nearest: {item.nearest}"] if item.nearest else []
    before = cell.comment.text if cell.comment is not None else ""
    cell.comment = _comment("\n".join(lines) + (RULE + before if before else ""), AUTHOR)


def _list(book: Any, found: Sequence[Found]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    if FOUND in book.sheetnames:
        del book[FOUND]
    page = book.create_sheet(FOUND, 1 if HELP in book.sheetnames else 0)
    for column, (head, width) in enumerate(COLUMNS, start=1):
        cell = page.cell(1, column)
        put(cell, head)
        cell.font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD)
        page.column_dimensions[get_column_letter(column)].width = width
    for row, item in enumerate(found, start=2):
        told = (
            f"{GRADES[item.grade][0]} {item.grade}{'（已放行）' if item.accepted else ''}",
            item.sheet,
            item.cell,
            item.zh,
            item.en,
            item.value,
            item.expected,
            item.nearest,
        )
        for column, text in enumerate(told, start=1):
            cell = page.cell(row, column)
            put(cell, text)
            cell.font = Font(name=FONT, size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.cell(row, 1).fill = PatternFill("solid", fgColor=COLOURS[item.grade])
    page.freeze_panes = "A2"
    if found:
        page.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(found) + 1}"
    book.active = book.sheetnames.index(FOUND)
    for other in book:  # two sheets selected would be typed into together
        other.sheet_view.tabSelected = other is page


# --- Try the new rows on a copy of the data: the readers of the data have the last word ---
# The whole package, old rows and new, is loaded from a copy before a byte of the data is changed.
# What the copy's readers refuse becomes a finding on the cell the row came from.


# so many rows may be refused one after another before the rest is left for the next try
REFUSALS_AT_MOST = 200


def appended(raw: bytes, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a table with rows added at its end, every byte before them as it was.

    Examples
    --------
    >>> appended(b"a,b\\n1,2", [{"b": "x,y", "a": "3"}])
    b'a,b\\n1,2\\n3,"x,y"\\n'
    """
    if not rows:
        return raw
    end = "\r\n" if b"\r\n" in raw else "\n"
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, _lines(raw)[0], extrasaction="raise", lineterminator=end)
    writer.writerows(rows)
    gap = b"" if raw.endswith(b"\n") else end.encode()
    return raw + gap + made.getvalue().encode("utf-8")


def _lines(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def new_files(rows: Sequence[Taken], plan_id: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the new contents of every table that gains rows, and give each row its line."""
    by_file: dict[str, list[Taken]] = {}
    for row in rows:
        by_file.setdefault(row.sheet.file(plan_id), []).append(row)
    for name, group in by_file.items():
        for number, row in enumerate(group, start=1 + len(_lines(files[name]))):
            row.line = number
    return {
        name: appended(files[name], [row.values for row in group])
        for name, group in by_file.items()
    }


@contextmanager
def staged(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Lay the data out in a folder of its own, and take the folder away afterwards."""
    with tempfile.TemporaryDirectory(prefix="planeval-", ignore_cleanup_errors=True) as folder:
        for name, raw in files.items():
            place = Path(folder) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw)
        yield Path(folder)


def snapshot(root: Path) -> dict[str, bytes]:
    """Return every file the data consist of, by its name below the root."""
    folder = root / "data"
    paths = [*folder.glob("*.csv"), folder / "datapackage.json", *folder.glob("schemas/*.json")]
    paths += folder.glob("plans/*/*.csv")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}


def try_out(
    rows: Sequence[Taken],
    plan_id: str,
    files: Mapping[str, bytes],
    report: Report,
    then: Callable[[Data], None],
) -> None:
    """Load the data with the new rows; rows that are refused are marked and left out.

    Parameters
    ----------
    then : callable
        Gets the data as they would be, while their copy is there.
    """
    left = [row for row in rows if row.good and not row.skip]
    for _ in range(REFUSALS_AT_MOST):
        with staged({**files, **new_files(left, plan_id, files)}) as folder:
            try:
                data = load(folder)
                for name in plan_ids(data):
                    load_plan(name, data=data, as_of=dt.date.max)
            except InputError as refused:
                error = refused
            else:
                then(data)
                return
        guilty = _guilty(error, left, plan_id)
        if guilty is None:
            report(of_error(error, left[0].sheet.title if left else "", ""))
            return
        guilty.good = False
        column = error.column if error.column in guilty.values else next(iter(guilty.values))
        report(of_error(error, guilty.sheet.title, guilty.raw.address(column or "")))
        left.remove(guilty)


def _guilty(error: InputError, rows: Sequence[Taken], plan_id: str) -> Taken | None:
    for row in rows:
        if (row.sheet.file(plan_id), row.line) == (error.file, error.row):
            return row
    return None


def new_contradictions(before: Data, after: Data, rows: Sequence[Taken], report: Report) -> None:
    """Report what the audit finds in the new data and did not find in the old.

    A part above its whole holds the row; any other contradiction is to be known: the figures
    are as published, and the audit shows them to every reader.
    """
    if not any(row.good and not row.skip for row in rows):
        return
    from analysis.audit import audit
    from planeval.words.findings import finding_record

    day = max(after.latest_vintage(), before.latest_vintage())
    known = {item.compared for item in audit(before, day).findings}
    for item in audit(after, day).findings:
        if item.compared in known:
            continue
        if item.verdict not in ("contradiction", "tension"):
            continue
        places = {(place.source, place.locator) for place in item.where}
        row = _row_of(rows, item.period, places)
        grade = HELD if item.rule == "parts_vs_whole" and item.verdict == "contradiction" else NOTE
        told = finding_record(item)
        zh = f"核对规则：{told['subject']}，{told['reason_zh']}"
        en = f"audit: {told['subject_en']}, {told['reason_en']}"
        if row is None:
            report(Found(NOTE, "", "", zh, en))
        else:
            row.tell(grade, "value", zh, en)


def _row_of(rows: Sequence[Taken], period: str, places: set[tuple[str, str]]) -> Taken | None:
    for row in rows:
        values = row.values
        if row.sheet.key == "observations" and row.good and not row.skip:
            here = (values["source"], values["locator"])
            if values["period"] == period and here in places:
                return row
    return None


@dataclass(frozen=True)
class Examined:
    """What a workbook holds and what was found in it.

    Attributes
    ----------
    path, root : Path
        The workbook and the project.
    mark : Mark
        The plan and year it was made for.
    found : tuple of Found
        Every finding, in the order of the sheets.
    rows : dict
        File below the root -> the rows it would gain.
    files : dict
        File below the root -> its whole new contents.
    read : dict
        Every data file the judgement rests on -> its checksum.
    raw, book : bytes, openpyxl workbook
        The workbook as it was read.
    """

    path: Path
    root: Path
    mark: Mark
    found: tuple[Found, ...]
    rows: Mapping[str, list[dict[str, str]]]
    files: Mapping[str, bytes]
    read: Mapping[str, str]
    raw: bytes
    book: Any

    @property
    def passes(self) -> bool:
        """Whether it may be written."""
        return not any(item.blocks for item in self.found)

    def count(self, grade: str) -> int:
        """Return the number of findings of a grade."""
        return sum(item.grade == grade for item in self.found)


def make_template(
    plan_id: str,
    year: int,
    to: Path,
    *,
    department: str | None = None,
    root: str | Path | None = None,
) -> Path:
    """Write the workbook a plan's figures of a year are entered in.

    Parameters
    ----------
    plan_id, year : str, int
        The plan and one of its years.
    to : Path
        The file to be made, ending in ``.xlsx``.
    department : str, optional
        Only the targets this body is responsible for: its code or its name.

    Raises
    ------
    InputError
        For an unknown plan or department, a year outside the plan, or a file that exists already.
    """
    if to.suffix.lower() != ".xlsx":
        raise UserError("文件名须以 .xlsx 结尾", "the name must end in .xlsx", value=to.name,
                         expected="OUT.xlsx", nearest=f"{to.stem}.xlsx")  # fmt: skip
    if not to.parent.is_dir():
        raise UserError("文件夹不存在", "the folder does not exist", file=str(to.parent))
    home = project_root(root)
    plan = load_plan(plan_id, data=load(home), as_of=dt.date.max)
    whole(to, template(_of_department(plan, department) if department else plan, year), over=False)
    return to


def _of_department(plan: Plan, department: str) -> Plan:
    """Return the plan with the targets of one responsible body only."""
    names = {code: row["name_zh"] for code, row in plan.data.departments.items()}
    code = code_of(department, names)
    mine = tuple(
        target
        for target in plan.targets
        if any(body["department"] == code for body in target.responsible)
    )
    if code is None or not mine:
        busy = {body["department"] for target in plan.targets for body in target.responsible}
        raise UserError(
            "这个部门没有负责的目标",
            "no target is this department's",
            column="--department",
            value=department,
            expected=" / ".join(sorted(busy))
            or f"data/plans/{plan.plan_id}/responsible.csv names none yet",
            nearest=nearest(department, sorted(busy)),
        )
    return replace(plan, targets=mine)


def examine(
    path: Path,
    *,
    accept: Sequence[str] = (),
    root: str | Path | None = None,
    today: dt.date | None = None,
) -> Examined:
    """Read a filled-in workbook and judge every cell of it; write nothing.

    Parameters
    ----------
    path : Path
        The workbook.
    accept : sequence of str
        Rows whose held findings are confirmed, as ``SHEET:ROW`` or ``SHEET!ROW``; the sheet by its
        Chinese or English name.
    today : date, optional
        The day after which nothing can have been published yet; the present when not given.

    Raises
    ------
    InputError
        When the file is no such workbook at all, or a row to accept holds nothing to accept.
    """
    home = project_root(root)
    raw = read_bytes(path)
    workbook = open_book(raw, path.name)
    made_for = read(workbook, path.name)
    files = snapshot(home)
    data = load(home)
    check_made_for(made_for, plan_ids(data), path.name)
    plan = load_plan(made_for.plan, data=data, as_of=dt.date.max)
    layout = as_made(sheets(home, plan.plan_id), made_for)
    book = take(read_filled(workbook, made_for, layout), layout, plan, lists(plan))
    _judge(book, plan, data, files, today or dt.date.today())
    if made_for.data != data_checksum(home, plan.plan_id):
        book.found.append(
            Found(NOTE, "", "", "模板生成之后数据有过改动", "the data changed since the template")
        )
    found = _accepted(book.found, accept, layout)
    order = sort_key([sheet.title for sheet in layout])
    good = [row for row in book.all() if row.good and not row.skip]
    rows: dict[str, list[dict[str, str]]] = {}
    for row in good:
        rows.setdefault(row.sheet.file(plan.plan_id), []).append(dict(row.values))
    return Examined(
        path=path,
        root=home,
        mark=made_for,
        found=tuple(sorted(found, key=order)),
        rows=rows,
        files=new_files(good, plan.plan_id, files),
        read={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        raw=raw,
        book=workbook,
    )


def _judge(book: Book, plan: Plan, data: Data, files: Mapping[str, bytes], today: dt.date) -> None:
    """Check the rows one by one, then try the whole on a copy of the data."""
    report = book.found.append
    figures = book.rows.get("observations", [])
    check_figures(figures, data, today)
    _known_rows(book, plan, files)

    def then(after: Data) -> None:
        new_contradictions(data, after, figures, report)
        check_documents(book.all(), plan.plan_id, data, after)

    try_out(book.all(), plan.plan_id, files, report, then)
    check_jumps(figures, data)


def _known_rows(book: Book, plan: Plan, files: Mapping[str, bytes]) -> None:
    """Skip a row of the plan's tables that stands there already, word for word."""
    for key, rows in book.rows.items():
        if key in ("observations", "sources") or not rows:
            continue
        head, *lines = _lines(files[rows[0].sheet.file(plan.plan_id)])
        known = [
            {name: value for name, value in zip(head, line, strict=False) if value}
            for line in lines
        ]
        for row in rows:
            if row.good and _like(row, known):
                row.skip = True
                column = row.sheet.columns[0].name
                row.tell(NOTE, column, "已有此行", "this row is there already")


def _like(row: Taken, known: list[dict[str, str]]) -> bool:
    values = {name: value for name, value in row.values.items() if value}
    return any(
        line.keys() == values.keys() and all(_same(line[k], values[k]) for k in line)
        for line in known
    )


def _same(one: str, other: str) -> bool:
    plain = r"-?\d+(\.\d+)?"
    if re.fullmatch(plain, one) and re.fullmatch(plain, other):
        return float(one) == float(other)
    return one == other


def _accepted(
    found: Sequence[Found], accept: Sequence[str], layout: tuple[Sheet, ...]
) -> list[Found]:
    """Return the findings, those held of the rows named accepted."""
    named = {_place(text, layout) for text in accept}
    held = {(item.sheet, item.row) for item in found if item.grade == HELD}
    for sheet, row in sorted(named):
        if (sheet, row) not in held:
            choices = sorted(f"{title.split()[0]}:{number}" for title, number in held)
            raise UserError(
                "这一行没有待核实的内容",
                "nothing is held in this row",
                column="--accept",
                value=f"{sheet.split()[0]}:{row}",
                expected=" ".join(choices) or "nothing is held: leave --accept out",
                nearest=nearest(f"{sheet.split()[0]}:{row}", choices),
            )
    return [
        replace(item, accepted=True)
        if item.grade == HELD and (item.sheet, item.row) in named
        else item
        for item in found
    ]


def _place(text: str, layout: tuple[Sheet, ...]) -> tuple[str, int]:
    # a colon as well: many a shell takes the exclamation mark for itself
    sheet, _, cell = re.sub("[！:：]", "!", text.strip().strip("'")).rpartition("!")
    row = re.fullmatch(r"[A-Za-z]{0,3}(\d{1,7})", cell.strip())
    names = {
        name.casefold(): item.title
        for item in layout
        for name in (item.key, item.zh, item.en, item.title)
    }
    title = names.get(sheet.strip().strip("'").casefold())
    if row is None or title is None:
        raise UserError(
            "没有这样的行",
            "no such row",
            column="--accept",
            value=text,
            expected="数值:12, Figures:12",
            nearest=None if row is None else f"{nearest(sheet, names)}:{row[1]}",
        )
    return title, int(row[1])


def bring_in(examined: Examined, *, note: str = "", who: str | None = None) -> changes.Entry | None:
    """Write what a workbook holds, all tables in one step, and enter it in the change log.

    Returns
    -------
    changes.Entry or None
        None when there is nothing new.

    Raises
    ------
    InputError
        When a finding forbids it, or the data or the workbook changed since it was examined.
    """
    if not examined.passes:
        raise UserError(
            "有必须改正或确认的问题，未写入任何内容",
            "findings stand that must be mended or confirmed: nothing was written",
            file=examined.path.name,
        )
    if not examined.files:
        return None
    if examined.path.read_bytes() != examined.raw:
        raise UserError(
            "核对之后文件又有改动，请重新导入",
            "the workbook changed while it was checked: import it again",
            file=examined.path.name,
        )
    passed = sorted(
        {f"{item.sheet.split()[0]}:{item.row}" for item in examined.found if item.accepted}
    )
    said = "；".join(part for part in (note.strip(), _passed(passed)) if part)
    return changes.commit(
        examined.root,
        examined.files,
        action="import",
        note=said,
        origin=examined.path,
        rows=examined.rows,
        expect=examined.read,
        who=who,
    )


def _passed(rows: Sequence[str]) -> str:
    """Return which held rows were confirmed, as the change log tells it."""
    shown = " ".join(rows[:20]) + (f" +{len(rows) - 20}" if len(rows) > 20 else "")
    return f"已核实 accepted: {shown}" if rows else ""


def write_checked(examined: Examined) -> Path:
    """Write the checked copy beside the workbook, which itself is never touched."""
    mark(examined.book, examined.found, sheets(examined.root))
    made = io.BytesIO()
    examined.book.save(made)
    to = checked_path(examined.path)
    whole(to, made.getvalue(), over=False)
    return to
