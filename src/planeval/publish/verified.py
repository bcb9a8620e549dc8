"""Published revisions as they were published: every file checked against what froze it.

A document that is not what was published is not passed on, compared or corrected: the chain runs
from the list of revisions over the manifest and the record to every single file. What systems
and editors leave in a folder (``.DS_Store``, ``~$report.docx``) is no part of it.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from analysis.data.errors import InputError
from analysis.data.paths import left_behind, shown
from analysis.data.periods import parse_day
from planeval.publish.basis import first_difference
from planeval.publish.revisions import (
    COLUMNS,
    ENGLISH,
    LISTING,
    RECORD,
    REPORTS,
    RESTORE,
    Revision,
    read_published,
)
from planeval.report.place import CHARTS, EVALUATION
from planeval.words.errors import UserError

__all__ = ["Verified", "content_of", "in_a_revision", "verified"]

_NUMBERED = re.compile(r"r[1-9][0-9]{0,5}")
_NONE = "—"


class _Row(NamedTuple):
    """One row of the list of revisions: its file, its number as a spreadsheet shows it, cells."""

    file: str
    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Verified:
    """A revision every file of which is what was published.

    Attributes
    ----------
    name : str
        How messages call it: its folder.
    revision : Revision
        Its number, folder, day and reason.
    record, manifest, evaluation : dict
        Its ``published.json`` with the checksum of every file, its ``manifest.json`` and
        ``evaluation.json``.
    """

    name: str
    revision: Revision
    record: dict[str, Any]
    manifest: dict[str, Any]
    evaluation: dict[str, Any]


def verified(root: Path, plan_id: str, year: int) -> list[Verified]:
    """Return the published revisions of a plan's year, oldest first, each file checked.

    Parameters
    ----------
    root : Path
        The project's root.
    plan_id, year
        Whose reports.

    Raises
    ------
    InputError
        When a published file was changed, added or removed since, a whole revision is gone, a
        record is no record, or the list of revisions and the records differ; the message names
        the revision and the file.

    Examples
    --------
    >>> verified(Path("no-such-folder"), "p", 2024)
    []
    """
    place = root / REPORTS / plan_id / str(year)
    if not place.is_dir():
        return []
    folders = [path for path in sorted(place.iterdir()) if _NUMBERED.fullmatch(path.name)]
    found = [_read(path, root, plan_id, year) for path in folders]
    found.sort(key=lambda one: one[0].number)
    listed = _listed(place / LISTING, f"{REPORTS}/{plan_id}/{year}/{LISTING}")
    _complete([item.number for item, _ in found], listed, f"{REPORTS}/{plan_id}/{year}")
    return [_verified(root, item, record, listed.get(item.number)) for item, record in found]


def in_a_revision(folder: Path, root: Path) -> None:
    """Check the revision a report's folder belongs to; a draft belongs to none.

    Parameters
    ----------
    folder : Path
        A report's folder: a revision's, the English one in it, or a draft's.
    root : Path
        The project's root.

    Raises
    ------
    InputError
        As for :func:`verified`, with the other revisions of its year.

    Examples
    --------
    >>> in_a_revision(Path("no-such-folder"), Path())
    """
    whole = folder.resolve()
    for one in (whole, whole.parent):
        year = one.parent
        if _NUMBERED.fullmatch(one.name) and year.parent.parent == root.resolve() / REPORTS:
            if year.name.isdecimal():
                verified(root, year.parent.name, int(year.name))
            return
        if (one / RECORD).is_file():  # a copy somebody keeps elsewhere has only its own record
            _verified(root, *_read(one, root), None)
            return


def _read(
    folder: Path, root: Path, plan_id: str = "", year: int = 0
) -> tuple[Revision, dict[str, Any]]:
    """Return a revision and its record; refuse one that is no record, or another revision's."""
    file = f"{shown(folder, root)}/{RECORD}"
    record = read_published(folder / RECORD, file)
    told = (record.get("plan"), record.get("year"), f"r{record.get('revision')}")
    number, files, reason = record.get("revision"), record.get("files"), record.get("reason")
    whole = (
        (told == (plan_id, year, folder.name) or not plan_id)
        and isinstance(number, int)
        and isinstance(files, dict)
        and all(isinstance(value, str) for value in files.values())
        and (reason is None or isinstance(reason, str))
        and _is_day(record.get("published"))
    )
    if not whole:
        raise _changed(file, "发布记录不合格", "the record of the publication is not valid")
    return Revision(record["revision"], folder, record["published"], reason or ""), record


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(parse_day(text))
    except InputError:
        return False


def _listed(path: Path, file: str) -> dict[int, _Row]:
    """Return the row of each revision listed; none where no list is written."""
    if not path.is_file():
        return {}
    zh, en = "修订清单不合格", "the list of revisions is not valid"
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            head, *rows = list(csv.reader(handle, strict=True)) or [[]]
    except (UnicodeDecodeError, csv.Error):
        raise _changed(file, zh, en) from None
    if tuple(head) != COLUMNS:
        columns = ",".join(COLUMNS)
        raise _changed(file, zh, en, row=1, value=",".join(head), expected=columns)
    found: dict[int, _Row] = {}
    for row, cells in enumerate(rows, start=2):
        if len(cells) != len(COLUMNS) or not _NUMBERED.fullmatch(f"r{cells[0]}"):
            raise _changed(file, zh, en, row=row, value=",".join(cells))
        if int(cells[0]) in found:
            raise _changed(file, zh, en, row=row, column=COLUMNS[0], value=cells[0])
        found[int(cells[0])] = _Row(file, row, dict(zip(COLUMNS, cells, strict=True)))
    if not found:
        raise _changed(file, "修订清单没有任何一行", "the list of revisions has no rows", row=2)
    return found


def _complete(numbers: Sequence[int], listed: Mapping[int, _Row], place: str) -> None:
    """Refuse a year of which a revision, or its row in the list, is gone.

    Numbers run from 1 without a gap. Only the newest may be unlisted: the machine may have
    stopped before it was, and publishing lists it.
    """
    newest = max([*numbers, *listed], default=0)
    for number in range(1, newest + 1):
        if number not in numbers:
            zh, en = "发布的这一版缺失", "this published revision is missing"
            raise _changed(f"{place}/r{number}", zh, en)
        if listed and number not in listed and number < newest:
            raise _changed(
                f"{place}/{LISTING}",
                f"修订清单缺第 {number} 版",
                f"the list of revisions lacks revision {number}",
                row=number + 1,
            )


def _as_listed(item: Revision, name: str, manifest: Mapping[str, Any], row: _Row | None) -> None:
    """Refuse a revision whose day, as-of date or reason is not what the list says.

    The manifest's checksum is known to be right by then: where the as-of dates differ it is the
    list that was changed.
    """
    if row is None:
        return
    as_of = str(manifest.get("parameters", {}).get("as_of", ""))
    says, told = f"{name}/{RECORD}", {"published": item.published, "reason": item.reason}
    zh, en = "发布记录与修订清单不一致", "the record and the list of revisions differ"
    for column, value in told.items():
        if row.cells[column] != value:
            listed = f"{row.cells[column] or _NONE}（{LISTING}:{row.number}）"
            raise _changed(says, zh, en, column=column, value=value or _NONE, expected=listed)
    if row.cells["as_of"] != as_of:
        raise _changed(
            row.file, zh, en, row=row.number, column="as_of", value=row.cells["as_of"],
            expected=f"{as_of}（{name}/manifest.json）",
        )  # fmt: skip


def _verified(root: Path, item: Revision, record: dict[str, Any], row: _Row | None) -> Verified:
    name = shown(item.folder, root)
    sums: dict[str, str] = record["files"]
    _check_files(item.folder, name, sums)
    manifest = read_published(item.folder / "manifest.json", f"{name}/manifest.json")
    evaluation = read_published(item.folder / EVALUATION, f"{name}/{EVALUATION}")
    chain = content_of(manifest)
    if f"{ENGLISH}/manifest.json" in sums:
        english = f"{name}/{ENGLISH}/manifest.json"
        other = read_published(item.folder / ENGLISH / "manifest.json", english)
        if first_difference(manifest, other) is not None:
            raise _changed(
                english,
                "英文报告与中文报告所据不同",
                "the English report does not rest on what the Chinese one rests on",
            )
        chain |= {f"{ENGLISH}/{file}": total for file, total in content_of(other).items()}
    wrong = [file for file, total in sorted(chain.items()) if sums.get(file) != total]
    if row is not None and sums.get("manifest.json") != row.cells["manifest_sha256"]:
        wrong.append("manifest.json")
    if wrong:
        raise _changed(
            f"{name}/{wrong[0]}",
            "校验和与清单不符",
            "the checksum differs from the manifest or the list of revisions",
        )
    _as_listed(item, name, manifest, row)
    return Verified(name, item, record, manifest, evaluation)


def _check_files(folder: Path, name: str, sums: Mapping[str, str]) -> None:
    """Refuse a revision of which a file was changed, added or taken away."""
    here = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }
    here.pop(RECORD, None)
    for file in sorted({*sums, *here}):
        if any(left_behind(part) for part in file.split("/")):
            continue
        path = here.get(file)
        if path is None:
            raise _changed(f"{name}/{file}", "发布的文件缺失", "a published file is missing")
        if file not in sums:
            raise _changed(f"{name}/{file}", "发布时没有这个文件", "the file was not published")
        if path.is_symlink() or hashlib.sha256(path.read_bytes()).hexdigest() != sums[file]:
            raise _changed(
                f"{name}/{file}", "文件在发布后被改动", "the file was changed after publication"
            )


def content_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the checksums a manifest has of what a report says: documents, charts, evaluation.

    How long it took, and the executed chapters, are not among them.

    Examples
    --------
    >>> content_of({"outputs": {"report.html": "a"}, "charts": {"1-1.csv": "b"}, "code": "c"})
    {'report.html': 'a', 'charts/1-1.csv': 'b'}
    """
    charts = manifest.get("charts", {})
    return {
        **manifest.get("outputs", {}),
        **manifest.get("evaluation", {}),
        **{f"{CHARTS}/{file}": total for file, total in charts.items()},
    }


def _changed(file: str, zh: str, en: str, **place: Any) -> InputError:
    return UserError(
        f"{zh}，{RESTORE[0]}；未写出任何文件",
        f"{en}; {RESTORE[1]}; nothing was written",
        file=file,
        **place,
    )
