"""``planeval backtest``: the words of the command checked, the panel scored, the scores told."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analysis.data.errors import InputError, nearest
from planeval.cli.screen import check_place, emit, whole
from planeval.words import terms
from planeval.words.errors import UserError

_LISTS = ("--gaps", "--lengths", "--origins", "--horizon")
_LATEST = 999  # a single --origins above it is a year, not a number of origins
EXAMPLE = """example / 示例:
  planeval backtest panel.csv
  planeval backtest panel.csv --models pooled,drift --origins 2006,2010 --lengths 5,8 --horizon 5
  planeval backtest panel.csv --gaps -9,-4,0 --json scores.json --page scores.html
  planeval backtest panel.csv --models drift,autoets,dotheta --peers peers/bin/python
"""


def add(commands: Any) -> None:
    """Add the command to the parser's commands."""
    text = "检验预测模型 score forecasting models on a panel of series"
    sub = commands.add_parser(
        "backtest",
        help=text,
        description=f"{text}\nCSV: series_id,t,value[,kind][,part]",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    sub.add_argument("panel", metavar="PANEL", help="CSV 或 CSV.GZ 面板文件 the panel")
    sub.add_argument(
        "--models", metavar="A,B", help="模型 models (default: pooled,prior,drift,naive)"
    )
    sub.add_argument("--horizon", metavar="H", help="预测步数 steps ahead (5; test 部分的长度)")
    sub.add_argument(
        "--origins", metavar="N", help="最近 N 个起点，或起点年份 the latest N, or years"
    )
    sub.add_argument("--lengths", metavar="N,N", help="历史点数 points seen (3,5,8,12,20)")
    sub.add_argument(
        "--gaps",
        metavar="-9,-4,0",
        action="append",
        default=[],
        help="只见这些年份（可重复）only these points seen (repeatable)",
    )
    sub.add_argument(
        "--peers", metavar="PYTHON", help="装有同类库的解释器 Python with peer libraries"
    )
    sub.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 language")
    sub.add_argument(
        "--json", metavar="FILE", help="写成 JSON，- 为屏幕 JSON to FILE, - for stdout"
    )
    page = sub.add_mutually_exclusive_group()
    page.add_argument(
        "--page", metavar="FILE", help="网页 (default: build/backtest/PANEL/index.html)"
    )
    page.add_argument("--no-page", action="store_true", help="不写网页 no page")


def joined(words: Sequence[str]) -> list[str]:
    """Return the words with lists that begin with a minus joined to their option.

    Examples
    --------
    >>> joined(["backtest", "a.csv", "--gaps", "-9,-4,0"])
    ['backtest', 'a.csv', '--gaps=-9,-4,0']
    """
    out: list[str] = []
    for word in words:
        if out and out[-1] in _LISTS and re.match(r"[-−]\d", word):
            out[-1] += "=" + word
        else:
            out.append(word)
    return out


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


def _page_path(arguments: argparse.Namespace) -> Path | None:
    if arguments.no_page:
        return None
    if arguments.page:
        if not arguments.page.endswith((".html", ".htm")):
            raise UserError(
                "网页文件应以 .html 结尾",
                "the page's name should end in .html",
                column="--page",
                value=arguments.page,
                expected="scores.html",
            )
        check_place(arguments.page, "--page")
        return Path(arguments.page)
    stem = re.sub(r"\.(csv|csv\.gz|gz)$", "", Path(arguments.panel).name) or "panel"
    return Path("build") / "backtest" / stem / "index.html"


def progress_lines() -> Callable[[str, float], None]:
    """Return how progress is told: one line a model, and on a terminal how far it is."""
    live = sys.stderr.isatty()

    def tell(name: str, share: float) -> None:
        if share >= 1.0:
            print(f"\r{name}: 100%" if live else f"{name}: done", file=sys.stderr, flush=True)
        elif live:
            print(f"\r{name}: {100 * share:3.0f}%", end="", file=sys.stderr, flush=True)

    return tell


def run(arguments: argparse.Namespace) -> int:
    """Run the command; everything a user may have got wrong is checked before any forecast."""
    from analysis.backtest import models as peers
    from analysis.backtest.models import registry
    from analysis.backtest.panel import read_panel
    from analysis.backtest.run import backtest
    from analysis.backtest.tasks import build_tasks
    from planeval.chapters.backtest import page_text, record, screen

    own = registry()
    names = _models(arguments.models, list(own), list(peers.PEERS))
    horizon, origins = _horizon(arguments.horizon), _origins(arguments.origins)
    lengths, gaps = _lengths(arguments.lengths), _gaps(arguments.gaps)
    page = _page_path(arguments)
    if arguments.json and arguments.json != "-":
        check_place(arguments.json, "--json")
    others = [name for name in names if name not in own]
    python = peers.interpreter(arguments.peers, others)
    panel = read_panel(arguments.panel, {zh: code for code, (zh, _) in terms.KINDS.items()})
    tasks = build_tasks(panel, horizon=horizon, origins=origins, lengths=lengths, gaps=gaps)
    tell = progress_lines()
    forecasters = peers.forecasters(tasks, others, python, tell) if python else {}
    models = {name: own.get(name) or peers.PEERS[name] for name in names}
    result = backtest(tasks, models, forecasters, tell)
    told = record(result, _command(arguments, names))
    if page:
        from planeval.report.fonts import web_faces

        if not arguments.page:
            page.parent.mkdir(parents=True, exist_ok=True)
        text = page_text(result, told, arguments.lang)
        whole(page, text.replace("</style>", f"{web_faces(text)}</style>", 1))
    if arguments.json:
        emit(told, arguments.json)
    if arguments.json != "-":
        print(screen(result, arguments.lang), end="")
    if page:
        where = sys.stderr if arguments.json == "-" else sys.stdout
        print(f"\n{'网页：' if arguments.lang == 'zh' else 'page: '}{page}", file=where)
    return 0


def _command(arguments: argparse.Namespace, names: Sequence[str]) -> str:
    """Return the command that gives the same scores, with names of files and no folders."""
    words = ["planeval", "backtest", Path(arguments.panel).name, "--models", ",".join(names)]
    for option in ("horizon", "origins", "lengths"):
        value = getattr(arguments, option)
        words += [f"--{option}", value] if value is not None else []
    words += [f"--gaps={value}" for value in arguments.gaps]
    words += ["--peers", "PYTHON"] if arguments.peers else []
    return shlex.join(words)
