"""Each axiom with a potential that has it and one that fails it, and wrong exponents caught by the values."""

import dataclasses

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import BrokenCheck
from mirrortheory.evidence import Verdict
from mirrortheory.laws.axioms import legendre
from mirrortheory.notation import q as q_symbol
from mirrortheory.potentials.potential import Normalisation
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, PowersProduct, Separable, Square, Tempered
from mirrortheory.theory import Potential, PowerProduct, S

R, OO = sympy.Rational, sympy.oo
PROVED, DERIVED, REFUTED, UNDECIDED = Verdict.PROVED, Verdict.DERIVED, Verdict.REFUTED, Verdict.UNDECIDED
HALF_LINE = sympy.Interval(0, OO)
U, V = sympy.symbols("u v", positive=True)
NAMES = [
    "strict convexity",
    "essential smoothness",
    "closed zone",
    "level-boundedness of D(x, .)",
    "level-boundedness of D(., y)",
    "convergence",
    "consistency",
    "R' onto",
]


def product(q, *imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


def by_hand(power_at_zero, power_at_one, coefficient=1, even=False):
    """x = s and R'' = coefficient s^a (s + 1)^b: any pair of exponents, also those that no product has."""
    factors = tuple((R(shift), R(e)) for shift, e in ((0, power_at_zero), (1, power_at_one)) if e)
    density = PowerProduct(R(coefficient), factors)
    times_x = PowerProduct.parse(S * density.expression(S), S)
    return Potential(
        PowerProduct(R(1), ((R(0), R(1)),)), density, times_x, 1 / density.expression(S), Normalisation.ORIGIN, even, ()
    )


def failing(report):
    return {axiom.name for axiom in report.axioms if axiom.verdict is REFUTED}


@pytest.mark.parametrize("q", ["1", "3/2", "2"])
@pytest.mark.parametrize("imbalance", [(0,), (0, 0), (0, 1), (0, 0, 0), (0, 0, 0, 1), (0, R(1, 2), 2)], ids=str)
def test_products_fail_no_axiom_but_surjectivity(q, imbalance):
    report = legendre(product(q, *imbalance))
    onto = R(q) * (len(imbalance) - 1) / len(imbalance) <= 1
    assert [axiom.name for axiom in report.axioms] == NAMES
    assert failing(report) == (set() if onto else {"R' onto"})
    assert all(axiom.verdict in (PROVED, REFUTED) for axiom in report.axioms)
    assert report.legendre is PROVED
    assert all(e.witness for axiom in report.axioms for e in axiom.evidence if e.verdict is REFUTED)


CONTRADICTING = [  # how the potential is made, domain, the axioms that fail
    (lambda: by_hand(-2, 0), None, {"closed zone", "convergence", "R' onto"}),  # Burg, m = 2 at both ends
    (lambda: by_hand(0, -2), HALF_LINE, {"essential smoothness", "R' onto"}),  # m_oo = 2: D(x, .) grows like a logarithm
    (lambda: by_hand(0, -3), HALF_LINE, {"essential smoothness", "level-boundedness of D(x, .)", "R' onto"}),
    (lambda: by_hand(0, -3, even=True), None, {"level-boundedness of D(x, .)", "R' onto"}),  # on R
    (lambda: by_hand(-3, 0), None, {"closed zone", "convergence", "level-boundedness of D(x, .)", "R' onto"}),
    (lambda: by_hand(-1, 0), None, set()),  # the entropy
    (lambda: product(1, 0, 1), HALF_LINE, {"essential smoothness", "R' onto"}),
    (lambda: product(2, 0, 1), sympy.Interval(-1, 3), {"essential smoothness", "R' onto"}),  # a box
    (lambda: product(2, 0, 1), sympy.Interval(-OO, 0), {"essential smoothness", "R' onto"}),  # another orthant
    (lambda: product(2, 0, 0), sympy.S.Reals, {"strict convexity"}),
    (lambda: by_hand(0, 0, coefficient=-1), HALF_LINE, {"strict convexity"}),
]


@pytest.mark.parametrize(("potential", "domain", "expected"), CONTRADICTING)
def test_each_axiom_has_potentials_that_fail_it(potential, domain, expected):
    report = legendre(potential(), domain)
    assert failing(report) == expected
    if "strict convexity" in expected:
        assert {report.verdict(name) for name in NAMES[1:]} == {Verdict.VACUOUS}


SUMS = [  # reparameterization, q, start, domain, image of R', the axioms that fail
    (PowerDifference(2), "2", (2, 1), "R", "(-oo, oo)", set()),  # hyperbolic entropy
    (PowerDifference(2), "1", (2, 1), "[-9, 9]", "(-3/2, 3/2)", {"essential smoothness", "R' onto"}),
    (PowerDifference(3), "2", (2, 1), "R", "(-1/4, 1/4)", {"R' onto"}),
    (LogDifference(), "2", (2, 1), "R", "(-5/4, 5/4)", {"level-boundedness of D(x, .)", "R' onto"}),
    (Separable(U**3 - sympy.log(V), (U, V)), "2", (2, 1), "R", "(-oo, -1/6)", {"R' onto"}),
    (Square(), "2", (2,), "[0, oo)", "(-oo, oo)", set()),  # entropy
    (Square(), "1", (2,), "[0, oo)", "(0, oo)", {"essential smoothness", "R' onto"}),
    (Exp(), "3/2", (2,), "[0, oo)", "(-oo, 0)", {"R' onto"}),
    (Exp(), "2", (2,), "[0, oo)", "(-oo, 0)", {"closed zone", "convergence", "R' onto"}),  # Burg
    (Tempered("1/2"), "2", (2,), "[0, oo)", "(0, oo)", {"essential smoothness", "R' onto"}),
]


@thinned(
    ("reparam", "q", "start", "domain", "image", "expected"),
    SUMS,
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
    every=4,
)
def test_sums(reparam, q, start, domain, image, expected):
    report = legendre(derive(Flow(Lq(q), reparam), initial=start).potential)
    assert (report.domain, report.dual_domain) == (domain, image)
    assert failing(report) == expected
    assert report.verdict("strict convexity") is PROVED
    decided = [report.verdict(name) for name in NAMES if report[name].evidence[0].kind == "limit"]
    assert PROVED not in decided  # SymPy's limits prove nothing


def test_a_conjugate_without_closed_form_leaves_an_axiom_undecided():
    burg = dataclasses.replace(derive(Flow(Lq(2), Exp())).potential, closed_conjugate=None, closed_potential=None)
    axiom = legendre(burg)["closed zone"]
    assert axiom.verdict is UNDECIDED
    assert "no closed form" in axiom.why


def test_a_symbol_is_undecided_with_the_condition():
    report = legendre(product(q_symbol, 0, 0, 1))
    assert report.verdict("strict convexity") is PROVED
    assert report.verdict("level-boundedness of D(x, .)") is PROVED
    assert (report.verdict("R' onto"), report["R' onto"].decisive) == (UNDECIDED, "m_0 = q/2 >= 1, m_oo = 2*q/3 <= 1")
    assert "m_0 = q/2 >= 1" in report["essential smoothness"].why
    assert legendre(product(q_symbol, 0, 1)).verdict("R' onto") is PROVED
    assert legendre(product(q_symbol, 0, 0), sympy.S.Reals).verdict("strict convexity") is UNDECIDED


def test_irrational_imbalances_and_symbols():
    lam = sympy.Symbol("lam2", positive=True)
    assert legendre(product("3/2", 0, lam)).legendre is PROVED
    powers = derive(Flow(Lq("3/2"), PowersProduct(2, 3)), initial=(2, 1)).potential
    assert legendre(powers).legendre is PROVED
    assert failing(legendre(powers)) == {"R' onto"}


def test_a_convergent_integral_is_enclosed_as_the_witness():
    """x = s^(3/2), balanced at q = 2 and depth 3: int_1^oo s^(-3/2)/2 ds = 1."""
    (refuting,) = [e for e in legendre(product(2, 0, 0, 0))["R' onto"].evidence if e.verdict is REFUTED]
    assert refuting.witness == {"int dy between s = 1 and oo": "1 +/- 0"}


MUTANTS = {
    "steeper density": lambda p: {"dual_density": dataclasses.replace(p.dual_density, factors=((R(0), R(-3)),))},
    "conjugate of another": {"conjugate_density": PowerProduct(R(1), ((R(0), R(-4)),))},
    "metric of another": {"inverse_metric": S**3},
}


@pytest.mark.parametrize("name", MUTANTS)
def test_parts_that_contradict_each_other_are_an_error(name):
    potential, change = product("3/2", 0, 1), MUTANTS[name]
    with pytest.raises(BrokenCheck):
        legendre(dataclasses.replace(potential, **(change(potential) if callable(change) else change)))


@pytest.mark.parametrize("order", ["order_at_zero", "order_at_infinity"])
def test_a_wrong_order_is_caught_by_the_values(order, monkeypatch):
    right = getattr(PowerProduct, order)
    monkeypatch.setattr(PowerProduct, order, lambda self: right(self) + R(1, 10))
    with pytest.raises(BrokenCheck, match="has slope"):
        legendre(product("3/2", 0, 0, 1), HALF_LINE)


def test_wrong_limits_of_a_sum_are_caught_by_the_values():
    potential = derive(Flow(Lq(2), LogDifference()), initial=(2, 1)).potential
    with pytest.raises(BrokenCheck, match="does not tend to"):
        legendre(dataclasses.replace(potential, region=(0, sympy.Integer(1))))
    with pytest.raises(BrokenCheck, match="R\\* does not grow"):
        legendre(dataclasses.replace(potential, closed_conjugate=2 * potential.closed_conjugate))


@settings(max_examples=10, deadline=None)
@given(st.fractions(-3, 3, max_denominator=4), st.fractions(-3, 3, max_denominator=4))
def test_integrals_agree_with_sympy(at_zero, at_one):
    """R'' = s^a (s + 1)^b on [0, oo): SymPy's limits of R' and of the moments, where both a and b decide."""
    a, b = R(at_zero.numerator, at_zero.denominator), R(at_one.numerator, at_one.denominator)
    report = legendre(by_hand(a, b))
    leading = {0: a, OO: a + b}
    diverges = {
        (end, k): sympy.integrate(S ** (e + k), (S, 0, 1) if end == 0 else (S, 1, OO)) == OO
        for end, e in leading.items()
        for k in (0, 1)
    }
    assert (report.verdict("essential smoothness") is PROVED) == diverges[0, 0]
    assert (report.verdict("closed zone") is PROVED) == (not diverges[0, 1])
    assert (report.verdict("level-boundedness of D(x, .)") is PROVED) == diverges[OO, 1]
    assert (report.verdict("R' onto") is PROVED) == (diverges[0, 0] and diverges[OO, 0])
