"""How the verdicts of parts combine: the weakest essential part decides, one witness refutes, corroboration never strengthens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory.evidence import Evidence, Verdict, combine

LETTERS = {v.value[0]: v for v in Verdict}


def of(letter, essential=True):
    return Evidence("sampled", LETTERS[letter], "", "", essential=essential)


def table(text):
    head, *rows = (line.split() for line in text.strip().splitlines())
    return [(row[0], column, entry) for row in rows for column, entry in zip(head, row[1:], strict=True)]


BOTH_ESSENTIAL = """
  P D S U V R
P P D S U U R
D D D S U U R
S S S S U U R
U U U U U U R
V U U U U V R
R R R R R R R
"""

# The rows are essential, the columns corroborate.
CORROBORATED = """
  P D S U V R
P P P P U U R
D D D D U U R
S S S S U U R
U U U U U U R
V V V V V V R
R R R R R R R
"""


@pytest.mark.parametrize(("first", "second", "both"), table(BOTH_ESSENTIAL))
def test_the_weakest_part_decides_and_one_witness_refutes(first, second, both):
    assert combine([of(first), of(second)]) is LETTERS[both]
    assert combine([of(first), of(second), of(first)]) is LETTERS[both]


@pytest.mark.parametrize(("essential", "corroborating", "both"), table(CORROBORATED))
def test_corroborating_evidence_weakens_but_never_strengthens(essential, corroborating, both):
    pair = [of(essential), of(corroborating, essential=False)]
    assert combine(pair) is LETTERS[both]
    assert combine(pair[::-1]) is LETTERS[both]


def test_nothing_is_vacuous_and_corroboration_alone_counts():
    assert combine([]) is Verdict.VACUOUS
    assert combine([of("S", essential=False)]) is Verdict.SUPPORTED
    assert combine([of("U", essential=False)]) is Verdict.UNDECIDED


@settings(deadline=None)
@given(letters=st.lists(st.sampled_from(list(LETTERS)), max_size=6), data=st.data())
def test_combining_is_symmetric(letters, data):
    evidence = [of(letter, essential=data.draw(st.booleans())) for letter in letters]
    assert combine(evidence) is combine(data.draw(st.permutations(evidence)))
