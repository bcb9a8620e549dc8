"""Pages of the site that tell of plans: the start page, and one for every plan."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.data.observations import Data
from analysis.data.plan import Plan, Target
from planeval.publish.basis import inputs_of
from planeval.publish.diff import compare, counted
from planeval.publish.revisions import command_again
from planeval.site.editions import Edition, latest
from planeval.site.words import (
    Column,
    Safe,
    around_words,
    change_rows,
    codes_of,
    el,
    facts,
    foreign,
    href,
    join,
    kind_of_report,
    label,
    named,
    outlook,
    page,
    published_words,
    region_name,
    size,
    state,
    table,
    target_words,
    term,
    title,
    unit_words,
    value_words,
)
from planeval.words.amounts import number, share
from planeval.words.errors import UserError
from planeval.words.language import either, say, spoken
from planeval.words.reasons import GRADES, OUTLOOKS
from planeval.workbook.sheet import BINDING

__all__ = [
    "Site",
    "Table",
    "counts",
    "data_page",
    "document_link",
    "downloads",
    "former",
    "link",
    "methods_page",
    "only_chinese",
    "plan_page",
    "report_page",
    "report_path",
    "start_page",
    "tables_of",
]

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
    region = region_name(site.data.regions, plan.region)
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


# --- The site's page of one published revision: what it rests on, what changed, its files ---


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


# --- Pages of the site about the data themselves and about the method ---


_LICENCES = "LICENSES.md"
_BANDS = {
    "very_likely": "≥ 80%", "likely": "60–80%", "toss_up": "40–60%", "unlikely": "20–40%",
    "very_unlikely": "< 20%",
}  # fmt: skip
_HEADING = re.compile(r'<h([23])[^>]*\sid="([A-Za-z0-9_.-]+)"[^>]*>(.*?)</h\1>', re.S)


class Table:
    """One table of the data: its place below ``data/``, its title and its schema.

    Attributes
    ----------
    path : str
        Below ``data/``, with forward slashes.
    file : Path
        Where it stands.
    title : str
        Its Chinese title.
    schema : str or None
        The place of its schema below ``data/``.
    fields : list of dict
        The schema's columns.
    """

    def __init__(self, folder: Path, resource: dict[str, Any]) -> None:
        self.path = str(resource["path"])
        self.file = folder / self.path
        self.title = str(resource.get("title") or self.path)
        self.schema = resource.get("schema") if isinstance(resource.get("schema"), str) else None
        told = {}
        if self.schema:
            if not re.fullmatch(r"schemas/[a-z0-9_]+\.json", self.schema):
                raise UserError(
                    "模式文件的位置不对", "the schema stands in another place",
                    file="data/datapackage.json", value=self.schema,
                    expected="schemas/NAME.json",
                )  # fmt: skip
            told = json.loads((folder / self.schema).read_text(encoding="utf-8"))
        self.fields: list[dict[str, Any]] = list(told.get("fields", []))


def tables_of(root: Path) -> tuple[list[Table], list[str]]:
    """Return the tables the data package describes, and the CSV files it does not.

    What is not described may be somebody's working file: it is told, not passed on.
    """
    folder = root / "data"
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    here = {path.relative_to(folder).as_posix(): path for path in inputs_of(root)}
    found = [Table(folder, item) for item in described["resources"] if item["path"] in here]
    known = {item.path for item in found}
    return found, sorted(name for name in here if name not in known)


def data_page(tables: list[Table], as_of: str) -> bytes:
    """Return the page of all tables: downloads, checksums, columns, terms of use."""
    at = f"{spoken()}/data.html"
    rows, details = [], []
    for item in tables:
        content = item.file.read_bytes()
        lines = max(content.count(b"\n") - 1, 0)
        link = el("a", item.path, href=href(at, f"data/{item.path}"))
        rows.append((
            link, foreign(item.title), str(lines), size(len(content)),
            el("span", hashlib.sha256(content).hexdigest(), class_="sum"),
        ))  # fmt: skip
        details.append(_schema(at, item))
    heads = (
        term("文件"),
        term("内容"),
        Column(term("行数"), True),
        Column(term("大小"), True),
        "SHA-256",
    )
    licences = el("a", _LICENCES, href=href(at, f"data/{_LICENCES}"))
    package = el("a", "datapackage.json", href=href(at, "data/datapackage.json"))
    return page(
        at, label(term("数据")),
        el("p", say("数字是事实，逐条注明来源，引用时请注明原始出处；各文件的使用条件见"), " ",
           licences, either("。", ".")),
        el("p", label(term("各表的机器可读说明：")), package),
        table(term("全部数据表"), heads, rows),
        el("h2", label(term("各表的列"))), *details,
        lead=el("p", say("数据中最新一次公布：{}。", as_of).strip()),
    )  # fmt: skip


def _schema(at: str, item: Table) -> Safe:
    rows = [
        (field["name"], foreign(field.get("title") or ""), field.get("type", ""),
         term("是") if field.get("constraints", {}).get("required") else "",
         foreign(", ".join(map(str, field.get("constraints", {}).get("enum", [])))))
        for field in item.fields
    ]  # fmt: skip
    heads = (term("列名"), term("含义"), term("类型"), term("必填"), term("可取的值"))
    whole = table(say("{}的列", item.path), heads, rows)
    raw = ""
    if item.schema:
        raw = el("p", el("a", item.schema, href=href(at, f"data/{item.schema}")))
    return el("details", el("summary", item.path), whole, raw)


def methods_page(site: Site) -> bytes:
    """Return the short account of the method, with a link to the report's own chapter."""
    at = f"{spoken()}/methods.html"
    bands = [
        (either(*words), _BANDS.get(code, "—")) for code, words in OUTLOOKS.items()
    ]  # fmt: skip
    grades = [(grade, either(*words)) for grade, words in GRADES.items()]
    points = (
        say("现状：完成度＝（最新值－基期值）÷（目标值－基期值）；时序进度＝已过年数÷规划年数。"),
        say(
            "前景：由公布的历年数字推出规划末年数值的概率分布，读出达标的概率；没有足够数字的不评。"
        ),
        say("证据：按公布值的个数、连续性、口径和来源分为四级；前景须与证据等级一并阅读。"),
        say(
            "同一年有几次公布的，取截止日以前公布的，先看阶段（修订、最终核实、公布、初步），再看公布日；口径不同的数字不相连。"
        ),
        say("发布后的报告不再改动；更正另成一版，注明理由。"),
    )
    return page(
        at, label(term("方法")), el("ul", *(el("li", text.strip()) for text in points)),
        table(term("前景用语与达标概率"), (term("用语"), term("达标概率")), bands),
        table(term("证据等级"), (term("等级"), term("含义")), grades),
        *_chapters(site, at),
        el("p", say("以上不能说明目标未达到的原因，也不评价个人或部门。"), class_="note"),
    )  # fmt: skip


def _chapters(site: Site, at: str) -> list[Safe]:
    """Return links to the chapter on data and method of each plan's latest report."""
    found = []
    for plan in site.plans:
        for edition in site.of(plan.plan_id)[:1]:
            language = edition.language(spoken())
            file = edition.documents(language)[0]
            anchor = method_anchor((edition.revision.folder / file).read_text("utf-8"))
            name = f"{either(plan.name_zh, plan.name_en)} {edition.year}"
            made = document_link(at, edition, file + anchor, name)
            found.append(el("li", made, *([] if language == spoken() else [" ", only_chinese()])))
    if not found:
        return []
    return [el("h2", label(term("报告中的方法一章"))), el("ul", *found)]


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
    for _, anchor, words in _HEADING.findall(text):
        said = re.sub(r"<[^>]+>", "", words)
        if "方法" in said or "method" in said.lower():
            found = f"#{anchor}"
    return found
