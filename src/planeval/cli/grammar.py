"""What commands have in common: help in two languages, options, mistakes, answers.

Commands and options are Click's. A help text is two lines, Chinese and English, and what Click
refuses is told as every other mistake is.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis import __version__
from analysis.data.errors import InputError, nearest
from planeval.show.terminal import WIDTH, display_width, wrap

if TYPE_CHECKING:
    from analysis.data.plan import Plan

LANGUAGES = ("zh", "en")
_ASKED: ContextVar[str | None] = ContextVar("asked", default=None)


def begin() -> None:
    """Forget the language of the command before."""
    _ASKED.set(None)


def asked() -> str | None:
    """Return the language the user asked for, None where the command line names none."""
    return _ASKED.get()


def language() -> str:
    """Return the language of an answer given in one: Chinese where none is asked for."""
    return asked() or "zh"


def told(zh: str, en: str, between: str = " ") -> str:
    """Return words in the language asked for, in both where none is.

    Examples
    --------
    >>> told("没有新内容。", "Nothing new.", "  ")
    '没有新内容。  Nothing new.'
    """
    return {"zh": zh, "en": en}.get(asked() or "", f"{zh}{between}{en}")


# --- a command --------------------------------------------------------------------------------


class Explained(click.Command):
    """A command, or a group of them, with its help and its complaints in two languages."""

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the option that shows the help."""
        return HELP

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the words of the command line, or raise the mistake in them."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _mistake(error, ctx) from None

    def get_usage(self, ctx: click.Context) -> str:
        """Return how it is called, on one line."""
        needed = [_name(one) for one in self.params if one.required]
        needed += ["COMMAND"] if isinstance(self, click.Group) else []
        return " ".join([ctx.command_path, *needed, "[OPTIONS]"])

    def get_help(self, ctx: click.Context) -> str:
        """Return its help page."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        arguments = [one for one in self.params if isinstance(one, click.Argument)]
        commands = self.commands.items() if isinstance(self, click.Group) else ()
        parts = [
            f"{told('用法', 'usage')}: {self.get_usage(ctx)}",
            _both(self.help),
            _listed(("命令", "commands"), ((name, one.help) for name, one in commands)),
            _listed(("参数", "arguments"), ((_name(one), one.help) for one in arguments)),
            _listed(("选项", "options"), ((_name(one), one.help) for one in options)),
            "\n  ".join([f"{told('示例', 'examples')}:", *(self.epilog or "").split("\n")]),
        ]
        return "\n\n".join(filter(None, parts))


class Command(Explained):
    """A command on a project, where a change that was interrupted is finished before anything.

    Parameters
    ----------
    does : str
        Module and function of the command: the module is loaded when the command is called, and
        the function bears the command's name (with ``_`` behind a word of Python's own). It is
        given every argument and option by name, ``root`` for the project's, and returns the
        exit code or None for 0.
    zh, en : str
        What it does, in a few words.
    examples : str
        One call a line.
    *params : click.Parameter
        Its arguments and options; ``--root`` and ``--lang`` are every command's.
    writes : bool
        Whether it changes the project's data or its published reports.
    alone : bool
        Whether it also runs where there is no project.
    """

    def __init__(
        self,
        does: str,
        zh: str,
        en: str,
        examples: str,
        *params: click.Parameter,
        writes: bool = False,
        alone: bool = False,
    ) -> None:
        self.module, self.function = does.split(".")
        self.writes, self.alone = writes, alone
        super().__init__(
            self.function.rstrip("_"),
            context_settings={"allow_extra_args": True},
            params=[*params, ROOT, LANG],
            help=f"{zh}\n{en}",
            epilog=examples,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the words of the command line; none may be left over."""
        rest = super().parse_args(ctx, args)
        if rest:
            raise _wrong("多余的词", "a word too many", value=rest[0])
        return rest

    def invoke(self, ctx: click.Context) -> int:
        """Run it and return the exit code."""
        from analysis.data.schema import texts_checked
        from planeval.words.letters import check_texts

        root = self._project(ctx.params.pop("root"))
        function = getattr(import_module(f"planeval.cli.{self.module}"), self.function)
        with texts_checked(check_texts):
            return function(root=root, **ctx.params) or 0

    def _project(self, named: str | None) -> Path | None:
        """Return the root of the project at work, its tables whole."""
        from analysis.data.paths import project_root
        from planeval.files.replace import recover

        if self.writes:
            _refuse_another_project(named)
        try:
            root = project_root(named)
        except InputError:
            if named or not self.alone:
                raise
            return None
        if self.writes:
            from planeval.publish.revisions import not_in_a_revision

            not_in_a_revision(root, "--root")
        recover(root)
        return root


def _both(help: str | None) -> str:
    zh, en = (help or "\n").split("\n")
    return told(zh, en)


def _name(one: click.Parameter) -> str:
    """Return an argument or option as it is written: ``--year YEAR``, ``[INDICATOR]``."""
    if isinstance(one, click.Option):
        return " ".join(filter(None, (", ".join(one.opts), one.metavar)))
    return f"{one.metavar}" if one.required else f"[{one.metavar}]"


def _listed(title: tuple[str, str], rows: Iterable[tuple[str, str | None]]) -> str:
    """Return names and what they mean under a title, the meanings beneath each other."""
    known = list(rows)
    if not known:
        return ""
    indent = max(display_width(name) for name, _ in known) + 4
    try:
        width = min(WIDTH, os.get_terminal_size().columns)
    except OSError:  # no terminal
        width = WIDTH
    lines = [f"{told(*title)}:"]
    for name, help in known:
        first, *more = wrap(_both(help), indent, width, hang=0)
        lines += [f"  {name}".ljust(indent) + first.lstrip(), *more]
    return "\n".join(lines)


def _wrong(zh: str, en: str, **place: Any) -> InputError:
    """Return a mistake in the command; what says it is loaded when there is one to be said."""
    from planeval.words.errors import UserError

    return UserError(zh, en, **place)


def _mistake(error: click.UsageError, ctx: click.Context) -> InputError:
    """Return what Click refuses as any other mistake: what, where, and what would be right."""
    options = [one for one in ctx.command.get_params(ctx) if isinstance(one, click.Option)]
    by_name = {name: one for one in options for name in one.opts}
    match error:
        case click.NoSuchOption(option_name=name):
            return _wrong(
                "不认识的参数",
                "unknown argument",
                value=name,
                expected=" ".join(name for name in by_name if name.startswith("--")),
                nearest=nearest(name, by_name),
            )
        case click.MissingParameter(param=click.Parameter() as one):
            column = one.opts[0] if isinstance(one, click.Option) else one.metavar
            expected = ctx.get_usage()
            return _wrong("缺少参数", "missing argument", column=column, expected=expected)
        case click.BadOptionUsage(option_name=name) if by_name[name].is_flag:
            return _wrong("此参数不带值", "takes no value", column=name, expected=name)
        case click.BadOptionUsage(option_name=name):
            return _without_value(by_name[name])
    raise error


def _without_value(one: click.Parameter) -> InputError:
    return _wrong("缺少值", "its value is missing", column=one.opts[0], expected=_name(one))


def _refuse_another_project(named: str | None) -> None:
    """Refuse to write where a copied folder's user stands in the copy, and would change the first.

    A copy's ``planeval`` belongs to the project it was installed from until ``make`` has run there.
    """
    from analysis.data.paths import MARK, project_root

    here = Path.cwd()
    nearest_one = next((one for one in (here, *here.parents) if (one / MARK).is_file()), None)
    if named or os.environ.get("PLANEVAL_ROOT") or nearest_one is None:
        return
    root = project_root()
    if nearest_one.resolve() != root.resolve():
        raise _wrong(
            "此处是一个项目，而这个 planeval 属于另一个项目，不知该改哪一个",
            "you are in one project, and this planeval belongs to another: which is to be changed?",
            file=str(nearest_one),
            value=str(root),
            expected="make report / --root .",
        )


# --- values -----------------------------------------------------------------------------------


class Word(click.ParamType):
    """A value as it was typed; an option in its place shows that it was forgotten."""

    name = "word"

    def convert(self, value: Any, param: Any, ctx: click.Context | None) -> Any:
        """Return the word, or raise that it is missing."""
        if value.startswith("--"):
            raise _without_value(param)
        return value


class Whole(Word):
    """A whole number."""

    def convert(self, value: Any, param: Any, ctx: click.Context | None) -> Any:
        """Return the number."""
        try:
            return int(super().convert(value, param, ctx))
        except ValueError:
            raise _wrong(
                "不是整数", "not a whole number", column=param.opts[0], value=value, expected="2024"
            ) from None


class OneOf(Word):
    """One of a few words."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def convert(self, value: Any, param: Any, ctx: click.Context | None) -> Any:
        """Return the word if it is one of them."""
        if super().convert(value, param, ctx) not in self.choices:
            raise _wrong(
                "没有这个选项",
                "no such choice",
                column=param.opts[0],
                value=value,
                expected=" / ".join(self.choices),
                nearest=nearest(value, self.choices),
            )
        return value


class NewFile(Word):
    """A file that can be written, and is none of those a project lives on."""

    def convert(self, value: Any, param: Any, ctx: click.Context | None) -> Any:
        """Return the name of the file, or raise why it cannot be written."""
        from analysis.data.paths import MARK

        option, path = param.opts[0], Path(super().convert(value, param, ctx))
        if option == "--json" and value == "-":
            return value
        special = path.is_symlink() or (path.exists() and not path.is_file())
        if not path.parent.is_dir() or special:
            raise _wrong(
                "不能写成这个文件",
                "no file can be written there",
                column=option,
                value=value,
                expected="DIR/FILE, -" if option == "--json" else "DIR/FILE",
            )
        for folder in path.resolve().parents:
            if any((folder / name).is_file() for name in (MARK.name, "published.json")):
                raise _wrong(
                    "数据和已发布的报告不能被输出覆盖",
                    "no answer is written among the data or into a published report",
                    column=option,
                    value=value,
                    expected=f"a file outside {folder.name}/",
                )
        return value


# --- arguments and options that several commands know -----------------------------------------


def argument(name: str, metavar: str, zh: str, en: str, **more: Any) -> click.Argument:
    """Return a word of a command that needs no option before it."""
    return click.Argument([name], metavar=metavar, type=Word(), help=f"{zh}\n{en}", **more)


def option(
    names: str, metavar: str, zh: str, en: str, type: Word | None = None, **more: Any
) -> click.Option:
    """Return an option with a value; `names` may tell the function's parameter after a space."""
    return click.Option(
        names.split(), metavar=metavar, type=type or Word(), help=f"{zh}\n{en}", **more
    )


def flag(names: str, zh: str, en: str, **more: Any) -> click.Option:
    """Return an option without a value."""
    return click.Option(names.split(), is_flag=True, help=f"{zh}\n{en}", **more)


def _before_command() -> str | None:
    """Return the root that was named before the command."""
    parent = click.get_current_context().parent
    return parent.params["root"] if parent else None


def _speak(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value:
        _ASKED.set(value)


def _show(text: Callable[[click.Context], str]) -> Callable[[Any, Any, bool], None]:
    """Return what an option does that only shows a text."""

    def show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value:
            print(text(ctx))
            ctx.exit()

    return show


PLAN = argument("plan", "PLAN", "规划代码", "name of the plan (planeval plans)")
YEAR = option("--year", "YEAR", "规划的年份", "year of the plan", Whole(), required=True)
AS_OF = option("--as-of", "DATE", "只用该日及以前公布的数字", "use what was published by DATE")
JSON = option("--json to", "FILE", "写成 JSON，- 为屏幕", "JSON to FILE, - for stdout", NewFile())
NOTE = option("--note", "TEXT", "说明", "what is said about it", default="")
WHO = option("--who", "NAME", "经办人（可不填）", "who did it; may be left out")
ROOT = option(
    "--root", "DIR", "项目根目录（默认自动查找）", "the project (default: found)",
    default=_before_command,
)  # fmt: skip
LANG = option(
    "--lang", "|".join(LANGUAGES), "语言", "language", OneOf(*LANGUAGES),
    is_eager=True, expose_value=False, callback=_speak,
)  # fmt: skip
HELP = flag(
    "-h --help", "显示本帮助", "this help",
    expose_value=False, callback=_show(click.Context.get_help),
)  # fmt: skip
VERSION = flag(
    "--version", "版本", "version of the program",
    expose_value=False, callback=_show(lambda _: f"planeval {__version__}"),
)  # fmt: skip


# --- Where an answer goes: lines on the terminal, a record as JSON, a file whole -------------


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
        from planeval.words.language import speaking

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
