"""Letters of formulas: each entry of a matrix has a letter of its own."""

import pytest

from mirrortheory import InvalidArgument
from mirrortheory.notation import matrix


@pytest.mark.parametrize(("rows", "columns"), [(9, 9), (11, 11), (2, 12), (12, 2)])
def test_each_entry_has_a_letter_of_its_own(rows, columns):
    assert len(set(matrix("u", rows, columns))) == rows * columns


@pytest.mark.parametrize("size", [(0, 2), (2, 0), (-1, 2), (2.5, 2), (2, None)])
def test_other_sizes_are_refused(size):
    with pytest.raises(InvalidArgument, match="rows must be|columns must be"):
        matrix("u", *size)
