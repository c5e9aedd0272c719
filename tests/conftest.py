"""Hypothesis profiles: derandomized where the environment variable CI is set, random elsewhere. One run of all claims."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from mirrortheory.check.claims import find
from mirrortheory.check.run import run

CHECKS = Path(__file__).parent.parent / "proofs_checks"

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("dev", deadline=None, max_examples=60)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def outcomes():
    """Every claim examined once, in two workers, for all tests that look at the outcomes."""
    return {outcome.claim.name: outcome for outcome in run(find(CHECKS), jobs=2, seed=7)}
