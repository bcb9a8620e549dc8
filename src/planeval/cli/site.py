"""``planeval site``: published reports and data as a small static site."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
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


def run(arguments: argparse.Namespace) -> int:
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


COMMANDS = {"site": run}
