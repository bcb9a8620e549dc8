"""``planeval backtest``: the words of the command checked, the panel scored, the scores told."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from planeval.cli.grammar import language
from planeval.cli.screen import answer, whole
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
            raise UserError(
                "不是整数", "not a whole number", column=option, value=part.strip() or text,
                expected=example,
            )  # fmt: skip
        found.append(int(part))
    return found


def _horizon(text: str | None) -> int | None:
    from analysis.backtest.tasks import MOST_AHEAD

    if text is None:
        return None
    found = whole_numbers(text, "--horizon", f"1–{MOST_AHEAD}")
    if len(found) != 1 or not 1 <= found[0] <= MOST_AHEAD:
        close = str(min(max(found[0], 1), MOST_AHEAD))
        raise _out_of("--horizon", text, f"one number, 1–{MOST_AHEAD}", close)
    return found[0]


def _origins(text: str | None) -> int | list[int] | None:
    if text is None:
        return None
    example = "3, or 2006,2010,2014"
    found = whole_numbers(text, "--origins", example)
    if len(found) > 1 or found[0] > _LATEST:
        if len(set(found)) < len(found):
            raise _out_of("--origins", text, "each time once", ",".join(map(str, sorted({*found}))))
        return found
    if found[0] < 1:
        raise _out_of("--origins", text, example, "1")
    return found[0]


def _lengths(text: str | None) -> list[int] | None:
    from analysis.backtest.tasks import MOST_STEPS

    if text is None:
        return None
    found = whole_numbers(text, "--lengths", "3,5,8,12,20")
    close = sorted({min(max(n, 1), MOST_STEPS) for n in found})
    if close != sorted(found):
        shown = ",".join(map(str, close))
        raise _out_of("--lengths", text, f"different numbers, 1–{MOST_STEPS}", shown)
    return found


def _gaps(texts: Sequence[str]) -> list[list[int]]:
    from analysis.backtest.tasks import MOST_STEPS

    out: list[list[int]] = []
    for text in texts:
        found = whole_numbers(text, "--gaps", "-9,-4,0")
        low = 1 - MOST_STEPS
        close = sorted({max(low, -abs(n)) for n in found} | {0})
        if found != close or found in out:
            shown = ",".join(map(str, close)) if found != close else None
            wanted = f"ascending, different, ending in 0, none below {low}; each list once"
            raise _out_of("--gaps", text, wanted, shown)
        out.append(found)
    return out


def _out_of(option: str, text: str, expected: str, close: str | None) -> InputError:
    return UserError(
        "数值不合要求", "not such a value", column=option, value=text, expected=expected,
        nearest=close,
    )  # fmt: skip


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
    choices: dict[str, Any] = {
        "horizon": _horizon(horizon),
        "origins": _origins(origins),
        "lengths": _lengths(lengths),
        "gaps": _gaps(gaps),
    }
    place = _page_path(page, no_page, panel)
    others = [name for name in names if name not in own]
    python = known.interpreter(peers, others)
    read = read_panel(panel, {zh: code for code, (zh, _) in terms.KINDS.items()})
    tasks = build_tasks(read, **choices)
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
