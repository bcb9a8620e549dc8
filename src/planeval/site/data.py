"""Pages of the site about the data themselves and about the method."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError
from analysis.targets.types import GRADES, OUTLOOKS
from planeval.publish.basis import inputs_of
from planeval.site.html import Column, Safe, el, foreign, href, page, table
from planeval.site.pages import Site, document_link, only_chinese
from planeval.site.terms import label, term
from planeval.site.words import size
from planeval.words.language import either, say, spoken

__all__ = ["Table", "data_page", "methods_page", "tables_of"]

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
                raise InputError(
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
        (either(zh, en), _BANDS.get(code, "—")) for code, (zh, en, _) in OUTLOOKS.items()
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
