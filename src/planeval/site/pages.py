"""The pages of the site: what each shows, put into its template in ``templates/site/``."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.data.observations import Data
from analysis.data.plan import Plan, Target
from planeval.publish.basis import inputs_of
from planeval.publish.diff import compare, counted
from planeval.publish.revisions import command_again
from planeval.show.page import capital, rendered
from planeval.site import words
from planeval.site.editions import Edition, latest
from planeval.words.errors import UserError
from planeval.words.language import say, spoken
from planeval.words.names import name_of

__all__ = ["Site", "Table", "file_name", "former", "href", "pages", "render", "tables_of"]

#: Names Windows keeps for itself are no names of pages.
_NAME = re.compile(r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$)[a-z0-9][a-z0-9_-]{0,79}")
_HEADING = re.compile(r'<h([23])[^>]*\sid="([A-Za-z0-9_.-]+)"[^>]*>(.*?)</h\1>', re.S)


@dataclass(frozen=True)
class Site:
    """What the pages show: checked data, plans, and the published revisions, oldest first."""

    data: Data
    plans: tuple[Plan, ...]
    editions: tuple[Edition, ...]

    def plan(self, plan_id: str) -> Plan:
        """Return the plan of an edition or a target."""
        return next(item for item in self.plans if item.plan_id == plan_id)

    def of(self, plan: str) -> list[Edition]:
        """Return a plan's revisions in force, the latest year first."""
        found = latest(item for item in self.editions if item.plan == plan)
        return sorted(found.values(), key=lambda item: -item.year)

    @property
    def in_force(self) -> list[Edition]:
        """The revisions in force of all plans, plan by plan."""
        return [item for plan in self.plans for item in self.of(plan.plan_id)]

    @property
    def newest(self) -> list[Edition]:
        """All revisions, the last published first."""
        return sorted(
            self.editions,
            key=lambda item: (item.revision.published, item.plan, item.year, item.revision.number),
            reverse=True,
        )

    @cached_property
    def measured(self) -> dict[str, list[str]]:
        """Region -> its indicators with figures; regions without one are left out."""
        found = {
            region: sorted(code for place, code in self.data.by_series if place == region)
            for region in self.data.regions
        }
        return {region: codes for region, codes in found.items() if codes}

    def series(self, region: str, indicator: str) -> str | None:
        """Return the page of a series without its language, or None where it has no figure."""
        known = (region, indicator) in self.data.by_series
        return f"series/{region}/{indicator}.html" if known else None

    def span(self, region: str, indicator: str) -> str:
        """Return the first and the last year of a series."""
        years = [row["period"][:4] for row in self.data.by_series[(region, indicator)]]
        return "–".join(sorted({min(years), max(years)}))


def file_name(code: str, file: str) -> str:
    """Return a code that is to name a file, checked.

    Raises
    ------
    InputError
        When it could leave its folder or not be written on every system.

    Examples
    --------
    >>> file_name("jiaxing-14fyp", "data/plans.csv")
    'jiaxing-14fyp'
    """
    if not _NAME.fullmatch(code):
        raise UserError(
            "代码不能用作文件名", "the code cannot name a file", file=file, value=code,
            expected="a-z 0-9 - _",
        )  # fmt: skip
    return code


def href(at: str, to: str) -> str:
    """Return the link from one page of the site to another file of it.

    Examples
    --------
    >>> href("zh/plans/a.html", "zh/reports/a/2024/r1.html#top"), href("index.html", "zh/a b.csv")
    ('../reports/a/2024/r1.html#top', 'zh/a%20b.csv')
    """
    path, mark, anchor = to.partition("#")
    told = quote(posixpath.relpath(path, posixpath.dirname(at) or "."))
    return f"{told}{mark}{anchor}"


def render(path: str, template: str, heading: str, **context: object) -> dict[str, bytes]:
    """Return a page of the site in the language spoken, by its place in the site.

    Parameters
    ----------
    path : str
        Where it stands below its language.
    template : str
        Its name below ``templates/site/``, without ``.html.j2``.
    heading : str
        Its title and first heading.
    **context
        What the template shows.
    """
    at = f"{spoken()}/{path}"
    whole = rendered(
        f"site/{template}.html.j2",
        at=at, to=partial(href, at), heading=heading, words=words, **context,
    )  # fmt: skip
    return {at: whole.encode()}


def pages(site: Site, tables: Sequence[Table]) -> dict[str, bytes]:
    """Return the pages but those of series, in the language spoken, by their place in the site."""
    found = render("index.html", "start", words.title(), site=site)
    found |= render("data.html", "data", capital(say("数据")), site=site, tables=tables)
    found |= render("series.html", "series_index", capital(say("指标与地区")), site=site)
    found |= methods_page(site)
    for plan in site.plans:
        found |= plan_page(site, plan)
    for edition in site.editions:
        found |= report_page(site, edition)
    return found


# --- a plan ---------------------------------------------------------------------------------


def plan_page(site: Site, plan: Plan) -> dict[str, bytes]:
    """Return a plan's page: its targets with the verdicts in force, year by year."""
    editions = site.of(plan.plan_id)
    items = editions[0].evaluation["indicators"] if editions else _promised(plan)
    path = f"plans/{plan.plan_id}.html"
    return render(path, "plan", name_of(plan), site=site, plan=plan, editions=editions, items=items)


def _promised(plan: Plan) -> list[dict[str, Any]]:
    """Return a plan's targets as an evaluation names them, without verdicts."""

    def row(target: Target) -> dict[str, Any]:
        base = [
            item["number"]
            for item in plan.data.by_series.get((target.region, target.indicator), [])
            if item["year"] == plan.base_year
            and item["caliber"] == target.caliber
            and target.multiple_base_year in (None, plan.base_year)
        ]
        return {
            "id": target.target_id, "name_zh": target.name_zh, "name_en": target.name_en,
            "region": target.region, "indicator": target.indicator, "unit": target.unit,
            "binding": {"binding": True, "expected": False}.get(target.binding or ""),
            "baseline": base[-1] if base else None, "kind": target.kind,
            "target": target.target, "target_text": target.target_text,
            "target_original": target.original,
        }  # fmt: skip

    return [row(target) for target in plan.targets]


# --- one published revision: what it rests on, what changed, its files -----------------------


def former(site: Site, edition: Edition) -> Edition | None:
    """Return the publication a revision is compared with.

    That is the revision before it, and for the first one the revision in force of the latest
    earlier year.
    """
    same = [
        item for item in site.editions if (item.plan, item.year) == (edition.plan, edition.year)
    ]
    before = [item for item in same if item.revision.number < edition.revision.number]
    if before:
        return before[-1]
    earlier = [item for item in site.of(edition.plan) if item.year < edition.year]
    return earlier[0] if earlier else None


def report_page(site: Site, edition: Edition) -> dict[str, bytes]:
    """Return a revision's page: what it rests on, what changed, its files and checksums."""
    told = edition.manifest.get("parameters", {})
    own = {"plan": edition.plan, "year": edition.year, "language": edition.language(spoken())}
    number = edition.revision.number
    name = name_of(site.plan(edition.plan))
    return render(
        edition.page, "report", say("{}{}年评估报告，第{}版", name, edition.year, number),
        site=site, edition=edition,
        newest=next(item for item in site.of(edition.plan) if item.year == edition.year),
        render_again=command_again({**told, **own}, number),
        **_changes(site, edition),
    )  # fmt: skip


def _changes(site: Site, edition: Edition) -> dict[str, Any]:
    """Return what changed against the publication before this one, and why."""
    before = former(site, edition)
    if before is None:
        return {"before": None}
    found = compare(before.told, edition.told)
    codes = words.codes_of(before.evaluation, edition.evaluation)
    moved = []
    for item in found["indicators"]:
        if _only_time(item):
            continue
        certain = [cause for cause in item["causes"] if cause["certain"]]
        rows = words.change_rows([*certain, *item["effects"]], site.data, codes)
        around = words.around([cause for cause in item["causes"] if not cause["certain"]])
        moved.append({**item, "rows": rows, "around": around})
    return {
        "before": before, "counted": counted(found), "moved": moved,
        "calm": [item for item in found["indicators"] if _only_time(item)],
        "general": words.change_rows(found["general"], site.data, codes),
    }  # fmt: skip


def _only_time(item: Mapping[str, Any]) -> bool:
    """Tell whether nothing of a target moved but the share of the plan's years gone by."""
    moved = {effect["what"] for effect in item["effects"]}
    return moved == {"schedule"} and not any(cause["certain"] for cause in item["causes"])


# --- the data and the method ----------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """One table of the data: its place below ``data/``, title, place of its schema, columns."""

    path: str
    file: Path
    title: str
    schema: str | None = None
    fields: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def content(self) -> bytes:
        """Its bytes."""
        return self.file.read_bytes()

    @property
    def lines(self) -> int:
        """How many rows it has below its head."""
        return max(self.content.count(b"\n") - 1, 0)

    @property
    def checksum(self) -> str:
        """Its SHA-256."""
        return hashlib.sha256(self.content).hexdigest()


def _table(folder: Path, resource: dict[str, Any]) -> Table:
    path, schema = str(resource["path"]), resource.get("schema")
    title = str(resource.get("title") or path)
    if not isinstance(schema, str):
        return Table(path, folder / path, title)
    if not re.fullmatch(r"schemas/[a-z0-9_]+\.json", schema):
        raise UserError(
            "模式文件的位置不对", "the schema stands in another place",
            file="data/datapackage.json", value=schema, expected="schemas/NAME.json",
        )  # fmt: skip
    told = json.loads((folder / schema).read_text(encoding="utf-8"))
    return Table(path, folder / path, title, schema, list(told.get("fields", [])))


def tables_of(root: Path) -> tuple[list[Table], list[str]]:
    """Return the tables the data package describes, and the CSV files it does not.

    What is not described may be somebody's working file: it is told, not passed on.
    """
    folder = root / "data"
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    here = {path.relative_to(folder).as_posix(): path for path in inputs_of(root)}
    found = [_table(folder, item) for item in described["resources"] if item["path"] in here]
    known = {item.path for item in found}
    return found, sorted(name for name in here if name not in known)


def methods_page(site: Site) -> dict[str, bytes]:
    """Return the short account of the method, with a link to the report's own chapter."""
    chapters = []
    for item in (edition for plan in site.plans for edition in site.of(plan.plan_id)[:1]):
        file = item.documents(item.language(spoken()))[0]
        anchor = method_anchor((item.revision.folder / file).read_text("utf-8"))
        chapters.append((item, file + anchor))
    return render("methods.html", "methods", capital(say("方法")), site=site, chapters=chapters)


def method_anchor(text: str) -> str:
    """Return the anchor of a report's section on its method, empty where it names none.

    Examples
    --------
    >>> method_anchor('<h2 id="s1">数据</h2><h3 class="x" id="s2">（九）方法与局限</h3>')
    '#s2'
    >>> method_anchor("<h2>数据</h2>")
    ''
    """
    found = ""
    for _, anchor, inner in _HEADING.findall(text):
        said = re.sub(r"<[^>]+>", "", inner)
        if "方法" in said or "method" in said.lower():
            found = f"#{anchor}"
    return found
