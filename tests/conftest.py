"""What all tests share: examples take the time they take, on slow machines too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from roots import Root

settings.register_profile("plan", deadline=None)
settings.load_profile("plan")
_PROJECT = os.environ.get("PLANEVAL_ROOT")


def pytest_runtest_teardown() -> None:
    """Forget the project a command was told of: it names it to its kernels by environment."""
    os.environ.pop("PLANEVAL_ROOT", None)
    if _PROJECT is not None:
        os.environ["PLANEVAL_ROOT"] = _PROJECT


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """Return a copied data root that the test may edit."""
    return Root(tmp_path)
