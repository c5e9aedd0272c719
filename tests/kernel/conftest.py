"""What tests of the kernel share: the certificates that are shipped, and the bits at which the kernel is run."""

import pytest

from mirrortheory.exact import precision


@pytest.fixture(scope="session")
def shipped(outcomes):
    return {name: outcome.certificate for name, outcome in outcomes.items()}


@pytest.fixture
def bits_of_the_kernel():
    with precision(240):
        yield
