"""The data's change log: every change in one step, written down, and taken back on demand.

``data/changes.csv`` has one row per change: when, what, from which file, how many rows. Beside
it ``data/changes/<id>.json`` keeps the rows and what it takes to undo them. Both are written in
the same step as the data themselves (see :mod:`planeval.files.replace`).
"""

from __future__ import annotations

import base64
import csv
import datetime
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from planeval.files.replace import changing, place, read, sha256, write
from planeval.words.errors import UserError

__all__ = [
    "COLUMNS", "LOG", "TITLES", "Entry", "check_words", "commit", "cut", "entries", "joined",
    "lines_changed", "resource", "sha256", "undo",
]  # fmt: skip

# --- What a change did to a file, in few bytes: lines counted, and the former file kept ---


def cut(before: bytes | None, after: bytes | None) -> dict[str, Any] | None:
    """Return what gives the former file back out of the new one: mostly a few bytes.

    Parameters
    ----------
    before, after : bytes or None
        The file before and after a change; None where there is none.

    Examples
    --------
    >>> former = cut(b"a,1\\nb,2\\n", b"a,1\\nb,3\\n")
    >>> former["head"], former["tail"], joined(former, b"a,1\\nb,3\\n")
    (6, 1, b'a,1\\nb,2\\n')
    """
    if before is None:
        return None
    new = after or b""
    most = min(len(before), len(new))
    head = next((at for at in range(most) if before[at] != new[at]), most)
    most -= head
    tail = next((at for at in range(most) if before[-1 - at] != new[-1 - at]), most)
    middle = base64.b64encode(zlib.compress(before[head : len(before) - tail], 9))
    return {"head": head, "tail": tail, "middle": middle.decode("ascii")}


def joined(former: Mapping[str, Any] | None, after: bytes | None) -> bytes | None:
    """Return the former file out of the new one and what :func:`cut` kept.

    Raises
    ------
    KeyError, TypeError, ValueError, zlib.error
        When what was kept is broken.
    """
    if former is None:
        return None
    new = after or b""
    middle = zlib.decompress(base64.b64decode(former["middle"]))
    return new[: former["head"]] + middle + new[len(new) - former["tail"] :]


def lines_changed(before: bytes, after: bytes) -> tuple[int, int]:
    """Return how many lines are new and how many are gone, wherever in the file they stand.

    Examples
    --------
    >>> lines_changed(b"h\\na\\nb\\n", b"h\\nb\\na2\\nc\\n")
    (2, 1)
    """
    old, new = (Counter(content.splitlines()) for content in (before, after))
    return (new - old).total(), (old - new).total()


# --- The log ---

LOG = "data/changes.csv"
RECORDS = "data/changes"
_TEXT_AT_MOST = 500
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Entry:
    """One change of the data, as a row of the log tells it.

    Attributes
    ----------
    id : int
        1 for the first change.
    time : str
        When, in UTC, ISO 8601.
    action, note : str
        What was done (``import``, ``undo`` …) and what was said about it.
    who : str or None
        Who did it, where they said so: nothing is asked of the machine.
    origin, origin_sha256 : str or None
        The name of the file the figures came in, and its checksum.
    files : tuple of str
        The data files changed, below the root.
    rows_added, rows_removed : int
        Lines added to and removed from them; a changed row is one of each.
    undoes : int or None
        The change this one took back.
    """

    id: int
    time: str
    action: str
    note: str
    who: str | None
    origin: str | None
    origin_sha256: str | None
    files: tuple[str, ...]
    rows_added: int
    rows_removed: int
    undoes: int | None = None


#: The log's columns.
COLUMNS = tuple(one.name for one in fields(Entry))


def commit(
    root: Path,
    files: Mapping[str, bytes],
    *,
    action: str,
    note: str = "",
    origin: Path | None = None,
    rows: Mapping[str, list[dict]] | None = None,
    expect: Mapping[str, str | None] | None = None,
    who: str | None = None,
    now: datetime.datetime | None = None,
) -> Entry:
    """Replace data files by new ones, all or none, and write the change down.

    Whenever the machine stops, the data are wholly the old or wholly the new ones. Two
    processes wait for one another; the second is refused when the first changed what it read.

    Parameters
    ----------
    root : Path
        The project's root.
    files : mapping of name to bytes
        Whole new contents by name below the root, such as ``data/observations.csv``.
    action : str
        What is done, in one word.
    note, who : str, optional
        What is said about it, and by whom.
    origin : Path, optional
        The file the figures came in; its name and checksum are kept.
    rows : mapping of name to rows, optional
        The rows added, for people who read the record later.
    expect : mapping of name to SHA-256, optional
        What the caller read, None for a file that did not exist; also files it does not change.
    now : datetime, optional
        The entry's time; the present when not given.

    Returns
    -------
    Entry

    Raises
    ------
    InputError
        When a file differs from what the caller read, nothing would change, a name leads
        elsewhere, a word begins as a formula does, or the data cannot be written. Nothing is
        written then.
    """
    names = [name.casefold() for name in files]
    for name in files:
        if _own(name) or names.count(name.casefold()) > 1:
            raise UserError(
                "改动不能写入这个文件", "a change cannot write this file", file=name,
                expected="each data file once, the change log by itself",
            )  # fmt: skip
        place(root, name)
    told = {"action": _sentence(action, "action", required=True), **_said(note, who)}
    if origin:
        told |= {"origin": _origin_name(origin), "origin_sha256": _sha256_of(origin)}
    with changing(root):
        for name, known in (expect or {}).items():
            if sha256(read(place(root, name))) != known:
                raise UserError(
                    "读取之后数据又有变动，请重新运行",
                    "the data changed meanwhile; run the command again",
                    file=name,
                )
        changed: dict[str, bytes | None] = {
            name: content for name, content in files.items() if read(place(root, name)) != content
        }
        if not changed:
            raise UserError(
                "没有要改动的内容", "nothing would change", file=", ".join(files) or "data"
            )
        return _log(root, changed, told, now, rows=rows)


def undo(
    root: Path, *, note: str = "", who: str | None = None, now: datetime.datetime | None = None
) -> Entry:
    """Take back the last change that still stands, as a change of its own.

    Parameters
    ----------
    root : Path
        The project's root.
    note, who : str, optional
        What is said about it, and by whom.
    now : datetime, optional
        The entry's time; the present when not given.

    Returns
    -------
    Entry
        The new entry; its `undoes` names the change taken back.

    Raises
    ------
    InputError
        When there is nothing to take back, or a file was changed since by other means.
    """
    told = {"action": "undo", **_said(note, who)}
    with changing(root):
        known = entries(root)
        gone = {entry.undoes for entry in known}
        standing = [entry for entry in known if entry.undoes is None and entry.id not in gone]
        if not standing:
            raise UserError("没有可以撤销的改动", "there is no change to take back", file=LOG)
        last = standing[-1]
        return _log(root, _former(root, last), told, now, undoes=last.id)


def entries(root: Path) -> list[Entry]:
    """Return the change log, oldest first; empty where nothing was ever changed.

    Parameters
    ----------
    root : Path
        The project's root.

    Raises
    ------
    InputError
        When the log was broken by hand.

    Examples
    --------
    >>> entries(Path("no-such-project"))
    []
    """
    content = read(place(root, LOG))
    if content is None:
        return []
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        lines = []
    if not lines or tuple(lines[0]) != COLUMNS:
        raise _unreadable(1)
    found: list[Entry] = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(line):  # a spreadsheet leaves such rows
            continue
        entry = _entry(line)
        if entry is None or (found and entry.id <= found[-1].id):
            raise _unreadable(number, ",".join(line))
        found.append(entry)
    return found


def _unreadable(row: int, value: str | None = None) -> UserError:
    return UserError(
        "改动记录不可读", "the change log cannot be read", file=LOG, row=row, value=value,
        expected=",".join(COLUMNS),
    )  # fmt: skip


def _entry(line: list[str]) -> Entry | None:
    if len(line) != len(COLUMNS):
        return None
    number, *told, files, added, removed, undoes = line
    figures = (number, added, removed, undoes or "1")
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in figures):
        return None
    time, action, note, who, origin, origin_sum = told
    return Entry(
        int(number), time, action, note, who or None, origin or None, origin_sum or None,
        tuple(files.split(";")), int(added), int(removed), int(undoes) if undoes else None,
    )  # fmt: skip


def _log(
    root: Path,
    changed: Mapping[str, bytes | None],
    told: Mapping[str, Any],
    now: datetime.datetime | None,
    *,
    rows: Mapping[str, list[dict]] | None = None,
    undoes: int | None = None,
) -> Entry:
    """Write the files with their entry and their record, in one step."""
    known = entries(root)
    number = known[-1].id + 1 if known else 1
    parts = []
    added = removed = 0
    for name, content in changed.items():
        before = read(place(root, name))
        more, less = lines_changed(before or b"", content or b"")
        added, removed = added + more, removed + less
        parts.append(
            {"file": name, "before": sha256(before), "after": sha256(content)}
            | {"rows_added": more, "rows_removed": less, "former": cut(before, content)}
            | ({"rows": rows[name]} if rows and name in rows else {})
        )
    moment = (now or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC)
    entry = Entry(
        number, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), told["action"], told["note"], told["who"],
        told.get("origin"), told.get("origin_sha256"), tuple(changed), added, removed, undoes,
    )  # fmt: skip
    record = {"id": number, "undoes": undoes, "files": parts}
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n"
    log = _table([*known, entry])
    write(root, {**changed, f"{RECORDS}/{number}.json": text.encode("utf-8"), LOG: log})
    return entry


def _table(known: Iterable[Entry]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in known:
        *before, files, added, removed, undoes = astuple(entry)
        writer.writerow((*before, ";".join(files), added, removed, undoes))
    return buffer.getvalue().encode("utf-8")


def _former(root: Path, entry: Entry) -> dict[str, bytes | None]:
    """Return the files as they were before a change, if they are now as it left them."""
    name = f"{RECORDS}/{entry.id}.json"
    content = read(place(root, name))
    files: dict[str, bytes | None] = {}
    try:
        parts = json.loads(content or b"")["files"]
        for part in parts:
            here = read(place(root, part["file"]))
            if sha256(here) != part["after"]:
                raise UserError(
                    f"第 {entry.id} 次改动之后文件又被修改，不能撤销",
                    f"the file was changed after change {entry.id}, which cannot be taken back",
                    file=part["file"],
                )
            files[part["file"]] = joined(part["former"], here)
            if sha256(files[part["file"]]) != part["before"]:
                raise ValueError("not what it was")
    except (ValueError, KeyError, TypeError, zlib.error):
        raise UserError(
            "撤销所需的记录缺失或损坏",
            "the record needed to take a change back is missing or broken",
            file=name,
        ) from None
    return files


def _own(name: str) -> bool:
    """Whether a name belongs to the log itself."""
    low = str(name).casefold()
    return low in (LOG, RECORDS) or low.startswith(f"{RECORDS}/")


def check_words(note: str, who: str | None) -> None:
    """Refuse what could not stand in the log, before any work is done.

    Parameters
    ----------
    note, who : str, optional
        What is said about a change, and by whom.

    Raises
    ------
    InputError
        When either runs on, or begins as a formula does.

    Examples
    --------
    >>> check_words("2025年公报", None)
    """
    _said(note, who)


def _said(note: str, who: str | None) -> dict[str, str | None]:
    return {"note": _sentence(note, "note"), "who": _sentence(who or "", "who") or None}


def _sentence(text: str, column: str, *, required: bool = False) -> str:
    said = " ".join(text.split())
    long = len(said) > _TEXT_AT_MOST or (required and not said)
    if long or not said.isprintable() or said.startswith(_FORMULA):
        raise UserError(
            "应为一句话",
            "this should be a sentence",
            column=column,
            value=text,
            expected=f"<= {_TEXT_AT_MOST} characters, none of {''.join(_FORMULA)} at the beginning",
        )
    return said


def _origin_name(origin: Path) -> str:
    """Return a file's name as a cell may hold it: never a formula, never two lines."""
    name = "".join(char if char.isprintable() else "?" for char in origin.name)[:_TEXT_AT_MOST]
    return f"./{name}" if name.startswith(_FORMULA) else name


def _sha256_of(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes())
    except OSError as error:
        raise UserError(
            "文件不能读取", "the file cannot be read", file=path.name, value=error.strerror
        ) from None


# --- How the data package describes a table that the program itself adds ---------------------

_NAMES = {"emission_factors": "emission-factors", "energy_balance": "energy-balance"}
#: Title of each table: those all plans share, and those of one plan.
TITLES = {
    "claims": "待核对的公布增速、倍数、合计与他处目标",
    "relations": "部分与整体的关系",
    "comparators": "可参照的同类序列：预测在何处另列不用与用它们的结果",
    "corrections": "对来源明显错误的更正，附原值",
    "departments": "责任部门代码表（待文件指明后填）",
    "port_months": "月度港口序列：对照港，供季节调整与全年推算",
    "emission_factors": "能源的二氧化碳排放因子：单位、年份、来源",
    "energy_balance": "能源平衡（待港区提供）",
    "targets": "目标",
    "milestones": "事项进展",
    "assignments": "上级下达的目标值",
    "revisions": "目标调整",
    "path": "年度目标路径",
    "responsible": "责任部门（待文件指明后填）",
}


def resource(table: str, plan_id: str = "") -> dict[str, str]:
    """Return the data package's description of a table, of one plan where it is named.

    Examples
    --------
    >>> made = resource("path", "x-16fyp")
    >>> made["name"], made["path"], made["schema"]
    ('x-16fyp-path', 'plans/x-16fyp/path.csv', 'schemas/path.json')
    """
    return {
        "name": f"{plan_id}-{table}" if plan_id else _NAMES.get(table, table),
        "path": f"plans/{plan_id}/{table}.csv" if plan_id else f"{table}.csv",
        "profile": "tabular-data-resource",
        "title": TITLES[table],
        "encoding": "utf-8",
        "schema": f"schemas/{table}.json",
    }
