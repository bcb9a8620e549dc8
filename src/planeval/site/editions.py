"""The published reports a site shows, each checked against the checksums it was frozen with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.data.errors import nearest
from analysis.data.plan import Plan
from planeval.publish.diff import Record
from planeval.publish.revisions import ENGLISH, LISTING, RECORD, REPORTS, Revision
from planeval.publish.verified import Verified, verified
from planeval.report.place import EVALUATION
from planeval.words.errors import UserError
from planeval.words.language import either
from planeval.workbook.sheet import CYCLES

__all__ = ["Edition", "latest", "published"]

_NUMBERED = re.compile(r"r[1-9][0-9]{0,5}")
#: A reader downloads these; the chapters and the data below them stay in the project.
_DOCUMENTS = (".html", ".pdf", ".docx", ".xlsx", ".csv", ".zip")


@dataclass(frozen=True)
class Edition:
    """One published revision: its ``published.json``, and its manifest and evaluation as told."""

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
    def page(self) -> str:
        """Its page of the site, without the language."""
        return f"reports/{self.name}.html"

    @property
    def kind(self) -> str:
        """What an evaluation of that year is called, in the language spoken."""
        kind = str(self.evaluation.get("kind", ""))
        return either(kind, dict(CYCLES.values()).get(kind, kind))

    @property
    def evaluation(self) -> dict[str, Any]:
        """The evaluation it prints."""
        return self.told.evaluation

    @property
    def manifest(self) -> dict[str, Any]:
        """What went into it."""
        return self.told.manifest

    @cached_property
    def _judged(self) -> dict[str, dict[str, Any]]:
        return {item["id"]: item for item in self.evaluation["indicators"]}

    def judged(self, target: str) -> dict[str, Any] | None:
        """Return what it says of a target, None where it does not know it."""
        return self._judged.get(target)

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
    def files(self) -> list[str]:
        """All its files to download: documents, then the machine-readable records."""
        documents = [name for code in self.languages for name in self.documents(code)]
        manifests = [f"{_below(language)}manifest.json" for language in self.languages]
        return [*documents, *manifests, EVALUATION, RECORD]

    def bytes(self, name: str) -> int:
        """Return the size of one of its files."""
        return (self.revision.folder / name).stat().st_size

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
        When a published file or revision was changed, added or removed, a record is no record,
        or a report is of a plan or year that the data do not know.
    """
    known = {plan.plan_id: plan for plan in plans}
    home = root / REPORTS
    # where only the list is left, revisions are missing
    below = home.glob("*/*/*")
    places = {
        path.parent for path in below if _NUMBERED.fullmatch(path.name) or path.name == LISTING
    }
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
        raise UserError(
            "已发布的报告属于数据里没有的规划", "a published report is of a plan not in the data",
            file=file, value=plan_id, nearest=nearest(plan_id, known),
        )  # fmt: skip
    years = [str(item) for item in known[plan_id].years]
    if year not in years:
        raise UserError(
            "已发布的报告属于规划期以外的年份",
            "a published report is of a year outside the plan",
            file=file, value=year, nearest=nearest(year, years),
        )  # fmt: skip
    return [_edition(item, plan_id, int(year)) for item in verified(root, plan_id, int(year))]


def _edition(item: Verified, plan_id: str, year: int) -> Edition:
    told = Record(item.name, item.manifest, item.evaluation)
    return Edition(plan_id, year, item.revision, item.record, told)
