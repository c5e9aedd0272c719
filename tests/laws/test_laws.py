"""Every exported geometry, reparameterization and decay obeys its laws; each law refutes a false neighbour."""

import pytest
import sympy
from thinning import thinned

from mirrortheory import Decoupled, Flow, Lq, Product, geometries, laws, reparams
from mirrortheory.evidence import Verdict
from mirrortheory.geometries import Geometry
from mirrortheory.notation import q
from mirrortheory.reparams import Reparam

GEOMETRIES = [Lq(q), *map(Lq, ("1", "5/4", "4/3", "3/2", "2"))]
U, V = sympy.symbols("u v", positive=True)
REPARAMS = [
    *(Product(depth) for depth in range(1, 9)),
    *(reparams.PowerDifference(depth) for depth in range(1, 9)),
    *(reparams.Tempered(tau) for tau in ("0", "1/2", "1", "3/2")),
    reparams.PowersProduct(2, 3),
    reparams.Mask(),
    reparams.Square(),
    reparams.Exp(),
    reparams.LogDifference(),
    reparams.Separable(U**2 * V**3, (U, V)),
    reparams.Separable(sympy.log(U) - 1 / V, (U, V)),
]


def verdicts(statements):
    return {statement.part: statement.examine(seed=1).verdict for statement in statements}


def test_every_exported_class_has_an_instance_here():
    exported = [getattr(geometries, n) for n in geometries.__all__]
    assert {g for g in exported if isinstance(g, type) and issubclass(g, Geometry)} - {Geometry} == {type(g) for g in GEOMETRIES}
    assert {getattr(reparams, n) for n in reparams.__all__} - {Reparam} == {type(r) for r in REPARAMS}


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_geometry_laws(geometry):
    assert set(verdicts(laws.geometry_laws(geometry)).values()) == {Verdict.PROVED}
    assert set(verdicts(laws.decay_laws(geometry)).values()) == {Verdict.PROVED}


@thinned("reparam", REPARAMS, ids=str, every=4)
def test_reparam_laws(reparam):
    assert set(verdicts(laws.reparam_laws(reparam)).values()) == {Verdict.PROVED}


@pytest.mark.parametrize("geometry", [Lq(q), Lq(1), Lq("3/2")], ids=str)
@pytest.mark.parametrize("reparam", [Product(1), Product(3), reparams.PowerDifference(3), reparams.Exp()], ids=str)
def test_flow_laws(geometry, reparam):
    assert set(verdicts(laws.flow_laws(Flow(geometry, reparam, Decoupled("1/2")))).values()) == {Verdict.PROVED}


class Shifted(Geometry):
    """Not odd, not homogeneous, not multiplicative: a link that no law lets pass."""

    exponent = sympy.Integer(2)

    def link(self, gradient):
        return gradient + 1


class Saturated(Geometry):
    """Adam's epsilon: odd, but not homogeneous and not multiplicative."""

    exponent = sympy.Integer(1)

    def link(self, gradient):
        return gradient / (sympy.Abs(gradient) + 1)


class Unbalanced(Reparam):
    weights = Product(2).weights

    def forward(self, *weights):
        return weights[0] * weights[1] ** 2

    def lift(self, x):
        return Product(2).lift(x)


def test_false_geometries_are_refuted():
    assert set(verdicts(laws.geometry_laws(Shifted())).values()) == {Verdict.REFUTED}
    saturated = verdicts(laws.geometry_laws(Saturated()))
    assert saturated["odd"] is Verdict.PROVED
    assert saturated["multiplicative"] is saturated["homogeneous of degree q - 1"] is Verdict.REFUTED


def test_flows_of_false_geometries_are_refuted():
    assert set(verdicts(laws.flow_laws(Flow(Shifted(), Product(2)))).values()) == {Verdict.REFUTED}
    saturated = verdicts(laws.flow_laws(Flow(Saturated(), Product(2))))
    assert saturated["energy"] is saturated["mirror flow"] is Verdict.REFUTED
    assert saturated["reversal in w1"] is Verdict.PROVED


class Outside(Reparam):
    """w^2 - 1 for w > 0, and the other root."""

    weights = (sympy.Symbol("w", positive=True),)
    image = sympy.Interval.open(-1, sympy.oo)

    def forward(self, *weights):
        return weights[0] ** 2 - 1

    def lift(self, x):
        return (-sympy.sqrt(x + 1),)


class Complex(Reparam):
    """w^3, and a root that is not real for x < 0."""

    weights = (sympy.Symbol("w", real=True),)
    image = sympy.S.Reals

    def forward(self, *weights):
        return weights[0] ** 3

    def lift(self, x):
        return (sympy.cbrt(x),)


def test_lifted_weights_that_are_no_weights_do_not_pass():
    assert verdicts(laws.reparam_laws(Outside()))["lifted w > 0"] is Verdict.REFUTED
    assert verdicts(laws.reparam_laws(Complex()))["lifted w is real"] is Verdict.UNDECIDED


def test_false_reparameterization_is_refuted():
    assert verdicts(laws.reparam_laws(Unbalanced()))["lifted weights map to x"] is Verdict.REFUTED
