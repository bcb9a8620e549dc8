"""The published reports a site shows, each checked against the checksums it was frozen with.

A document that is not what was published is not passed on: the chain runs from the list of
revisions over the manifest and the record to every single file.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError, nearest
from analysis.paths import shown
from analysis.plan import Plan
from analysis.report import EVALUATION
from analysis.report_basis import first_difference
from analysis.report_charts import FOLDER as CHARTS
from analysis.report_diff import Record
from analysis.report_revisions import (
    ENGLISH,
    LISTING,
    RECORD,
    REPORTS,
    Revision,
    read_json,
    revisions,
)

__all__ = ["Edition", "latest", "published"]

_NUMBERED = re.compile(r"r[1-9][0-9]{0,5}")
#: A reader downloads these; the chapters and the data below them stay in the project.
_DOCUMENTS = (".html", ".pdf", ".docx", ".xlsx", ".csv", ".zip")


@dataclass(frozen=True)
class Edition:
    """One published revision with what it keeps of itself.

    Attributes
    ----------
    plan, year, revision
        Whose evaluation, of which year, and which publication of it.
    record : dict
        Its ``published.json``: the checksum of every file.
    told : Record
        Its manifest and evaluation, as :func:`analysis.report_diff.compare` takes them.
    """

    plan: str
    year: int
    revision: Revision
    record: dict[str, Any]
    told: Record

    @property
    def name(self) -> str:
        """Its place below ``reports/``: plan, year and revision."""
        return f"{self.plan}/{self.year}/r{self.revision.number}"

    @property
    def evaluation(self) -> dict[str, Any]:
        """The evaluation it prints."""
        return self.told.evaluation

    @property
    def manifest(self) -> dict[str, Any]:
        """What went into it."""
        return self.told.manifest

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it was published in, Chinese first."""
        english = f"{ENGLISH}/manifest.json" in self.record["files"]
        return ("zh", ENGLISH) if english else ("zh",)

    def language(self, asked: str) -> str:
        """Return the language asked for where it was published in it, else Chinese."""
        return asked if asked in self.languages else "zh"

    def documents(self, language: str) -> list[str]:
        """Return the documents to download in a language it has, the report itself first."""
        order = {kind: at for at, kind in enumerate(_DOCUMENTS)}
        below = _below(language)
        files = (name for name in self.record["files"] if name.startswith(below))
        names = [name.removeprefix(below) for name in files]
        found = [name for name in names if "/" not in name and Path(name).suffix in order]
        found.sort(key=lambda name: (order[Path(name).suffix], name))
        return [f"{below}{name}" for name in found]

    @property
    def records(self) -> list[str]:
        """Names of the machine-readable records beside the documents."""
        manifests = [f"{_below(language)}manifest.json" for language in self.languages]
        return [*manifests, EVALUATION, RECORD]

    def checksum(self, name: str) -> str:
        """Return the SHA-256 of one of its files."""
        told = self.record["files"].get(name)
        return told or hashlib.sha256((self.revision.folder / name).read_bytes()).hexdigest()


def _below(language: str) -> str:
    """Return where a language's files stand in a revision."""
    return "" if language == "zh" else f"{language}/"


def published(root: Path, plans: Iterable[Plan]) -> list[Edition]:
    """Return every published revision, by plan, year and number, each verified.

    Parameters
    ----------
    root : Path
        The project's root.
    plans : iterable of Plan
        The plans known; only these and their years are names of published folders.

    Raises
    ------
    InputError
        When a published file was changed, added or removed, a record is no record, or a
        report is of a plan or year that the data do not know.
    """
    known = {plan.plan_id: plan for plan in plans}
    home = root / REPORTS
    places = {path.parent for path in home.glob("*/*/*") if _NUMBERED.fullmatch(path.name)}
    found = []
    for place in places:
        found += _year(root, place, known)
    order = {name: at for at, name in enumerate(known)}
    return sorted(found, key=lambda item: (order[item.plan], item.year, item.revision.number))


def latest(editions: Iterable[Edition]) -> dict[tuple[str, int], Edition]:
    """Return the revision in force of every plan and year, the latest year last."""
    return {(item.plan, item.year): item for item in editions}


def _year(root: Path, place: Path, known: Mapping[str, Plan]) -> list[Edition]:
    plan_id, year = place.parent.name, place.name
    file = f"{REPORTS}/{plan_id}/{year}"
    if plan_id not in known:
        raise InputError(
            "已发布的报告属于数据里没有的规划", "a published report is of a plan not in the data",
            file=file, value=plan_id, nearest=nearest(plan_id, known),
        )  # fmt: skip
    years = [str(item) for item in known[plan_id].years]
    if year not in years:
        raise InputError(
            "已发布的报告属于规划期以外的年份",
            "a published report is of a year outside the plan",
            file=file, value=year, nearest=nearest(year, years),
        )  # fmt: skip
    for path in sorted(place.iterdir()):
        if _NUMBERED.fullmatch(path.name):
            _well_formed(path, root, plan_id, int(year))
    listed = _listed(place / LISTING, f"{file}/{LISTING}")
    return [_edition(root, item, plan_id, int(year), listed) for item in revisions(place)]


def _well_formed(folder: Path, root: Path, plan_id: str, year: int) -> None:
    """Refuse a revision's record that is not one, or speaks of another revision."""
    file = f"{shown(folder, root)}/{RECORD}"
    record = read_json(folder / RECORD, file)
    told = (record.get("plan"), record.get("year"), f"r{record.get('revision')}")
    files, reason = record.get("files"), record.get("reason")
    whole = (
        told == (plan_id, year, folder.name)
        and isinstance(files, dict)
        and all(isinstance(value, str) for value in files.values())
        and (reason is None or isinstance(reason, str))
        and _is_day(record.get("published"))
    )
    if not whole:
        raise _changed(file, "发布记录不合格", "the record of the publication is not valid")


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _listed(path: Path, file: str) -> dict[str, str]:
    """Return the manifest's checksum of each revision listed; none where no list is written."""
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        return {f"r{row['revision']}": row["manifest_sha256"] for row in rows}
    except (KeyError, UnicodeDecodeError, csv.Error):
        raise _changed(file, "修订清单不合格", "the list of revisions is not valid") from None


def _edition(
    root: Path, item: Revision, plan_id: str, year: int, listed: Mapping[str, str]
) -> Edition:
    name = shown(item.folder, root)
    record = read_json(item.folder / RECORD, f"{name}/{RECORD}")
    sums: dict[str, str] = record["files"]
    here = {
        path.relative_to(item.folder).as_posix(): path
        for path in item.folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }
    here.pop(RECORD, None)
    for file in sorted({*sums, *here}):
        path = here.get(file)
        if path is None:
            raise _changed(f"{name}/{file}", "发布的文件缺失", "a published file is missing")
        if file not in sums:
            raise _changed(f"{name}/{file}", "发布时没有这个文件", "the file was not published")
        if path.is_symlink() or hashlib.sha256(path.read_bytes()).hexdigest() != sums[file]:
            raise _changed(
                f"{name}/{file}", "文件在发布后被改动", "the file was changed after publication"
            )
    told = Record(
        name,
        read_json(item.folder / "manifest.json", f"{name}/manifest.json"),
        read_json(item.folder / EVALUATION, f"{name}/{EVALUATION}"),
    )
    chain = _chain(told.manifest)
    if f"{ENGLISH}/manifest.json" in sums:
        english = f"{name}/{ENGLISH}/manifest.json"
        manifest = read_json(item.folder / ENGLISH / "manifest.json", english)
        if first_difference(told.manifest, manifest) is not None:
            raise _changed(
                english,
                "英文报告与中文报告所据不同",
                "the English report does not rest on what the Chinese one rests on",
            )
        chain |= {f"{ENGLISH}/{file}": total for file, total in _chain(manifest).items()}
    wrong = [file for file, total in sorted(chain.items()) if sums.get(file) != total]
    own = listed.get(item.folder.name)
    if own is not None and sums.get("manifest.json") != own:
        wrong.append("manifest.json")
    if wrong:
        raise _changed(
            f"{name}/{wrong[0]}",
            "校验和与清单不符",
            "the checksum differs from the manifest or the list of revisions",
        )
    return Edition(plan_id, year, item, record, told)


def _chain(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the checksums a manifest has of the files beside it."""
    charts = manifest.get("charts", {})
    return {
        **manifest.get("outputs", {}),
        **manifest.get("evaluation", {}),
        **{f"{CHARTS}/{file}": total for file, total in charts.items()},
    }


def _changed(file: str, zh: str, en: str) -> InputError:
    return InputError(
        f"{zh}；网站未写出",
        f"{en}; the site was not written",
        file=file,
        expected="the revision as published (restore it, e.g. from version control)",
    )
