"""The messages of the errors, their places in the hierarchy, and their way through pickle."""

import copy
import pickle

import pytest

from mirrortheory import errors
from mirrortheory.errors import (
    BrokenCheck,
    InvalidArgument,
    LawBroken,
    MirrorTheoryError,
    NoClosedForm,
    NotEvaluable,
    NotSmooth,
    OutOfTime,
    shown,
)

ALL = [
    InvalidArgument("q", "an exact rational in [1, 2]", 3, "write for example 3/2"),
    NoClosedForm("separation", "the ratio is no product"),
    NoClosedForm("separation", "the ratio is no product", ("affine field: q is neither 1 nor 2",)),
    OutOfTime("separate layers", 30),
    NotEvaluable("a pole at x = 0"),
    NotSmooth("the link changes sign"),
    BrokenCheck("the check raised"),
    LawBroken("Link()", ["odd: REFUTED at g = 1"], ["multiplicative: UNDECIDED"]),
]


def test_every_error_class_has_an_instance_here():
    defined = {c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, MirrorTheoryError)}
    assert defined == {type(e) for e in ALL} | {MirrorTheoryError}


@pytest.mark.parametrize("error", ALL, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_errors_survive_pickling_and_copying(error, copied):
    twin = copied(error)
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)
    assert isinstance(twin, MirrorTheoryError)


def test_shape_of_an_invalid_argument():
    error = InvalidArgument("depth", "an integer from 1 to 8", 9, "write one of 1..8")
    assert str(error) == "depth must be an integer from 1 to 8, got 9; write one of 1..8"
    assert (error.name, error.condition, error.value, error.remedy) == ("depth", "an integer from 1 to 8", 9, "write one of 1..8")
    assert isinstance(error, ValueError)


def test_shape_of_a_broken_law():
    error = LawBroken("Link()", ["odd: REFUTED at g = 1"], ["multiplicative: UNDECIDED", "positive: VACUOUS"])
    assert str(error).splitlines() == [
        "Link() breaks 1 law, and leaves open 2 laws",
        "  odd: REFUTED at g = 1",
        "  multiplicative: UNDECIDED",
        "  positive: VACUOUS",
    ]
    assert isinstance(error, AssertionError)


def test_shape_of_no_closed_form():
    error = NoClosedForm("quadrature", "SymPy finds no antiderivative")
    assert str(error) == "no closed form: quadrature failed; SymPy finds no antiderivative"
    assert (error.step, error.reason) == ("quadrature", "SymPy finds no antiderivative")
    assert not isinstance(error, ValueError)
    tried = NoClosedForm("quadrature", "SymPy finds no antiderivative", ("sum: x = u*v is none", "affine field: q = 3/2"))
    assert str(tried).splitlines() == [str(error), "sum: x = u*v is none", "affine field: q = 3/2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (0.1, "0.1"),
        (None, "None"),
        ("", "nothing"),
        (" \n ", "nothing"),
        ("two\nlines\tand   spaces", "two lines and spaces"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 57 + "..."),
    ],
)
def test_values_are_shown_on_one_short_line(value, text):
    assert shown(value) == text
    assert f"got {text};" in str(InvalidArgument("name", "something", value, "do so"))


def test_an_integer_too_long_to_print_is_shown():
    """Python refuses to convert integers of more than 4300 digits to text."""
    assert len(shown(10**5000)) <= 60
