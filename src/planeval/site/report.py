"""The site's page of one published revision: what it rests on, what changed, its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planeval.publish.diff import compare, counted
from planeval.publish.revisions import command_again
from planeval.site.editions import Edition
from planeval.site.html import Column, Safe, el, facts, foreign, href, join, page, table
from planeval.site.pages import Site, counts, downloads, link, report_path
from planeval.site.terms import label, term
from planeval.site.words import around_words, change_rows, codes_of, kind_of_report, named, size
from planeval.words.language import either, say, spoken

__all__ = ["former", "report_page"]


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


def report_page(site: Site, edition: Edition) -> bytes:
    """Return a revision's page: what it rests on, what changed, its files and checksums."""
    at = f"{spoken()}/{report_path(edition)}"
    plan = next(item for item in site.plans if item.plan_id == edition.plan)
    name = either(plan.name_zh, plan.name_en)
    heading = say("{}{}年评估报告，第{}版", name, edition.year, edition.revision.number)
    force = site.of(edition.plan)
    newest = next(item for item in force if item.year == edition.year)
    body: list[object] = [el("p", downloads(at, edition))]
    if newest is not edition:
        words = say("第{}版", newest.revision.number)
        body.append(
            el(
                "p",
                label(term("这一版已被更正：")),
                link(at, report_path(newest), words),
                class_="notice",
            )
        )
    body += [_manifest(edition), _changes(site, edition, at),
             _files(edition, at)]  # fmt: skip
    back = el("p", link(at, f"plans/{edition.plan}.html", name))
    return page(at, heading, *body, lead=back)


def _manifest(edition: Edition) -> Safe:
    told, manifest = edition.evaluation, edition.manifest
    reason = edition.revision.reason
    version = manifest.get("packages", {}).get("plan-evaluation", "—")
    languages = "、".join({"zh": "中文", "en": "English"}[code] for code in edition.languages)
    rows: list[tuple[str, object]] = [
        (term("类别"), kind_of_report(str(told.get("kind", "")))),
        (term("发布日"), edition.revision.published),
        (term("理由"), foreign(reason) if reason else term("首次发布")),
        (term("数据截至"), told["as_of"]),
        (term("报告语言"), foreign(languages)),
        (term("目标数"), str(len(told["indicators"]))),
        (term("所用数字"), str(len(manifest.get("figures", [])))),
        (term("输入表"), str(len(manifest.get("inputs", {})))),
        (term("程序版本"), f"{version}, Python {manifest.get('python', '—')}"),
    ]
    return join([facts(rows), el("p", counts(edition))])


def _changes(site: Site, edition: Edition, at: str) -> Safe:
    """Return what changed against the publication before this one, and why."""
    heading = el("h2", label(term("与前一份相比")))
    before = former(site, edition)
    if before is None:
        return join([heading, el("p", say("这是首次发布，没有可比的前一份。"))])
    found = compare(before.told, edition.told)
    codes = codes_of(before.evaluation, edition.evaluation)
    words = f"{before.year} r{before.revision.number}"
    told = link(at, report_path(before), words)
    parts = [heading, el("p", label(term("前一份：")), told)]
    heads = (term("变化"), term("何处"), term("原"), term("现"))
    parts.append(el("p", counted(found)))
    calm = [item for item in found["indicators"] if _only_time(item)]
    if calm:
        words = either("、", ", ").join(named(item) for item in calm)
        summary = el("summary", say("{}个目标只有时序进度随年份变动", len(calm)))
        parts.append(el("details", summary, el("p", words)))
    for item in found["indicators"]:
        if item in calm:
            continue
        certain = [cause for cause in item["causes"] if cause["certain"]]
        rows = change_rows([*certain, *item["effects"]], site.data, codes)
        around = around_words([cause for cause in item["causes"] if not cause["certain"]])
        parts.append(el("h3", named(item)))
        if rows:
            parts.append(table(named(item), heads, rows))
        if around:
            parts.append(el("p", label(term("可能的原因：")), around, class_="note"))
    if found["general"]:
        rows = change_rows(found["general"], site.data, codes)
        name = term("涉及全部指标的变化")
        parts.append(el("details", el("summary", label(name)), table(name, heads, rows)))
    return join(parts)


def _only_time(item: Mapping[str, Any]) -> bool:
    """Tell whether nothing of a target moved but the share of the plan's years gone by."""
    moved = {effect["what"] for effect in item["effects"]}
    return moved == {"schedule"} and not any(cause["certain"] for cause in item["causes"])


def _files(edition: Edition, at: str) -> Safe:
    rows = []
    documents = [name for code in edition.languages for name in edition.documents(code)]
    for name in [*documents, *edition.records]:
        path = f"reports/{edition.name}/{name}"
        length = (edition.revision.folder / name).stat().st_size
        rows.append((el("a", name, href=href(at, path)), size(length),
                     el("span", edition.checksum(name), class_="sum")))  # fmt: skip
    heads = (term("文件"), Column(term("大小"), True), "SHA-256")
    name = term("文件与校验和")
    return join([el("h2", label(name)), table(name, heads, rows), *_again(edition)])


def _again(edition: Edition) -> list[Safe]:
    """Return the commands that judge and render a revision again, as it was judged and rendered."""
    told = edition.manifest.get("parameters", {})
    own = {"plan": edition.plan, "year": edition.year, "language": edition.language(spoken())}
    render = command_again({**told, **own}, edition.revision.number)
    judge = (
        f"planeval evaluate {edition.plan} --year {edition.year} --as-of "
        f"{edition.evaluation['as_of']} --root reports/{edition.name}/snapshot"
    )
    return [
        el("p", label(term(words)), el("code", command), class_="note")
        for words, command in (("重算这一版：", judge), ("重新生成这一版：", render))
    ]
