"""What holds for all tests: Hypothesis sets no deadline, as no test compares times."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("morgue", deadline=None)
settings.load_profile("morgue")
