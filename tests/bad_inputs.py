"""Tables no person would write on purpose, made by code: each is refused, or read for what it is.

A case changes a copied project and says what the English message must hold, or that the table
is to be read as if nothing were odd (``told`` is None).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from roots import Root

from planeval.cli.app import main

TABLE = "observations"
PLAN = "jiaxing-14fyp"
#: The commands that read tables; `report` is told by the same reader before any chapter runs.
COMMANDS = (
    ("plans",),
    ("check",),
    ("evaluate", PLAN, "--year", "2024"),
    ("report", PLAN, "--year", "2024", "--formats", "html"),
)


@dataclass(frozen=True)
class Bad:
    """One odd input.

    Attributes
    ----------
    name : str
        What is odd.
    harm : function
        Makes a sound project so.
    told : str or None
        Part of the message, or None where it is to be read.
    first : int
        The first of `COMMANDS` that reads the table: a plan's own are not read by ``plans``.
    """

    name: str
    harm: Callable[[Root], object]
    told: str | None
    first: int = 0


def stands(root: Path) -> dict[str, str]:
    """Return everything below a folder: names, links and checksums, read without following."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder) / name
            if path.is_symlink():
                told = f"-> {path.readlink()}"
            elif path.is_file():
                told = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                told = "folder" if path.is_dir() else "other"
            found[path.relative_to(root).as_posix()] = told
    return found


def run(root: Path, *words: str) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*words, "--root", str(root)])
    return code, out.getvalue(), err.getvalue()


def faults_of(code: int, out: str, err: str, told: str) -> list[str]:
    """Return in what way a refusal falls short of one clear message in each language."""
    lines = err.splitlines()
    return [
        fault
        for fault, wrong in {
            f"exit code {code}": code != 2,
            "printed a result": out != "",
            f"{len(lines)} lines": len(lines) != 2,
            "a traceback": "Traceback" in err,
            f"does not say {told!r}: {err}": told not in err,
            "not in Chinese": not any("\u4e00" <= char <= "\u9fff" for char in "".join(lines[:1])),
            "a very long message": len(err) > 3000,
        }.items()
        if wrong
    ]


# --- how files go wrong ----------------------------------------------------------------------


def raw(change: Callable[[bytes], bytes], table: str = TABLE) -> Callable[[Root], object]:
    """Return a harm that rewrites a table's bytes."""
    return lambda root: root.file(table).write_bytes(change(root.file(table).read_bytes()))


def recoded(encoding: str) -> Callable[[bytes], bytes]:
    """Return a change of encoding."""
    return lambda content: content.decode("utf-8").encode(encoding, "replace")


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    """Return a change of a file's lines."""
    return lambda content: b"\n".join(change(content.split(b"\n")))


def cell(column: str, value: str, table: str = TABLE, row: int = 3) -> Callable[[Root], object]:
    """Return a harm that puts a value into one cell."""

    def harm(root: Root) -> None:
        rows = root.rows(table)
        rows[row][column] = value
        root.write(table, rows)

    return harm


def instead(make: Callable[[Path], object], table: str = TABLE) -> Callable[[Root], object]:
    """Return a harm that puts something else in a file's place."""

    def harm(root: Root) -> None:
        path = root.file(table)
        path.unlink()
        make(path)

    return harm


def archive(name: str, content: bytes) -> bytes:
    """Return a zip archive of one member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return buffer.getvalue()


def million(root: Root) -> None:
    """Append 10^6 rows."""
    with root.file(TABLE).open("ab") as handle:
        row = b"jiaxing-port-area,gdp,2019,1,,exact,current,plan,reported,2020-01-01,stated,S1,x,\n"
        handle.write(row * 1_000_000)


def other(name: str, text: str | bytes) -> Callable[[Root], object]:
    """Return a harm that rewrites a file of another name below ``data/``."""
    content = text.encode() if isinstance(text, str) else text
    return lambda root: (root.path / "data" / name).write_bytes(content)


def first_cell(column: str, value: str, table: str) -> Callable[[Root], object]:
    """Return a harm of a table's first row, which short tables have too."""
    return cell(column, value, table, 0)


NUMBERS = (
    "NaN", "nan", "inf", "-Infinity", "1e400", "-1e400", "9" * 400, "１２３", "1,200", "92以上",
    "=1+1", '=cmd|"/C calc"!A0', "@SUM(A1:A9)", "+1+1", "0x10", "1_000", "1 000", "--5", "1e", "٣",
    "½", "<b>1</b>", "1;2", "None", "TRUE", "#REF!", "12%", "“226”", "226.0\u200b", "−5",
)  # fmt: skip
DATES = (
    "2024/1/5", "2024-13-01", "2023-02-29", "45000", "=TODAY()", "２０２４-01-01", "0000-01-01",
    "2024-1-5", "2024-01-05T00:00", "9999999-01-01", "昨天",
)  # fmt: skip
PERIODS = ("2024年", "２０２４", "24", "2024-13", "2024Q5", "=2024", "20242", "2024/", "2024-Q0")
IDS = (
    "../../x", "..", "/etc/passwd", "C:\\x", "..\\..\\x", "con", "nul", "com1", "x.", "x/y",
    "x" * 300, "<script>", "=x", "-x", "~root", "$HOME", "x\u202ey", "嘉兴",
    "X", "%2e%2e", "a b", "*",
)  # fmt: skip


def cases() -> Iterator[Bad]:
    """Yield every odd table."""
    yield from _bytes()
    yield from _places()
    yield from _cells()
    yield from _others()


def _bytes() -> Iterator[Bad]:
    for name in ("gbk", "gb18030", "big5", "utf-16", "utf-16-be", "utf-32"):
        yield Bad(f"{name} file", raw(recoded(name)), "not UTF-8")
    yield Bad("UTF-8 with BOM", raw(recoded("utf-8-sig")), None)
    yield Bad("Windows line ends", raw(lambda b: b.replace(b"\n", b"\r\n")), None)
    yield Bad("old Mac line ends", raw(lambda b: b.replace(b"\n", b"\r")), None)
    yield Bad("mixed line ends", raw(lambda b: b.replace(b"\n", b"\r\n", 40)), None)
    yield Bad("blank lines", raw(lambda b: b.replace(b"\n", b"\n\n", 40)), None)
    yield Bad("empty file", raw(lambda b: b""), "the file is empty")
    yield Bad("BOM only", raw(lambda b: b"\xef\xbb\xbf"), "the file is empty")
    yield Bad("line ends only", raw(lambda b: b"\n\r\n\n"), "a column is missing")
    yield Bad("header only", raw(lines(lambda rows: rows[:1])), "header only")
    yield Bad("semicolons", raw(lambda b: b.replace(b",", b";")), "semicolons")
    yield Bad("tabs", raw(lambda b: b.replace(b",", b"\t")), "tabs")
    yield Bad("bars", raw(lambda b: b.replace(b",", b"|")), "an unknown column")
    yield Bad("full-width commas", raw(lambda b: b.replace(b",", "，".encode())), "unknown column")
    yield Bad("cut within a row", raw(lambda b: b[: len(b) // 2].rpartition(b",")[0][:-8]), "row ")
    yield Bad("cut within a character", raw(lambda b: b[: b.index("港".encode()) + 2]), "not UTF-8")
    yield Bad("lone quote", raw(lambda b: b.replace(b",gdp,", b',"gdp,', 1)), "broken CSV")
    yield Bad("quote at the end", raw(lambda b: b + b'"'), "broken CSV")
    yield Bad("text after a quote", raw(lambda b: b.replace(b",gdp,", b',"gdp"x,', 1)), "quotes")
    yield Bad("NUL byte", raw(lambda b: b.replace(b"gdp", b"g\0dp", 1)), "NUL")
    yield Bad("control character", raw(lambda b: b.replace(b"gdp", b"g\x07dp", 1)), "code list")
    yield Bad("header twice", raw(lines(lambda rows: [rows[0], *rows])), "row 2")
    yield Bad("no header", raw(lines(lambda rows: rows[1:])), "an unknown column")
    yield Bad("row twice", raw(lines(lambda rows: [*rows[:3], rows[2], *rows[3:]])), "repeats row")
    yield Bad("column twice", raw(lambda b: b.replace(b",unit,", b",value,", 1)), "stands twice")
    yield Bad("column missing", raw(lambda b: b.replace(b",unit,", b",", 1)), "column is missing")
    yield Bad("column misspelt", raw(lambda b: b.replace(b",unit,", b",units,", 1)), "unknown col")
    yield Bad("a cell too many", raw(lambda b: b.replace(b",gdp,", b",gdp,,", 1)), "15 cells")
    yield Bad("a cell too few", raw(lambda b: b.replace(b",gdp,", b",", 1)), "13 cells")
    yield Bad(
        "workbook called CSV", raw(lambda b: archive("xl/workbook.xml", b"<a/>")), "not a tex"
    )
    yield Bad("picture called CSV", raw(lambda b: b"\x89PNG\r\n\x1a\n" + bytes(99)), "not UTF-8")
    bomb = archive("a", bytes(50_000_000))
    yield Bad("zip bomb called CSV", raw(lambda b: bomb), "not a text table")
    yield Bad("a cell of 10^7 characters", raw(lambda b: b + b"x" * 10**7), "cell")
    yield Bad("a header of 10^5 columns", raw(lambda b: b"a," * 10**5 + b"\n"), "unknown column")
    yield Bad("10^6 rows", million, "too many rows")
    yield Bad("500 MB of nothing", instead(_hollow), "too large")


def _hollow(path: Path) -> None:
    with path.open("wb") as handle:
        handle.truncate(500_000_000)  # takes no room on the disk


def _places() -> Iterator[Bad]:
    yield Bad("missing file", instead(lambda path: None), "does not exist")
    yield Bad("a folder in its place", instead(lambda path: path.mkdir()), "does not exist")
    if os.name != "nt":
        loop = instead(lambda path: path.symlink_to(path))
        yield Bad("a link to itself", loop, "does not exist")
        gone = instead(lambda path: path.symlink_to("gone.csv"))
        yield Bad("a link to nothing", gone, "does not exist")
        yield Bad("a pipe in its place", instead(lambda path: os.mkfifo(path)), "does not exist")
    targets = f"{PLAN}/targets"
    yield Bad("no targets", instead(lambda path: None, targets), "does not exist", 1)
    yield Bad("targets in GBK", raw(recoded("gbk"), targets), "not UTF-8", 1)
    yield Bad("targets empty", raw(lambda b: b"", targets), "the file is empty", 1)
    yield Bad(
        "targets with semicolons", raw(lambda b: b.replace(b",", b";"), targets), "semicol", 1
    )
    yield Bad("targets cut", raw(lambda b: b[:-120], targets), "data/plans", 1)


def _cells() -> Iterator[Bad]:
    for value in NUMBERS:
        yield Bad(f"value {value[:20]}", cell("value", value), "not a number")
    for value in DATES:
        yield Bad(f"date {value}", cell("published", value), "not a date")
    for value in PERIODS:
        yield Bad(f"period {value}", cell("period", value), "the form is wrong")
    for value in IDS:
        yield Bad(f"region {value[:20]}", cell("region", value), "not in the code list")
        yield Bad(f"plan {value[:20]}", first_cell("plan", value, "plans"), "the form is wrong")
        if value not in ("con", "nul", "com1"):  # a target is no folder
            where = f"{PLAN}/targets"
            yield Bad(f"target {value[:20]}", first_cell("target_id", value, where), "the form", 1)
    for column in ("indicator", "caliber", "source"):
        yield Bad(f"{column} =cmd", cell(column, "=cmd|' /C calc'!A0"), "not in the code list")
    for column in ("status", "qualifier", "price_basis", "published_basis"):
        yield Bad(f"{column} script", cell(column, "<script>"), "not one of the allowed values")
    yield Bad("unit of nobody", cell("unit", "亿亿元"), "unit")
    yield Bad("note of formulas", cell("note", "=HYPERLINK(1)"), None)
    yield Bad("note of mark-up", cell("note", "<script>alert(1)</script>"), None)
    yield Bad(
        "target in figures of Asia", first_cell("target", "３００", f"{PLAN}/targets"), "not a n", 1
    )


def _others() -> Iterator[Bad]:
    package = "datapackage.json"
    yield Bad("package of no JSON", other(package, "{"), "not readable")
    yield Bad("package of a list", other(package, "[]"), "not readable")
    yield Bad("package nested 10^5 deep", other(package, "[" * 10**5), "not readable")
    yield Bad("package in GBK", other(package, '{"标": 1}'.encode("gbk")), "not readable")
    yield Bad("package of a number", other(package, '{"resources": [{"path": 1}]}'), "not there")
    schema = f"schemas/{TABLE}.json"
    yield Bad("schema of no JSON", other(schema, "{"), "table schema")
    yield Bad("schema of no fields", other(schema, "{}"), "table schema")
    yield Bad("schema nested 10^5 deep", other(schema, "[" * 10**5), "table schema")
    fields = '{"fields": [{"name": "region", "constraints": {"pattern": "("}}]}'
    yield Bad("schema with a wrong pattern", other(schema, fields), "table schema")
