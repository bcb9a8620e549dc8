"""Make ``fixture.tar.xz``: what the program of commit 16598ba leaves on a disk.

    python tests/old_program/make.py

Run once, and kept as the record of how it was done: the fixture stands for the data of everybody
who used that program, and is never made again by a later one. All of it comes out of that
program's own command line, taken from the repository's history and run in processes of its own;
a workbook is filled in as a person does it. The times in the change log and the day of publication
are those of the run; everything else is the same whenever it is run.

Three places are made: ``project``, and ``decided`` and ``undecided``, copies of it in which an
import was killed. ``told`` has what that program said of them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

COMMIT = "16598ba"
HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "fixture.tar.xz"
YES = "是 yes"

#: Finished in the fixture, evaluated and published.
PLAN, YEAR, AS_OF = "port-industry", 2024, "2026-06-30"
#: Those of its report, few of all: every document brings its fonts, which would be megabytes.
CHAPTERS = ("01_overview.ipynb", "10_record.ipynb")
PAGE = """<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>
<p>表1 主要指标</p><table>
<tr><th>序号</th><th>指标</th><th>单位</th><th>2020年</th><th>2025年</th><th>属性</th></tr>
{rows}
</table></body></html>
"""
INDUSTRY = (
    "嘉兴港区临港产业发展规划（2021—2025年）",
    ("1 地区生产总值 亿元 182.0 320 预期性",
     "2 R&amp;D经费支出占地区生产总值比重 % 3.2 3.5以上 预期性",
     "3 临港产业岸线利用效率 % 61.5 70 约束性"),
)  # fmt: skip
#: Left as a draft.
DRAFT = "port-green"
GREEN = (
    "嘉兴港区绿色港口发展规划（2021—2025年）",
    (
        "1 细颗粒物（PM2.5）平均浓度 微克/立方米 30 27以下 约束性",
        "2 泊位岸电使用率 % 35 80以上 预期性",
    ),
)
#: What a person adds to the two drafts: to the plan, to its targets, to its new indicator.
ANSWERS: dict[str, tuple[dict[str, str], list[dict[str, Any]], dict[str, Any]]] = {
    PLAN: (
        {"name_en": "Port industries plan", "source.publisher": "嘉兴港区管委会（练习）",
         "source.published": "2021-09-30"},
        [{"price_basis": "current"}, {}, {"indicator": "shore_use", "name_en": "Use of shoreline"}],
        {"indicator": "shore_use", "name_en": "Use of shoreline", "growth_basis": "none",
         "nature": "rate", "quantity": "share", "lower": 0, "upper": 100},
    ),
    DRAFT: (
        {"name_en": "Green port plan", "source.publisher": "嘉兴港区管委会（练习）",
         "source.published": "2021-10-29"},
        [{}, {"indicator": "shore_power", "name_en": "Berths on shore power"}],
        {"indicator": "shore_power", "name_en": "Berths on shore power", "growth_basis": "none",
         "nature": "rate", "quantity": "share", "lower": 0, "upper": 100},
    ),
}  # fmt: skip

#: Run in place of the command line to be killed: before the change is decided, or when the first
#: of its files is put in its place.
KILLED = """
import os, signal, sys
from analysis.cli import main
when, words = sys.argv[1], sys.argv[2:]
rename, replace, put = os.rename, os.replace, []
def kill():
    os.kill(os.getpid(), signal.SIGKILL)
def renaming(old, new, **more):
    if when == "undecided" and os.path.basename(new) == "decided":
        kill()
    rename(old, new, **more)
def replacing(old, new, **more):
    if os.path.basename(os.path.dirname(old)) == "decided":
        put.append(new)
        if when == "decided" and len(put) == 2:
            kill()
    replace(old, new, **more)
os.rename, os.replace = renaming, replacing
sys.exit(main(words))
"""


class Old:
    """The program of the commit, and its data.

    Parameters
    ----------
    folder : Path
        Where to unpack it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        packed = subprocess.run(
            ["git", "archive", COMMIT, "src", "data", "notebooks"],
            cwd=HERE.parents[1], check=True, capture_output=True,
        ).stdout  # fmt: skip
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")

    def run(
        self,
        root: Path,
        *words: str,
        code: int = 0,
        start: tuple[str, ...] = ("-m", "analysis.cli"),
    ) -> str:
        """Run a command on a project, and return what it printed.

        Parameters
        ----------
        root : Path
            The project; also the working directory.
        words : str
            The command.
        code : int
            What it has to leave with.
        start : tuple of str
            What Python is to run; the command line when not given.
        """
        env = os.environ | {"PYTHONPATH": str(self.folder / "src"), "PLANEVAL_ROOT": str(root)}
        done = subprocess.run(
            [sys.executable, *start, *words], cwd=root, env=env, capture_output=True, text=True
        )
        if done.returncode != code:
            raise RuntimeError(f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout


def page(title: str, rows: tuple[str, ...]) -> str:
    """Return a plan's document: a title and a table."""
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split()) for row in rows)
    return PAGE.format(title=title, rows="\n".join(f"<tr>{line}</tr>" for line in cells))


def edited(path: Path, change: Callable[[Any], None], to: Path | None = None) -> None:
    """Change a workbook as a person does, and save it, perhaps elsewhere."""
    book = load_workbook(path)
    change(book)
    book.save(to or path)


def confirmed(plan: str) -> Callable[[Any], None]:
    """Return what completes and confirms a plan's draft."""
    said, targets, indicator = ANSWERS[plan]

    def fill(sheet: Any, row: int, cells: dict[str, Any]) -> None:
        places = {str(cell.value).split()[-1]: cell.column for cell in sheet[1] if cell.value}
        for name, value in ({"confirmed": YES} | cells).items():
            sheet.cell(row, places[name]).value = value

    def change(book: Any) -> None:
        sheet = book["规划 plan"]
        for row in range(2, sheet.max_row + 1):
            name = sheet.cell(row, 1).value
            sheet.cell(row, 3).value = said.get(name, sheet.cell(row, 3).value)
            sheet.cell(row, 4).value = YES
        for row, cells in enumerate(targets, start=2):
            fill(book["目标 targets"], row, {"group_zh": "临港", "group_en": "Port"} | cells)
        fill(book["新指标 indicators"], 2, indicator)

    return change


def figures(title: str, **values: float) -> Callable[[Any], None]:
    """Return what enters a bulletin and its figures of 2025 into a year's workbook."""

    def put(sheet: Any, row: int, cells: dict[str, Any]) -> None:
        places = {str(cell.value).split(" (")[0]: cell.column for cell in sheet[3]}
        for name, value in cells.items():
            sheet.cell(row, places[name]).value = value

    def change(book: Any) -> None:
        source = {"Title": title, "Publisher": "嘉兴港区管委会（练习）", "Published": "2026-03-18",
                  "Basis of date": "stated｜来源注明", "Reliability": "high｜高"}  # fmt: skip
        put(book["来源 Sources"], 4, source)
        sheet = book["数值 Figures"]
        at = {cell.value: cell.column for cell in sheet[3]}
        for name, value in values.items():
            row = next(
                row
                for row in range(4, sheet.max_row + 1)
                if str(sheet.cell(row, at["Indicator"]).value).startswith(f"{name}｜")
                and sheet.cell(row, at["Period"]).value == "2025"
            )
            told = {"Value": value, "Status": "reported｜公布数", "Source": "N1"}
            put(sheet, row, told | {"Place in source": "正文"})

    return change


def sums(root: Path) -> dict[str, str]:
    """Return the checksum of every data file; those whose name begins with a dot are none."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / "data").rglob("*"))
        if path.is_file() and "/." not in path.relative_to(root).as_posix()
    }


def make(old: Old, folder: Path) -> None:
    """Make the three places, and what was told of them."""
    root, told = folder / "project", folder / "told"
    shutil.copytree(old.folder / "data", root / "data")
    for name in CHAPTERS:
        (root / "notebooks").mkdir(exist_ok=True)
        shutil.copyfile(old.folder / "notebooks" / name, root / "notebooks" / name)
    told.mkdir()
    states = {"clean": sums(root)}

    (root / "industry.html").write_text(page(*INDUSTRY), encoding="utf-8")
    old.run(root, "new", PLAN, "--from", "industry.html", "--region", "jiaxing-port-area")
    edited(root / f"data/plans/{PLAN}/draft.xlsx", confirmed(PLAN))
    old.run(root, "new", PLAN, "--finish", "--who", "规划科（练习）")
    states["planned"] = sums(root)

    year = ("template", PLAN, "--year", "2025")
    old.run(root, *year, "first.xlsx")
    edited(root / "first.xlsx", figures("2025年统计公报（练习）", gdp=240.5))
    old.run(root, "import", "first.xlsx", "--note", "2025年公报（练习）", "--who", "统计科（练习）")
    old.run(root, *year, "second.xlsx")
    edited(root / "second.xlsx", figures("2025年科技公报（练习）", rd_share=3.6))
    old.run(root, "import", "second.xlsx", "--note", "科技经费（练习）")
    old.run(root, "undo", "--note", "抄错（练习）")

    for more in ((), ("--lang", "en")):
        old.run(root, "report", PLAN, "--year", str(YEAR), "--as-of", AS_OF, *more)
    old.run(root, "publish", PLAN, "--year", str(YEAR))
    shutil.rmtree(root / "build")
    shutil.rmtree(root / "notebooks")  # they belong to the program; those used are published

    (root / "green.html").write_text(page(*GREEN), encoding="utf-8")
    old.run(root, "new", DRAFT, "--from", "green.html", "--region", "jiaxing-port-area")
    draft = root / f"data/plans/{DRAFT}/draft.xlsx"
    edited(draft, confirmed(DRAFT), root / "confirmed.xlsx")
    old.run(root, "template", "jiaxing-14fyp", "--year", "2025", "third.xlsx")
    edited(root / "third.xlsx", figures("2025年环境公报（练习）", pm25=26, good_air=92.1))

    screens = {
        "plans": ("plans", "--lang", "en"),
        "check": ("check", "--lang", "en"),
        "log": ("log",),
    }
    for name, words in screens.items():
        text = old.run(root, *words, code=2 if name == "check" else 0)  # a draft is open
        (told / f"{name}.txt").write_text(text, encoding="utf-8")
    for plan in (PLAN, "jiaxing-14fyp"):
        words = ("evaluate", plan, "--year", str(YEAR), "--as-of", AS_OF, "--json", "-")
        (told / f"evaluate-{plan}.json").write_text(old.run(root, *words), encoding="utf-8")
    text = old.run(root, "overview", "--year", str(YEAR), "--as-of", AS_OF, "--json", "-")
    (told / "overview.json").write_text(text, encoding="utf-8")

    states["before"] = sums(root)
    taking = ("import", "third.xlsx", "--note", "环境公报（练习）")
    for place in ("decided", "undecided"):
        copied = folder / place
        shutil.copytree(root, copied, ignore=shutil.ignore_patterns("reports", "*.html"))
        kill = ("-c", KILLED, place)
        old.run(copied, *taking, code=-signal.SIGKILL, start=kill)
        for path in copied.glob("*.xlsx"):
            path.unlink()
    for name, act in {"imported": taking, "finished": ("new", DRAFT, "--finish")}.items():
        with tempfile.TemporaryDirectory() as other:
            copied = Path(other) / "project"
            shutil.copytree(root, copied)
            if name == "finished":
                shutil.copyfile(root / "confirmed.xlsx", copied / f"data/plans/{DRAFT}/draft.xlsx")
            old.run(copied, *act)
            states[name] = sums(copied)
    text = json.dumps(states, indent=1) + "\n"
    (told / "states.json").write_text(text, encoding="utf-8")


def contents(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, and those of every file within it where it is an archive."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def require_no_place(folder: Path, *places: str) -> None:
    """Refuse to pack what names a place of this machine."""
    names = "|".join(re.escape(place.rstrip("/")) for place in places)
    wrong = re.compile(rf"(?:{names}|/home/|/root/|/Users/)".encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for content in contents(path):
                found = wrong.search(content)
                if found:
                    around = content[max(found.start() - 60, 0) : found.end() + 60]
                    raise RuntimeError(f"{path.relative_to(folder)}: {around!r}")


def pack(folder: Path, archive: Path) -> None:
    """Pack a folder: names in order, no owner, no time."""

    def plain(item: tarfile.TarInfo) -> tarfile.TarInfo:
        item.uid = item.gid = item.mtime = 0
        item.uname = item.gname = ""
        return item

    with tarfile.open(archive, "w:xz", preset=9) as packed:
        for path in sorted(folder.rglob("*"), key=lambda path: (path.suffix, path.as_posix())):
            if not path.is_dir():
                packed.add(path, path.relative_to(folder).as_posix(), filter=plain)


def main() -> None:
    """Make the fixture."""
    with tempfile.TemporaryDirectory(prefix="old-") as name:
        work = Path(name)
        made = work / "fixture"
        made.mkdir()
        make(Old(work / "program"), made)
        repository = str(HERE.parents[1])
        require_no_place(made, name, tempfile.gettempdir() + "/", repository, sys.prefix)
        pack(made, ARCHIVE)
    print(f"{ARCHIVE.name}: {ARCHIVE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
