"""Generated code stands alone and agrees with certified balls: NumPy to a few units in the last place, mpmath to its precision."""

import functools
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import sympy
from reference import context, number
from thinning import thinned
from ulps import errors, load, ulps

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.cli.commands import main
from mirrortheory.codegen import as_numpy, as_python
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import ball
from mirrortheory.notation import q as q_symbol
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, LogDifference, Mask, PowerDifference, PowersProduct, Separable, Square, Tempered

R = sympy.Rational
U, V, LAM = sympy.symbols("u v lam", positive=True)
PRODUCTS = [
    (1, (0,)), (1, (0, 3)), (2, (0, 3)), ("3/2", (0, 3)), ("4/3", (0, 3)), (2, (0, 0)), ("3/2", (0, 0, 0)), ("4/3", (0, 0, 0)),
    (2, (0, "1/2", 2)), ("3/2", (0, 0, 2)), (2, (0, 0, 2)), (1, (0, "1/2", 2)), ("5/4", (0, "1/2", 2, 3)), (2, (0, "1/2", 2, 3, 4)),
]  # fmt: skip
OTHERS = [
    (Mask(), "3/2", (2, 1)), (PowersProduct(2, 3), "3/2", (2, 1)), (Square(), "3/2", None), (Exp(), "3/2", None),
    (Tempered(R(1, 2)), "4/3", None), (Separable(U + U**2 / 4, (U,)), 2, None), (PowerDifference(2), 2, (2, 1)),
    (PowerDifference(3), 2, (2, 1)), (PowerDifference(4), "5/4", (2, 1)), (LogDifference(), "3/2", (2, 1)),
    (Separable(U**3 - sympy.log(V), (U, V)), "3/2", (2, 1)),
]  # fmt: skip


@functools.cache
def product(q, imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance)


@thinned(("q", "imbalance"), PRODUCTS, every=14)
def test_numpy_form_of_a_product_is_accurate_to_a_few_ulps(q, imbalance):
    derivation = product(q, imbalance)
    names = load(as_numpy(derivation))
    seen = 0
    for power in (-300, -80, -1, 0, 9, 181, 299):
        for name, error in errors(names, derivation.potential, 1.4 * 10.0**power).items():
            assert error < 8, (name, power, error)
            seen += 1
    assert seen > 15


@thinned("q", [1, 2], every=2)
def test_imbalance_as_an_argument_is_accurate_over_all_doubles(q):
    names = load(as_numpy(product(q, (0, LAM))))
    for power in (-300, -7, 0, 300):
        for gap in (-300, -3, 0, 299):
            x, lam = 1.4 * 10.0**power, 1.3 * 10.0**gap
            found = errors(names, product(q, (0, LAM)).potential.subs({LAM: R(lam)}), x, lam)
            assert found
            assert max(found.values()) < 8, (power, gap, found)
    if q == 1:  # the balanced case is the limit
        assert names["mirror_map"](2.25, 0.0) == 1.5


def test_formula_that_cancels_is_caught():
    """The closed form as it is printed loses every digit near 0."""
    potential, x = product(1, (0, 3)).potential, 1e-17
    naive = (np.sqrt(9 + 4 * x) - 3) / 2
    assert ulps(naive, values(potential, R(x)).mirror_map) > 1e6


@thinned(("reparam", "q", "start"), OTHERS, every=4)
def test_numpy_form_of_other_maps_is_accurate(reparam, q, start):
    derivation = derive(Flow(Lq(q), reparam), initial=start)
    names = load(as_numpy(derivation))
    for x in (0.4, 1.7, 2.9):
        found = errors(names, derivation.potential, x)
        assert len(found) == 5
        assert max(found.values()) < 4, (x, found)


@thinned(("q", "imbalance"), PRODUCTS[:4], every=2)
def test_arrays_signs_and_zero(q, imbalance):
    names = load(as_numpy(product(q, imbalance)))
    x = np.array([[-2.0, 0.0], [0.5, 2.0]])
    y = names["mirror_map"](x)
    assert y.shape == x.shape
    assert y[0, 0] == -y[1, 1]
    assert y[0, 1] == 0
    np.testing.assert_allclose(names["inverse_mirror_map"](y), x, rtol=1e-14)
    np.testing.assert_array_equal(names["potential"](x), names["potential"](-x))
    np.testing.assert_allclose(names["potential"](x) + names["conjugate"](y), x * y, rtol=1e-14)
    assert names["bregman"](1.7, 1.7) == 0
    close = names["bregman"](1 + 1e-9, 1.0)
    assert close == pytest.approx(names["hessian"](1.0) * 1e-18 / 2, rel=1e-6)  # the difference of three terms has no digit of this
    assert names["bregman"](5.0, 0.25) == pytest.approx(
        names["potential"](5.0) - names["potential"](0.25) - names["mirror_map"](0.25) * 4.75, rel=1e-12
    )
    assert np.isnan(names["mirror_map"](np.nan))


@pytest.mark.parametrize("imbalance", [(0, 3), (0, "1/2", 2), (0, R(1, 10**12), 10**12)])
def test_table_of_the_inverse_agrees_with_newton(imbalance):
    names = load(as_numpy(product("3/2" if len(imbalance) == 2 else 2, imbalance)))
    primitive = names["_DUAL"]
    y = names["mirror_map"](10.0 ** np.random.default_rng(0).uniform(-250, 6, 2000))
    table, newton = primitive.inverse(y), primitive.newton(y)
    condition = np.maximum(1, y / (table * primitive.density(table)))
    assert (np.abs(table / newton - 1) < 1e-14 * condition).all()
    assert np.isnan(primitive.table.near[-1][0]).mean() < 0.05  # hardly any interval is left to Newton's method
    beyond = primitive.inverse(np.array([1e301]))  # of all doubles where the dual domain is unbounded, else of the supremum
    np.testing.assert_array_equal(beyond, np.inf if len(imbalance) == 2 else np.nan)
    primitive.table.near[-1][-1] *= 1 + 1e-9  # a mutant
    assert not (np.abs(primitive.inverse(y) / newton - 1) < 1e-14 * condition).all()


def test_ends_of_a_half_line():
    names = load(as_numpy(product(2, (0, 0, 2))))
    assert names["mirror_map"](0.0) == -np.inf
    assert names["hessian"](0.0) == np.inf
    assert names["inverse_mirror_map"](-0.3) > 0
    assert np.isnan(names["inverse_mirror_map"](0.1))  # R' < 0
    positive = load(as_numpy(derive(Flow(Lq("3/2"), PowersProduct(2, 3)), initial=(2, 1))))
    assert np.isnan(positive["mirror_map"](-1.0))


@thinned(
    ("reparam", "q", "start"),
    [*((Product(len(i)), q, i) for q, i in PRODUCTS[1:12]), *OTHERS],
    ids=lambda e: str(e).replace(" ", ""),
    every=16,
)
def test_python_form_agrees_at_high_precision(reparam, q, start):
    derivation = product(q, start) if isinstance(reparam, Product) else derive(Flow(Lq(q), reparam), initial=start)
    names = load(as_python(derivation))
    reference = context(40)
    for x in (R(1, 7), R(17, 10)):
        exact = values(derivation.potential, x, digits=35)
        with mpmath.workdps(40):
            point = number(reference, x)
            y = names["mirror_map"](mpmath.mpf(point))
            found = {
                "x": names["inverse_mirror_map"](y),
                "mirror_map": y,
                "conjugate": names["conjugate"](y),
                **{name: names[name](mpmath.mpf(point)) for name in ("hessian", "potential")},
            }
            for name, value in found.items():
                wanted = mpmath.mpf(getattr(exact, name).mid().str(40, radius=False))
                assert abs(value / wanted - 1) < mpmath.mpf(10) ** -24, name
            assert abs(names["bregman"](mpmath.mpf(point), mpmath.mpf(point))) < 1e-30


@pytest.mark.parametrize("form", ["python", "numpy"])
@pytest.mark.parametrize("options", [("--depth", "3", "--imbalance", "0,1/2,2"), ("--imbalance", "0,lam", "--q", "1")])
def test_command_writes_code_that_does_not_import_the_package(form, options, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["mirrortheory", "derive", *options, "--format", form])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 0
    (tmp_path / "generated.py").write_text(capsys.readouterr().out)
    further = ", 2.0" if "0,lam" in options else ""
    program = f"import sys; sys.modules['mirrortheory'] = None; import generated; print(float(generated.mirror_map(0.75{further})))"
    shown = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    expected = derive(Flow(Lq(1 if further else 2), Product(2 if further else 3)), imbalance=(0, 2) if further else (0, R(1, 2), 2))
    assert float(shown.stdout) == pytest.approx(float(values(expected.potential, R(3, 4)).mirror_map.mid()), rel=1e-15)


def test_refusals():
    letter = derive(Flow(Lq(q_symbol), Product(3)))
    for write in (as_numpy, as_python):
        with pytest.raises(NoClosedForm, match="q is a symbol"):
            write(letter)
    with pytest.raises(NoClosedForm, match="needs an elementary form; derive with numbers"):
        as_numpy(product("3/2", (0, LAM)))


SUMS = [
    (Exp(), "3/2", None), (PowerDifference(1), 2, (2, 1)), (PowerDifference(3), "5/4", (2, 1)), (LogDifference(), "4/3", (2, 1)),
    (Separable(U * V + V**2, (U, V)), 1, (2, 1)), (Separable(U**3 - sympy.log(V), (U, V)), "3/2", (2, 1)),
]  # fmt: skip


@thinned(("reparam", "q", "start"), [*((Product(len(i)), q, i) for q, i in PRODUCTS[:12]), *SUMS], every=18)
def test_any_shape_and_one_bad_element_leave_the_others_alone(reparam, q, start):
    """In an array with nan the steps of the others used to stop early, at six digits; lists, and constants at nan, failed."""
    derivation = product(q, start) if isinstance(reparam, Product) else derive(Flow(Lq(q), reparam), initial=start)
    names = load(as_numpy(derivation))
    for name in ("hessian", "mirror_map", "potential", "inverse_mirror_map", "conjugate"):
        alone = [float(names[name](x)) for x in (0.3, 1.7)]
        mixed = names[name]([0.3, np.nan, 1.7, np.inf, 1e300, -1e300])
        np.testing.assert_allclose(mixed[[0, 2]], alone, rtol=1e-14, err_msg=name)
        assert np.isnan(mixed[1]), name
        for x in (np.float32(0.5), 1, [0.5, 1.0], np.ones((1, 2, 1)), np.zeros((2, 0)), np.array([1, 2])):
            assert names[name](x).shape == np.shape(x), name
        assert names[name](np.float32(0.5)) == names[name](0.5) or np.isnan(names[name](0.5))
    assert names["bregman"](np.ones((3, 1)), np.ones(4)).shape == (3, 4)


@thinned(("reparam", "q", "start"), SUMS, every=3)
def test_outside_the_region_there_is_no_number(reparam, q, start):
    derivation = derive(Flow(Lq(q), reparam), initial=start)
    outside = [float(end) + side for end, side in zip(derivation.potential.region, (-1, 1), strict=True) if end.is_finite]
    for write in (as_numpy, as_python):
        names = load(write(derivation))
        for x in outside:
            assert all(np.isnan(float(names[name](x))) for name in ("mirror_map", "hessian", "potential"))


def test_powers_that_are_no_integers_are_written():
    """Of u^(3/2) v the derivative in s has the exponent 3/2 - 1."""
    derivation = derive(Flow(Lq("5/4"), Separable(U ** R(3, 2) * V, (U, V))), initial=(3, R(3, 2)))
    names = load(as_numpy(derivation))
    assert max(errors(names, derivation.potential, 1.7).values()) < 20


def test_functions_that_are_not_printed_are_refused():
    derivation = derive(Flow(Lq(1), Separable(sympy.exp(U**2), (U,))))
    for write in (as_numpy, as_python):
        with pytest.raises(NoClosedForm, match="derive --at gives values"):
            write(derivation)


@pytest.mark.slow
def test_divergence_near_the_end_of_a_region():
    """R'' of atan w grows at pi/2: twelve nodes between points that are apart lost four digits."""
    derivation = derive(Flow(Lq(2), Separable(sympy.atan(U), (U,))))
    names, (x, x0) = load(as_numpy(derivation)), (1.483, 0.861)
    a, b = (values(derivation.potential, R(str(p))) for p in (x, x0))
    exact = float((a.potential - b.potential - b.mirror_map * (a.x - b.x)).mid())
    assert names["bregman"](x, x0) == pytest.approx(exact, rel=1e-11)


@thinned("name", ["np", "r", "size", "sum", "math", "power", "mirror_map", "mpmath"], every=4)
def test_argument_named_as_something_in_the_code_is_refused(name):
    derivation = product(1, (0, sympy.Symbol(name, positive=True)))
    for write in (as_numpy, as_python):
        if write is as_python and name in ("power", "math"):  # names that the mpmath form does not use
            continue
        with pytest.raises(InvalidArgument, match=f"imbalance must be named as nothing in the generated code is, got {name}"):
            write(derivation)


# Far out --------------------------------------------------------------------------------------------------------------

FAR = (1e-310, 1e-150, 1e10, 1e300, 1.7e308)
CURVES = [(2, (0, 1, 1)), (2, (0, 1, 2)), (2, (0, 0, 1)), ("3/2", (0, 1, 2)), ("3/2", (0, 0, 1))]


def nearest(enclosed):
    """The double next to the middle of a ball, inf beyond all."""
    middle = enclosed.mid()
    if abs(middle) > ball(R(2) ** 1024):
        return np.inf if middle > 0 else -np.inf
    return float(middle)


@thinned(("q", "imbalance"), [*PRODUCTS[:11], *CURVES], ids=str, every=4)
def test_numpy_form_is_right_from_the_smallest_to_the_largest_double(q, imbalance):
    derivation = product(q, imbalance)
    names = load(as_numpy(derivation))
    for x in FAR:
        exact = values(derivation.potential, R(x), digits=20)
        for name in ("mirror_map", "hessian", "potential"):
            wanted, got = nearest(getattr(exact, name)), float(names[name](x))
            assert got == pytest.approx(wanted, rel=1e-11, abs=3e-309 if name == "hessian" else 1e-323), (name, x)
    assert not np.isnan([float(names[name](5e-324)) for name in ("mirror_map", "hessian", "potential")]).any()


@thinned(("q", "imbalance"), CURVES, ids=str, every=5)
def test_python_form_of_a_curve_is_right_far_out(q, imbalance):
    """One quadrature over hundreds of octaves sees a part of them only."""
    derivation = product(q, imbalance)
    names = load(as_python(derivation))
    for x in (1e-150, 1e-30, 1e10, 1e100, 1e300):
        exact = values(derivation.potential, R(x), digits=20)
        for name in ("mirror_map", "hessian"):
            wanted = mpmath.mpf(getattr(exact, name).mid().str(20, radius=False))
            assert abs(names[name](x) / wanted - 1) < 1e-11, (name, x)


@thinned(("q", "imbalance"), [(2, (0, "1/2", 2)), ("3/2", (0, "1/2", 2)), (2, (0, "1/2", 2, 3))], ids=str, every=3)
@thinned("y", [1e-150, 1e-200, 1e-290, 1e-300, 1e-305, 2.3e-308, 1e-310], every=6)
def test_small_dual_variables_have_their_x(q, imbalance, y):
    """Next to 0 the inverse mirror map is 1/R''(0) = prod lambda_i times y."""
    slope = float(np.prod([float(R(shift)) for shift in imbalance[1:]]))
    for write in (as_numpy, as_python):
        names = load(write(product(q, imbalance)))
        assert float(names["inverse_mirror_map"](y)) == pytest.approx(slope * y, rel=1e-11, abs=1e-323)
        assert float(names["inverse_mirror_map"](-y)) == pytest.approx(-slope * y, rel=1e-11, abs=1e-323)
        assert float(names["conjugate"](y)) == pytest.approx(slope * y * y / 2, rel=1e-11, abs=1e-323)


@pytest.mark.slow
def test_an_inverse_does_not_depend_on_the_calls_before():
    """Its table is made at the first call."""
    text, duals = as_numpy(product(2, (0, "1/2", 2))), [1e-150, 1e-310, 0.3, 2.3e-308, 1e-300]
    alone = [float(load(text)["inverse_mirror_map"](y)) for y in duals]
    names = load(text)
    for order in (1, -1):
        assert [float(names["inverse_mirror_map"](y)) for y in duals[::order]] == alone[::order]


@pytest.mark.parametrize(("q", "imbalance"), [("3/2", (0, "1/2", 2)), (1, (0, 3)), (2, (0, 3))], ids=str)
def test_far_out_an_onto_mirror_map_has_the_inverse_infinity(q, imbalance):
    names = load(as_numpy(product(q, imbalance)))
    for y in (1e300, np.inf):
        assert names["inverse_mirror_map"]([y, -y]).tolist() == [np.inf, -np.inf]
        assert names["conjugate"](y) == np.inf


@thinned(
    ("q", "imbalance", "supremum"),
    [
        (2, (0, 1, 1), np.pi / 2),
        (2, (0, 1, 1, 1), 1.0),
        (2, (0, 1, 2), 1.3110287771461),
        (2, (0, "1/2", 2), None),
        ("7/4", (0, 1, 1), None),
    ],
    every=5,
)
def test_outside_a_bounded_dual_domain_there_is_no_x(q, imbalance, supremum):
    derivation = product(q, imbalance)
    numpy_form, python_form = load(as_numpy(derivation)), load(as_python(derivation))
    far = float(python_form["mirror_map"](mpmath.mpf(10) ** 120))
    supremum = far if supremum is None else supremum
    assert far == pytest.approx(supremum, rel=1e-12)
    for y in (1.0001 * supremum, 1.53 + supremum, 100.0, 1e300):
        for form in (numpy_form, python_form):
            for name in ("inverse_mirror_map", "conjugate"):
                assert np.isnan(float(form[name](y))), (name, y)
                assert np.isnan(float(form[name](-y))), (name, y)
    for part in (0.1, 0.9, 0.99):
        x = python_form["inverse_mirror_map"](part * supremum)
        assert float(python_form["mirror_map"](x)) == pytest.approx(part * supremum, rel=1e-12)
        assert float(numpy_form["inverse_mirror_map"](part * supremum)) == pytest.approx(float(x), rel=1e-9)


def test_a_mirror_map_that_vanishes_at_infinity_has_no_value_above_zero():
    names = load(as_python(product(2, (0, 0, 1))))
    for y in (0, 1.53, 1e300):
        assert mpmath.isnan(names["inverse_mirror_map"](y))
    assert abs(names["mirror_map"](names["inverse_mirror_map"](-1.53)) + 1.53) < 1e-13
