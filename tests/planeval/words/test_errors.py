"""Mistakes in words: every code has its sentence, every sentence its figures, none is idle."""

from __future__ import annotations

import ast
import itertools
import pickle
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import pytest

import analysis
import planeval
from analysis.data.errors import SHOWN, InputError, Reason
from analysis.data.units import convert
from planeval.files.replace import place
from planeval.words import errors
from planeval.words.errors import EXPECTED, MESSAGES, UserError, expectation, in_both, message

HAN = re.compile("[\u4e00-\u9fff]")
#: What a mistake has beside the figures of its sentence.
PLACE = {"file", "row", "column", "value", "expected", "nearest"}
#: Figures whose words depend on what they are; of any other a number will do.
FIGURES = {
    "kind": "real_gdp",
    "listed": [2017, 2018],
    "separator": "tabs",
    "left_out": Reason("no_test"),
}


# --- what the source raises -------------------------------------------------------------------


@dataclass
class Module:
    """A module's source: what its names are given, and its functions with their callers."""

    tree: ast.Module
    above: dict[ast.AST, ast.AST] = field(default_factory=dict)
    calls: dict[str, list[ast.Call]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            self.above |= dict.fromkeys(ast.iter_child_nodes(node), node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                self.calls[node.func.id].append(node)
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name].append(node)

    def function(self, node: ast.AST) -> ast.FunctionDef | None:
        """Return the function that a node stands in, None for the module itself."""
        while node in self.above:
            node = self.above[node]
            if isinstance(node, ast.FunctionDef):
                return node
        return None

    def given(self, name: str, scope: ast.FunctionDef | None) -> Iterator[ast.AST]:
        """Yield what a name can be: what it is set to, or what callers hand in."""
        for node in ast.walk(scope or self.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == name and node.value:
                        yield node.value
        if scope is None:
            return
        names = [argument.arg for argument in scope.args.posonlyargs + scope.args.args]
        if name in names:
            at = names.index(name)
            for call in self.calls[scope.name]:
                yield from call.args[at : at + 1]
                yield from (each.value for each in call.keywords if each.arg == name)
        else:
            yield from self.given(name, self.function(scope))

    def ends(self, node: ast.AST) -> Iterator[ast.Constant | ast.Call]:
        """Yield the constants and the reasons that an expression can be."""
        match node:
            case ast.Constant() | ast.Call(func=ast.Name(id="Reason")):
                yield node
            case ast.IfExp():
                yield from self.ends(node.body)
                yield from self.ends(node.orelse)
            case ast.BoolOp():
                for each in node.values:
                    yield from self.ends(each)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(at))):
                for each in self.given(name, self.function(node)):
                    if isinstance(each, ast.Tuple):
                        yield from self.ends(each.elts[at])
            case ast.Call(func=ast.Attribute(value=ast.Name() as table, attr="get")):
                yield from self.ends(table)
            case ast.Dict():
                for each in node.values:
                    yield from self.ends(each)
            case ast.Call(func=ast.Name(id=name)):
                for made in self.functions[name]:
                    for each in ast.walk(made):
                        if isinstance(each, ast.Return) and each.value:
                            yield from self.ends(each.value)
            case ast.Attribute(value=inner, attr="code"):
                yield from self.ends(inner)
            case ast.Name(id=name):
                for each in self.given(name, self.function(node)):
                    yield from self.ends(each)


@dataclass(frozen=True)
class Raised:
    """A code that a line of the source raises or expects, with the names of its figures."""

    at: str
    code: str
    figures: frozenset[str]


def figures_of(call: ast.Call) -> frozenset[str]:
    names = frozenset(each.arg for each in call.keywords if each.arg)
    return names if ast.unparse(call.func) == "Reason" else names - PLACE


@cache
def source() -> tuple[list[Raised], list[Raised], list[str]]:
    """Return the codes raised, those expected, and the lines of which none could be read."""
    raised, expected, unread = [], [], []
    for package in (analysis, planeval):
        home = Path(package.__file__).parent
        for path in sorted(home.rglob("*.py")):
            if path == Path(errors.__file__):
                continue
            module = Module(ast.parse(path.read_text(encoding="utf-8")))
            for call in [*module.calls["InputError"], *module.calls["UserError"]]:
                at = f"{path.relative_to(home.parent).as_posix()}:{call.lineno}"
                for each in call.keywords:
                    if each.arg == "expected":
                        expected += [
                            Raised(at, str(ast.literal_eval(end.args[0])), figures_of(end))
                            for end in module.ends(each.value)
                            if isinstance(end, ast.Call)
                        ]
                if call.func.id == "UserError":
                    continue
                found = [
                    Raised(
                        at,
                        str(ast.literal_eval(end.args[0] if isinstance(end, ast.Call) else end)),
                        figures_of(end if isinstance(end, ast.Call) else call),
                    )
                    for end in module.ends(call.args[0])
                    if isinstance(end, ast.Call) or end.value is not None
                ]
                # what is caught and raised again, with a better place, was made elsewhere
                if not found and ast.unparse(call.args[0]) != "error.code":
                    unread.append(at)
                raised += found
    return raised, expected, unread


def filled(figures: frozenset[str]) -> dict[str, object]:
    return {name: FIGURES.get(name, 3) for name in figures}


def test_every_line_that_raises_is_read():
    raised, expected, unread = source()
    assert unread == []
    # made in one place from a choice, a table of the system's, a parameter and a reason
    for code in ("year_appears_twice", "disk_is_read_only", "no_such_part", "target_needs_number"):
        assert code in {each.code for each in raised}, code
    for code in ("number", "number_or_assigned", "year_such_as", "target_or_withdrawn"):
        assert code in {each.code for each in expected}, code


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    raised, expected, _ = source()
    assert [each for each in raised if each.code not in MESSAGES] == []
    assert [each for each in expected if each.code not in EXPECTED] == []
    assert set(MESSAGES) - {each.code for each in raised} == set()
    assert set(EXPECTED) - {each.code for each in expected} == set()


def test_every_gap_in_a_sentence_is_a_figure_of_its_line():
    raised, expected, _ = source()
    for each in raised:
        said = in_both(InputError(each.code, **filled(each.figures)))
        assert "{" not in "".join(said), each
    for each in expected:
        right = Reason(each.code, **filled(each.figures))
        assert "{" not in "".join(map(str, expectation(InputError("x", expected=right)))), each


def test_a_gap_without_its_figure_and_a_code_without_a_sentence_are_defects():
    for wrong in (
        InputError("repeats_row"),
        InputError("no_such_code"),
        InputError("not_number", expected=Reason("no_such_code")),
        InputError("not_number", expected=Reason("target_or_withdrawn")),
    ):
        with pytest.raises(LookupError):
            message(wrong)


def test_each_sentence_is_one_line_of_its_language():
    for code, (zh, en) in MESSAGES.items():
        assert HAN.search(zh) and en and not HAN.search(en), code
    for words in [*itertools.chain(*MESSAGES.values()), *EXPECTED.values()]:
        assert words and words == words.strip() and len(words.splitlines()) == 1


# --- the message ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda **place: InputError("not_number", **place),
        lambda **place: UserError("不是数字", "not a number", **place),
    ],
)
@pytest.mark.parametrize("value", ["a\nb" * 100, "x" * 100_000, "长\r\n" * 50, "a\u2028b" * 40])
def test_a_message_is_short_and_one_line_a_language_whatever_the_value(make, value):
    error = make(
        file="data/f.csv", row=12, column="c", value=value, expected="226.0", nearest="226"
    )
    zh, en = message(error).splitlines()
    assert zh.startswith("data/f.csv，第 12 行，列 c：不是数字；现为“") and "…" in zh
    assert en.startswith("data/f.csv, row 12, column c: not a number; found '") and "…" in en
    assert zh.endswith("”；应为 226.0；最接近的有效值：226")
    assert en.endswith("'; expected 226.0; nearest valid choice: 226")
    # the words are fewer than a hundred characters, the value is cut
    assert len(zh) < SHOWN + 100 and len(en) < SHOWN + 100
    assert error.value == value


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (InputError("repeats_row", other=3), "第 3 行", "row 3"),
        (InputError("this_row_has_cells", count=13), "有 13 列", "has 13 cells"),
        (InputError("table_has_header_only"), "表头", "header only"),
        (InputError("file_not_utf8"), "CSV UTF-8", "CSV UTF-8"),
        (InputError("broken_csv_quotes", error="x"), "引号", "quotes (x)"),
        (
            InputError("cells_not_separated_by_commas", separator="semicolons"),
            "分号",
            "semicolons",
        ),
        (InputError("cells_not_separated_by_commas", separator="tabs"), "制表符", "tabs"),
        (InputError("cell_is_too_long", error="x"), "过长", "too long"),
        (
            InputError("panel_not_utf8", row=2, value="bc ce d0 cb"),
            "第 2 行：不是 UTF-8 文本；Excel 请另存为“CSV UTF-8”，GBK 文件先转码；"
            "现为“bc ce d0 cb”",
            'row 2: not UTF-8 text; in Excel save as "CSV UTF-8", convert GBK files first; '
            "found 'bc ce d0 cb'",
        ),
        (InputError("cells_under_header_of", count=4, width=3), "4 格", "4 cells"),
        (
            InputError("kind_changes_inside_series", series="a"),
            "序列 a 内",
            "inside series a",
        ),
        (InputError("annual_series_lacks", listed=[2017, 2018]), "2017、2018", "2017, 2018"),
        (
            InputError("each_side_of_break_needs", need=4, before=21, after=0),
            "前 21 个，后没有",
            "21 before, none from it on",
        ),
        (
            InputError("too_few_consecutive_pairs", need=4, count=3),
            "现有 3 对",
            "3 given",
        ),
        (
            InputError("too_few_consecutive_pairs", need=4, count=0),
            "一对也没有",
            "none given",
        ),
        (InputError("earlier_evaluation_not_before_this"), "早于", "before"),
        (InputError("unknown_shape_of_path"), "形状", "shape"),
    ],
    ids=lambda each: each.code if isinstance(each, InputError) else "",
)
def test_a_sentence_holds_its_figures(error, zh, en):
    chinese, english = message(error).splitlines()
    assert zh in chinese and en in english


def test_a_parameter_has_its_name_and_what_has_no_place_none():
    assert message(InputError("not_number", column="year")).splitlines() == [
        "参数 year：不是数字",
        "parameter year: not a number",
    ]
    assert message(InputError("not_number")).splitlines() == ["不是数字", "not a number"]


# --- from one process to another --------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        UserError("错", "wrong", file="f", row=3, column="c", value=1, nearest="2"),
        InputError("repeats_row", file="f", row=3, column="c", expected=Reason("number"), other=2),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_mistake_survives_being_pickled(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and again.args == error.args
    assert vars(again) == vars(error)
    assert message(again) == message(error) and str(again) == str(error)


def test_a_worker_process_s_mistake_arrives_whole():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for words in ((convert, 1.0, "亿元", "万吨"), (place, Path("/p"), "data/../notes.txt")):
            with pytest.raises(InputError) as here:
                words[0](*words[1:])
            with pytest.raises(InputError) as there:
                pool.submit(*words).result()
            assert type(there.value) is type(here.value)
            assert vars(there.value) == vars(here.value)
            assert message(there.value) == message(here.value)
