"""The command line: arguments in, one call, exit code out.

Exit codes: 0 done, 1 a chapter failed, 2 a mistake in the command or the data (nothing is
written), 70 a defect of the program, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from analysis import __version__
from analysis.data.errors import InputError, nearest, of_system
from analysis.data.paths import MARK, project_root
from planeval.cli import backtest, care, intake, judge, new, publish, report, trace
from planeval.words.errors import UserError, message

# each brings `add`, which declares its commands, and COMMANDS, which runs them
MODULES = (
    judge,
    report,
    publish,
    intake,
    care,
    new,
)
# these change a project's data or its published reports
WRITING = ("import", "undo", "migrate", "new", "publish")
EXAMPLES = """examples / 示例:
  planeval plans                                       规划一览
  planeval check                                       核对数据与公布数字
  planeval evaluate jiaxing-14fyp --year 2024          逐项评价，打印记分板
  planeval evaluate jiaxing-14fyp --year 2024 --json - 同上，输出 JSON
  planeval trace jiaxing-14fyp gdp --year 2024         每个数的出处和算法
  planeval report jiaxing-14fyp --year 2024            评估报告（HTML、PDF、Word）
  planeval report jiaxing-13fyp --year 2020            “十三五”总结评估
  planeval revisions jiaxing-14fyp gdp                 历次公布值与目标调整
  planeval propose jiaxing-14fyp --year 2023           余下年份的年度值建议
  planeval due jiaxing-14fyp --year 2025               到期和逾期未公布的指标
  planeval publish jiaxing-14fyp --year 2024           核定草稿，存入 reports/
  planeval diff jiaxing-14fyp:2024 jiaxing-14fyp:2024:draft  两份报告有何不同，为何
  planeval site                                        已发布报告和数据的静态网站
  planeval template jiaxing-14fyp --year 2025 new.xlsx 生成年度填报工作簿
  planeval import new.xlsx                             核对并导入，有疑问的逐格标出
  planeval undo                                        撤回最近一次导入
  planeval migrate                                     旧数据补上新的列和表
  planeval log                                         数据改动记录
  planeval new jiaxing-15fyp --from plan.docx          从规划文件起草新规划
  planeval overview --year 2024                        各规划总览与目标冲突
  planeval backtest panel.csv                          用任一面板检验预测模型
"""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints look like every other message and name the nearest choice."""

    def error(self, message: str) -> NoReturn:
        """Raise the complaint as an InputError."""
        options = [name for action in self._actions for name in action.option_strings]
        wrong = re.search(r"unrecognized arguments: (\S+)", message)
        if wrong:
            name = wrong[1].split("=")[0]
            if not name.startswith("-"):
                raise UserError("多余的词", "a word too many", value=wrong[1])
            raise UserError(
                "不认识的参数",
                "unknown argument",
                value=wrong[1],
                expected=" ".join(option for option in options if option.startswith("--")),
                nearest=nearest(name, options),
            )
        choice = re.search(r"argument (\S+): invalid choice: '(.*?)' \(choose from (.*)\)", message)
        if choice:
            choices = [item.strip("' ") for item in choice[3].split(",")]
            raise UserError(
                "没有这个选项",
                "no such choice",
                value=choice[2],
                expected=" / ".join(choices),
                nearest=nearest(choice[2], choices),
            )
        missing = re.search(r"the following arguments are required: (.*)", message)
        if missing:
            raise UserError(
                "缺少参数",
                "missing argument",
                column=missing[1],
                expected=" ".join(self.format_usage().split()[1:]),
            )
        number = re.search(r"argument (\S+): invalid int value: '(.*?)'", message)
        if number:
            raise UserError(
                "不是整数", "not a whole number", column=number[1], value=number[2], expected="2024"
            )
        raise UserError("命令有误", message, expected=" ".join(self.format_usage().split()[1:]))


def parser() -> Parser:
    """Return the command line's parser."""
    common = Parser(add_help=False, allow_abbrev=False)
    common.add_argument("--root", metavar="DIR", help="项目根目录 project root (default: found)")
    main_parser = Parser(
        prog="planeval",
        description="五年规划评估：目标现状、前景与证据，公布数字核对，年度报告\n"
        "Judge a five-year plan: state, outlook and evidence of every target, audit, report",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    main_parser.add_argument("--version", action="version", version=f"planeval {__version__}")
    commands = main_parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def add(name: str, text: str, example: str) -> Parser:
        return commands.add_parser(
            name,
            help=text,
            description=text,
            parents=[common],
            epilog=f"example / 示例:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    for module in MODULES:
        module.add(add)
    trace.add(commands, common)
    backtest.add(commands)
    return main_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles default to a local code page
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()  # a closed pipe shows itself here, not when the program has ended
        return code
    except InputError as error:
        print(f"planeval: {message(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "planeval: 已中断，原有报告未动\nplaneval: interrupted; nothing was changed",
            file=sys.stderr,
        )
        return 130
    except BrokenPipeError:  # the reader closed the pipe (planeval … | head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"planeval: {message(of_system(error))}", file=sys.stderr)
        return 2
    except Exception as error:
        return _defect(error)


def _defect(error: Exception) -> int:
    """Own up to a defect of the program; the traceback is for those who ask for it."""
    if os.environ.get("PLANEVAL_DEBUG"):
        traceback.print_exception(error)
    print(
        f"planeval: 程序缺陷（{type(error).__name__}: {error}）；设 PLANEVAL_DEBUG=1 可看详情\n"
        f"planeval: a defect of the program ({type(error).__name__}: {error});"
        " set PLANEVAL_DEBUG=1 for details",
        file=sys.stderr,
    )
    return 70


def _run(words: list[str]) -> int:
    asked = parser()
    words = _negative(backtest.joined(words))
    _refuse_unknown(asked, words)
    arguments = asked.parse_args(words)
    if not arguments.command:
        asked.print_help()
        return 0
    if arguments.command in WRITING:
        _refuse_another_project(arguments.root)
        _refuse_what_is_published(arguments.root)
    if hasattr(arguments, "root"):
        try:
            _recover(arguments.root)
        except InputError as error:
            if arguments.command != "log":  # what was done is told even where it cannot go on
                raise
            print(f"planeval: {message(error)}", file=sys.stderr)
    from analysis.data.schema import texts_checked  # and pandas: no help needs it
    from planeval.words.letters import check_texts

    with texts_checked(check_texts):
        return COMMANDS[arguments.command](arguments)


def _recover(named: str | None) -> None:
    """Finish what an interrupted command had decided, whatever is asked now."""
    from planeval.files.replace import recover

    try:
        root = project_root(named)
    except InputError:  # a command that needs a project says so itself
        return
    recover(root)


def _negative(words: list[str]) -> list[str]:
    """Join a negative number to the option before it, or it is taken for an option of its own.

    Examples
    --------
    >>> _negative(["report", "p", "--year", "-5", "--json", "-"])
    ['report', 'p', '--year=-5', '--json', '-']
    """
    out: list[str] = []
    for word in words:
        follows = out and out[-1].startswith("--") and "=" not in out[-1]
        if follows and re.fullmatch(r"[-−－]\d[\d.]*", word):
            out[-1] += f"={word}"
        else:
            out.append(word)
    return out


def _refuse_another_project(named: str | None) -> None:
    """Refuse to write where a copied folder's user stands in the copy, and would change the first.

    A copy's ``planeval`` belongs to the project it was installed from until ``make`` has run there.
    """
    here = Path.cwd()
    nearest_one = next((one for one in (here, *here.parents) if (one / MARK).is_file()), None)
    if named or os.environ.get("PLANEVAL_ROOT") or nearest_one is None:
        return
    root = project_root()
    if nearest_one.resolve() != root.resolve():
        raise UserError(
            "此处是一个项目，而这个 planeval 属于另一个项目，不知该改哪一个",
            "you are in one project, and this planeval belongs to another: which is to be changed?",
            file=str(nearest_one),
            value=str(root),
            expected="make report / --root .",
        )


def _refuse_what_is_published(named: str | None) -> None:
    """Refuse to change the data a published report rests on: its snapshot is laid out as a root."""
    from planeval.publish.revisions import not_in_a_revision

    not_in_a_revision(project_root(named), "--root")


def _refuse_unknown(asked: Parser, words: list[str]) -> None:
    """Name a misspelt option before argparse complains of the one it stands for."""
    chosen: Parser = asked
    for word in words:
        known = [name for action in chosen._actions for name in action.option_strings]
        subs = [a for a in chosen._actions if isinstance(a, argparse._SubParsersAction)]
        if word.startswith("-") and word != "-":
            if word.split("=")[0] not in known:
                chosen.error(f"unrecognized arguments: {word}")
        elif subs and word in subs[0].choices:
            chosen = subs[0].choices[word]
        elif subs:
            names = ", ".join(f"'{name}'" for name in subs[0].choices)
            chosen.error(f"argument COMMAND: invalid choice: '{word}' (choose from {names})")


COMMANDS = {"trace": trace.run, "backtest": backtest.run}
for _module in MODULES:
    COMMANDS.update(_module.COMMANDS)

if __name__ == "__main__":
    sys.exit(main())
