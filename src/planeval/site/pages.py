"""Pages of the site that tell of plans: the start page, and one for every plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.data.observations import Data
from analysis.data.plan import Plan, Target
from planeval.site.editions import Edition, latest
from planeval.site.html import Column, Safe, el, foreign, href, join, page, table, title
from planeval.site.terms import label, term
from planeval.site.words import (  # fmt: skip
    kind_of_report,
    named,
    outlook,
    published_words,
    region_name,
    state,
    target_words,
    unit_words,
    value_words,
)
from planeval.words.figures import number, share
from planeval.words.language import either, say, spoken
from planeval.workbook.words import BINDING

__all__ = [
    "Site", "counts", "document_link", "downloads", "link", "only_chinese", "plan_page",
    "report_path", "start_page",
]  # fmt: skip

_KINDS = {".html": "HTML", ".pdf": "PDF", ".docx": "Word", ".xlsx": "Excel", ".csv": "CSV"}


@dataclass(frozen=True)
class Site:
    """What the pages show: checked data, plans, and the published revisions, oldest first."""

    data: Data
    plans: tuple[Plan, ...]
    editions: tuple[Edition, ...]

    def of(self, plan: str) -> list[Edition]:
        """Return a plan's revisions in force, the latest year first."""
        found = latest(item for item in self.editions if item.plan == plan)
        return sorted(found.values(), key=lambda item: -item.year)

    def series(self, region: str, indicator: str) -> str | None:
        """Return the page of a series without its language, or None where it has no figure."""
        known = (region, indicator) in self.data.by_series
        return f"series/{region}/{indicator}.html" if known else None


def report_path(edition: Edition) -> str:
    """Return the page of a revision, without its language."""
    return f"reports/{edition.name}.html"


def downloads(at: str, edition: Edition) -> Safe:
    """Return links to a revision's documents, in Chinese where there are none in the language."""
    links = []
    language = edition.language(spoken())
    for name in edition.documents(language):
        suffix = name[name.rindex(".") :]
        stem = name[name.rfind("/") + 1 :].removesuffix(suffix)
        words = _KINDS.get(suffix, suffix[1:].upper())
        if stem not in ("report", "workbook"):
            words = f"{words} {stem.removeprefix('report').strip('._-')}".strip()
        links.append(document_link(at, edition, name, words))
    made = el("span", join(links, " · "), class_="nowrap")
    return made if language == spoken() else join([made, " ", only_chinese()])


def document_link(at: str, edition: Edition, name: str, words: object) -> Safe:
    """Return a link to one of a revision's documents, which says so if it is in Chinese only."""
    spec = {} if edition.language(spoken()) == spoken() else {"hreflang": "zh-CN"}
    return el("a", words, href=href(at, f"reports/{edition.name}/{name}"), **spec)


def only_chinese() -> Safe:
    """Return the remark beside what no other language has."""
    return el("span", f"({term('只有中文')})", class_="small")


def link(at: str, to: str | None, words: object) -> Safe:
    """Return a link to a page in the language spoken; words alone where there is no page."""
    return el("a", words, href=href(at, f"{spoken()}/{to}")) if to else join([words])


# --- start page -----------------------------------------------------------------------------


def start_page(site: Site) -> bytes:
    """Return the start page: plans, publications, revisions with reasons, corrections, regions."""
    at = f"{spoken()}/index.html"
    lead = el("p", say("五年规划各项目标的现状、前景与证据；每个数字注明来源和公布日。"))
    if site.editions:
        parts = [_publications(site, at), _revisions(site, at)]
    else:
        parts = [el("p", say("尚未发布任何报告。下面是规划的目标和全部数据。"), class_="notice")]
    cards = []
    for plan in site.plans:
        named_plan = either(plan.name_zh, plan.name_en)
        inner = [el("h3", link(at, f"plans/{plan.plan_id}.html", named_plan))]
        years = f"{plan.start_year}–{plan.end_year}"
        inner.append(el("p", say("{}，{}个目标", years, len(plan.targets)), class_="note"))
        for edition in site.of(plan.plan_id)[:1]:
            inner.append(el("p", counts(edition)))
        cards.append(el("li", *inner))
    return page(
        at, title(),
        el("h2", label(term("规划"))), el("ul", *cards, class_="cards"),
        *parts, _corrections(site), _regions(site, at), lead=lead, foot=_as_of(site),
    )  # fmt: skip


def _as_of(site: Site) -> str:
    return say("数据中最新一次公布：{}。", site.data.latest_vintage().isoformat()).strip()


def counts(edition: Edition) -> str:
    """Return how many targets have each verdict, in words."""
    counts = edition.evaluation.get("counts", {})
    told = [f"{outlook(code)} {total}" for code, total in counts.items()]
    year = edition.year
    return either(f"{year}年：", f"{year}: ") + " · ".join(told)


def _whole(words: str) -> Safe:
    """Return words that stay on one line, such as a day."""
    return el("span", words, class_="nowrap")


def _revision(item: Edition) -> Safe:
    return _whole(published_words(item.revision.published, item.revision.number))


def _publications(site: Site, at: str) -> Safe:
    rows = []
    for plan in site.plans:
        for item in site.of(plan.plan_id):
            kind = kind_of_report(str(item.evaluation.get("kind", "")))
            rows.append((
                link(at, report_path(item), f"{either(plan.name_zh, plan.name_en)} {item.year}"),
                downloads(at, item), kind, _whole(item.evaluation["as_of"]), _revision(item),
            ))  # fmt: skip
    heads = (term("报告"), term("下载"), term("类别"), term("数据截至"), term("版本"))
    name = term("各年最新发布的报告")
    return join([el("h2", label(name)), table(name, heads, rows)])


def _revisions(site: Site, at: str) -> Safe:
    rows = []
    for item in reversed(site.editions):
        name = f"{_plan_name(site, item.plan)} {item.year} r{item.revision.number}"
        why = foreign(item.revision.reason) if item.revision.reason else term("首次发布")
        rows.append((link(at, report_path(item), name), _whole(item.revision.published),
                     el("span", why, class_="long")))  # fmt: skip
    rows.sort(key=lambda row: str(row[1]), reverse=True)
    name = term("发布与更正记录")
    heads = (term("报告"), term("发布日"), term("理由"))
    return join([el("h2", label(name)), table(name, heads, rows)])


def _plan_name(site: Site, plan_id: str) -> str:
    plan = next(item for item in site.plans if item.plan_id == plan_id)
    return either(plan.name_zh, plan.name_en)


def _corrections(site: Site) -> Safe:
    """Return the declared corrections of figures whose source is plainly wrong."""
    rows = [
        (
            named(site.data.indicators[row["indicator"]]),
            region_name(site.data.regions, row["region"]), row["period"],
            row["printed_expect"], row["printed_value"], row["source"],
            el("span", foreign(row["reason"]), class_="long"),
        )
        for row in site.data.corrected.values()
    ]  # fmt: skip
    if not rows:
        return Safe("")
    name = term("已声明的数据更正")
    heads = (
        term("指标"), term("地区"), term("时期"),
        Column(term("原值"), True), Column(term("更正为"), True), term("来源"), term("理由"),
    )  # fmt: skip
    return join([el("h2", label(name)), table(name, heads, rows)])


def _regions(site: Site, at: str) -> Safe:
    held = [region for region, _ in site.data.by_series]
    items = [
        el("li", link(at, f"series.html#{code}", named(row)), " ",
           el("span", say("{}个指标", held.count(code)), class_="small"))
        for code, row in site.data.regions.items()
        if code in held
    ]  # fmt: skip
    return join([el("h2", label(term("各地区"))), el("ul", *items, class_="columns")])


# --- a plan ---------------------------------------------------------------------------------


def plan_page(site: Site, plan: Plan) -> bytes:
    """Return a plan's page: its targets with the verdicts in force, year by year."""
    at = f"{spoken()}/plans/{plan.plan_id}.html"
    editions = site.of(plan.plan_id)
    region = site.data.name(plan.region, spoken())
    lead = el(
        "p", say("{}，{}—{}年，基期{}年", region, plan.start_year, plan.end_year, plan.base_year)
    )
    if not editions:
        body = [el("p", say("这个规划尚未发布报告；下表只列目标，不作评价。"), class_="notice")]
    else:
        newest = editions[0]
        body = [
            el("p", say("以下为{}年评估的结论，数据截至{}。", newest.year,
                        newest.evaluation["as_of"]).strip()),
            el("p", downloads(at, newest)),
        ]  # fmt: skip
    body.append(_targets(site, plan, editions, at))
    if editions:
        body.append(_years(editions, at))
    return page(at, either(plan.name_zh, plan.name_en), *body, lead=lead, foot=_as_of(site))


def _targets(site: Site, plan: Plan, editions: Sequence[Edition], at: str) -> Safe:
    """Return the table of targets: a word for every year judged, the promise, where it stands."""
    items = _promised(plan) if not editions else editions[0].evaluation["indicators"]
    years = [
        {told["id"]: told for told in edition.evaluation["indicators"]} for edition in editions
    ]
    heads: list[str | Column] = [term("指标"), *map(_year_head, editions[:1])]
    heads += [Column(term("目标"), True), term("单位")]
    if editions:
        heads += [Column(term("最新值"), True), Column(term("完成度"), True)]
    heads.append(Column(term("基期值"), True))
    if editions:
        heads += [term("证据"), *map(_year_head, editions[1:])]
    rows = []
    for item in items:
        unit = el("span", unit_words(item.get("unit")), class_="nowrap")
        base, verdicts = number(item.get("baseline")), [year.get(str(item["id"])) for year in years]
        row = [_target_name(site, item, at), *map(state, verdicts[:1]), target_words(item), unit]
        row += [*_standing(item), base] if years else [base]
        rows.append(
            row + ([item.get("evidence") or "—", *map(state, verdicts[1:])] if years else [])
        )
    name = term("目标与评价") if editions else term("目标")
    return join([el("h2", label(name)), table(name, heads, rows)])


def _year_head(edition: Edition) -> str:
    return either(f"{edition.year}年评价", f"Outlook {edition.year}")


def _target_name(site: Site, item: Mapping[str, Any], at: str) -> Safe:
    series = site.series(str(item.get("region")), str(item.get("indicator")))
    code = {True: "binding", False: "expected"}.get(item["binding"])
    mark = "" if code is None else el("span", either(*BINDING[code]), class_="small nowrap")
    return join([link(at, series, named(item)), " ", mark])


def _standing(item: Mapping[str, Any]) -> list[object]:
    """Return the cells of a judged target's latest value and completion."""
    last = item.get("latest")
    period = "" if last is None else el("span", f" {last['period']}", class_="small")
    done = share(item.get("state", {}).get("completion"))
    return [join([value_words(last), period]), done]


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


def _years(editions: Sequence[Edition], at: str) -> Safe:
    rows = [
        (link(at, report_path(item), str(item.year)), downloads(at, item),
         kind_of_report(str(item.evaluation.get("kind", ""))), _whole(item.evaluation["as_of"]),
         _revision(item))
        for item in editions
    ]  # fmt: skip
    name = term("各年报告")
    heads = (term("评估年"), term("下载"), term("类别"), term("数据截至"), term("版本"))
    return join([el("h2", label(name)), table(name, heads, rows)])
