r"""Gradient flows (q = 2) of a batch by Taylor series, compiled to machine code with heyoka (extra ``fast``).

The derived velocity and the gradient of the loss become one system in the weights of a trajectory, with the data of its loss
and its decay as parameters: it is compiled once for each of two tolerances, and several trajectories are followed at once, one
in each place of a vector register. What cannot be compiled (q < 2, as the link has a sign and a modulus; losses of the user's
own; functions that heyoka does not know) is refused, and a trajectory that does not get to the end is left to the caller.

Source: Biscani, Izzo (2021), "Revisiting high-order Taylor methods for astrodynamics and celestial mechanics".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, Indices, Problem, Quadratic, Quadratics, Scalar
from mirrortheory.geometries import Lq
from mirrortheory.theory import Flow

_LARGEST = 32  # coordinates that the data couple: the square of them is compiled
_INLINE = 8  # coordinates up to which the compiled code has no loops: faster, but slow to compile
_MOST_STEPS = 20_000


class Compiled:
    """A gradient flow, compiled at two tolerances for trajectories with ``width`` coupled coordinates.

    Raises:
        InvalidArgument: when heyoka is not installed, or has no way to follow the flow.
    """

    def __init__(self, flow: Flow, problem: Problem | Quadratics, exponent: Array, rate: Array, width: int, rtols: Array) -> None:
        try:
            import heyoka
        except ImportError:
            raise _refused("heyoka is not installed", "pip install mirrortheory[fast], or write method='numpy'") from None
        if (exponent != 2).any():
            raise _refused("the link is not smooth for q < 2")
        if width > _LARGEST:
            raise _refused(f"more than {_LARGEST} coordinates are coupled")
        data = _data(problem)
        self.parameters = np.column_stack([rate, np.broadcast_to(data, (len(rate), data.shape[1]))])
        self.lanes = 2 * int(heyoka.recommended_simd_size())  # measured: twice as many share the cost of a call
        gradient_flow = Flow(Lq(2), flow.reparam, flow.decay)
        variables = np.array(heyoka.make_vars(*(f"w{k}" for k in range(len(flow.weights) * width)))).reshape(-1, width)
        try:
            system = _system(heyoka, gradient_flow, problem, variables)
        except InvalidArgument:
            raise
        except (TypeError, ValueError) as error:  # heyoka's ways to say that it does not know a function or a number
            raise _refused(str(error)) from None
        self.integrators = [
            heyoka.taylor_adaptive_batch(
                system, np.zeros((variables.size, self.lanes)), tol=float(tol), compact_mode=width > _INLINE
            )
            for tol in rtols
        ]
        self.reached = heyoka.taylor_outcome.time_limit

    def follow(self, owner: Indices, start: Array, times: Array, report: Callable[[int], None]) -> Array:
        """Follow parts ``start``, shape (depth, width, c), of the trajectories ``owner`` through ``times`` at each tolerance.

        Returns:
            States, shape (tolerances, times, depth, width, c), NaN where one did not get.
        """
        count = start.shape[-1]
        found = np.full((len(self.integrators), len(times), start[..., 0].size, count), np.nan)
        flat, parameters = start.reshape(-1, count), self.parameters
        found[:, 0] = flat
        for first in range(0, count, self.lanes):
            which = np.minimum(np.arange(first, first + self.lanes), count - 1)  # the last one fills the places that are left
            for integrator, rows in zip(self.integrators, found, strict=True):
                integrator.set_time(0.0)
                integrator.state[:] = flat[:, which]
                integrator.pars[:] = parameters[owner[which], : len(integrator.pars)].T  # it has those that the system needs
                for row, time in zip(rows[1:], times[1:], strict=True):
                    integrator.propagate_until(float(time), max_steps=_MOST_STEPS)
                    good = [result[0] == self.reached for result in integrator.propagate_res]
                    if not all(good):  # one that fails stops its neighbours as well
                        break
                    row[:, which] = integrator.state
            report(min(first + self.lanes, count))
        return found.reshape(*found.shape[:2], *start.shape)


def _refused(reason: str, remedy: str = "write method='numpy' or 'auto'") -> InvalidArgument:
    return InvalidArgument("method", f"one that can follow this flow ({reason})", "heyoka", remedy)


def _data(problem: Problem | Quadratics) -> Array:
    """Return what the loss of each trajectory has of its own, one row each, or one row for all."""
    if not isinstance(problem, Quadratics):
        return np.empty((1, 0))
    normal = np.einsum("kni,knj->kij", problem.Z, problem.Z).reshape(len(problem.Z), -1)
    return np.hstack([normal, np.einsum("kni,kn->ki", problem.Z, problem.b)])


def _system(heyoka: Any, flow: Flow, problem: Problem | Quadratics, variables: Any) -> list[tuple[Any, Any]]:
    """Return each variable with its velocity."""
    rate = heyoka.par[0]

    def expression(entry: sympy.Expr, letters: dict[sympy.Expr, Any]) -> Any:
        numbers = {number: heyoka.expression(float(number)) for number in entry.atoms(sympy.Rational) if not number.is_Integer}
        decay = {flow.decay.rate: rate} if flow.decay.rate.is_Symbol else {}
        return heyoka.from_sympy(entry, {**numbers, **decay, **letters})

    columns = [dict(zip(flow.weights, column, strict=True)) for column in variables.T]
    slopes = _slopes(heyoka, problem, [expression(flow.effective, letters) for letters in columns], expression)
    return [  # in the order of the state, shape (depth, width)
        (letters[weight], expression(entry, {**letters, flow.slope: slope}))
        for weight, entry in zip(flow.weights, flow.velocity, strict=True)
        for letters, slope in zip(columns, slopes, strict=True)
    ]


def _slopes(heyoka: Any, problem: Problem | Quadratics, x: list[Any], expression: Callable[..., Any]) -> list[Any]:
    """Return the gradient of the loss at x."""
    d = len(x)
    if isinstance(problem, Scalar):
        (letter,) = problem.expr.free_symbols
        return [expression(sympy.diff(problem.expr, letter), {letter: place}) for place in x]
    if isinstance(problem, Quadratic):
        hessian, pull = problem.Z.T @ problem.Z, problem.Z.T @ problem.b
    elif isinstance(problem, Quadratics):  # parameter 0 is the decay
        places = np.array([heyoka.par[1 + k] for k in range(d * d + d)])
        hessian, pull = places[: d * d].reshape(d, d), places[d * d :]
    else:
        raise _refused(f"a {type(problem).__name__} is not compiled")
    return [heyoka.sum([h * place for h, place in zip(row, x, strict=True)]) - c for row, c in zip(hessian, pull, strict=True)]
