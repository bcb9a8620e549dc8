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
from xml.etree import ElementTree

from planeval.report.place import EVALUATION
from planeval.site.editions import Edition
from planeval.site.pages import Site, report_path
from planeval.site.words import plain, title
from planeval.words.language import either, say, spoken

__all__ = ["api_files", "atom", "json_feed", "urn"]

_ATOM = "http://www.w3.org/2005/Atom"
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


def _entry_id(edition: Edition) -> str:
    return urn(edition.name, edition.checksum("manifest.json"), spoken())


def _feed_id(site: Site) -> str:
    return urn(",".join(plan.plan_id for plan in site.plans), spoken())


def _heading(site: Site, edition: Edition) -> str:
    plan = next(item for item in site.plans if item.plan_id == edition.plan)
    name = either(plan.name_zh, plan.name_en)
    return say("{}{}年评估报告，第{}版", name, edition.year, edition.revision.number)


def _summary(edition: Edition) -> str:
    as_of = say("数据截至{}。", edition.evaluation["as_of"]).strip()
    reason = edition.revision.reason
    return f"{as_of} {say('理由：{}', reason)}" if reason else as_of


def _newest(site: Site) -> list[Edition]:
    """Return the revisions, the last published first."""
    return sorted(
        site.editions,
        key=lambda item: (item.revision.published, item.plan, item.year, item.revision.number),
        reverse=True,
    )


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _updated(site: Site) -> str:
    days = [item.revision.published for item in site.editions]
    return _moment(max(days, default=site.data.latest_vintage().isoformat()))


def _to(base: str | None, at: str, path: str) -> str:
    """Return a link of a feed: absolute where the site's address is known."""
    if base:
        return f"{base}/{quote(path)}"
    return quote(f"{'../' * at.count('/')}{path}")


def atom(site: Site, at: str, base: str | None = None) -> bytes:
    """Return the Atom feed of published reports and revisions in the language spoken.

    Parameters
    ----------
    site : Site
        What is published.
    at : str
        Where the feed stands in the site.
    base : str, optional
        The site's address, without the last slash; links are relative without it.
    """
    ElementTree.register_namespace("", _ATOM)
    lang = "zh-CN" if spoken() == "zh" else "en"
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"xml:lang": lang})

    def add(parent: ElementTree.Element, name: str, text: str = "", **more: str) -> None:
        ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", more).text = plain(text) or None

    add(feed, "id", _feed_id(site))
    add(feed, "title", title())
    add(feed, "updated", _updated(site))
    author = ElementTree.SubElement(feed, f"{{{_ATOM}}}author")
    add(author, "name", title())
    add(feed, "link", rel="self", type="application/atom+xml", href=_to(base, at, at))
    add(feed, "link", rel="alternate", type="text/html",
        href=_to(base, at, f"{spoken()}/index.html"))  # fmt: skip
    for item in _newest(site):
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        add(entry, "id", _entry_id(item))
        add(entry, "title", _heading(site, item))
        add(entry, "published", _moment(item.revision.published))
        add(entry, "updated", _moment(item.revision.published))
        add(entry, "link", rel="alternate", type="text/html",
            href=_to(base, at, f"{spoken()}/{report_path(item)}"))  # fmt: skip
        for name in item.documents(item.language(spoken())):
            kind = _TYPES[name[name.rindex(".") :]]
            path = _to(base, at, f"reports/{item.name}/{name}")
            add(entry, "link", rel="enclosure", type=kind, href=path)
        add(entry, "summary", _summary(item))
    ElementTree.indent(feed, " ")
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def json_feed(site: Site, at: str, base: str | None = None) -> bytes:
    """Return the same as JSON Feed 1.1."""
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title(),
        "home_page_url": _to(base, at, f"{spoken()}/index.html"),
        "feed_url": _to(base, at, at),
        "language": "zh-CN" if spoken() == "zh" else "en",
        "items": [
            {
                "id": _entry_id(item),
                "url": _to(base, at, f"{spoken()}/{report_path(item)}"),
                "title": plain(_heading(site, item)),
                "content_text": plain(_summary(item)),
                "date_published": _moment(item.revision.published),
                "attachments": [
                    {
                        "url": _to(base, at, f"reports/{item.name}/{name}"),
                        "mime_type": _TYPES[name[name.rindex(".") :]],
                    }
                    for name in item.documents(item.language(spoken()))
                ],
            }
            for item in _newest(site)
        ],
    }
    return _json(told)


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
