"""The bits at which the kernel is run."""

import pytest

from mirrortheory.exact import precision


@pytest.fixture
def bits_of_the_kernel():
    with precision(240):
        yield
