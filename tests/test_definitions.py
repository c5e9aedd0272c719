"""Statements as they are defined: worked out by the engine, worked out again by the kernel, from the flow and not from its answer."""

import json
import pickle

import pytest
import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, kernel
from mirrortheory.check.certificates import certificate
from mirrortheory.definitions import Named, at, work_out
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.evidence import Identity, Inequality, Verdict
from mirrortheory.exact import precision
from mirrortheory.geometries import Geometry
from mirrortheory.notation import alpha, q, slope
from mirrortheory.reparams import Separable

x, y = sympy.symbols("x y", real=True)
a, b = sympy.symbols("a b", positive=True)
D = sympy.Derivative


def certified(statement):
    found = statement.examine(seed=0)
    return found.verdict, json.loads(json.dumps(certificate({"name": "t"}, [(statement, found)], found.verdict)))


def rechecked(data):
    with precision(240):
        return kernel.check(data)


def balance(flow, exponent):
    first, second, *_ = flow.weights
    return abs(first) ** exponent - abs(second) ** exponent


@pytest.mark.parametrize("depth", [2, 4])
def test_balance_reaches_the_kernel_as_a_derivative_along_the_field(depth):
    flow = Flow(Lq(q), Product(depth))
    verdict, data = certified(Identity(flow.derivative(balance(flow, q)), 0, on=flow.domain()))
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")
    (statement,), (written,) = data["statement"], data["flows"]
    assert statement["lhs"] != statement["rhs"]
    assert {"diff", "velocity"} <= set(json.dumps(statement["lhs"]).replace('"', " ").split())
    assert written["map"] == ["mul", *(["sym", f"w{i}"] for i in range(1, depth + 1))]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("q", ["num", "2"]),
        ("map", ["mul", ["sym", "w1"], ["pow", ["sym", "w2"], ["num", "2"]]]),
        ("coupled", ["sym", "alpha"]),
        ("decoupled", ["num", "0"]),
        ("decoupled", ["mul", ["num", "2"], ["sym", "alpha"]]),
    ],
)
def test_kernel_rejects_the_balance_law_of_another_flow(key, value):
    flow = Flow(Lq(q), Product(2), Decoupled(alpha))
    found = balance(flow, q)
    verdict, data = certified(Identity(flow.derivative(found), -q * alpha * found, on=flow.domain()))
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")
    data["flows"][0][key] = value
    with pytest.raises(kernel.Rejected):
        rechecked(data)


def test_kernel_builds_the_field_that_the_engine_derives():
    for decay in (None, Decoupled(alpha), Coupled(alpha)):
        for geometry in (Lq(1), Lq("3/2"), Lq(2), Lq(q)):
            if isinstance(decay, Coupled) and geometry != Lq(2):
                continue  # the sign of a sum is undefined where it vanishes: DERIVED
            flow = Flow(geometry, Product(3), *([decay] if decay else []))
            for weight, field in zip(flow.weights, flow.velocity, strict=True):
                verdict, data = certified(Identity(flow.derivative(weight), field, on=flow.domain()))
                assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")


DERIVATIVES = [
    (x**5, 5 * x**4, REALS),
    (x**-3, -3 * x**-4, NONZERO),
    (abs(x) ** q, q * abs(x) ** (q - 1) * sympy.sign(x), NONZERO),
    (abs(x), sympy.sign(x), NONZERO),
    (sympy.sign(x) * x, sympy.sign(x), NONZERO),
    (sympy.exp(2 * x), 2 * sympy.exp(2 * x), REALS),
    (sympy.log(abs(x)), 1 / x, NONZERO),
    (sympy.sin(x) ** 2, 2 * sympy.sin(x) * sympy.cos(x), REALS),
    (sympy.cos(x), -sympy.sin(x), REALS),
    (sympy.sinh(x), sympy.cosh(x), REALS),
    (sympy.cosh(x), sympy.sinh(x), REALS),
    (sympy.tanh(x), 1 - sympy.tanh(x) ** 2, REALS),
    (sympy.asinh(x), 1 / sympy.sqrt(x**2 + 1), REALS),
    (sympy.acosh(x), 1 / (sympy.sqrt(x - 1) * sympy.sqrt(x + 1)), sympy.Interval.open(1, sympy.oo)),
    (sympy.atanh(x), 1 / ((1 - x) * (1 + x)), sympy.Interval.open(-1, 1)),
    (sympy.atan(x), 1 / (1 + x**2), REALS),
    (sympy.LambertW(x), sympy.LambertW(x) / (x * (1 + sympy.LambertW(x))), POSITIVE),
    (x**3 * sympy.exp(x), (3 * x**2 + x**3) * sympy.exp(x), REALS),
]


@pytest.mark.parametrize(("expr", "slope_of_it", "region"), DERIVATIVES, ids=str)
def test_rules_of_calculus_in_engine_and_kernel(expr, slope_of_it, region):
    on = Domain({x: region} | ({q: sympy.Interval(1, 2)} if expr.has(q) else {}))
    verdict, data = certified(Identity(D(expr, x), slope_of_it, on=on))
    assert verdict in (Verdict.PROVED, Verdict.DERIVED)
    assert rechecked(data) == str(verdict)
    wrong = Identity(D(expr, x), slope_of_it + 1, on=on).examine(seed=0)
    assert wrong.verdict is Verdict.REFUTED
    data["statement"][0]["rhs"] = ["add", data["statement"][0]["rhs"], ["num", "1"]]
    with pytest.raises(kernel.Rejected):
        rechecked(data)


@pytest.mark.parametrize(
    ("expr", "value"),
    [(abs(x), sympy.sign(x)), (sympy.sign(x), sympy.S.Zero), (abs(x) ** sympy.Rational(3, 2), sympy.S.Zero * x)],
    ids=str,
)
def test_derivative_at_a_kink_is_undefined(expr, value):
    found = Identity(D(expr, x), value, on=Domain({x: sympy.Interval(-1, 1)})).examine(seed=0)
    assert found.verdict is not Verdict.PROVED
    bound = Inequality(D(expr, x), 5, on=Domain({x: sympy.Interval(-1, 1)})).examine(seed=0)
    assert bound.verdict is Verdict.UNDECIDED
    away = Inequality(D(expr, x), 5, on=Domain({x: sympy.Interval(1, 2)}))
    verdict, data = certified(away)
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")
    data["domain"][0]["ranges"]["x"]["intervals"] = [["-1", "2", False, False]]
    with pytest.raises(kernel.Rejected):
        rechecked(data)


def test_substitution_is_at_once_and_after_the_derivative():
    expr = at(D(x**2 * y, x), {x: y, y: sympy.Integer(3)})
    verdict, data = certified(Identity(expr, 6 * y, on=Domain({y: REALS})))
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")
    assert data["statement"][0]["lhs"][0] == "at"
    with pytest.raises(InvalidArgument, match="positive, as the symbol is declared, got 0"):
        work_out(at(D(sympy.sign(a * x), x), {a: 0}))


def test_substitution_into_a_substitution():
    first = at(x + 10 * y + a, {x: y**2, a: b})
    assert work_out(at(first, {y: sympy.Integer(3)})).expr == first.doit().subs(y, 3) == 39 + b
    assert work_out(at(first, {y: x, b: a})).expr == x**2 + 10 * x + a
    assert work_out(at(at(x * y, {x: y, y: x}), {x: sympy.Integer(2)})).expr == 2 * y
    expr = at(at(D(x**2 * y, x), {x: y}), {y: 2 * x})
    verdict, data = certified(Identity(expr, 8 * x**2, on=Domain({x: REALS})))
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")
    assert data["statement"][0]["lhs"][0] == "at"


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (at(at(x**2, {x: a * b}), {a: 3}), 9 * b**2),
        (at(at(x + a, {x: a * b}), {a: b, b: a}), b + a * b),
        (at(at(D(x**3, x), {x: a + x}), {x: b, a: b}), 12 * b**2),
        (at(at(at(x, {x: y}), {y: x + 1}), {x: sympy.Integer(2)}), sympy.Integer(3)),
        (at(at(x * y, {y: sympy.sign(x)}), {x: a}), a),
        (at(at(x + y, {x: 1 / y}), {y: b}), 1 / b + b),
        (at(at(D(x**2, x), {x: 1 / x}), {x: b}), 2 / b),
    ],
    ids=str,
)
def test_substitutions_one_after_the_other_are_not_at_once(expr, value):
    verdict, data = certified(Identity(expr, value, on=Domain({x: REALS, y: REALS, a: POSITIVE, b: POSITIVE})))
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")


def test_rewritings_of_nested_signs_and_of_either_sign():
    w, f = sympy.Symbol("w1", real=True), slope
    flow, c, d, k = Flow(Lq(1), Product(1), Coupled(alpha)), *sympy.symbols("c d k", positive=True)
    above = {w: c + d, f: -alpha * c**2 / (c + d)}
    pushed = at(f + alpha * w, above).doit()
    on = Domain({c: POSITIVE, d: POSITIVE, k: POSITIVE, alpha: POSITIVE}).where(sympy.Ne(pushed, 0))
    step = at(abs(w + (c + d) / (1 + k) * flow.derivative(w)), above)  # |.. - .. sign(..)|, shrinks above the threshold
    for lhs, rhs in ((step, c + d - (c + d) / (1 + k)), (at(abs(x), {x: d / (1 + k) - d}), d * k / (1 + k))):
        verdict, data = certified(Identity(lhs, rhs, on=on))
        assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")


def test_power_of_a_size_needs_no_sign():
    flow, g = Flow(Lq(q), Product(1), Coupled(alpha)), sympy.Symbol("g", positive=True)
    on = Domain({a: POSITIVE, g: POSITIVE, alpha: POSITIVE, q: sympy.Interval.Lopen(1, 2)}).where(sympy.Ne(g, alpha * a))
    velocity = at(flow.derivative(flow.weights[0]), {flow.weights[0]: a, slope: -g})
    verdict, data = certified(Identity(velocity, Lq(q).link(g - alpha * a), on=on))
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")


def test_named_expressions_are_written_once_and_need_one_meaning():
    potential = Named("R", sympy.asinh(x / a) * x - sympy.sqrt(x**2 + a**2))
    statement = Identity(D(D(potential, x), x), 1 / sympy.sqrt(x**2 + a**2), on=Domain({x: REALS, a: POSITIVE}))
    verdict, data = certified(statement)
    assert verdict in (Verdict.PROVED, Verdict.DERIVED)
    assert rechecked(data) == str(verdict)
    assert [entry["name"] for entry in data["definitions"]] == ["R"]
    assert data["statement"][0]["lhs"] == ["diff", ["diff", ["def", "R"], "x"], "x"]
    data["definitions"][0]["is"] = ["sym", "x"]
    with pytest.raises(kernel.Rejected):
        rechecked(data)
    with pytest.raises(InvalidArgument, match="rename one of the two"):
        certified(Identity(Named("R", x) + Named("R", x**2), x + x**2, on=Domain({x: REALS})))


def test_letters_that_are_no_weights_are_refused():
    flow = Flow(Lq(q), Product(2))
    for symbols in (sympy.symbols("w1 w2"), sympy.symbols("w1 w2", positive=True), sympy.symbols("u v", real=True)):
        with pytest.raises(InvalidArgument, match=r"quantity must be in the symbols q, w1, w2 of the flow, got"):
            flow.derivative(symbols[0] ** 2 + 5 * symbols[1] ** 3)
    with pytest.raises(InvalidArgument, match="made with other assumptions"):
        flow.domain({sympy.Symbol("w1", positive=True): POSITIVE})
    with pytest.raises(InvalidArgument, match="the slope moves with x"):
        flow.derivative(slope * flow.weights[0])
    with pytest.raises(InvalidArgument, match="text"):
        flow.derivative("w1")
    assert flow.derivative(a * flow.weights[0], constants=[a]).doit() == a * flow.velocity[0]


def test_domain_keeps_other_symbols():
    flow = Flow(Lq(q), Product(2))
    assert a in flow.domain({a: NONNEGATIVE - sympy.FiniteSet(0)}).ranges


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_named_expressions_move_along_a_flow(depth):
    flow = Flow(Lq(q), Product(depth))
    size = Named("size", sympy.Add(*(abs(w) ** q for w in flow.weights)))
    for quantity in (size, at(Named("s", x**2), {x: size}), size**2 + 1):
        rate = flow.derivative(quantity)
        assert Identity(rate, 0, on=flow.domain()).examine(seed=0).verdict is Verdict.REFUTED
    verdict, data = certified(Identity(flow.derivative(size), flow.derivative(size.meaning), on=flow.domain()))
    assert (verdict, rechecked(data)) == (Verdict.PROVED, "PROVED")


def test_velocities_are_opaque_to_sympy_but_never_constants():
    flow = Flow(Lq(q), Product(2))
    w1, w2 = flow.weights
    velocity = flow.derivative(w1)
    assert sympy.diff(velocity, w2) != 0
    assert velocity.subs(w2, 3).doit() == flow.velocity[0].subs(w2, 3)
    assert velocity.xreplace({w2: sympy.Integer(3)}).doit() == flow.velocity[0].subs(w2, 3)
    assert pickle.loads(pickle.dumps(velocity)) == velocity
    other = Flow(Lq(2), Product(2)).derivative(w1)
    assert velocity != other
    assert (velocity + other).doit() == velocity.doit() + other.doit()


def test_link_of_ones_own_is_written_as_it_works_out():
    class Half(Geometry):
        exponent = sympy.Integer(2)

        def link(self, gradient):
            return gradient / 2

    flow = Flow(Half(), Product(2))
    verdict, data = certified(Identity(flow.derivative(balance(flow, 2)), 0, on=flow.domain()))
    assert (verdict, rechecked(data), data["flows"]) == (Verdict.PROVED, "PROVED", [])


def test_kinks_of_a_map_are_kinks_of_its_field():
    u, v = sympy.symbols("u v", positive=True)
    flow = Flow(Lq(2), Separable(u**2 - v**2, (u, v)))
    assert work_out(flow.derivative(u)).nonzero == ()
    with pytest.raises(NotEvaluable, match="state it piece by piece"):
        work_out(D(sympy.Max(x, 0), x))


@pytest.mark.parametrize(
    "tree",
    [
        ["diff", ["sym", "x"]],
        ["diff", ["sym", "x"], "z"],
        ["diff", ["gamma", ["sym", "x"]], "x"],
        ["at", ["sym", "x"], [["x", ["num", "1"]], ["x", ["num", "1"]]]],
        ["at", ["sym", "x"], "x"],
        ["at", ["sym", "x"], [["x"]]],
        ["def", "R"],
        ["velocity", 0, "x"],
        ["velocity", True, []],
        ["diff", ["mul", *[["sym", "x"]] * 65], "x"],
    ],
    ids=str,
)
def test_kernel_refuses_definitions_that_are_none(tree):
    _, data = certified(Identity(x, x, on=Domain({x: REALS})))
    data["statement"][0]["lhs"] = tree
    with pytest.raises(kernel.Rejected):
        rechecked(data)


def test_trees_that_grow_without_end_are_refused_early():
    _, data = certified(Identity(x, x, on=Domain({x: REALS})))
    body = ["mul", *[["sin", ["sym", "x"]]] * 60]
    for _ in range(6):
        body = ["diff", body, "x"]
    data["statement"][0]["lhs"] = body
    with pytest.raises(kernel.Rejected, match="nodes"):
        rechecked(data)


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        (D(x + 2 * y, x), D(x + 2 * y, y), {x: 0, y: 0}),
        (D(x * y, x, x), D(x * y, x, y), {x: 0, y: 0}),
        (D(x**2 * y**3, x), D(x**2 * y**3, y), {x: a, y: a}),
    ],
    ids=str,
)
def test_letters_with_equal_values_do_not_change_places(one, other, values):
    """SymPy's Subs takes the two sides as one expression: their difference was nothing, and proved to be 0."""
    left, right = at(one, values), at(other, values)
    assert left != right
    assert left == at(one, values)
    assert hash(left) == hash(at(one, values))
    on = Domain({a: POSITIVE})
    for statement in (Identity(left, right, on=on), Identity(left - right, 0, on=on)):
        assert certified(statement)[0] is Verdict.REFUTED
        assert pickle.loads(pickle.dumps(statement)) == statement


@pytest.mark.parametrize(
    ("expr", "value", "region", "verdict"),
    [
        (D(sympy.log(x), x), 1 / x, sympy.Interval(-2, -1), Verdict.UNDECIDED),
        (D(sympy.atanh(x), x), 1 / (1 - x**2), sympy.Interval(2, 3), Verdict.UNDECIDED),
        (D(x + sympy.sqrt(y), x), 1, REALS, Verdict.UNDECIDED),
        (D(x + 1 / y, x), 1, POSITIVE, Verdict.PROVED),
        (at(x / y, {x: y}), 1, sympy.FiniteSet(0, 1), Verdict.UNDECIDED),
        (at(x - sympy.log(y), {y: x}), x - sympy.log(x), REALS, Verdict.UNDECIDED),
        (at(sympy.S.One, {x: sympy.log(y)}), 1, sympy.Interval(-2, -1), Verdict.UNDECIDED),
        (at(sympy.S.One, {x: sympy.log(y)}), 1, POSITIVE, Verdict.PROVED),
    ],
)
def test_what_is_worked_out_holds_only_where_what_it_is_of_is_defined(expr, value, region, verdict):
    found, data = certified(Identity(expr, value, on=Domain({x: region, y: region})))
    assert found is verdict
    assert rechecked(data) == str(verdict)


@pytest.mark.parametrize(
    "lhs",
    [
        ["diff", ["log", ["num", "-1"]], "x"],
        ["diff", ["mul", ["num", "0"], ["log", ["sym", "x"]]], "x"],
        ["diff", ["piecewise", [["lt", ["num", "1"], ["num", "0"]], ["num", "1"]]], "x"],
        ["at", ["num", "0"], [["z", ["pow", ["num", "0"], ["num", "-1"]]]]],
    ],
)
def test_kernel_refuses_derivatives_and_values_of_what_is_undefined(lhs):
    _, data = certified(Identity(x, x, on=Domain({x: sympy.Interval(-2, -1)})))
    data["statement"][0] |= {"lhs": lhs, "rhs": ["num", "0"]}
    with pytest.raises(kernel.Rejected):
        rechecked(data)


def test_field_of_a_map_that_is_undefined_is_undefined():
    _, data = certified(Identity(x, x, on=Domain({x: sympy.Interval(-2, -1)})))
    flow = {"weights": ["x"], "map": ["log", ["sym", "x"]], "slope": ["num", "1"], "q": ["num", "2"], "coupled": ["num", "0"]}
    data["flows"] = [{**flow, "decoupled": ["num", "0"]}]
    data["statement"][0] |= {"lhs": ["velocity", 0, "x"], "rhs": ["mul", ["num", "-1"], ["pow", ["sym", "x"], ["num", "-1"]]]}
    with pytest.raises(kernel.Rejected, match="undefined"):
        rechecked(data)


@pytest.mark.parametrize("declared", [{"integer": True}, {"extended_positive": True}, {"zero": True}, {"even": True}])
def test_a_value_must_be_all_that_its_symbol_is_declared_to_be(declared):
    letter = sympy.Symbol("t", **declared)
    with pytest.raises(InvalidArgument, match="as the symbol is declared"):
        work_out(at(sympy.sqrt(letter**2), {letter: y}))
    assert work_out(at(letter + 1, {letter: sympy.Integer(0 if "zero" in declared else 2)})).expr in (1, 3)
