"""What all tests share: one evaluation of each kind, examples that take the time they take."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from roots import HOME, Root

from analysis.data.observations import load
from analysis.data.paths import project_root
from analysis.targets import evaluation

# Examples of a law: some at every change, many by HYPOTHESIS_PROFILE=thorough.
settings.register_profile("plan", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "plan"))
_PROJECT = os.environ.get("PLANEVAL_ROOT")


def _kept(evaluate: Any) -> Any:
    """Keep evaluations of the project's own data, which no test changes, for later tests."""
    known: dict[tuple[str, ...], Any] = {}

    @functools.wraps(evaluate)
    def kept(
        plan: Any, year: Any, as_of: Any = None, *, data: Any = None, root: Any = None, **more: Any
    ) -> Any:
        own = project_root(root) == HOME if data is None else data is load(HOME)
        if not own or more:
            return evaluate(plan, year, as_of, data=data, root=root, **more)
        asked = tuple(map(repr, (plan, year, as_of)))
        if asked not in known:
            known[asked] = evaluate(plan, year, as_of, data=data, root=root)
        return known[asked]

    return kept


evaluation.evaluate = _kept(evaluation.evaluate)


def pytest_runtest_teardown() -> None:
    """Forget the project a command was told of: it names it to its kernels by environment."""
    os.environ.pop("PLANEVAL_ROOT", None)
    if _PROJECT is not None:
        os.environ["PLANEVAL_ROOT"] = _PROJECT


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """Return a copied data root that the test may edit."""
    return Root(tmp_path)


@pytest.fixture
def evaluated_anew() -> Iterator[None]:
    """Evaluate again whatever this test asks for, since it changes how that is done."""
    kept = evaluation.evaluate
    evaluation.evaluate = kept.__wrapped__
    yield
    evaluation.evaluate = kept
