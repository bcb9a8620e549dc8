"""Where a command's answer goes, its JSON and what is said beside it on the terminal."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.data.errors import InputError
from analysis.data.paths import MARK

if TYPE_CHECKING:
    from analysis.data.plan import Plan


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add ``--lang``, the language in which a command's answer is said."""
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 language")


def emit(payload: dict[str, Any], to: str) -> None:
    """Write a record as JSON to a file, or to the screen for ``-``."""
    text = json.dumps(payload, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if to == "-":
        sys.stdout.write(text)
        return
    check_place(to, "--json")
    _not_an_input(to)
    whole(Path(to), text)


def check_place(to: str, option: str) -> None:
    """Raise an InputError unless a file can be written at `to`: no folder, device, pipe or link."""
    path = Path(to)
    special = path.is_symlink() or (path.exists() and not path.is_file())
    if not path.parent.is_dir() or special:
        raise InputError(
            "不能写成这个文件",
            "no file can be written there",
            column=option,
            value=to,
            expected="DIR/FILE, -" if option == "--json" else "DIR/FILE",
        )


def _not_an_input(to: str) -> None:
    """Refuse to write over what the project lives on: its data, or a published revision."""
    for folder in Path(to).resolve().parents:
        if any((folder / name).is_file() for name in (MARK.name, "published.json")):
            raise InputError(
                "数据和已发布的报告不能被输出覆盖",
                "no answer is written among the data or into a published report",
                column="--json",
                value=to,
                expected=f"a file outside {folder.name}/",
            )


def whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader finds no half, nor a remnant beside it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def tell_later(plans: Iterable[Plan], day: dt.date) -> None:
    """Say on the terminal how many documents of plans are not used: public after the as-of date.

    For the commands that were given no date: with a newer document than the newest figure the
    user might think it is in force.
    """
    rows = [row for plan in plans for row in plan.later]
    count = len({(row.get("document") or row["source"], row["date"]) for row in rows})
    if not count:
        return
    last = max(row["known_from"] for row in rows)
    told, are, them = ("documents", "are", "them") if count > 1 else ("document", "is", "it")
    print(
        f"planeval: {count} 份文件晚于数据截止日 {day}，未采用（--as-of {last} 则采用）/ {count}"
        f" {told} later than the as-of date {day} {are} not used (--as-of {last} uses {them})",
        file=sys.stderr,
    )
