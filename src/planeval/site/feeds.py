"""What the site says to programs: an Atom feed, a JSON Feed, and the results as files.

Days come from the records of publication, ids from the manifests' checksums: the same reports
give the same bytes, wherever and whenever the site is built.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from planeval.report.place import EVALUATION
from planeval.show.page import TAGS, plain, rendered
from planeval.site.editions import Edition
from planeval.site.pages import Site
from planeval.site.words import title
from planeval.words.language import say, spoken
from planeval.words.names import name_of

__all__ = ["api_files", "feeds", "urn"]

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
