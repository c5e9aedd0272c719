r"""The contract of a rule: when it applies, and what it predicts. What is given, and what the rules share.

A rule is one class in one file. :func:`mirrortheory.bias.implicit_bias` asks them in order; the first that does not refuse is
taken, and the result keeps the reasons of those before it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mirrortheory.bias.equations import Equations, equivalent
from mirrortheory.bias.mirrors import Mirrors, of_layers, of_potentials
from mirrortheory.bias.regression.columns import Columns
from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array, Quadratic
from mirrortheory.potentials import DualPotential, Potential
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow, derive


@dataclass(frozen=True, eq=False)
class Prediction:
    """Where a flow ends.

    Attributes:
        x: the end, shape (d,), or None where no rule gives it.
        rule: by which rule, in words.
        certificate: what shows that x is that end, in words; begins with "proved" or "estimated".
        error: of x, the largest of all entries: a bound if the certificate begins with "proved", else an estimate.
        dual: the multipliers: lambda of Z x = b, shape (n,), or one c for each class of parallel columns; or None.
        kkt_residual: the largest entry of the residuals of the equations, relative to the sizes of their terms, and of
            |R'(x) - R'(x_0) - ..|/R''(x), relative to the largest of |x| and the error; in double precision.
        given: what the end rests on that was not shown.
        digits: x as decimals, certified, or None.
        witness: two row-equivalent problems whose ends differ, or None.
        refused: the rules that were asked before, each with its reason.
        notes: what else there is to know, in words.
        start: x_0, shape (d,).
        on_equations: whether x is on Z x = b; else it is at a saddle on the way there.
    """

    x: Array | None
    rule: str
    certificate: str
    error: float
    dual: Array | None = None
    kkt_residual: float | None = None
    given: tuple[str, ...] = ()
    digits: tuple[str, ...] | None = None
    witness: object = None
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    start: Array | None = None
    on_equations: bool = True


@dataclass(frozen=True, eq=False)
class Case:
    """A flow on a quadratic loss, from a start.

    Attributes:
        flow, problem: what is followed, without decay.
        given: the initial weights, floats or fractions, shape (depth, d).
        digits: decimal digits asked for, or None for doubles.
        class_sums: given sums of the classes of parallel columns, shape (k,), or None.
        witness: whether a pair of problems is asked for where no rule applies.
    """

    flow: Flow
    problem: Quadratic
    given: NDArray[Any]
    digits: int | None
    class_sums: tuple[Fraction, ...] | None
    witness: bool

    @property
    def q(self) -> Fraction:
        """The gradient exponent."""
        exponent = self.flow.geometry.exponent
        return Fraction(int(exponent.p), int(exponent.q))

    @cached_property
    def initial(self) -> tuple[tuple[Fraction, ...], ...]:
        """The initial weights as the exact numbers that they are, depth rows of d entries."""
        return tuple(tuple(Fraction(w) for w in row) for row in self.given)

    @cached_property
    def weights(self) -> Array:
        """The initial weights in doubles, shape (depth, d)."""
        return self.given.astype(float)

    @cached_property
    def x0(self) -> Array:
        """The effective parameter at the start, shape (d,)."""
        if self.layered:
            return np.asarray(self.weights.prod(axis=0))
        return np.broadcast_to(effective_parameter(self.flow)(self.weights), self.weights.shape[1:]).astype(float)

    @property
    def layered(self) -> bool:
        """Whether the map is a product of layers."""
        return isinstance(self.flow.reparam, Product)

    @cached_property
    def mirrors(self) -> Mirrors:
        """The mirror maps of the coordinates.

        Raises:
            NoClosedForm: when the map has no derived potential.
        """
        if self.layered:
            return of_layers(self.q, self.weights)
        potentials = [derive(self.flow, initial=column).potential for column in zip(*self.initial, strict=True)]
        return of_potentials([p for p in potentials if isinstance(p, Potential | DualPotential)], self.x0, hold=True)

    @cached_property
    def equations(self) -> Equations:
        """Z x = b, made well conditioned."""
        return equivalent(self.problem.Z, self.problem.b)

    @cached_property
    def columns(self) -> Columns:
        """The classes of parallel columns of Z."""
        return Columns.of(self.problem.Z)


class Rule(ABC):
    """One way to predict the end of a flow.

    Attributes:
        name: the rule in words.
    """

    name: ClassVar[str]

    @abstractmethod
    def refuses(self, case: Case) -> str | None:
        """Return in one line why it does not apply, or None when it does."""

    @abstractmethod
    def predict(self, case: Case) -> Prediction:
        """Return the end.

        Raises:
            InvalidArgument: for equations without a solution, or digits that are out of reach.
        """


def relative(residual: float, x: Array, error: float) -> float:
    """Return a residual in x relative to the larger of max |x| and the error."""
    return residual / max(float(np.abs(x).max(initial=0.0)), error, np.finfo(float).tiny)


def resting(case: Case) -> tuple[str, ...]:
    """Name the coordinates that start at a saddle, two layers 0, and stay there."""
    if not case.layered:
        return ()
    still = np.flatnonzero((case.weights == 0).sum(axis=0) > 1)
    return (
        (f"{still.size} coordinates start at a saddle x = 0 and stay there, coordinate {still[0]} among them",)
        if still.size
        else ()
    )


def taken(value: Any) -> Fraction:
    """Return an exact number as a Fraction; a double is one."""
    return Fraction(value) if isinstance(value, float) else Fraction(int(value.p), int(value.q))
