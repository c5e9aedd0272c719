"""Letters of formulas: each entry of a matrix has a letter of its own."""

import pytest

from mirrortheory import InvalidArgument
from mirrortheory.notation import matrix


def test_each_entry_has_a_letter_of_its_own():
    assert len(set(matrix("u", 9, 9))) == 81


@pytest.mark.parametrize("size", [(11, 11), (10, 1), (1, 10), (0, 2), (-1, 2), (2.5, 2)])
def test_sizes_at_which_letters_would_be_the_same_are_refused(size):
    with pytest.raises(InvalidArgument, match="rows must be|columns must be"):
        matrix("u", *size)
