"""What all tests share: examples take the time they take, on slow machines too."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from roots import Root

settings.register_profile("plan", deadline=None)
settings.load_profile("plan")


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """Return a copied data root that the test may edit."""
    return Root(tmp_path)
