"""Published revisions: where they stand, their records, the list of them, how one is made again.

``reports/<plan>/<year>/r1`` holds the Chinese report; where an English one rests on the same,
it stands below it in ``en/``, under the same names. ``snapshot/`` is laid out as a project root.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.data.paths import MARK
from planeval.files.replace import whole
from planeval.report.place import checksums
from planeval.words.errors import UserError

__all__ = [
    "Maker", "Revision", "command_again", "draft_folder", "last_published", "maker_of",
    "not_among_published", "read_json", "read_published", "revisions", "write_listing",
]  # fmt: skip

REPORTS = "reports"
SNAPSHOT = "snapshot"
ENGLISH = "en"
RECORD = "published.json"
LISTING = "revisions.csv"
COLUMNS = ("revision", "published", "as_of", "reason", "manifest_sha256")
#: What helps with a file of a published report that is not as it was.
RESTORE = (
    "请恢复发布时的原样（如从版本控制）",
    "restore it as published (e.g. from version control)",
)
_RENDER = "请先重新运行 planeval report", "run planeval report again"
_NUMBERED = re.compile(r"r([1-9][0-9]{0,5})")


@dataclass(frozen=True)
class Revision:
    """One published revision of a report.

    Attributes
    ----------
    number : int
        1 for the first publication, then one more for each correction.
    folder : Path
        Where it stands.
    published : str
        Day of publication, ISO.
    reason : str
        Why it replaces the one before; may be empty for the first.
    """

    number: int
    folder: Path
    published: str
    reason: str

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it was published in."""
        return ("zh", ENGLISH) if (self.folder / ENGLISH).is_dir() else ("zh",)


def read_json(path: Path, name: str) -> dict[str, Any]:
    """Return a draft's JSON record.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How messages call it.

    Raises
    ------
    InputError
        When the file is missing or holds no JSON object: the report is to be made again.
    """
    return _read(path, name, _RENDER)


def read_published(path: Path, name: str) -> dict[str, Any]:
    """Return a published report's JSON record, as :func:`read_json` does.

    Raises
    ------
    InputError
        When the file is missing or holds no JSON object: it is to be restored, for making the
        report again would not bring it back.
    """
    return _read(path, name, RESTORE)


def _read(path: Path, name: str, advice: tuple[str, str]) -> dict[str, Any]:
    if not path.is_file():
        raise UserError(
            f"缺少这个文件，{advice[0]}", f"this file is missing; {advice[1]}", file=name
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # neither UTF-8 nor JSON, or a number longer than Python reads
        found = None
    if not isinstance(found, dict):
        raise UserError(
            f"不是 JSON 记录，{advice[0]}", f"not a JSON record; {advice[1]}", file=name
        )
    return found


def revisions(folder: Path) -> list[Revision]:
    """Return the revisions published in one folder, oldest first.

    Parameters
    ----------
    folder : Path
        ``reports/<plan>/<year>``.

    Raises
    ------
    InputError
        When a revision lacks its record.

    Examples
    --------
    >>> revisions(Path("no-such-folder"))
    []
    """
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        numbered = _NUMBERED.fullmatch(path.name)
        if numbered:
            record = read_published(path / RECORD, f"{path.name}/{RECORD}")
            found.append(
                Revision(int(numbered[1]), path, record["published"], record["reason"] or "")
            )
    return sorted(found, key=lambda item: item.number)


def write_listing(target: Path, published: Sequence[Revision]) -> None:
    """Write the list of a year's revisions anew where it is not what the revisions say.

    Parameters
    ----------
    target : Path
        ``reports/<plan>/<year>``.
    published : sequence of Revision
        Its revisions, oldest first; nothing is written where there is none.
    """
    if not published:
        return
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in published:
        manifest = item.folder / "manifest.json"
        told = read_published(manifest, f"{item.folder.name}/manifest.json")
        writer.writerow(
            (
                item.number, item.published, told["parameters"]["as_of"], item.reason,
                checksums([manifest])["manifest.json"],
            )
        )  # fmt: skip
    listing, text = target / LISTING, buffer.getvalue().encode("utf-8")
    if listing.is_file() and listing.read_bytes() == text:
        return
    whole(listing, text)


def draft_folder(root: Path, plan_id: str, year: int, language: str = "zh") -> Path:
    """Return where the draft of a report stands: ``build/<plan>/<year>``, English beside it.

    Examples
    --------
    >>> draft_folder(Path("p"), "jiaxing-14fyp", 2024, "en").as_posix()
    'p/build/jiaxing-14fyp/2024-en'
    """
    return root / "build" / plan_id / (f"{year}" if language == "zh" else f"{year}-{language}")


def not_in_a_revision(folder: Path, option: str = "--out") -> None:
    """Refuse to write inside what is published: its record lists every file that may be there.

    Parameters
    ----------
    folder : Path
        Where something is to be written; it need not exist.
    option : str
        The option of the command line that names another folder.

    Raises
    ------
    InputError
        When `folder` is a revision's, or lies in one.

    Examples
    --------
    >>> not_in_a_revision(Path("no-such-folder"))
    """
    whole = folder.resolve()
    if any((place / RECORD).is_file() for place in (whole, *whole.parents)):
        raise UserError(
            "已发布的版本里不再写入，请指定别的文件夹",
            "nothing is written into a published revision; say where it is to go",
            column=option,
            value=folder,
            expected=f"{option} DIR",
        )


def not_among_published(folder: Path) -> None:
    """Refuse a draft in a project's ``reports/``: only publishing writes there.

    Parameters
    ----------
    folder : Path
        Where a draft is to be written; it need not exist.

    Raises
    ------
    InputError
        When it is ``reports/`` of a project, or lies below it.

    Examples
    --------
    >>> not_among_published(Path("build/jiaxing-14fyp/2024"))
    """
    whole = folder.resolve()
    for place in (whole, *whole.parents):
        if place.name == REPORTS and (place.parent / MARK).is_file():
            raise UserError(
                "reports/ 里只放已发布的报告：草稿写到别处，核定后用 planeval publish",
                "reports/ holds what is published: write the draft elsewhere (build/ by default)"
                " and freeze it with planeval publish",
                column="--out",
                value=folder,
                expected="planeval publish PLAN --year YEAR",
            )


def last_published(root: Path, plan_id: str, year: int, day: dt.date = dt.date.max) -> str:
    """Return the day of the data of last year's published report, empty where there is none.

    A snapshot holds no other reports: there the day is the one its own report was made with.
    What was published on the same data as the report to be made shows nothing of a year's change.

    Parameters
    ----------
    root : Path
        Project root, or a revision's snapshot.
    plan_id, year
        The report that is to be made.
    day : datetime.date, optional
        The last day of its data; the earlier report's lies before it.
    """
    revision = _revision_of(root)
    if revision is not None:
        told = read_published(revision / "manifest.json", "manifest.json").get("parameters", {})
        same = (told.get("plan"), told.get("year")) == (plan_id, year)
        return str(told.get("previous") or "") if same else ""
    for one in reversed(revisions(root / REPORTS / plan_id / str(year - 1))):
        told = read_published(one.folder / "manifest.json", "manifest.json")
        before = str(told.get("parameters", {}).get("as_of", ""))
        if before < day.isoformat():
            return before
    return ""


def _revision_of(root: Path) -> Path | None:
    """Return the revision whose snapshot a project root is."""
    folder = root.resolve()
    published = folder.name == SNAPSHOT and (folder.parent / RECORD).is_file()
    return folder.parent if published else None


@dataclass(frozen=True)
class Maker:
    """The program that made a published revision, as far as its manifest tells.

    Attributes
    ----------
    version, code, python : str
        Version of plan-evaluation, checksum of its code, version of Python; empty where untold.
    published : str
        Day of publication, ISO.
    """

    version: str
    code: str
    python: str
    published: str

    @property
    def name(self) -> tuple[str, str]:
        """The program's name in Chinese and in English, with what is known of it.

        Examples
        --------
        >>> Maker("0.1.0", "71b5840f1f6896d1", "3.11.7", "2026-07-01").name
        ('plan-evaluation 0.1.0（代码 71b5840f1f68，Python 3.11.7）', \
'plan-evaluation 0.1.0 (code 71b5840f1f68, Python 3.11.7)')
        """
        code, python = self.code[:12], f"Python {self.python}" if self.python else ""
        zh = "，".join(part for part in (code and f"代码 {code}", python) if part)
        en = ", ".join(part for part in (code and f"code {code}", python) if part)
        name = f"plan-evaluation {self.version}".strip()
        return (f"{name}（{zh}）" if zh else name, f"{name} ({en})" if en else name)


def maker_of(root: Path) -> Maker | None:
    """Return the program that made the revision whose snapshot a project root is.

    Parameters
    ----------
    root : Path
        Project root, or a revision's snapshot.

    Returns
    -------
    Maker or None
        None where the root is no snapshot of a published revision.

    Raises
    ------
    InputError
        When the revision lacks its records.

    Examples
    --------
    >>> maker_of(Path("no-such-folder"))
    """
    revision = _revision_of(root)
    if revision is None:
        return None
    told = read_published(revision / "manifest.json", "manifest.json")
    return Maker(
        version=str((told.get("packages") or {}).get("plan-evaluation") or ""),
        code=str(told.get("code") or ""),
        python=str(told.get("python") or ""),
        published=str(read_published(revision / RECORD, RECORD).get("published") or ""),
    )


def command_again(parameters: Mapping[str, Any], revision: int) -> str:
    """Return the command, run in the project's folder, that renders a revision again.

    Parameters
    ----------
    parameters : mapping
        As its manifest has them: plan, year, as_of, language and, where given, previous
        (day of the data of the report before) and scenario.
    revision : int
        Its number.

    Examples
    --------
    >>> told = {"plan": "p", "year": 2024, "as_of": "2026-03-31", "language": "en"}
    >>> command_again(told | {"previous": "2025-03-31"}, 2)  # doctest: +NORMALIZE_WHITESPACE
    'planeval report p --year 2024 --as-of 2026-03-31 --previous 2025-03-31 --lang en
    --root reports/p/2024/r2/snapshot --out build/p/2024-r2-en'
    """
    plan, year = parameters["plan"], parameters["year"]
    words = ["planeval", "report", str(plan), "--year", str(year)]
    for key in ("as_of", "previous", "scenario"):
        if parameters.get(key):
            words += [f"--{key.replace('_', '-')}", str(parameters[key])]
    english = parameters.get("language") == ENGLISH
    words += ["--lang", ENGLISH] if english else []
    words += ["--root", f"{REPORTS}/{plan}/{year}/r{revision}/{SNAPSHOT}"]
    words += ["--out", f"build/{plan}/{year}-r{revision}" + ("-en" if english else "")]
    return shlex.join(words)
