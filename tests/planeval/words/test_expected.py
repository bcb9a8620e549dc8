"""What mistakes of the data call for: every code of theirs has its words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from analysis.data.errors import InputError, Reason
from planeval.words.errors import EXPECTED, FOUND, MESSAGES, message

DATA = Path(__file__).parents[3] / "src" / "analysis" / "data"


def codes() -> set[str]:
    """Return the codes of every reason that is written out in the rooms that read the data."""
    return {
        node.args[0].value
        for path in DATA.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Reason"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_code_has_its_words_in_both_languages() -> None:
    assert {"empty", "no_unit_of", "number"} <= codes()
    assert codes() <= {*EXPECTED, *FOUND, *MESSAGES}
    assert all(EXPECTED.values())


def test_a_cell_that_is_empty_is_said_to_be() -> None:
    error = InputError(
        "unit_must_be_indicator_s",
        file="data/claims.csv",
        row=3,
        column="unit",
        value=Reason("empty"),
        expected=Reason("no_unit_of", indicator="gdp_index"),
    )
    assert message(error) == (
        "data/claims.csv，第 3 行，列 unit：单位须与指标的单位一致；现为“（空）”；"
        "应为 no unit (gdp_index)\n"
        "data/claims.csv, row 3, column unit: the unit must be the indicator's; "
        "found '（空）'; expected no unit (gdp_index)"
    )
    assert error.value == Reason("empty")  # what is said changes nothing in the mistake


def test_a_code_without_words_is_a_defect() -> None:
    with pytest.raises(KeyError):
        message(InputError("not_number", value=Reason("no_such_code")))
    with pytest.raises(KeyError):
        message(InputError("not_number", expected=Reason("no_such_code")))
