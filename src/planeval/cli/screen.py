"""Where a command's answer goes: lines on the terminal, a record as JSON, a file whole."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planeval.cli.grammar import language, told
from planeval.words.language import speaking

if TYPE_CHECKING:
    from analysis.data.plan import Plan


def answer(
    lines: Iterable[str],
    record: Callable[[], Mapping[str, Any]],
    to: str | None,
    *,
    beside: bool = False,
) -> None:
    """Give a command's answer: as lines, or as JSON in a file or (``-``) on the screen.

    Parameters
    ----------
    lines : iterable of str
        Made only when they are shown, in the language asked for.
    record : function
        Returns the same answer as JSON holds it.
    to : str, optional
        Where the JSON goes; the lines are shown without it.
    beside : bool
        Whether the lines are shown beside a file of JSON, too.
    """
    if to:
        text = json.dumps(record(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        if to == "-":
            sys.stdout.write(text)
        else:
            whole(Path(to), text)
    if not to or (beside and to != "-"):
        with speaking(language()):
            print("\n".join(lines))


def whole(path: Path, text: str) -> None:
    """Write a text whole or not at all: a reader finds no half, nor a remnant beside it.

    Raises
    ------
    OSError
        With the name of `path`, whichever file could not be written.
    """
    from planeval.files import replace

    try:
        replace.whole(path, text.encode("utf-8"))
    except OSError as error:
        error.filename = str(path)
        raise


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
    documents, are, them = ("documents", "are", "them") if count > 1 else ("document", "is", "it")
    said = told(
        f"{count} 份文件晚于数据截止日 {day}，未采用（--as-of {last} 则采用）",
        f"{count} {documents} later than the as-of date {day} {are} not used"
        f" (--as-of {last} uses {them})",
        "/ ",
    )
    print(f"planeval: {said}", file=sys.stderr)
