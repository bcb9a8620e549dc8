"""Publishing: a draft that rests on the present inputs, frozen with the data it rests on.

A published report is a revision: ``reports/<plan>/<year>/r1``, ``r2`` … None is ever written
again. Each holds the documents, the manifest, the evaluation, the executed chapters and, under
``snapshot/``, the data and chapters it was made from, laid out as a project root, so that
``--root`` can point at it years later. ``revisions.csv`` beside the revisions is a list made
from them: should the machine stop before it is written, the next call writes it.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.observations import load
from analysis.paths import project_root, shown
from analysis.plan import load_plan
from analysis.report import EVALUATION, FORMATS, OWN, checksums, mend
from analysis.report_charts import FOLDER as CHARTS
from analysis.store import LOG
from analysis.store_lock import locked

__all__ = ["Revision", "code_checksum", "inputs_of", "publish", "read_json", "revisions"]

REPORTS = "reports"
SNAPSHOT = "snapshot"
RECORD = "published.json"
LISTING = "revisions.csv"
COLUMNS = ("revision", "published", "as_of", "reason", "manifest_sha256")
_NUMBERED = re.compile(r"r([1-9][0-9]{0,5})")
_REASON_AT_MOST = 500
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = "=+-@"
_RENDER_AGAIN_ZH = "请先重新运行 planeval report"


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


def inputs_of(root: Path) -> list[Path]:
    """Return the tables a report rests on, in order of path; the log of changes is none.

    Examples
    --------
    >>> "observations.csv" in [path.name for path in inputs_of(project_root())]
    True
    """
    return sorted(set((root / "data").rglob("*.csv")) - {root / LOG})


def code_checksum() -> str:
    """Return the SHA-256 of the package's own code and learned weights.

    Two evaluations of the same data differ only when this, or a library, does. Line ends of
    text do not count: they depend on who cloned.

    Examples
    --------
    >>> len(code_checksum())
    64
    """
    package = Path(__file__).resolve().parent
    total = hashlib.sha256()
    for path in sorted(package.rglob("*"), key=lambda path: path.relative_to(package).as_posix()):
        if path.is_file() and path.suffix in (".py", ".json", ".csv", ".npz"):
            content = path.read_bytes()
            if path.suffix != ".npz":
                content = content.replace(b"\r\n", b"\n")
            total.update(path.relative_to(package).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def read_json(path: Path, name: str) -> dict[str, Any]:
    """Return a report's JSON record.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How messages call it.

    Raises
    ------
    InputError
        When the file is missing or holds no JSON object.
    """
    if not path.is_file():
        raise InputError(
            f"缺少这个文件，{_RENDER_AGAIN_ZH}",
            "this file is missing; run planeval report again",
            file=name,
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        found = None
    if not isinstance(found, dict):
        raise InputError("不是 JSON 记录", "not a JSON record", file=name)
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
            record = read_json(path / RECORD, f"{path.name}/{RECORD}")
            found.append(
                Revision(int(numbered[1]), path, record["published"], record["reason"] or "")
            )
    return sorted(found, key=lambda item: item.number)


def publish(
    plan_id: str,
    year: int,
    *,
    reason: str | None = None,
    root: str | os.PathLike[str] | None = None,
    day: datetime.date | None = None,
) -> Revision:
    """Freeze the drafted report of a plan and year as its next revision.

    Parameters
    ----------
    plan_id : str
        The plan, as in ``data/plans.csv``.
    year : int
        The year evaluated.
    reason : str, optional
        Why a published report is replaced; required from the second revision on.
    root : path, optional
        Project root; found when not given.
    day : datetime.date, optional
        Day of publication; today when not given.

    Returns
    -------
    Revision
        The revision made. Earlier ones stand as they were.

    Raises
    ------
    InputError
        When the plan or year is unknown, the draft is missing, incomplete, changed by hand or
        made from other inputs than the present ones, or a correction comes without a reason.
    """
    home = project_root(root)
    load_plan(plan_id, data=load(home)).check_year(year)  # only these become names of folders
    draft = home / "build" / plan_id / str(year)
    target = home / REPORTS / plan_id / str(year)
    if target.resolve() != home.resolve() / REPORTS / plan_id / str(year):
        raise InputError(
            "发布文件夹是指向别处的链接",
            "the folder of published reports is a link to another place",
            file=shown(target, home),
        )
    why = _reason(reason)
    mend(draft)
    _check(draft, home, plan_id, year)  # before anything is written, and again on the copy
    with _opened(draft, target):
        _clear(target)
        earlier = revisions(target)
        _list(target, earlier)
        if earlier and not why:
            raise InputError(
                f"已发布第 {earlier[-1].number} 版；更正须说明理由",
                f"revision {earlier[-1].number} is published; a correction needs a reason",
                column="--reason",
                expected='--reason "…"',
            )
        made = Revision(
            earlier[-1].number + 1 if earlier else 1,
            target / f"r{earlier[-1].number + 1 if earlier else 1}",
            (day or datetime.date.today()).isoformat(),
            why,
        )
        _freeze(draft, home, made, plan_id, year)
        _list(target, [*earlier, made])
    return made


def _reason(text: str | None) -> str:
    why = " ".join((text or "").split())
    if text is not None and (not why or len(why) > _REASON_AT_MOST or why[0] in _FORMULA):
        raise InputError(
            "理由应为一句话",
            "the reason should be a sentence",
            column="--reason",
            value=text,
            expected=f"1–{_REASON_AT_MOST} characters, none of {_FORMULA} at the beginning",
        )
    return why


def _check(draft: Path, root: Path, plan_id: str, year: int) -> None:
    """Refuse a draft that is not whole, or not of these inputs."""
    name = f"{plan_id}/{year}"
    if not draft.is_dir():
        raise InputError(
            "没有草稿，请先运行 planeval report", "there is no draft; run planeval report first",
            file=f"build/{name}", expected=f"planeval report {plan_id} --year {year}",
        )  # fmt: skip
    manifest = read_json(draft / "manifest.json", f"build/{name}/manifest.json")
    told = manifest.get("parameters", {})
    if (told.get("plan"), told.get("year")) != (plan_id, year):
        raise InputError(
            "草稿属于另一规划或年份", "the draft is of another plan or year",
            file=f"build/{name}/manifest.json", value=f"{told.get('plan')} {told.get('year')}",
            expected=f"{plan_id} {year}",
        )  # fmt: skip
    sums = {**manifest.get("outputs", {}), **manifest.get("evaluation", {})}
    charts = {f"{CHARTS}/{item}": total for item, total in manifest.get("charts", {}).items()}
    for file in (*(f"report.{kind}" for kind in FORMATS), EVALUATION, *charts):
        path, total = draft / file, {**sums, **charts}.get(file)
        if total is None or not path.is_file():
            raise InputError(
                f"草稿不完整，{_RENDER_AGAIN_ZH}",
                "the draft is incomplete; run planeval report again, with all formats",
                file=f"build/{name}/{file}",
            )
        if checksums([path])[path.name] != total:
            raise InputError(
                f"草稿生成后文件被改动，{_RENDER_AGAIN_ZH}",
                "the file was changed after the draft was made; run planeval report again",
                file=f"build/{name}/{file}",
            )
    _same("data", manifest.get("inputs", {}), checksums(inputs_of(root)))
    _same("notebooks", manifest.get("chapters", {}), checksums(_chapters(root)))
    written = _commentary(root, plan_id, year, told.get("language"))
    _same("data/commentary", manifest.get("commentary", {}), written)


def _same(folder: str, drafted: Mapping[str, str], present: Mapping[str, str]) -> None:
    """Refuse when an input of the draft is not the present one, and name the first such."""
    other = sorted(file for file in {*drafted, *present} if drafted.get(file) != present.get(file))
    if other:
        raise InputError(
            f"草稿生成后有 {len(other)} 个输入文件变动，{_RENDER_AGAIN_ZH}",
            f"{len(other)} input files changed after the draft was made; run planeval report again",
            file=folder,
            value=", ".join(other),
        )


def _chapters(root: Path) -> list[Path]:
    return sorted((root / "notebooks").glob("[0-9]*.ipynb"))


def _commentary(root: Path, plan_id: str, year: int, language: object) -> dict[str, str]:
    """Return the commentaries a draft in one language takes in, as its manifest lists them."""
    folder = root / "data" / "commentary" / plan_id / str(year)
    files = (path for path in folder.glob(f"*.{language}.md") if path.name[0] != ".")
    return {
        shown(path, root): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)
    }


@contextmanager
def _opened(draft: Path, target: Path) -> Iterator[None]:
    """Hold draft and target against other processes; leave no empty folder behind."""
    parent = target.parent
    parent.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as held:
            held.enter_context(locked(draft.with_name(f".{draft.name}.lock"), draft.name))
            held.enter_context(locked(parent / f".{target.name}.lock", target.name))
            target.mkdir(exist_ok=True)
            yield
    finally:
        for folder in (target, parent):
            with suppress(OSError):  # not empty: something is published there
                folder.rmdir()


def _clear(target: Path) -> None:
    """Remove what a call that was killed left behind; revisions themselves have other names."""
    for path in target.glob(".r*.new"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _freeze(draft: Path, root: Path, made: Revision, plan_id: str, year: int) -> None:
    """Copy draft and inputs aside, check the copy, and put it in place in one step."""
    fresh = made.folder.with_name(f".{made.folder.name}.new")
    try:
        fresh.mkdir()
        for name in sorted(OWN - {"timings.json"}):
            path = draft / name
            if path.is_dir():
                shutil.copytree(path, fresh / name)
            elif path.is_file():
                shutil.copyfile(path, fresh / name)
        snapshot = fresh / SNAPSHOT
        hidden = shutil.ignore_patterns(".*", "~$*")
        shutil.copytree(root / "data", snapshot / "data", ignore=hidden)
        (snapshot / "notebooks").mkdir()
        for path in _chapters(root):
            shutil.copyfile(path, snapshot / "notebooks" / path.name)
        _check(fresh, snapshot, plan_id, year)
        record = {
            "plan": plan_id,
            "year": year,
            "revision": made.number,
            "published": made.published,
            "reason": made.reason or None,
            "files": _sums_below(fresh),
        }
        text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        (fresh / RECORD).write_text(text, encoding="utf-8", newline="\n")
        fresh.rename(made.folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _sums_below(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    return dict(sorted(found.items()))


def _list(target: Path, published: list[Revision]) -> None:
    """Write the list of revisions anew where it is not what the revisions say."""
    if not published:
        return
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in published:
        manifest = item.folder / "manifest.json"
        told = read_json(manifest, f"{item.folder.name}/manifest.json")
        writer.writerow(
            (
                item.number, item.published, told["parameters"]["as_of"], item.reason,
                checksums([manifest])["manifest.json"],
            )
        )  # fmt: skip
    listing, text = target / LISTING, buffer.getvalue().encode("utf-8")
    if listing.is_file() and listing.read_bytes() == text:
        return
    part = target / f".{LISTING}.new"
    part.write_bytes(text)
    part.replace(listing)
