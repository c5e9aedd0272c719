"""The fast suite runs a few of many like cases; the whole suite, ``-m "slow or not slow"``, runs all."""

import pytest

whole = True  # whether all examples are tried: conftest.py sees how pytest was called, for which -m "not (slow)" is another way


def thinned(names, cases, *, every, **options):
    """Parametrize a test by cases; those between every so many-th are marked slow."""
    unpacked = [case if isinstance(names, tuple) else (case,) for case in cases]
    marked = [pytest.param(*case, marks=pytest.mark.slow if i % every else ()) for i, case in enumerate(unpacked)]
    return pytest.mark.parametrize(names, marked, **options)


def named(cases, *, slow):
    """Parameters of cases by name, each a tuple; those of these names are marked slow."""
    assert set(slow) <= set(cases)
    return [pytest.param(*case, id=name, marks=pytest.mark.slow if name in slow else ()) for name, case in cases.items()]


def examples(count, *, every=5):
    """How many examples Hypothesis tries: one in so many in the fast suite."""
    return count if whole else count // every
