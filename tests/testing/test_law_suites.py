"""The law suites pass what obeys, and say which law a false neighbour breaks, and where."""

import pickle
from dataclasses import dataclass

import pytest
import sympy

from mirrortheory import Coupled, Decay, Decoupled, Flow, Geometry, Lq, NoDecay, Product, RateDecay, Reparam, Square
from mirrortheory.errors import InvalidArgument, LawBroken
from mirrortheory.evidence import Evidence, Verdict
from mirrortheory.notation import alpha, q
from mirrortheory.testing import LawReport, check_decay, check_flow, check_geometry, check_reparam
from mirrortheory.testing.report import judged


@dataclass(frozen=True)
class Linked(Geometry):
    """A geometry of any link and exponent."""

    name: str

    @property
    def exponent(self):
        return sympy.S.One if self.name == "saturated" else sympy.Rational(3 if self.name == "cube" else 2)

    def link(self, gradient):
        links = {
            "identity": gradient,
            "shifted": gradient + 1,
            "halved": gradient / 2,
            "saturated": gradient / (abs(gradient) + 1),
            "power": sympy.sign(gradient) * sympy.sqrt(sympy.Abs(gradient)),
            "one sided": sympy.Max(gradient, 0),
            "cube": gradient,
        }
        return links[self.name]


@dataclass(frozen=True)
class Squared(Reparam):
    """w^2/4 with one of its parts changed."""

    wrong: str = ""

    @property
    def weights(self):
        return (sympy.Symbol("w", positive=True),)

    def forward(self, *weights):
        return weights[0] ** 2 / 4

    def lift(self, x):
        return (2 * sympy.sqrt(x) if self.wrong != "lift" else sympy.sqrt(x),)

    def jacobian(self):
        return (self.weights[0] / (2 if self.wrong != "jacobian" else 4),)

    @property
    def image(self):
        return sympy.Interval.open(0, sympy.oo)


@dataclass(frozen=True)
class Pulled(RateDecay):
    """Decoupled decay with one of its parts changed."""

    wrong: str = ""

    @property
    def rate(self):
        return -self.alpha if self.wrong == "rate" else self.alpha

    def link_argument(self, gradient, weight):
        return gradient

    def pull(self, weight):
        pulls = {"away": -self.alpha * weight, "even": self.alpha * sympy.Abs(weight)}
        return pulls.get(self.wrong, self.alpha * weight)


@pytest.mark.parametrize("geometry", [Lq(q), Lq(1), Lq("5/4"), Linked("identity")], ids=str)
def test_true_geometries_pass(geometry):
    report = check_geometry(geometry)
    assert {e.verdict for e in report.evidence} == {Verdict.PROVED}
    assert report["odd"] is report.verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        ("shifted", ["odd: REFUTED at g = 1: lhs = 0, rhs = -2", "homogeneous", "multiplicative", "<g, phi(g)>"]),
        ("halved", ["multiplicative: REFUTED at g = 1, h = 1: lhs = 0.5, rhs = 0.25", "<g, phi(g)> = |g|^q: REFUTED at g = 1"]),
        ("saturated", ["homogeneous of degree q - 1: REFUTED at g = 1, c = 2", "multiplicative", "<g, phi(g)>"]),
        ("power", ["homogeneous of degree q - 1: REFUTED at g = 1, c = 2", "<g, phi(g)> = |g|^q: REFUTED at g = 2: lhs = 2.8"]),
        ("one sided", ["odd: REFUTED at g = 1: lhs = 0, rhs = -1", "multiplicative: REFUTED at g = -1, h = -1", "<g, phi(g)>"]),
    ],
)
def test_false_links_are_told_with_the_smallest_point(link, broken):
    with pytest.raises(LawBroken) as raised:
        check_geometry(Linked(link))
    error = raised.value
    assert isinstance(error, AssertionError)
    assert len(error.broken) == len(broken)
    assert all(said.startswith(begin) for said, begin in zip(error.broken, broken, strict=True)), error.broken
    first, *others = str(error).splitlines()
    assert first == f"Linked(name='{link}') breaks {len(broken)} laws"
    assert tuple(line.strip() for line in others) == error.broken
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_an_exponent_out_of_range_is_refused():
    with pytest.raises(InvalidArgument, match=r"exponent must be an exact rational in \[1, 2\] or a positive symbol, got 3; write"):
        check_geometry(Linked("cube"))


def test_true_maps_pass_and_false_ones_are_told():
    assert check_reparam(Squared()).verdict is check_reparam(Product(3)).verdict is Verdict.PROVED
    with pytest.raises(LawBroken, match=r"breaks 1 law\n  lifted weights map to x: REFUTED at x = 1: lhs = 0.25, rhs = 1$"):
        check_reparam(Squared("lift"))
    with pytest.raises(LawBroken, match=r"breaks 1 law\n  derivative in layer 1: REFUTED at w = 1: lhs = 0.25, rhs = 0.5$"):
        check_reparam(Squared("jacobian"))


@pytest.mark.parametrize("decay", [NoDecay(), Decoupled("1/2"), Coupled("1/2"), Decoupled(alpha), Decoupled("1/(1+t)"), Pulled(1)])
def test_true_decays_pass(decay):
    assert check_decay(decay).verdict in (Verdict.PROVED, Verdict.DERIVED)


@pytest.mark.parametrize(
    ("wrong", "broken"),
    [
        ("rate", ["rate >= 0: REFUTED"]),
        ("away", [f"towards the origin at q = {q}: REFUTED at w = 1: lhs = 1, rhs = 0" for q in ("2", "3/2", "1")]),
        ("even", [f"odd at q = {q}: REFUTED" for q in ("2", "3/2", "1")]),
    ],
)
def test_false_decays_are_told(wrong, broken):
    with pytest.raises(LawBroken) as raised:
        check_decay(Pulled(1, wrong))
    found = [said for said in raised.value.broken if wrong != "even" or said.startswith("odd")]
    assert [said.startswith(begin) for said, begin in zip(found, broken, strict=True)] == [True] * len(broken)


def test_flows_inherit_what_their_geometry_and_map_break():
    assert check_flow(Flow(Lq("3/2"), Squared(), Decoupled(1))).verdict is Verdict.PROVED
    with pytest.raises(
        LawBroken, match=r"saturated'\), Product\(depth=2\) breaks 2 laws\n  energy: REFUTED at .*\n  mirror flow: REFUTED"
    ):
        check_flow(Flow(Linked("saturated"), Product(2)))


@pytest.mark.parametrize(
    ("check", "given", "message"),
    [
        (check_geometry, Lq, "geometry must be an instance of Geometry, got Lq; write Lq(..)"),
        (check_reparam, Lq(2), "reparam must be a Reparam, got Lq(q=2); inherit from mirrortheory.Reparam"),
        (check_decay, Decay, "decay must be an instance of Decay, got Decay; write Decay(..)"),
        (check_flow, Square(), "flow must be a Flow, got Square(); inherit from mirrortheory.Flow"),
    ],
)
def test_what_has_no_laws_is_refused(check, given, message):
    with pytest.raises(InvalidArgument) as raised:
        check(given)
    assert str(raised.value) == message


# What stays open -----------------------------------------------------------------------------------------------------------

SHOWN = Evidence("ring", Verdict.PROVED, "odd", "zero in a ring")
OPEN = Evidence("sampled", Verdict.UNDECIDED, "even", "undefined or unresolved at g = 1")
FALSE = Evidence("sampled", Verdict.REFUTED, "flat", "differ", {"g": "1", "lhs": "2 +/- 0", "rhs": "3 +/- 0"})


def test_an_open_law_is_no_pass_unless_that_is_allowed():
    with pytest.raises(LawBroken) as raised:
        judged("it", [SHOWN, OPEN], allow_open=False)
    assert str(raised.value) == "it leaves open 1 law\n  even: UNDECIDED: undefined or unresolved at g = 1"
    report = judged("it", [SHOWN, OPEN], allow_open=True)
    assert report == LawReport("it", (SHOWN, OPEN))
    assert report.verdict is Verdict.UNDECIDED
    assert str(report) == "it obeys 1 law: 1 PROVED, 1 UNDECIDED\n  even: UNDECIDED: undefined or unresolved at g = 1"


def test_broken_and_open_laws_are_told_apart():
    for allowed in (False, True):
        with pytest.raises(LawBroken) as raised:
            judged("it", [FALSE, OPEN, SHOWN], allow_open=allowed)
        assert str(raised.value).splitlines()[:2] == [
            "it breaks 1 law, and leaves open 1 law",
            "  flat: REFUTED at g = 1: lhs = 2, rhs = 3",
        ]


def test_no_law_at_all_is_no_pass():
    with pytest.raises(LawBroken, match="no law: VACUOUS, nothing was looked at"):
        judged("it", [], allow_open=False)
