"""Publishing: a draft that rests on the present inputs, frozen with the data it rests on.

A published report is a revision: ``reports/<plan>/<year>/r1``, ``r2`` … None is ever written
again. Each holds the documents, the manifest, the evaluation, the executed chapters and, under
``snapshot/``, the data and chapters it was made from, laid out as a project root, so that
``--root`` can point at it years later. An English draft that rests on the same is frozen into
``en/`` of the same revision. ``revisions.csv`` beside the revisions is a list made from them:
should the machine stop before it is written, the next call writes it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from analysis.data.observations import load
from analysis.data.paths import left_behind, project_root, shown
from analysis.data.plan import load_plan
from planeval.files.replace import locked, new_folder
from planeval.publish.basis import (
    chapters_below,
    check_draft,
    code_checksum,
    inputs_of,
    require_same,
)
from planeval.publish.revisions import (
    COLUMNS,
    ENGLISH,
    LISTING,
    RECORD,
    REPORTS,
    SNAPSHOT,
    Revision,
    command_again,
    draft_folder,
    read_json,
    read_published,
    revisions,
    write_listing,
)
from planeval.publish.verified import Verified, content_of, verified
from planeval.report.place import OWN, mend
from planeval.words.errors import UserError
from planeval.words.letters import check_printed

__all__ = [
    "COLUMNS", "LISTING", "RECORD", "REPORTS", "Revision", "code_checksum", "inputs_of", "publish",
    "read_json", "revisions",
]  # fmt: skip

_REASON_AT_MOST = 500
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = "=+-@"


def publish(
    plan_id: str,
    year: int,
    *,
    reason: str | None = None,
    root: str | os.PathLike[str] | None = None,
    day: datetime.date | None = None,
    english: bool = True,
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
    english : bool, default True
        Whether an English draft, where there is one, is frozen with the Chinese.

    Returns
    -------
    Revision
        The revision made, in the languages it tells. Earlier ones stand as they were.

    Raises
    ------
    InputError
        When the plan or year is unknown, the draft is missing, incomplete, changed by hand or
        made from other inputs than the present ones, an English draft rests on others than the
        Chinese, a correction comes without a reason or changes nothing, or a file of an earlier
        revision is no longer what was published.
    """
    home = project_root(root)
    load_plan(plan_id, data=load(home)).check_year(year)  # only these become names of folders
    drafts = _drafts(home, plan_id, year, english)
    target = home / REPORTS / plan_id / str(year)
    if target.resolve() != home.resolve() / REPORTS / plan_id / str(year):
        raise UserError(
            "发布文件夹是指向别处的链接",
            "the folder of published reports is a link to another place",
            file=shown(target, home),
        )
    why = _reason(reason)
    verified(home, plan_id, year)  # what is published comes before what is wrong with a draft
    _check(drafts, home, plan_id, year)  # before anything is written, and again on the copy
    with _opened(drafts, target):
        _clear(target)
        standing = verified(home, plan_id, year)  # before the list is made anew from them
        earlier = [item.revision for item in standing]
        write_listing(target, earlier)
        _require_news(drafts, standing)
        if earlier and not why:
            raise UserError(
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
        _freeze(drafts, home, made, plan_id, year)
        write_listing(target, [*earlier, made])
    return made


def _drafts(root: Path, plan_id: str, year: int, english: bool) -> dict[str, Path]:
    """Return the drafts to freeze by language: the Chinese, and the English if one stands."""
    found = {"zh": draft_folder(root, plan_id, year)}
    if english:
        found[ENGLISH] = draft_folder(root, plan_id, year, ENGLISH)
    for folder in found.values():
        mend(folder)
    return {code: folder for code, folder in found.items() if code == "zh" or folder.exists()}


def _check(drafts: Mapping[str, Path], root: Path, plan_id: str, year: int) -> None:
    """Refuse drafts that are not whole, not of these inputs, or not of the same."""
    check_draft(drafts["zh"], root, plan_id, year)
    if ENGLISH in drafts:
        require_same(drafts["zh"], drafts[ENGLISH], plan_id, year)
        check_draft(drafts[ENGLISH], root, plan_id, year, ENGLISH)


def _require_news(drafts: Mapping[str, Path], standing: Sequence[Verified]) -> None:
    """Refuse a correction whose documents, charts and evaluation are those that stand."""
    if not standing:
        return
    last = standing[-1]
    told = {"zh": last.manifest}
    for code in last.revision.languages[1:]:
        file = f"{code}/manifest.json"
        told[code] = read_published(last.revision.folder / file, f"{last.name}/{file}")
    fresh = {code: read_json(folder / "manifest.json", code) for code, folder in drafts.items()}
    if {k: content_of(v) for k, v in told.items()} == {k: content_of(v) for k, v in fresh.items()}:
        raise UserError(
            f"与第 {last.revision.number} 版相比没有任何变化，不另发布",
            f"nothing has changed since revision {last.revision.number}; it is not published again",
            file=last.name,
        )


def _reason(text: str | None) -> str:
    why = " ".join((text or "").split())
    if text is not None and (not why or len(why) > _REASON_AT_MOST or why[0] in _FORMULA):
        raise UserError(
            "理由应为一句话",
            "the reason should be a sentence",
            column="--reason",
            value=text,
            expected=f"1–{_REASON_AT_MOST} characters, none of {_FORMULA} at the beginning",
        )
    check_printed(why, column="--reason")
    return why


@contextmanager
def _opened(drafts: Mapping[str, Path], target: Path) -> Iterator[None]:
    """Hold drafts and target against other processes; leave no empty folder behind."""
    parent = target.parent
    parent.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as held:
            for folder in (*drafts.values(), target):
                held.enter_context(locked(folder.with_name(f".{folder.name}.lock"), folder.name))
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


def _freeze(
    drafts: Mapping[str, Path], root: Path, made: Revision, plan_id: str, year: int
) -> None:
    """Copy drafts and inputs aside, check the copy, and put it in place in one step."""
    with new_folder(made.folder) as fresh:
        copies = {code: fresh if code == "zh" else fresh / code for code in drafts}
        for code, folder in copies.items():
            _copy(drafts[code], folder)
        snapshot = fresh / SNAPSHOT
        shutil.copytree(root / "data", snapshot / "data", ignore=_left_behind)
        (snapshot / "notebooks").mkdir()
        for path in chapters_below(root):
            shutil.copyfile(path, snapshot / "notebooks" / path.name)
        _check(copies, snapshot, plan_id, year)
        record = {
            "plan": plan_id,
            "year": year,
            "revision": made.number,
            "published": made.published,
            "reason": made.reason or None,
            "again": {code: _again(folder, made) for code, folder in copies.items()},
            "files": _sums_below(fresh),
        }
        text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        (fresh / RECORD).write_text(text, encoding="utf-8", newline="\n")


def _copy(draft: Path, folder: Path) -> None:
    """Copy what the program wrote into a draft; notes beside it are not for the public."""
    folder.mkdir(exist_ok=True)
    for name in sorted(OWN - {"timings.json"}):
        path = draft / name
        if path.is_dir():
            shutil.copytree(path, folder / name, ignore=_left_behind)
        elif path.is_file():
            shutil.copyfile(path, folder / name)


def _left_behind(_: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if left_behind(name)}


def _again(folder: Path, made: Revision) -> str:
    told = read_json(folder / "manifest.json", "manifest.json")
    return command_again(told["parameters"], made.number)


def _sums_below(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    return dict(sorted(found.items()))
