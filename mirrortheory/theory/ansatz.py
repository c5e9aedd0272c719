r"""First integrals by an ansatz and exact linear algebra, for flows whose variables do not separate.

Without decay :math:`\dot w_i = -\phi(f')\,v_i` with :math:`v_i = \phi(\partial_i g)`, so P is a first integral iff

.. math:: \mathcal D P = \sum_i v_i\,\partial_i P = 0,

whatever the loss, and v may be multiplied by a common factor. For q = 2 and a rational map v is polynomial then. For
q = 1 + p/b on positive weights it is polynomial in the roots :math:`a_i = w_i^{1/b}` and :math:`z_k = F_k^{1/b}`, where F_k are the
irreducible factors of the slopes and :math:`z_k^b = F_k(a^b)` are the only relations. On polynomials P of bounded degree
:math:`\mathcal D P = 0` is then a linear system over Q.

At q = 2 the system is widened by Darboux polynomials, those with :math:`\mathcal D F = K F`, as

.. math:: \mathcal D\Bigl(P + \sum_k c_k \log|F_k|\Bigr) = \mathcal D P + \sum_k c_k K_k ;

every such F of degree one divides the extactic determinant :math:`\det(\mathcal D^i w_j)`, which is factored.

Every first integral found is decided in the ring. Finding none shows nothing about integrals of another form.

Source: Darboux (1878) for the polynomials with a cofactor; Christopher, Llibre, Pereira (2007), "Multiplicity of invariant
algebraic curves in polynomial vector fields", for the extactic determinant; Marcotte, Gribonval, Peyre (2023),
arXiv:2307.00144, for linear algebra over polynomials at q = 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import ring

from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import integer, reduce_to_ring
from mirrortheory.theory.flow import Flow

_STEP = "polynomial ansatz"
_MAX_MONOMIALS, _MAX_TERMS, _MAX_WEIGHTS_OF_EXTACTIC = 300, 1000, 3
_PRIMES = (2, 7, 3, 11, 5, 17, 13, 19)

_Vector = dict[int, Any]


@dataclass(frozen=True)
class _Field:
    """The derivation D on a polynomial ring over Q, up to a common factor.

    Attributes:
        generators: of the ring; first the roots of factors, then those of the weights.
        meanings: what they are in the weights, all raised to the power 1/order.
        degrees: degree of each meaning in the weights.
        images: D of each generator.
        relations: generator^order - its meaning, for the roots of factors.
        order: b.
    """

    generators: tuple[Any, ...]
    meanings: tuple[sympy.Expr, ...]
    degrees: tuple[int, ...]
    images: tuple[Any, ...]
    relations: tuple[Any, ...]
    order: int

    def derivative(self, polynomial: Any) -> Any:
        total = sum(
            (polynomial.diff(g) * image for g, image in zip(self.generators, self.images, strict=True)), polynomial.ring.zero
        )
        return total.rem(list(self.relations)) if self.relations else total

    def expression(self, polynomial: Any) -> sympy.Expr:
        """Return an element of the ring in the weights; the coefficients of roots of factors are factored where that is shorter."""
        count = len(self.relations)
        parts: dict[sympy.Expr, sympy.Expr] = {}
        for exponents, coefficient in polynomial.terms():
            powers = [m ** sympy.Rational(e, self.order) for m, e in zip(self.meanings, exponents, strict=True)]
            value = sympy.Rational(coefficient.numerator, coefficient.denominator) * sympy.Mul(*powers[count:])
            root = sympy.Mul(*powers[:count])
            parts[root] = parts.get(root, sympy.S.Zero) + value
        return sympy.Add(*(root * min(part, sympy.factor(part), key=sympy.count_ops) for root, part in parts.items()))

    def monomials(self, degree: int) -> list[Any]:
        """Return the monomials of degree 1 to ``degree`` in the weights, reduced by the relations; none where they are too many."""
        budgets: list[tuple[tuple[int, ...], int]] = [((), degree * self.order)]
        for place, size in enumerate(self.degrees):
            most = self.order - 1 if place < len(self.relations) else degree * self.order
            budgets = [((*powers, e), left - e * size) for powers, left in budgets for e in range(min(most, left // size) + 1)]
            if len(budgets) > _MAX_MONOMIALS + 1:
                return []
        (first, *_) = self.generators
        return [first.ring.term_new(exponents, first.ring.domain.one) for exponents, _ in budgets if any(exponents)]


def polynomial_integrals(flow: Flow, degree: int = 4) -> tuple[sympy.Expr, ...]:
    """Return functionally independent first integrals of ``flow`` (its decay is set aside), at most one less than weights.

    Polynomials of degree up to ``degree`` in the weights (for q below 2: in roots of the weights and of factors of the slopes);
    at q = 2 also products of powers and logarithms of Darboux polynomials. Fewer, or none, show nothing about other integrals.

    Args:
        flow: q a number; a rational map. For q < 2 its weights are positive and its slopes keep their signs by their form.
        degree: 1 to 8, dimensionless; lowered where there would be more than 300 monomials.

    Raises:
        InvalidArgument: for a degree that is no integer from 1 to 8.
        NoClosedForm: when the field is not seen to be polynomial, or too large; the message says why.

    >>> from mirrortheory import Flow, Lq
    >>> from mirrortheory.reparams import Separable
    >>> u, v, w = sympy.symbols("u v w", positive=True)
    >>> polynomial_integrals(Flow(Lq(2), Separable((u + v) * w, (u, v, w))))
    (u - v, 2*u*v - w**2)
    >>> polynomial_integrals(Flow(Lq(2), Separable(u**2 + u * v + v**2, (u, v))))
    ((u - v)**3/(u + v),)
    """
    degree = integer(degree, "degree", 1, 8)
    undecayed = Flow(flow.geometry, flow.reparam)
    field = _field(flow)
    found: list[sympy.Expr] = []
    for candidate in _candidates(field, degree):
        if len(found) == len(flow.weights) - 1:
            break
        independent = _rank([*found, candidate], flow.weights) == len(found) + 1
        if independent and reduce_to_ring(undecayed.derivative(candidate).doit()).vanishes:
            found.append(candidate)
    return tuple(found)


def _candidates(field: _Field, degree: int) -> Iterator[sympy.Expr]:
    """Yield first integrals, polynomials of low degree and few terms first."""
    pools = {d: field.monomials(d) for d in range(1, degree + 1)}
    pools = {d: pool for d, pool in pools.items() if pool}
    if not pools:
        raise NoClosedForm(_STEP, f"there are more than {_MAX_MONOMIALS} monomials of degree 1")
    derivatives = {m: field.derivative(m) for m in max(pools.values(), key=len)}
    for pool in pools.values():
        for vector in _sparse(_nullspace([derivatives[m] for m in pool])):
            yield field.expression(sum((c * pool[i] for i, c in vector.items()), pool[0].ring.zero))
    curves = _darboux(field) if field.order == 1 else {}
    if not curves:
        return
    for pool in pools.values():
        columns = [*curves.values(), *(derivatives[m] for m in pool)]
        for vector in _sparse(_nullspace(columns)):
            yield _with_logarithms(field, vector, list(curves), pool)


def _with_logarithms(field: _Field, vector: _Vector, curves: Sequence[Any], pool: Sequence[Any]) -> sympy.Expr:
    powers = {field.expression(F): c for F, c in ((curves[i], c) for i, c in vector.items() if i < len(curves))}
    powers = {F: sympy.Rational(c.numerator, c.denominator) for F, c in powers.items()}
    rest = sum((c * pool[i - len(curves)] for i, c in vector.items() if i >= len(curves)), pool[0].ring.zero)
    if rest == 0:
        sign = sympy.sign(next(iter(powers.values())))
        return sympy.Mul(*(F ** (sign * c) for F, c in powers.items()))
    logarithms = (c * sympy.log(F if F.is_positive else sympy.Abs(F)) for F, c in powers.items())
    return field.expression(rest) + sympy.Add(*logarithms)


# Linear algebra --------------------------------------------------------------------------------------------------------


def _nullspace(columns: Sequence[Any]) -> list[_Vector]:
    """Return a basis of the linear relations between polynomials."""
    rows: dict[Any, dict[int, Any]] = {}
    for place, polynomial in enumerate(columns):
        for monomial, coefficient in polynomial.terms():
            rows.setdefault(monomial, {})[place] = coefficient
    entries = dict(enumerate(rows.values()))
    basis = DomainMatrix(entries, (len(rows), len(columns)), sympy.QQ).nullspace().to_dod()
    return list(basis.values())


def _sparse(basis: Sequence[_Vector]) -> list[_Vector]:
    """Subtract basis vectors from one another while that removes terms; the shortest come first, in whole numbers."""
    vectors = list(basis)
    shorter = True
    while shorter:
        shorter = False
        for i, vector in enumerate(vectors):
            for other in (o for j, o in enumerate(vectors) if j != i):
                for place in vector.keys() & other.keys():
                    ratio = vector[place] / other[place]
                    sums = {k: vector.get(k, 0) - ratio * other.get(k, 0) for k in vector.keys() | other.keys()}
                    left = {k: c for k, c in sums.items() if c}
                    if len(left) < len(vectors[i]):
                        vectors[i], shorter = left, True
                vector = vectors[i]
    return sorted(map(_primitive, vectors), key=lambda v: (len(v), sorted(v)))


def _primitive(vector: _Vector) -> _Vector:
    """Scale to integers without a common divisor, the last one positive."""
    multiple = math.lcm(*(int(c.denominator) for c in vector.values()))
    divisor = math.gcd(*(int(c * multiple) for c in vector.values()))
    scale = sympy.QQ(multiple, divisor if vector[max(vector)] > 0 else -divisor)
    return {place: vector[place] * scale for place in sorted(vector)}


def _rank(functions: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol]) -> int:
    """Return the rank of the Jacobian at one exact point: full rank there is functional independence."""
    point = dict(zip(weights, map(sympy.Integer, _PRIMES), strict=False))
    logarithms = [f.replace(sympy.Abs, lambda e: e) for f in functions]  # the same derivative
    matrix = sympy.Matrix([[sympy.diff(f, w).subs(point) for w in weights] for f in logarithms])
    return int(matrix.rank(simplify=True))


def _darboux(field: _Field) -> dict[Any, Any]:
    """Return irreducible Darboux polynomials with their cofactors."""
    count = len(field.generators)
    suspects = [*field.generators, *field.images]
    if count <= _MAX_WEIGHTS_OF_EXTACTIC and all(sum(image.degrees()) <= 4 for image in field.images):
        rows = [list(field.images)]
        for _ in range(count - 1):
            rows.append([field.derivative(entry) for entry in rows[-1]])
        suspects.append(_determinant(rows))
    found: dict[Any, Any] = {}
    for factor in (f for s in suspects if s != 0 for f, _ in s.factor_list()[1]):
        cofactor, remainder = field.derivative(factor).div(factor)
        if remainder == 0:
            found[factor] = cofactor
    return found


def _determinant(rows: list[list[Any]]) -> Any:
    if len(rows) == 1:
        return rows[0][0]
    minors = ([row[:k] + row[k + 1 :] for row in rows[1:]] for k in range(len(rows)))
    return sum((-1) ** k * entry * _determinant(minor) for k, (entry, minor) in enumerate(zip(rows[0], minors, strict=True)))


# The field -------------------------------------------------------------------------------------------------------------


def _field(flow: Flow) -> _Field:
    """Return the derivation of a flow as one on a polynomial ring.

    Raises:
        NoClosedForm: when it is none, or too large.
    """
    q, weights, jacobian = flow.geometry.exponent, flow.weights, flow.reparam.jacobian()
    if not q.is_Rational:
        raise NoClosedForm(_STEP, f"it needs a number for {q}")
    signs = [1 if q == 2 else _sign(entry, weights) for entry in jacobian]  # which q = 2 does not need
    if None in signs:
        w, entry = weights[signs.index(None)], jacobian[signs.index(None)]
        raise NoClosedForm(_STEP, f"dx/d{w} = {entry} is not seen to keep its sign on positive weights, which q = {q} needs")
    if q == 1:
        return _assembled(weights, weights, {}, list(map(sympy.Integer, signs)), 1)
    for entry, w in zip(jacobian, weights, strict=True):
        if not entry.is_rational_function(*weights):
            raise NoClosedForm(_STEP, f"dx/d{w} = {entry} is no rational function of the weights")
        degree, terms = _bounds(entry)
        if min(math.comb(len(weights) + degree, degree), terms) > _MAX_TERMS:
            raise NoClosedForm(_STEP, f"dx/d{w} may have more than {_MAX_TERMS} terms, which is too large")
    if q == 2:
        return _assembled(weights, weights, {}, [sympy.together(entry) for entry in jacobian], 1)
    power, order = (q - 1).p, (q - 1).q
    roots = {w: sympy.Dummy(w.name, positive=True) for w in weights}
    factors: dict[sympy.Expr, sympy.Symbol] = {}
    constants, links = [], []
    for entry, sign in zip(jacobian, signs, strict=True):
        constant, link = sympy.S.One, sympy.Integer(sign)
        for part, exponent in zip(sympy.fraction(sympy.together(entry)), (1, -1), strict=True):
            content, irreducible = sympy.factor_list(part, *weights)
            constant *= abs(content) ** exponent
            for factor, multiplicity in irreducible:
                positive = _sign(factor, weights)
                if positive is None:
                    raise NoClosedForm(_STEP, f"the factor {factor} of a slope is not seen to keep its sign, which q = {q} needs")
                factor *= positive
                root = roots[factor] if factor in roots else factors.setdefault(factor, sympy.Dummy("z", positive=True))
                link *= root ** (exponent * multiplicity * power)
        constants.append(constant)
        links.append(link)
    scaled = [(c / constants[0]) ** (q - 1) for c in constants]  # a common factor does not matter
    if not all(c.is_Rational for c in scaled):
        raise NoClosedForm(_STEP, f"the coefficients {', '.join(map(str, scaled))} are not rational")
    velocities = [c * link for c, link in zip(scaled, links, strict=True)]
    return _assembled(weights, tuple(roots.values()), factors, velocities, order)


def _assembled(
    weights: Sequence[sympy.Symbol],
    roots: Sequence[sympy.Symbol],
    factors: Mapping[sympy.Expr, sympy.Symbol],
    velocities: Sequence[sympy.Expr],
    order: int,
) -> _Field:
    """Return the field of da/dt = a^(1 - b) v/b and dz/dt = z^(1 - b) (grad F . v)/b in one ring, without common factors."""
    at_roots = {w: a**order for w, a in zip(weights, roots, strict=True)}
    images = [
        z ** (1 - order) * sum(sympy.diff(F, w).subs(at_roots) * v for w, v in zip(weights, velocities, strict=True))
        for F, z in factors.items()
    ]
    images += [a ** (1 - order) * v for a, v in zip(roots, velocities, strict=True)]
    fractions = [sympy.fraction(sympy.together(image)) for image in images]
    common = sympy.lcm_list([below for _, below in fractions])
    symbols = (*factors.values(), *roots)
    polynomials, *generators = ring(symbols, sympy.QQ)
    numerators = [polynomials.from_expr(sympy.expand(above * sympy.cancel(common / below))) for above, below in fractions]
    relations = tuple(
        g**order - polynomials.from_expr(sympy.expand(F.subs(at_roots)))
        for g, F in zip(generators[: len(factors)], factors, strict=True)
    )
    divisor = polynomials.zero
    for numerator in numerators:
        divisor = divisor.gcd(numerator)
    return _Field(
        generators=tuple(generators),
        meanings=(*factors, *weights),
        degrees=(*(sympy.Poly(F, *weights).total_degree() for F in factors), *[1] * len(weights)),
        images=tuple(numerator.quo(divisor) for numerator in numerators),
        relations=relations,
        order=order,
    )


def _sign(expr: sympy.Expr, weights: Sequence[sympy.Symbol]) -> int | None:
    """Return the sign that ``expr`` has on positive weights by its form, or None; weights of both signs have none."""
    on = Domain(dict.fromkeys(weights, POSITIVE)) if all(w.is_positive for w in weights) else None
    return None if on is None else next((sign for sign in (1, -1) if on.positive_by_form(sign * expr)), None)


def _bounds(expr: sympy.Expr) -> tuple[int, int]:
    """Return bounds on the degree and the number of terms of numerator and denominator, without expanding."""
    if expr.is_Add or expr.is_Mul:
        degrees, terms = zip(*map(_bounds, expr.args), strict=True)
        rational = any(factor.is_Pow and factor.exp.is_negative for factor in expr.atoms(sympy.Pow))
        if expr.is_Mul or rational:  # a sum of fractions may be multiplied out
            return sum(degrees), math.prod(terms) if expr.is_Mul else len(terms) * math.prod(terms)
        return max(degrees), sum(terms)
    if expr.is_Pow:
        (degree, count), power = _bounds(expr.base), abs(int(expr.exp))
        return power * degree, count ** min(power, 64)
    return int(expr.is_Symbol), 1
