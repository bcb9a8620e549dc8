"""``planeval backtest``: the words of the command checked, the panel scored, the scores told."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analysis.data.errors import nearest
from planeval.cli.grammar import answer, language, whole
from planeval.words import terms
from planeval.words.errors import UserError

_LATEST = 999  # a single --origins above it is a year, not a number of origins


def whole_numbers(text: str, option: str, example: str) -> list[int]:
    """Return the whole numbers of a comma list.

    Raises
    ------
    InputError
        Anything else in the list.

    Examples
    --------
    >>> whole_numbers("-9, -4, 0", "--gaps", "-9,-4,0")
    [-9, -4, 0]
    """
    found = []
    for part in text.replace("，", ",").replace("−", "-").split(","):
        if not re.fullmatch(r"\s*-?\d{1,9}\s*", part, re.ASCII):
            value = part.strip() or text
            raise UserError(
                "不是整数", "not a whole number", column=option, value=value, expected=example
            )
        found.append(int(part))
    return found


def _lists(
    option: str,
    texts: Sequence[str],
    example: str,
    wanted: str,
    mend: Callable[[list[int]], list[int]],
) -> list[list[int]]:
    """Return comma lists of whole numbers that `mend` leaves as they are, each list once."""
    out: list[list[int]] = []
    for text in texts:
        found = whole_numbers(text, option, example)
        right = mend(found)
        if found != right or found in out:
            close = ",".join(map(str, sorted(right))) if found != right else None
            raise UserError(
                "数值不合要求", "not such a value", column=option, value=text, expected=wanted,
                nearest=close,
            )  # fmt: skip
        out.append(found)
    return out


def _tasks_asked(
    horizon: str | None, origins: str | None, lengths: str | None, gaps: Sequence[str]
) -> dict[str, Any]:
    """Return what :func:`analysis.backtest.tasks.build_tasks` is told beside the panel."""
    from analysis.backtest.tasks import MOST_AHEAD, MOST_STEPS

    def within(numbers: Sequence[int], most: int) -> list[int]:
        return list(dict.fromkeys(min(max(n, 1), most) for n in numbers))

    def times(found: list[int]) -> list[int]:
        several = len(found) > 1 or found[0] > _LATEST
        return list(dict.fromkeys(found)) if several else [max(found[0], 1)]

    asked: dict[str, Any] = {}
    if horizon is not None:
        span = f"1–{MOST_AHEAD}"
        ((asked["horizon"],),) = _lists(
            "--horizon", [horizon], span, f"one number, {span}",
            lambda found: within(found[:1], MOST_AHEAD),
        )  # fmt: skip
    if origins is not None:
        example = "3, or 2006,2010,2014"
        (found,) = _lists("--origins", [origins], example, f"{example}; each time once", times)
        asked["origins"] = found if len(found) > 1 or found[0] > _LATEST else found[0]
    if lengths is not None:
        (asked["lengths"],) = _lists(
            "--lengths", [lengths], "3,5,8,12,20", f"different numbers, 1–{MOST_STEPS}",
            lambda found: within(found, MOST_STEPS),
        )  # fmt: skip
    low = 1 - MOST_STEPS
    asked["gaps"] = _lists(
        "--gaps", gaps, "-9,-4,0",
        f"ascending, different, ending in 0, none below {low}; each list once",
        lambda found: sorted({max(low, -abs(n)) for n in found} | {0}),
    )  # fmt: skip
    return asked


def _models(text: str | None, own: Sequence[str], peers: Sequence[str]) -> list[str]:
    from analysis.backtest.models import DEFAULT

    if text is None:
        return [name for name in DEFAULT if name in own]
    names = [part.strip() for part in text.replace("，", ",").split(",")]
    known = [*own, *peers]
    for name in names:
        if name not in known or names.count(name) > 1:
            twice = name in known
            raise UserError(
                "同一模型写了两次" if twice else "没有这个模型",
                "a model twice" if twice else "no such model",
                column="--models",
                value=name,
                expected="each once" if twice else ", ".join(known),
                nearest=None if twice else nearest(name, known),
            )
    return names


def _page_path(page: str | None, no_page: bool, panel: str) -> Path | None:
    if page is None:
        stem = re.sub(r"\.(csv|csv\.gz|gz)$", "", Path(panel).name) or "panel"
        return None if no_page else Path("build") / "backtest" / stem / "index.html"
    if no_page:
        raise UserError(
            "这两个参数只能写一个", "not both", column="--page", expected="--page / --no-page"
        )
    if not page.endswith((".html", ".htm")):
        raise UserError(
            "网页文件应以 .html 结尾",
            "the page's name should end in .html",
            column="--page",
            value=page,
            expected="scores.html",
        )
    return Path(page)


def progress_lines() -> Callable[[str, float], None]:
    """Return how progress is told: one line a model, and on a terminal how far it is."""
    live = sys.stderr.isatty()

    def tell(name: str, share: float) -> None:
        if share >= 1.0:
            print(f"\r{name}: 100%" if live else f"{name}: done", file=sys.stderr, flush=True)
        elif live:
            print(f"\r{name}: {100 * share:3.0f}%", end="", file=sys.stderr, flush=True)

    return tell


def backtest(
    panel: str,
    models: str | None,
    horizon: str | None,
    origins: str | None,
    lengths: str | None,
    gaps: Sequence[str],
    peers: str | None,
    page: str | None,
    no_page: bool,
    to: str | None,
    root: Path | None,
) -> None:
    """Run ``planeval backtest``; what a user may have got wrong is told before any forecast.

    It stands on its panel alone: `root` names a project whose interrupted change is finished.
    """
    from analysis.backtest import models as known
    from analysis.backtest.panel import read_panel
    from analysis.backtest.run import backtest
    from analysis.backtest.tasks import build_tasks
    from planeval.chapters.backtest import page_text, record, screen

    own = known.registry()
    names = _models(models, list(own), list(known.PEERS))
    asked = _tasks_asked(horizon, origins, lengths, gaps)
    place = _page_path(page, no_page, panel)
    others = [name for name in names if name not in own]
    python = known.interpreter(peers, others)
    read = read_panel(panel, {zh: code for code, (zh, _) in terms.KINDS.items()})
    tasks = build_tasks(read, **asked)
    tell = progress_lines()
    forecasters = known.forecasters(tasks, others, python, tell) if python else {}
    result = backtest(tasks, {n: own.get(n) or known.PEERS[n] for n in names}, forecasters, tell)
    # the command that gives the same scores, with names of files and no folders
    words = ["planeval", "backtest", Path(panel).name, "--models", ",".join(names)]
    for name, value in (("horizon", horizon), ("origins", origins), ("lengths", lengths)):
        words += [f"--{name}", value] if value is not None else []
    words += [f"--gaps={value}" for value in gaps]
    words += ["--peers", "PYTHON"] if peers else []
    told = record(result, shlex.join(words))
    if place:
        from planeval.report.fonts import web_faces

        if not page:
            place.parent.mkdir(parents=True, exist_ok=True)
        text = page_text(result, told, language())
        whole(place, text.replace("</style>", f"{web_faces(text)}</style>", 1))
    answer([screen(result, language()).rstrip("\n")], lambda: told, to, beside=True)
    if place:
        title = "page: " if language() == "en" else "网页："
        print(f"\n{title}{place}", file=sys.stderr if to == "-" else sys.stdout)
