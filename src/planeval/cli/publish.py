"""``planeval publish``, ``diff`` and ``site``: a draft frozen, two compared, all as a site."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from planeval.cli.screen import check_place, emit

# --- ``planeval site``: published reports and data as a small static site ---


def add_site(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the command; `command` makes a parser of name, help and example."""
    site = command(
        "site",
        "已发布报告和数据的静态网站 a static site of all published reports and data",
        "planeval site --out build/site",
    )
    site.add_argument("--out", metavar="DIR", help="输出文件夹 (default: build/site)")
    site.add_argument(
        "--base-url",
        metavar="URL",
        help="网站地址，订阅源用绝对链接 the site's address: absolute links in the feeds",
    )


def make_site(arguments: argparse.Namespace) -> int:
    """Run ``planeval site``."""
    from analysis.data.paths import project_root, shown
    from planeval.site.build import build

    root = project_root(arguments.root)
    made = build(root, arguments.out, base_url=arguments.base_url)
    print(
        f"网站已生成 site ready: {made.pages} 页 pages, {made.reports} 份报告 published reports\n"
        f"  {shown(made.folder / 'index.html', root)}"
    )
    if not made.reports:
        print("尚未发布任何报告（planeval publish） nothing has been published yet")
    for name in made.left_out:
        print(f"未列入数据包，未收入 not in datapackage.json, left out: data/{name}")
    return 0


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add both commands; `command` makes a parser of name, help and example."""
    freeze = command(
        "publish",
        "发布草稿 freeze the draft in build/ as a revision in reports/",
        'planeval publish jiaxing-14fyp --year 2024 --reason "更正2024年生产总值"',
    )
    freeze.add_argument("plan", metavar="PLAN", help="规划代码 name of the plan (planeval plans)")
    freeze.add_argument("--year", type=int, required=True, help="评估年 year of the plan")
    freeze.add_argument(
        "--reason", metavar="TEXT", help="更正的理由（第 2 版起必填）why; required from revision 2"
    )
    freeze.add_argument(
        "--without-english", action="store_true",
        help="只发布中文 publish the Chinese report alone",
    )  # fmt: skip
    two = command(
        "diff",
        "两份报告的差别与原因 what changed between two reports, and why",
        "planeval diff jiaxing-14fyp:2024:r1 jiaxing-14fyp:2024:draft --json -",
    )
    place = "PLAN:YEAR[:r1|:draft][:en]，文件夹或 manifest.json a folder or its manifest"
    two.add_argument("old", metavar="A", help=f"旧 the older: {place}")
    two.add_argument("new", metavar="B", help="新 the newer")
    two.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 language")
    two.add_argument(
        "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
    )
    add_site(command)


def publish(arguments: argparse.Namespace) -> int:
    """Run ``planeval publish``."""
    from analysis.data.paths import project_root, shown
    from planeval.publish import publish as report_publish

    root = project_root(arguments.root)
    made = report_publish.publish(
        arguments.plan,
        arguments.year,
        reason=arguments.reason,
        root=root,
        english=not arguments.without_english,
    )
    print(f"已发布第 {made.number} 版 published, revision {made.number}:")
    print(f"  {shown(made.folder, root)}")
    if "en" in made.languages:
        print("  中文和英文 in Chinese and English")
    elif arguments.without_english:
        print("  只有中文 in Chinese only")
    else:
        print(
            "  只有中文：没有英文草稿 in Chinese only: there is no English draft\n"
            f"  （planeval report {arguments.plan} --year {arguments.year} --lang en）"
        )
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Run ``planeval diff``."""
    from planeval.publish.diff import compare, find

    if arguments.json and arguments.json != "-":
        check_place(arguments.json, "--json")
    found = compare(find(arguments.old, arguments.root), find(arguments.new, arguments.root))
    if arguments.json:
        emit(found, arguments.json)
    if arguments.json != "-":
        print(screen(found, arguments.lang), end="")
    return 0


def screen(found: dict[str, Any], lang: str) -> str:
    """Return a comparison as text for the terminal: causes, then what they moved.

    Parameters
    ----------
    found : dict
        As from :func:`planeval.publish.diff.compare`.
    lang : {"zh", "en"}
        The language.
    """
    from planeval.publish.diff import counted
    from planeval.words.language import speaking

    zh = lang == "zh"
    lines = [
        f"{found[side]['report']}  {found[side]['year']}  {found[side]['as_of']}"
        for side in ("old", "new")
    ]
    lines.append("")
    if found["general"]:
        lines.append("全部指标" if zh else "all indicators")
        lines += _aligned([_row(item, lang) for item in found["general"]])
    for item in found["indicators"]:
        lines.append(f"{item['name_zh'] if zh else item['name_en']}（{item['id']}）" if zh
                     else f"{item['name_en']} ({item['id']})")  # fmt: skip
        own = [_row(cause, lang) for cause in item["causes"] if cause["certain"]]
        moved = [
            ("→", effect[lang], *(_result(effect, side, lang) for side in ("old", "new")))
            for effect in item["effects"]
        ]
        around = _around([cause for cause in item["causes"] if not cause["certain"]], lang)
        lines += _aligned([*own, *moved])
        if around:
            label = "可能的原因：" if zh else "possible causes: "
            lines.append(f"  {label}{('；' if zh else '; ').join(around)}")
    with speaking(lang):
        lines.append(counted(found))
    return "\n".join(lines) + "\n"


def _around(causes: Sequence[dict[str, Any]], lang: str) -> list[str]:
    """Return what may have moved a result, each kind once with the files or versions it means.

    Examples
    --------
    >>> kind = {"zh": "其他输入有变", "en": "other inputs changed"}
    >>> _around([kind | {"what": "priors.csv"}, kind | {"what": "regions.csv"}], "zh")
    ['其他输入有变（priors.csv，regions.csv）']
    """
    kinds: dict[str, list[str]] = {}
    for cause in causes:
        kinds.setdefault(cause[lang], []).extend([cause["what"]] if "what" in cause else [])
    left, comma, right = ("（", "，", "）") if lang == "zh" else (" (", ", ", ")")
    return [
        f"{kind}{left}{comma.join(files)}{right}" if files else kind
        for kind, files in kinds.items()
    ]


def _result(effect: dict[str, Any], side: str, lang: str) -> str:
    """Return one end of an effect as a cell, an outlook in words."""
    from planeval.words.reasons import OUTLOOKS

    value = effect[side]
    if effect["what"] == "class_code" and value in OUTLOOKS:
        zh, en = OUTLOOKS[value]
        return zh if lang == "zh" else en
    return _said(value, lang)


def _row(cause: dict[str, Any], lang: str) -> tuple[str, ...]:
    """Return a cause as cells: kind, what, old, new."""
    what = cause.get("what") or " ".join(
        cause[key] for key in ("region", "indicator", "period") if key in cause
    )
    return cause[lang], what, _said(cause["old"], lang), _said(cause["new"], lang)


def _said(value: Any, lang: str) -> str:
    """Return a value as a cell: checksums short, a figure with its source and day.

    Examples
    --------
    >>> _said({"value": 226.0, "unit": "亿元", "source": "S2", "published": "2025-12-23"}, "zh")
    '226.0 亿元（S2，2025-12-23）'
    >>> _said(None, "zh"), _said(0.25, "en"), _said("a" * 64, "en")
    ('—', '0.25', 'aaaaaaaa…')
    """
    if value is None or value == []:
        return "—"
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        text = f"{value['value']} {value['unit']}"
        origin = [value[key] for key in ("source", "published", "period") if value.get(key)]
        return f"{text}（{'，'.join(origin)}）" if lang == "zh" else f"{text} ({', '.join(origin)})"
    text = str(value)
    is_sum = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return f"{text[:8]}…" if is_sum else text


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    from planeval.show.widths import display_width

    widths = [max(display_width(row[k]) for row in rows) for k in range(4)] if rows else []
    return [
        "  "
        + "  ".join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


COMMANDS = {"publish": publish, "diff": diff, "site": make_site}
