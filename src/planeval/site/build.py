"""A small static site of all published reports and of the data they rest on.

It opens from a disk, runs no script and asks for nothing outside its folder. The same reports
and data give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.data.observations import load
from analysis.data.paths import project_root
from analysis.data.plan import load_plan, plan_ids
from planeval.files.replace import folder as replaced
from planeval.report.place import EVALUATION
from planeval.show.page import TAGS, TEMPLATES, plain, rendered
from planeval.site.editions import Edition, published
from planeval.site.pages import Site, Table, file_name, pages, tables_of
from planeval.site.series import ordered, series_csv, series_page
from planeval.site.words import title
from planeval.words.errors import UserError
from planeval.words.language import LANGUAGES, say, speaking, spoken
from planeval.words.names import name_of

__all__ = ["MARK", "Built", "api_files", "build", "feeds", "place", "site_files", "urn"]

# --- Putting a site in its place in one step, over nothing but an older site ---


#: Lists the site's own files; a folder without it is somebody's work and is not replaced.
MARK = "site.json"
FORMAT = "plan-evaluation-site/1"
#: What a site is made from is never its place.
_TAKEN = ("data", "reports", "notebooks", "src", "tests", "docs")


def place(files: Mapping[str, bytes | Path], out: Path, root: Path) -> None:
    """Write a site's files, replacing the site that stands there whole or not at all.

    Files of others in that folder, such as a web host's settings, are taken over.

    Parameters
    ----------
    files : mapping of path to bytes or Path
        Relative path in the site, with forward slashes, to its content or the file to copy.
    out : Path
        The site's folder.
    root : Path
        The project's root.

    Raises
    ------
    InputError
        When `out` holds files but no site, lies in a folder of the project's inputs, or holds
        a file of somebody's under a name the site needs.
    """
    target = out.resolve()
    _require_free(target, root.resolve())
    with replaced(target, _own, "a new folder, or one with a site") as fresh:
        _write(files, fresh)


def _require_free(target: Path, root: Path) -> None:
    for name in _TAKEN:
        taken = root / name
        if target in (root, taken) or taken in target.parents or target in root.parents:
            raise UserError(
                "网站不能放在项目的输入文件夹里",
                "the site cannot stand in a folder of the project's inputs",
                column="--out", value=target.name, expected="build/site",
            )  # fmt: skip


def _own(target: Path) -> set[str] | None:
    """Return the files an older site wrote, None for a folder that is no site."""
    try:
        told = json.loads((target / MARK).read_text(encoding="utf-8"))
        return {*told["files"], MARK} if told["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(files: Mapping[str, bytes | Path], folder: Path) -> None:
    sums = {}
    for name in sorted(files):
        content = files[name]
        data = content if isinstance(content, bytes) else content.read_bytes()
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sums[name] = hashlib.sha256(data).hexdigest()
    text = json.dumps({"format": FORMAT, "files": sums}, ensure_ascii=False, indent=1) + "\n"
    (folder / MARK).write_text(text, encoding="utf-8", newline="\n")


STYLE = TEMPLATES / "site.css"


@dataclass(frozen=True)
class Built:
    """Where a site stands, its files, pages, revisions, and the CSV files it does not describe."""

    folder: Path
    files: int
    pages: int
    reports: int
    left_out: tuple[str, ...]


def build(
    root: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    *,
    base_url: str | None = None,
) -> Built:
    """Write the site of a project, replacing an older one whole or not at all.

    Parameters
    ----------
    root : path, optional
        Project root; found when not given.
    out : path, optional
        The site's folder; ``build/site`` when not given.
    base_url : str, optional
        Where the site will stand on the web; the feeds' links are absolute with it.

    Returns
    -------
    Built

    Raises
    ------
    InputError
        When a published report is not as it was published, the data are wrong, or `out` holds
        files but no site. Nothing is written then.
    """
    home = project_root(root)
    base = _base(base_url)
    site = read(home)
    tables, left_out = tables_of(home)
    files = site_files(site, tables, base)
    folder = Path(out) if out is not None else home / "build" / "site"
    place(files, folder, home)
    count = sum(name.endswith(".html") and name.startswith(LANGUAGES) for name in files)
    return Built(folder, len(files), count, len(site.editions), tuple(left_out))


def read(root: Path) -> Site:
    """Read and check all that the site shows; codes that are to name files are checked too."""
    data = load(root)
    plans = tuple(load_plan(name, data=data) for name in plan_ids(data))
    for plan in plans:
        file_name(plan.plan_id, "data/plans.csv")
    for region, indicator in data.by_series:
        file_name(region, "data/regions.csv")
        file_name(indicator, "data/indicators.csv")
    return Site(data, plans, tuple(published(root, plans)))


def _base(url: str | None) -> str | None:
    if url is None:
        return None
    if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~%/-]*)?", url):
        raise UserError(
            "不是网址", "not an address of the web", column="--base-url", value=url,
            expected="https://…",
        )  # fmt: skip
    return url.rstrip("/")


def site_files(site: Site, tables: list[Table], base: str | None = None) -> dict[str, bytes | Path]:
    """Return every file of the site by its path in it; copies are named by their origin.

    Parameters
    ----------
    site : Site
        What it shows.
    tables : list of Table
        The data tables to pass on.
    base : str, optional
        Where it will stand on the web.
    """
    door = rendered("site/door.html.j2", title=title()).encode()
    files: dict[str, bytes | Path] = {"site.css": STYLE.read_bytes(), "index.html": door}
    for language in LANGUAGES:
        with speaking(language):
            files |= pages(site, tables) | feeds(site, base)
            for region, code in site.data.by_series:
                files |= series_page(site, region, code)
    series = {
        f"api/series/{region}/{code}.csv": series_csv(ordered(site.data, region, code))
        for region, code in site.data.by_series
    }
    files |= api_files(site, series)
    for edition in site.editions:
        for name in edition.files:
            files[f"reports/{edition.name}/{name}"] = edition.revision.folder / name
    folder = site.data.root / "data"
    for item in tables:
        files[f"data/{item.path}"] = item.file
        if item.schema:
            files[f"data/{item.schema}"] = folder / item.schema
    for name in ("datapackage.json", "LICENSES.md"):
        if (folder / name).is_file():
            files[f"data/{name}"] = folder / name
    return files


# --- What the site says to programs: two feeds, and the results as files ---------------------
# Days come from the records of publication, ids from the manifests' checksums: the same reports
# give the same bytes, wherever and whenever the site is built.


_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:plan-evaluation:site")
_TYPES = {
    ".html": "text/html", ".pdf": "application/pdf", ".csv": "text/csv",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def urn(*parts: str) -> str:
    """Return a name that never changes for what the parts say.

    Examples
    --------
    >>> urn("a", "b") == urn("a", "b"), urn("a", "b") == urn("b", "a")
    (True, False)
    """
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, json.dumps(parts))}"


def _heading(site: Site, edition: Edition) -> str:
    name = name_of(site.plan(edition.plan))
    return plain(say("{}{}年评估报告，第{}版", name, edition.year, edition.revision.number))


def _summary(edition: Edition) -> str:
    as_of = say("数据截至{}。", edition.evaluation["as_of"]).strip()
    reason = edition.revision.reason
    return plain(f"{as_of} {say('理由：{}', reason)}" if reason else as_of)


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _told(site: Site, base: str | None) -> dict[str, Any]:
    """Return what both feeds say in the language spoken, links absolute where `base` is known."""
    folder = "" if spoken() == "zh" else f"{spoken()}/"

    def to(path: str) -> str:
        return f"{base}/{quote(path)}" if base else quote(f"{'../' * folder.count('/')}{path}")

    def entry(item: Edition) -> dict[str, Any]:
        return {
            "id": urn(item.name, item.checksum("manifest.json"), spoken()),
            "url": to(f"{spoken()}/{item.page}"),
            "title": _heading(site, item),
            "summary": _summary(item),
            "published": _moment(item.revision.published),
            "documents": [
                {
                    "url": to(f"reports/{item.name}/{name}"),
                    "mime_type": _TYPES[name[name.rindex(".") :]],
                }
                for name in item.documents(item.language(spoken()))
            ],
        }

    days = [item.revision.published for item in site.editions]
    return {
        "id": urn(",".join(plan.plan_id for plan in site.plans), spoken()),
        "title": title(),
        "updated": _moment(max(days, default=site.data.latest_vintage().isoformat())),
        "home": to(f"{spoken()}/index.html"),
        "atom": to(f"{folder}feed.xml"),
        "json": to(f"{folder}feed.json"),
        "entries": [entry(item) for item in site.newest],
    }


def feeds(site: Site, base: str | None = None) -> dict[str, bytes]:
    """Return both feeds of published reports in the language spoken, by their place in the site.

    Parameters
    ----------
    site : Site
        What is published.
    base : str, optional
        The site's address, without the last slash; links are relative without it.
    """
    told = _told(site, base)
    folder = "" if spoken() == "zh" else f"{spoken()}/"
    listed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": told["title"],
        "home_page_url": told["home"],
        "feed_url": told["json"],
        "language": TAGS[spoken()],
        "items": [
            {
                "id": item["id"], "url": item["url"], "title": item["title"],
                "content_text": item["summary"], "date_published": item["published"],
                "attachments": item["documents"],
            }
            for item in told["entries"]
        ],
    }  # fmt: skip
    return {
        f"{folder}feed.xml": rendered("site/feed.xml.j2", feed=told).encode(),
        f"{folder}feed.json": _json(listed),
    }


def api_files(site: Site, series: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the machine-readable results and the list of them.

    Parameters
    ----------
    site : Site
        What is published.
    series : mapping of path to bytes
        The CSV of every series, by its path in the site.
    """
    files = dict(series)
    plans = []
    for plan in site.plans:
        judged = []
        for edition in reversed(site.of(plan.plan_id)):
            path = f"api/{plan.plan_id}/{edition.year}.json"
            files[path] = (edition.revision.folder / EVALUATION).read_bytes()
            judged.append({
                "year": edition.year, "revision": edition.revision.number,
                "published": edition.revision.published, "as_of": edition.evaluation["as_of"],
                "evaluation": path, "report": f"reports/{edition.name}/report.html",
                **({"report_en": f"reports/{edition.name}/en/report.html"}
                   if "en" in edition.languages else {}),
            })  # fmt: skip
        plans.append({
            "plan": plan.plan_id, "name_zh": plan.name_zh, "name_en": plan.name_en,
            "region": plan.region, "base_year": plan.base_year, "start_year": plan.start_year,
            "end_year": plan.end_year, "targets": len(plan.targets), "published": judged,
        })  # fmt: skip
    files["api/plans.json"] = _json({"plans": plans})
    files["api/index.json"] = _json(_index(files, site.data.latest_vintage().isoformat()))
    return files


def _index(files: Mapping[str, bytes], vintage: str) -> dict[str, Any]:
    return {
        "latest_vintage": vintage,
        "columns": "SDMX concepts; a text cell that begins like a formula has an apostrophe first",
        "files": [
            {"path": path, "bytes": len(files[path]),
             "sha256": hashlib.sha256(files[path]).hexdigest()}
            for path in sorted(files)
        ],
    }  # fmt: skip


def _json(content: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
