"""What all tests share: examples take the time they take, on slow machines too."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("plan", deadline=None)
settings.load_profile("plan")
