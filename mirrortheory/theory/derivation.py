r"""What a derivation finds, and what a step of the derivation is.

A step tells flows that it is not meant for, in one line; for others it derives, or says where it failed. :data:`STEPS` of
:mod:`mirrortheory.theory.derive` is the order in which steps are tried.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy

from mirrortheory.decays import NoDecay, RateDecay, text_of
from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import is_short, is_steep, placed, reduce_to_ring
from mirrortheory.potentials import DualPotential, Potential
from mirrortheory.theory.decay_law import DecayLaw, decay_law
from mirrortheory.theory.flow import Flow

Start = tuple[sympy.Rational, ...] | None


@dataclass(frozen=True)
class BalanceLaw:
    """How an invariant of the flow without decay moves under the decay.

    Attributes:
        invariant: an expression in the weights.
        derivative: its time derivative along the flow, with the decay.
        rate: c with derivative = c * invariant on every orthant (decided in a ring), or None when there is no such c; it depends
            on time where the decay does.
        multiple: c over the rate of the decay, constant; None where one of the two is not there.
    """

    invariant: sympy.Expr
    derivative: sympy.Expr
    rate: sympy.Expr | None
    multiple: sympy.Expr | None = None

    def __str__(self) -> str:
        if self.rate == 0:
            return f"d/dt ({self.invariant}) = 0"
        if self.rate is not None:
            return f"d/dt ({self.invariant}) = {self.rate} * ({self.invariant})"
        return f"d/dt ({self.invariant}) is no constant multiple of itself; it is {self.derivative}"


@dataclass(frozen=True, repr=False)
class Derivation:
    """What :func:`derive` finds.

    Attributes:
        flow: the flow derived from.
        imbalance: |w_i|^q - min_j |w_j|^q (in general: charge minus the smallest charge), one entry a layer; none for a sum.
        invariants: first integrals of the flow without decay, u_1 - u_i, as expressions in the signed weights.
        balance_laws: how they move under the decay.
        inverse_metric: 1/R'' as a function of the weights.
        potential: the mirror potential for this imbalance.
        initial: the weights given, if any; x_0 is their image, and R'(x_0) is kept (R is not shifted).
        assumptions: what was assumed, in words.
        decay_law: how y and the potential move under the decay; None without decay, or where they have no such law.
    """

    flow: Flow
    imbalance: tuple[sympy.Expr, ...]
    invariants: tuple[sympy.Expr, ...]
    balance_laws: tuple[BalanceLaw, ...]
    inverse_metric: sympy.Expr
    potential: Potential | DualPotential
    initial: tuple[sympy.Expr, ...] | None
    assumptions: tuple[str, ...]
    decay_law: DecayLaw | None = None

    def __repr__(self) -> str:
        return f"Derivation({self.flow}: {self.potential})"

    def _repr_latex_(self) -> str:
        return self.potential._repr_latex_()

    def imbalance_in_time(self, total: sympy.Expr | None = None) -> tuple[sympy.Expr, ...] | None:
        """Return the imbalance at the time t; None without decay, where there is none, or where it moves by no law of its own.

        Args:
            total: what stands for A(t), by default its own expression.
        """
        multiples = {law.multiple for law in self.balance_laws}
        if self.decay_law is None or not self.imbalance or len(multiples) != 1 or None in multiples:
            return None
        shrunk = sympy.exp(next(iter(multiples)) * (self.decay_law.total if total is None else total))
        return tuple(e * shrunk for e in self.imbalance)

    @property
    def x0(self) -> sympy.Expr | None:
        """The effective parameter of the initial weights."""
        return None if self.initial is None else self.flow.reparam.forward(*self.initial)


class Step(ABC):
    """One way to derive a mirror potential."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The way, in a few words."""

    @abstractmethod
    def refuses(self, flow: Flow, start: Start) -> str | None:
        """Return why this way is not meant for ``flow``, in one line; None when it is.

        Args:
            flow: the flow to derive.
            start: a flow, with a start of its weights.
        """

    @abstractmethod
    def derive(self, flow: Flow, imbalance: Sequence[object] | None, start: Start) -> Derivation:
        """Derive the potential of a flow that is not refused, for an imbalance or for initial weights.

        Args:
            flow: one that is not refused.
            imbalance: exact, one entry for each layer; or None.
            start: a flow, with a start of its weights.

        Raises:
            InvalidArgument: when it needs the one and is given the other.
            NoClosedForm: naming what failed.
        """


def derivation(
    flow: Flow,
    invariants: tuple[sympy.Expr, ...],
    potential: Potential | DualPotential,
    start: Start,
    imbalance: tuple[sympy.Expr, ...] = (),
) -> Derivation:
    """Complete what a step found by what holds for every flow: balance laws, inverse metric, assumptions."""
    return Derivation(
        flow=flow,
        imbalance=imbalance,
        invariants=invariants,
        balance_laws=tuple(balance_law(flow, invariant) for invariant in invariants),
        inverse_metric=sympy.Add(*(sympy.Abs(j) ** flow.geometry.exponent for j in flow.reparam.jacobian())),
        potential=potential,
        initial=start,
        assumptions=_assumptions(flow),
        decay_law=decay_law(flow),
    )


def at_start(
    charges: Sequence[sympy.Expr], variables: Sequence[sympy.Symbol], start: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol]
) -> list[sympy.Expr]:
    """Return charges, each a function of a variable of its own, at the values that these have at the start.

    Where a long number would come under a root, or any number to a long power, it has a name, made from that of the weight; equal
    values have one name, so that equal charges are seen to be.
    """
    names: dict[sympy.Expr, sympy.Symbol] = {}
    found = []
    for charge, variable, value, weight in zip(charges, variables, start, weights, strict=True):
        rational = charge.is_rational_function(variable) and not is_steep(charge)
        if value.is_positive and not rational and (is_steep(charge) or not is_short(value)):
            letter = names.setdefault(value, sympy.Symbol(f"|{weight}_0|", positive=True))
            value = placed([charge.subs(variable, letter)], {letter: value})[letter]
        found.append(charge.subs(variable, value))
    return found


def balance_law(flow: Flow, invariant: sympy.Expr) -> BalanceLaw:
    """Find c with d(invariant)/dt = c * invariant along ``flow``: a candidate from one point, decided in a ring."""
    if flow.decay.varies and isinstance(flow.decay, RateDecay):  # the law is one at each time: found with a letter for the rate
        letter = sympy.Dummy("alpha", nonnegative=True)
        law = balance_law(Flow(flow.geometry, flow.reparam, replace(flow.decay, alpha=letter)), invariant)
        in_time = {letter: flow.decay.rate}
        rate = None if law.rate is None else law.rate.subs(in_time)
        return BalanceLaw(invariant, law.derivative.subs(in_time), rate, law.multiple)
    derivative = flow.derivative(invariant).doit()
    if reduce_to_ring(derivative).vanishes:
        return BalanceLaw(invariant, derivative, sympy.S.Zero)
    for first in (2, 3, 5, 7):  # a point where the invariant is not 0
        point = {w: sympy.Integer(first if i == 0 else 1) for i, w in enumerate(flow.weights)} | {flow.slope: sympy.S.One}
        value = sympy.simplify(invariant.subs(point))
        if value != 0:
            candidate = sympy.simplify(derivative.subs(point) / value)
            holds = reduce_to_ring(derivative - candidate * invariant).vanishes
            multiple = sympy.cancel(candidate / flow.decay.rate) if holds and flow.decay.rate != 0 else None
            return BalanceLaw(invariant, derivative, candidate if holds else None, multiple)
    return BalanceLaw(invariant, derivative, None)


def conserved(flow: Flow, invariants: tuple[sympy.Expr, ...]) -> tuple[sympy.Expr, ...]:
    """Return ``invariants`` when each is seen to be a first integral of ``flow`` without its decay.

    Raises:
        NoClosedForm: naming the first that is not.
    """
    undecayed = Flow(flow.geometry, flow.reparam)
    for invariant in invariants:  # the separation looked at positive weights only
        if not reduce_to_ring(undecayed.derivative(invariant).doit()).vanishes:
            raise NoClosedForm("first integrals", f"{invariant} is not seen to be conserved on every orthant")
    return invariants


def _assumptions(flow: Flow) -> tuple[str, ...]:
    range_of_weights = "positive" if all(w.is_positive for w in flow.weights) else "real and nonzero"
    lines = ["the loss is differentiable; its slope f'(x) is a symbol", f"the weights are {range_of_weights}"]
    if isinstance(flow.geometry.exponent, sympy.Symbol):
        lines.append(f"1 <= {flow.geometry.exponent} <= 2")
    if not isinstance(flow.decay, NoDecay):
        rate = flow.decay.rate
        lines.append(
            f"decay {text_of(rate)} >= 0 at all times t >= 0" if flow.decay.varies else f"decay {rate} >= 0, constant in time"
        )
    return tuple(lines)
