r"""Smooth stretches of a flow, by SciPy's DOP853, with an error estimate from two tolerances.

The vector field is the derived one (:attr:`mirrortheory.theory.Flow.velocity`), compiled for NumPy. For q < 2 the field is
not Lipschitz where an argument of the link vanishes: the stretch ends there, and asking for more is refused. Sign flow
(q = 1) is discontinuous there and refused altogether.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", for DOP853.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import ArrayLike
from scipy.integrate import DOP853

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.theory import Flow

_TIMES = 65
_TIGHTER = 1e-3
_SMALLEST_RTOL = 1e-10  # so that the tighter run stays above DOP853's own floor
_MAX_STEPS = 20_000
_ROUNDING = 1024 * np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A simulated flow.

    Attributes:
        flow, problem: what was simulated.
        t: times, shape (n,), dimensionless.
        w: weights, shape (n, depth, d), from the tighter tolerance.
        w_coarse: the same from the looser tolerance; the difference is the error estimate.
        x: effective parameter, shape (n, d).
        loss: f(x), shape (n,).
        error: running maximum over time of |w - w_coarse|, shape (n,), plus 1024 units of rounding.
        method: how it was made, in words.
    """

    flow: Flow
    problem: Problem
    t: Array
    w: Array
    w_coarse: Array
    x: Array
    loss: Array
    error: Array
    method: str

    def quantity(self, expr: sympy.Expr) -> tuple[Array, Array]:
        """Return an expression in the weights along the flow, and its error estimate, both of shape (n, d)."""
        evaluate = sympy.lambdify(self.flow.weights, expr, "numpy")
        fine, coarse = (evaluate(*np.moveaxis(w, 1, 0)) for w in (self.w, self.w_coarse))
        fine, coarse = (np.broadcast_to(v, self.x.shape).astype(float) for v in (fine, coarse))
        scale = np.maximum.accumulate(np.abs(fine), axis=0)
        weights = np.maximum.accumulate(np.abs(self.w).max(axis=1), axis=0)
        smallest = np.finfo(float).tiny  # at rest at 0 the estimate is positive, so that one can divide by it
        return fine, np.maximum.accumulate(np.abs(fine - coarse), axis=0) + _ROUNDING * np.maximum(scale, weights) + smallest


def simulate(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, *, rtol: float = 1e-9) -> Trajectory:
    """Integrate a smooth stretch of ``flow`` on ``problem`` from weights ``initial`` to time ``t_end``.

    Args:
        flow: geometry with a rational q in (1, 2], reparameterization, decay with a rational rate.
        problem: the loss.
        initial: weights, shape (depth, d); d = 1 may be given as shape (depth,).
        t_end: final time > 0, dimensionless.
        rtol: relative tolerance of the looser run, 1e-10 to 1e-3; the tighter one is 1000 times smaller.

    Raises:
        InvalidArgument: for symbols in the flow, wrong shapes, a time that is not positive.
        NotSmooth: for q = 1; when an argument of the link vanishes before ``t_end`` and q < 2; on stiffness or blow-up.

    >>> from mirrortheory import Flow, Lq, Product
    >>> from mirrortheory.flows import Quadratic, simulate
    >>> path = simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [0.5, 0.1], 3.0)
    >>> bool(abs(path.x[-1, 0] - 1) < 0.1)
    True
    """
    start = _checked(flow, initial, t_end, rtol)
    if problem.dimension not in (None, start.shape[1]):
        condition = f"of shape ({len(flow.weights)}, {problem.dimension}), as the problem has it"
        raise InvalidArgument("initial", condition, np.shape(initial), "give one column for each coordinate of x")
    times = np.linspace(0.0, float(t_end), _TIMES)
    # Shorter steps in the tighter run: two runs that accept the same steps would agree whatever their common error is.
    coarse = _integrate(flow, problem, start, times, rtol, np.inf)
    fine = _integrate(flow, problem, start, times, rtol * _TIGHTER, times[1])
    effective = sympy.lambdify(flow.weights, flow.effective, "numpy")
    x = effective(*np.moveaxis(fine, 1, 0))
    spread = np.abs(fine - coarse).max(axis=(1, 2))
    return Trajectory(
        flow=flow,
        problem=problem,
        t=times,
        w=fine,
        w_coarse=coarse,
        x=x,
        loss=np.array([problem.value(row) for row in x]),
        error=np.maximum.accumulate(spread) + _ROUNDING * np.abs(fine).max(),
        method=f"DOP853 at rtol {rtol:g} and {rtol * _TIGHTER:g}; the error is the difference",
    )


def _checked(flow: Flow, initial: ArrayLike, t_end: float, rtol: float) -> Array:
    exponent, rate = flow.geometry.exponent, flow.decay.rate
    for name, value in (("q", exponent), ("alpha", rate)):
        if value.free_symbols:
            raise InvalidArgument(name, "a number in a simulation", value, "write a rational such as 3/2")
    if exponent == 1:
        raise NotSmooth("sign flow (q = 1) is discontinuous and not integrated by a smooth solver; use 1 < q <= 2")
    start = np.array(initial, dtype=float)
    start = start[:, None] if start.ndim == 1 else start
    if start.ndim != 2 or start.shape[0] != len(flow.weights) or start.shape[1] == 0:
        shape = f"({len(flow.weights)}, d)"
        raise InvalidArgument("initial", f"of shape {shape}", np.shape(initial), f"give {len(flow.weights)} layers")
    if not np.isfinite(start).all():
        raise InvalidArgument("initial", "finite in every entry", start[~np.isfinite(start)][0], "remove the entry")
    if not 0 < t_end < np.inf:
        raise InvalidArgument("t_end", "a finite time > 0", t_end, "write for example 2.0")
    if not _SMALLEST_RTOL <= rtol <= 1e-3:
        raise InvalidArgument("rtol", f"between {_SMALLEST_RTOL:g} and 1e-3", rtol, "write for example 1e-9")
    return start


def _integrate(flow: Flow, problem: Problem, start: Array, times: Array, rtol: float, max_step: float) -> Array:
    field, link_arguments = _compiled(flow)
    effective = sympy.lambdify(flow.weights, flow.effective, "numpy")
    shape = start.shape

    def right_hand_side(_: float, flat: Array) -> Array:
        w = flat.reshape(shape)
        return field(w, problem.slope(effective(*w))).ravel()

    def signs(flat: Array) -> Array:
        w = flat.reshape(shape)
        return np.sign(link_arguments(w, problem.slope(effective(*w))))

    nonsmooth = flow.geometry.exponent != 2
    largest = np.zeros(shape)

    def vanishing(flat: Array) -> bool:
        # Below rtol of its largest value an argument is not told from one that reaches 0 without changing sign.
        w = flat.reshape(shape)
        size = np.abs(link_arguments(w, problem.slope(effective(*w))))
        np.maximum(largest, size, out=largest)
        return bool((size <= rtol * largest).any())

    with np.errstate(over="ignore", invalid="ignore"):
        side = signs(start.ravel()) if nonsmooth else None
    if side is not None and not side.all():
        raise NotSmooth(_ends(flow, 0.0, "vanishes"))
    scale = float(np.abs(start).max()) or 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite(right_hand_side(0.0, start.ravel())).all():
            raise NotSmooth("the flow cannot be followed past t = 0 (overflow); start closer to zero")
        solver = DOP853(right_hand_side, 0.0, start.ravel(), times[-1], rtol=rtol, atol=rtol * scale, max_step=max_step)
    rows = [start]
    for _ in range(_MAX_STEPS):
        with np.errstate(over="ignore", invalid="ignore"):
            message = solver.step()
        if solver.status == "failed" or not np.isfinite(solver.y).all():
            raise NotSmooth(f"the flow cannot be followed past t = {solver.t:.6g} ({message or 'overflow'}); end before it")
        if side is not None and (signs(solver.y) != side).any():
            raise NotSmooth(_ends(flow, solver.t, "changes sign"))
        if side is not None and vanishing(solver.y):
            raise NotSmooth(_ends(flow, solver.t, "vanishes"))
        dense = solver.dense_output()
        while len(rows) < len(times) and times[len(rows)] <= solver.t:
            rows.append(dense(times[len(rows)]).reshape(shape))
        if solver.status == "finished":
            return np.array(rows)
    raise NotSmooth(f"the flow is stiff: {_MAX_STEPS} steps reach only t = {solver.t:.6g}; end before it")


def _compiled(flow: Flow) -> tuple[Callable[[Array, Array], Array], Callable[[Array, Array], Array]]:
    """Return the vector field and the arguments of the link as functions of (w, slope)."""
    symbols = (*flow.weights, flow.slope)
    velocity = sympy.lambdify(symbols, flow.velocity, "numpy", cse=True)
    arguments = sympy.lambdify(symbols, flow.link_arguments, "numpy", cse=True)

    def stacked(function: Callable[..., tuple[object, ...]]) -> Callable[[Array, Array], Array]:
        def call(w: Array, slope: Array) -> Array:
            return np.array([np.broadcast_to(np.asarray(v, dtype=float), slope.shape) for v in function(*w, slope)])

        return call

    return stacked(velocity), stacked(arguments)


def _ends(flow: Flow, time: float, what: str) -> str:
    where = f"where the field is not Lipschitz for q = {flow.geometry.exponent}"
    return f"an argument of the link {what} at t = {time:.6g}, {where}; end before it"
