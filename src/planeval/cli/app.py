"""The command line: arguments in, one call, exit code out.

Exit codes: 0 done, 1 a chapter failed, 2 a mistake in the command or the data (nothing is
written), 70 a defect of the program, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from analysis.data.errors import InputError, nearest, of_system
from planeval.cli.commands import COMMANDS
from planeval.cli.grammar import LANG, ROOT, VERSION, Explained, asked, begin, told


class Planeval(Explained, click.Group):
    """All commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of that name, or raise which there are."""
        if args[0] not in self.commands:
            from planeval.words.errors import UserError

            raise UserError(
                "没有这个命令",
                "no such command",
                value=args[0],
                expected=" / ".join(self.commands),
                nearest=nearest(args[0], self.commands),
            )
        return super().resolve_command(ctx, args)


def _without_command(root: str | None) -> None:
    """Show the help where only options were given."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


PLANEVAL = Planeval(
    "planeval",
    commands={str(one.name): one for one in COMMANDS},
    callback=_without_command,
    invoke_without_command=True,
    params=[ROOT, LANG, VERSION],
    help="五年规划评估：目标现状、前景与证据，公布数字核对，年度报告\n"
    "Judge a five-year plan: state, outlook and evidence of every target, audit, report",
    epilog="\n".join(str(one.epilog).split("\n")[0] for one in COMMANDS),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles default to a local code page
            stream.reconfigure(encoding="utf-8", errors="replace")
    begin()
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()  # a closed pipe shows itself here, not when the program has ended
        return code
    except InputError as error:
        return _refused(error)
    except KeyboardInterrupt:
        zh, en = "planeval: 已中断，原有报告未动", "planeval: interrupted; nothing was changed"
        print(told(zh, en, "\n"), file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader closed the pipe (planeval … | head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _refused(of_system(error))
    except Exception as error:
        return _defect(error)


def _run(words: list[str]) -> int:
    try:
        with PLANEVAL.make_context("planeval", words) as ctx:
            return PLANEVAL.invoke(ctx) or 0
    except click.exceptions.Exit as ended:  # --help and --version
        return ended.exit_code


def _refused(error: InputError) -> int:
    from planeval.words.errors import message

    print(f"planeval: {message(error, asked())}", file=sys.stderr)
    return 2


def _defect(error: Exception) -> int:
    """Own up to a defect of the program; the traceback is for those who ask for it."""
    if os.environ.get("PLANEVAL_DEBUG"):
        import traceback

        traceback.print_exception(error)
    name = f"{type(error).__name__}: {error}"
    zh = f"planeval: 程序缺陷（{name}）；设 PLANEVAL_DEBUG=1 可看详情"
    en = f"planeval: a defect of the program ({name}); set PLANEVAL_DEBUG=1 for details"
    print(told(zh, en, "\n"), file=sys.stderr)
    return 70


if __name__ == "__main__":
    sys.exit(main())
