"""The ring proves only what is true: identities with false neighbours, and random expressions against balls."""

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import A, B, Q, U, V, is_real_and_finite, ring_expressions

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import BallFunction, ball, bits_for, precision, reduce_to_ring

R = sympy.Rational
sign, Abs, sqrt, log, exp = sympy.sign, sympy.Abs, sympy.sqrt, sympy.log, sympy.exp
W = sympy.Symbol("w", real=True)
P = sympy.Symbol("r", positive=True)
DECAY = sympy.Symbol("alpha", nonnegative=True)
VARIABLES = (A, B, U, V, Q, W, P, DECAY)


def point(*values):
    return tuple(map(R, values))


# In the order of VARIABLES: every sign of a, b, w and both ends of q; zeros, and 0 for the decay, come in the last ones.
POINTS = [
    point("2/3", "5/4", "1/3", "7/2", "3/2", "-3/4", "2/5", "1/7"),
    point("-2/3", "5/4", "3/5", "1/2", "1", "3/4", "5/2", "2"),
    point("-7/4", "-1/4", "5/2", "1/9", "2", "-2", "1/2", "1"),
    point("9/5", "-3", "1/8", "1/3", "4/3", "-1/5", "3", "3/2"),
    point("-1", "-4", "2", "4", "1", "-1", "1", "1/2"),
    point("-5", "1/3", "1/4", "1/2", "2", "-1/3", "2", "4"),
    point("-2", "-2", "1", "1", "2", "-1", "1", "1"),
]
EDGES = [
    point("0", "5/4", "1/3", "7/2", "3/2", "-3/4", "2/5", "0"),
    point("-2/3", "0", "3/5", "1/2", "1", "0", "5/2", "2"),
    point("0", "0", "1", "2", "2", "0", "1/2", "0"),
]


def enclosures(expr, points):
    function = BallFunction(expr, VARIABLES)
    with precision(bits_for(50)):
        return [function(*p) for p in points]


def where_conditions_hold(reduction, points):
    """The points where all of ``nonzero`` is certainly not 0 and all of ``defined`` certainly positive."""
    if any(e.has(sympy.zoo, sympy.nan) for e in reduction.nonzero + reduction.defined):  # log(0) somewhere
        return []
    nonzero, defined = ([BallFunction(e, VARIABLES) for e in es] for es in (reduction.nonzero, reduction.defined))
    with precision(bits_for(50)):
        points = [p for p in points if all((value := f(*p)).is_finite() and value != 0 for f in nonzero)]
        return [p for p in points if all(f(*p) > 0 for f in defined)]


# (true identity, false neighbour): the left vanishes, the right does not.
IDENTITIES = {
    "rational functions": (1 / (A - B) + 1 / (B - A), 1 / (A - B) - 1 / (B - A)),
    "partial fractions": (1 / (U * (U + 1)) - 1 / U + 1 / (U + 1), 1 / (U * (U + 1)) - 1 / U - 1 / (U + 1)),
    "sign and modulus": (sign(W) * Abs(W) - W, Abs(W) - W),
    "square of a sign": (sign(W) ** 2 - 1, sign(W) ** 3 - 1),
    "sign of a product": (sign(A * B) - sign(A) * sign(B), sign(A + B) - sign(A) * sign(B)),
    "sign of a power": (sign(A**3 * B**2) - sign(A), sign(A**2 * B**3) - sign(A)),
    "sign of a quotient": (sign(A / B) - sign(A * B), sign(A / B) - sign(A)),
    "sign of a sum of squares": (sign(A**2 + 1) - 1, sign(A**2 - 1) - 1),
    "sign of a difference": (sign(A - B) + sign(B - A), sign(A - B) - sign(B - A)),
    "modulus of a difference": (Abs(A - B) - Abs(B - A), Abs(A - B) - Abs(A + B)),
    "modulus of a product, to q": (Abs(A * B) ** Q - Abs(A) ** Q * Abs(B) ** Q, Abs(A * B) ** Q - Abs(A) ** Q * Abs(B)),
    "modulus to odd and even powers": (Abs(W) ** 3 - W**2 * Abs(W), Abs(W) ** 3 - W**3),
    "link times its argument": (sign(A) * Abs(A) ** (Q - 1) * A - Abs(A) ** Q, sign(A) * Abs(A) ** (Q - 1) * A - A**2),
    "root of a square": (sqrt(A**2 - 2 * A * B + B**2) - Abs(A - B), sqrt(A**2 - 2 * A * B + B**2) - (A - B)),
    "root of a positive square": (sqrt(U**2 + 2 * U * V + V**2) - U - V, sqrt(U**2 - 2 * U * V + V**2) - U + V),
    "root of a product of squares": (sqrt(A**2 * B**4) - Abs(A) * B**2, sqrt(A**2 * B**4) - A * B**2),
    "product of roots": (sqrt(U**2 + U * V) - sqrt(U) * sqrt(U + V), sqrt(U**2 + U * V) - U * sqrt(1 + V)),
    "nested roots": (sqrt(U * sqrt(U)) - U ** R(3, 4), sqrt(U * sqrt(U)) - U ** R(2, 3)),
    "nested roots of sums": (sqrt((U + V) * sqrt(U + V)) - (U + V) ** R(3, 4), sqrt(U + sqrt(V)) - (U + V) ** R(1, 4)),
    "root of a cube": (
        sqrt(sympy.expand((U + V) ** 3)) - (U + V) ** R(3, 2),
        sqrt(sympy.expand((U + V) ** 3)) - U ** R(3, 2) - V ** R(3, 2),
    ),
    "square of a root": (
        (sqrt(U + V) + sqrt(U)) ** 2 - 2 * U - V - 2 * sqrt(U) * sqrt(U + V),
        (sqrt(U + V) + sqrt(U)) ** 2 - 2 * U - V,
    ),
    "rationalized denominator": (
        1 / (sqrt(U + 1) + sqrt(U)) - sqrt(U + 1) + sqrt(U),
        1 / (sqrt(U + 1) + sqrt(U)) - sqrt(U + 1) - sqrt(U),
    ),
    "roots of primes": ((sqrt(2) + sqrt(3)) ** 2 - 5 - 2 * sqrt(6), (sqrt(2) + sqrt(3)) ** 2 - 5 - 2 * sqrt(5)),
    "cube roots": (
        (1 + 2 ** R(1, 3) + 4 ** R(1, 3)) * (2 ** R(1, 3) - 1) - 1,
        (1 + 2 ** R(1, 3) + 4 ** R(1, 3)) * (2 ** R(1, 3) + 1) - 1,
    ),
    "numbers to q": (sympy.Integer(12) ** Q - 4**Q * 3**Q, sympy.Integer(12) ** Q - 4**Q * 3),
    "fractions to q": (R(4, 9) ** Q * R(3, 2) ** (2 * Q) - 1, R(4, 9) ** Q * R(3, 2) ** Q - 1),
    "pi to q": ((sympy.pi * U) ** Q - sympy.pi**Q * U**Q, (sympy.pi * U) ** Q - sympy.pi * U**Q),
    "exponents add": (U**Q * U ** (1 - Q) * V - U * V, U**Q * U ** (2 - Q) * V - U * V),
    "conjugate exponent": (U ** (Q / (Q - 1)) / U ** (1 / (Q - 1)) - U, U ** (Q / (Q - 1)) / U ** (2 / (Q - 1)) - U),
    "exponents over q": (
        (U * V) ** ((2 - Q) / Q) * U * V - U ** (2 / Q) * V ** (2 / Q),
        (U * V) ** ((2 - Q) / Q) * U * V - U ** (2 / Q) * V ** (1 / Q),
    ),
    "power of a power": (((U * V) ** Q) ** (1 / Q) - U * V, ((U * V) ** Q) ** (1 / (Q + 1)) - U * V),
    "power of a sum, twice": ((U + V) ** (2 * Q) - ((U + V) ** Q) ** 2, (U + V) ** (2 * Q) - U ** (2 * Q) - V ** (2 * Q)),
    "two exponents": (U ** (Q * P) * U ** (P - Q * P) - U**P, U ** (Q * P) * U**P - U ** (Q + P)),
    "modulus of a difference, to q": (
        (A**2 - 2 * A * B + B**2) ** Q - Abs(A - B) ** (2 * Q),
        (A**2 - 2 * A * B + B**2) ** Q - Abs(A - B) ** Q,
    ),
    "logarithm of a product": (log(U * V) - log(U) - log(V), log(U + V) - log(U) - log(V)),
    "logarithm of a power": (log(U**Q * V ** R(1, 2)) - Q * log(U) - log(V) / 2, log(U**Q) - log(Q) * log(U)),
    "logarithm of a number": (log(12) - 2 * log(2) - log(3), log(12) - log(2) - log(3)),
    "logarithm of a quotient": (log(U / 4) - log(U) + 2 * log(2), log(U / 4) - log(U) + log(2)),
    "logarithm of a square": (log(W**2) - 2 * log(Abs(W)), log(W**2) - log(Abs(W))),
    "logarithm of a modulus": (log(Abs(A * B)) - log(Abs(A)) - log(Abs(B)), log(Abs(A - B)) - log(Abs(A)) + log(Abs(B))),
    "logarithm of an exponential": (log(exp(U) * V) - U - log(V), log(exp(U) + V) - U - log(V)),
    "exponentials": ((exp(A) - 1) * (exp(A) + 1) - exp(2 * A) + 1, (exp(A) - 1) * (exp(A) + 1) - exp(A**2) + 1),
    "exponential of a sum": (exp(A + B) - exp(A) * exp(B), exp(A * B) - exp(A) * exp(B)),
    "exponential of a fraction": (sqrt(exp(A)) - exp(A / 2), sqrt(exp(A)) - exp(A) / 2),
    "other functions of equal values": (
        sympy.asinh(sqrt(U**2 + 2 * U * V + V**2)) - sympy.asinh(U + V),
        sympy.asinh(sqrt(U**2 + V**2)) - sympy.asinh(U + V),
    ),
    "decay that may be 0": (sqrt(DECAY**2) - DECAY, sqrt(DECAY**2) + DECAY),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_true_identities_vanish(name):
    identity, _ = IDENTITIES[name]
    assert any(value.is_finite() for value in enclosures(identity, POINTS))
    assert all(value.contains(0) for value in enclosures(identity, POINTS) if value.is_finite())
    assert reduce_to_ring(identity).vanishes


@pytest.mark.parametrize("name", IDENTITIES)
def test_false_neighbours_do_not_vanish(name):
    _, neighbour = IDENTITIES[name]
    assert any(value.is_finite() and not value.contains(0) for value in enclosures(neighbour, POINTS))
    assert not reduce_to_ring(neighbour).vanishes


# Expressions that a careless rule for positive quantities takes for 0.
TRAPS = {
    "the sign of a logarithm": sign(log(U)) - 1,
    "the modulus of a logarithm": Abs(log(U)) - log(U),
    "the sign of another function": sign(sympy.asinh(A)) - 1,
    "the modulus of another function": Abs(sympy.tanh(A)) - sympy.tanh(A),
    "the q-th root of the q-th power of any number": (W**Q) ** (1 / Q) - W,
    "the q-th root of the q-th power of a difference": ((A - B) ** Q) ** (1 / Q) - (A - B),
    "the q-th root of the q-th power of -1": (sympy.Integer(-1) ** Q) ** (1 / Q) + 1,
    "the square root of the 2q-th power": sqrt((A - B) ** (2 * Q)) - (A - B) ** Q,
    "the sign of the q-th power of a difference": sign((A - B) ** Q) - 1,
    "the sign of the q-th power of any number": sign(W**Q) - 1,
    "the square root of a square": sqrt(sympy.expand((A + B) ** 2)) - A - B,
    "the modulus of a sum": Abs(A + B) - Abs(A) - Abs(B),
    "the sign of a decay that may be 0": sign(DECAY) - 1,
}


@pytest.mark.parametrize("name", TRAPS)
def test_what_vanishes_is_zero_wherever_its_conditions_hold(name):
    expr = TRAPS[name]
    reduction = reduce_to_ring(expr)
    if reduction.vanishes:
        held = where_conditions_hold(reduction, POINTS + EDGES)
        assert all(v.contains(0) for v in enclosures(expr, held) if v.is_finite()), reduction
    assert any(v.is_finite() and not v.contains(0) for v in enclosures(expr, POINTS + EDGES))


def _without_signs(expr):
    return expr.replace(Abs, lambda e: e).replace(sign, lambda e: sympy.S.One)


def _as_if_positive(expr):
    positive, back = sympy.posify(expr)
    return sympy.powsimp(sympy.powdenest(positive, force=True)).subs(back)


# Some are true rewrites, some only for positive quantities, some false.
REWRITES = {
    "expand": sympy.expand,
    "factor": sympy.factor,
    "together": sympy.together,
    "cancel": sympy.cancel,
    "powsimp": sympy.powsimp,
    "powsimp, forced": lambda e: sympy.powsimp(e, force=True),
    "powdenest, forced": lambda e: sympy.powdenest(e, force=True),
    "expand_power_base, forced": lambda e: sympy.expand_power_base(e, force=True),
    "expand_power_exp": sympy.expand_power_exp,
    "expand_log, forced": lambda e: sympy.expand_log(e, force=True),
    "logcombine, forced": lambda e: sympy.logcombine(e, force=True),
    "as if positive": _as_if_positive,
    "without signs": _without_signs,
    "modulus for a variable": lambda e: e.xreplace({A: Abs(A)}),
}


@given(ring_expressions, st.sampled_from(sorted(REWRITES)))
def test_the_ring_vanishes_only_on_zero(expr, name):
    rewritten = REWRITES[name](expr)
    assume(is_real_and_finite(rewritten))
    _assert_sound(expr, rewritten)


@given(ring_expressions, ring_expressions)
def test_the_ring_vanishes_only_on_zero_for_unrelated_expressions(left, right):
    _assert_sound(left, right)


def _assert_sound(left, right):
    difference = sympy.Add(left, -right, evaluate=False)
    try:
        reduction = reduce_to_ring(difference)
    except NotEvaluable:  # both have no place in the ring, or one divides by 0
        assume(False)
    held = where_conditions_hold(reduction, POINTS + EDGES)
    values = [v for v in enclosures(difference, held) if v.is_finite()]
    assume(values)
    assert not (reduction.vanishes and any(not v.contains(0) for v in values))


@given(ring_expressions)
def test_what_is_positive_by_its_form_is_positive(expr):
    """Off the zeros of the symbols; there it may be 0, and is never negative."""
    try:
        reduction = reduce_to_ring(expr)
    except NotEvaluable:
        assume(False)
    inside = [v for v in enclosures(expr, where_conditions_hold(reduction, POINTS)) if v.is_finite()]
    edges = [v for v in enclosures(expr, where_conditions_hold(reduction, EDGES)) if v.is_finite()]
    assume(inside)
    assert not (reduction.positive and (any(v <= 0 for v in inside) or any(v < 0 for v in edges)))


@pytest.mark.parametrize(
    "expr",
    [
        log(U) ** 2,
        log(U) ** 2 + log(V) ** 2,
        sympy.asinh(A - B) ** 2,
        U * log(V) ** 2,
        Abs(A - B) ** Q,
        sqrt(A**2 - 2 * A * B + B**2),
        sqrt(log(U) ** 2 + log(V) ** 2),
        (sqrt(U) - sqrt(V)) ** 2,
    ],
    ids=str,
)
def test_what_vanishes_somewhere_is_not_positive_by_its_form(expr):
    reduction = reduce_to_ring(expr)
    values = enclosures(expr, where_conditions_hold(reduction, POINTS))
    assert not (reduction.positive and any(v <= 0 for v in values))
    assert any(v == 0 for v in enclosures(expr, POINTS))


@pytest.mark.parametrize(
    ("expr", "positive"),
    [
        (U + V, True),
        (U - V, False),
        (U * V / (U + 2 * V) ** 3, True),
        (-U - V, False),
        (1 / (-U - V), False),
        ((U - V) / (V - U), False),
        (1 + A**2, True),
        (1 + A, False),
        (exp(A), True),
        (exp(A) + U**Q, True),
        (exp(A) - 1, False),
        (log(U), False),
        (1 + Abs(A) + DECAY, True),
        ((U + V) ** Q, True),
        (sqrt(1 + A**2), True),
        (sympy.S.Zero, False),
        (sympy.Integer(2), True),
        (-sympy.S.One, False),
        (sqrt(2) + sympy.pi, True),
    ],
    ids=str,
)
def test_positive_by_form(expr, positive):
    assert reduce_to_ring(expr).positive is positive


@pytest.mark.parametrize(
    ("expr", "factors"),
    [
        (1 / (A - B), {A - B}),
        (1 / (U - V) + 1 / (U + V), {U - V}),
        (1 / (U + V), set()),
        (1 / W, {W}),
        (1 / W + sqrt(Abs(W)), {W}),
        (A / B, {B}),
        (sign(W), {W}),
        (sign(A * B), {A, B}),
        (Abs(U) + sign(V), set()),
        (Abs(A - B) ** (-Q), {A - B}),
        (1 / DECAY, {DECAY}),
        (1 / sqrt(DECAY), {DECAY}),
        (DECAY ** (-Q), {DECAY}),
        (Abs(W) ** (-Q), {W}),
        (W ** (-Q), {W}),
        (1 / log(U), {log(U)}),
        (1 / (1 + A**2), set()),
        (1 / (A**2 + B**2), {A**2 + B**2}),
        (1 / (Q - 1), {Q - 1}),
        (U ** (1 / (Q - 1)), {Q - 1}),
        (exp(1 / A), {A}),
        (log(DECAY), {DECAY}),
        (log(Abs(W)), {W}),
        (log(U * Abs(W) ** Q), {W}),
        (log(U / V), set()),
        (1 / sqrt(A + B), {A + B}),
        ((A - B) ** (-Q), {A - B}),
    ],
    ids=lambda value: str(sorted(value, key=str) if isinstance(value, set) else value),
)
def test_conditions_list_what_must_not_vanish(expr, factors):
    reduction = reduce_to_ring(expr)
    found = (e.args[0] if isinstance(e, sign) else e for e in reduction.nonzero + reduction.defined)
    assert {_up_to_sign(e) for e in found} == {_up_to_sign(e) for e in factors}


@pytest.mark.parametrize(
    ("expr", "factors"),
    [
        (sqrt(A + B), {A + B}),
        (log(A + B), {A + B}),
        (log(U + V), set()),
        ((A - B) ** Q, {A - B}),
        (sympy.acosh(U), {U - 1}),
        (sympy.atanh(U), {1 - U**2}),
        (sqrt(1 + A**2), set()),
        (Abs(A - B) ** Q, set()),
        (sqrt(A**2 - 2 * A * B + B**2), set()),
        (sqrt(U) * log(V) ** 2, set()),
    ],
    ids=str,
)
def test_defined_lists_what_must_be_positive(expr, factors):
    assert {sympy.expand(e) for e in reduce_to_ring(expr).defined} == factors


def _up_to_sign(expr):
    expanded = sympy.expand(expr)
    return max(expanded, -expanded, key=sympy.default_sort_key)


def test_an_identity_is_undefined_only_where_its_conditions_say_so():
    """Each is 0 where it is defined; where it is not, one of its conditions must fail."""
    undefined = [
        (DECAY**Q + 1) * DECAY ** (-Q) - 1 - DECAY ** (-Q),
        (W**2 + 1) / W**2 - 1 - 1 / W**2,
        (DECAY**2 + DECAY) / sqrt(DECAY) - DECAY ** R(3, 2) - sqrt(DECAY),
        log(2 * DECAY) - log(DECAY) - log(2),
        log(2 * Abs(W)) - log(Abs(W)) - log(2),
        log(W**2) - 2 * log(Abs(W)),
        U * U ** (1 / (Q - 1)) * U ** (-Q / (Q - 1)) - 1,
    ]
    for expr in undefined:
        reduction = reduce_to_ring(expr)
        assert reduction.vanishes
        held = where_conditions_hold(reduction, POINTS + EDGES)
        assert held
        assert all(v.is_finite() for v in enclosures(expr, held)), (expr, reduction.nonzero)


def test_generators_are_reported():
    generators = reduce_to_ring(Abs(W) ** Q + sqrt(2) * exp(U) - log(V)).generators
    assert {Abs(W) ** Q, sqrt(2), exp(U), log(V)} <= set(generators)


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        (A + sympy.Float("0.5"), "0.500000000000000 (Float) has no place in a ring of rational functions"),
        (sympy.Symbol("z") + 1, "the symbol z is not declared real; write Symbol('z', real=True)"),
        (sympy.I * A, "I (ImaginaryUnit) has no place in a ring of rational functions"),
        (sympy.Integral(A, (A, 0, U)), "Integral(a, (a, 0, u)) (Integral) has no place in a ring of rational functions"),
        (U ** sympy.Float("0.5"), "has rational coefficients"),
        (1 / (Abs(A * B) - Abs(A) * Abs(B)), "the expression divides by an expression that is identically zero"),
        (sympy.nan * sympy.Symbol("x", real=True), "nan (NaN) has no place in a ring of rational functions"),
    ],
)
def test_refusals(expr, message):
    with pytest.raises(NotEvaluable) as raised:
        reduce_to_ring(expr)
    assert message.replace("has rational", "must have rational") in str(raised.value)


@pytest.mark.parametrize(
    "expr",
    [
        exp(sqrt(U**2 + 2 * U + 2) + 1 / (U + 1)),
        exp(Abs(A + 1) / (A + 1) ** 4),
        sqrt(log(sqrt(A + 1))),
        U ** (1 / (sqrt(U + 1) + 1)),
        exp(sympy.sin(U + 1) / (U + 1)),
        U ** log(U + 1) / (U + 1) ** sqrt(2),
    ],
    ids=str,
)
def test_nested_forms_are_reduced_or_refused(expr):
    """Whatever stands in an exponent or under a root, the answer is a reduction or a refusal in words."""
    try:
        assert not reduce_to_ring(expr).vanishes
    except NotEvaluable as refusal:
        assert "must have rational coefficients" in str(refusal)


def test_zero_and_numbers():
    assert reduce_to_ring(sympy.S.Zero).vanishes
    assert not reduce_to_ring(sympy.S.One).vanishes
    assert not reduce_to_ring(sqrt(2) - R(141421356, 10**8)).vanishes
    assert reduce_to_ring(sympy.S.Zero).generators == ()


def test_a_zero_that_the_ring_misses_is_no_zero_for_it_either_way():
    """sqrt(3 + 2 sqrt(2)) = 1 + sqrt(2) has no relation in the ring: False says nothing."""
    reduction = reduce_to_ring(sqrt(3 + 2 * sqrt(2)) - 1 - sqrt(2))
    assert not reduction.vanishes
    assert not reduction.positive
    with precision(100):
        assert (ball(3) + 2 * ball(2).sqrt()).sqrt().overlaps(1 + ball(2).sqrt())
