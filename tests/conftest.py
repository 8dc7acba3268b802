"""What all tests share: how much Hypothesis does, and deterministic runs."""

import os

from hypothesis import settings

settings.register_profile("gate", max_examples=30, deadline=None, derandomize=True, database=None)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
