"""Follow a flow of matrices: what may be asked, and which solver it gets.

For q > 1 smooth stretches by :mod:`mirrortheory.flows.matrix.smooth_matrices` ("dop853"); for q = 1, and for any q if asked for,
small steps by :mod:`mirrortheory.flows.matrix.small_steps` ("steps"). The loss is one of x = X row by row, of dimension m n. Every
error is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.matrix.small_steps import small_steps as steps
from mirrortheory.flows.matrix.smooth_matrices import smooth_matrices as smooth
from mirrortheory.flows.matrix.trajectory import MatrixTrajectory, matrix_trajectory
from mirrortheory.flows.problems import Problem, doubles
from mirrortheory.flows.progress import Progress, Ticker, silent
from mirrortheory.flows.starts import end_of
from mirrortheory.matrices import MatrixFlow


def simulate_matrices(
    flow: MatrixFlow,
    problem: object,
    initial: Any,
    t_end: Any,
    *,
    method: object = "auto",
    rtol: float | None = None,
    progress: Progress | None = None,
    absent: Mapping[str, Any] | None = None,
) -> MatrixTrajectory:
    """Follow ``flow`` on ``problem`` from the matrices ``initial`` to time ``t_end``; see :func:`mirrortheory.flows.simulate`.

    Args:
        flow: a matrix geometry and a decay without symbols, and a product.
        problem: the loss of x = X row by row.
        initial: one matrix for each factor.
        t_end: final time > 0, dimensionless.
        method: auto, dop853 or steps.
        rtol: of dop853 the tolerance of the looser of two runs, 1e-9 by default; of steps the error that is aimed at, relative to
            the largest entry, 1e-3 by default.
        progress: called with (done, whole).
        absent: settings that a flow of matrices does not take, each None.

    Raises:
        InvalidArgument: for symbols, wrong shapes or ranges, and settings of other flows.
        NotSmooth: where the flow cannot be followed.
    """
    for name, value in (absent or {}).items():
        if value is not None:
            raise InvalidArgument(name, "absent for a flow of matrices", value, "leave it out")
    for name, value in (("q", flow.geometry.exponent), ("alpha", flow.decay.rate)):
        if value.free_symbols:
            raise InvalidArgument(name, "a number in a simulation", value, "write a rational such as 3/2")
    m, n = flow.product.shape
    if not isinstance(problem, Problem):
        raise InvalidArgument("problem", "one loss of X row by row", type(problem).__name__, "write for example Quadratic(Z, b)")
    if problem.dimension not in (None, m * n):
        raise InvalidArgument("problem", f"of dimension {m * n} = {m} x {n}", problem.dimension, "give it X row by row")
    if progress is not None and not callable(progress):
        raise InvalidArgument("progress", "a function of (done, whole)", progress, "write for example print")
    if rtol is not None and not (isinstance(rtol, int | float | np.number) and not isinstance(rtol, bool)):
        raise InvalidArgument("rtol", "one number", rtol, "write for example 1e-6")
    if isinstance(t_end, str | bytes) or np.ndim(t_end):
        raise InvalidArgument("t_end", "one number", t_end, "write for example 2.0")
    known = {"auto": steps if flow.geometry.exponent == 1 else smooth, "dop853": smooth, "steps": steps}
    if not isinstance(method, str) or method not in known:
        raise InvalidArgument("method", f"one of {', '.join(known)} for a flow of matrices", method, "leave it out")
    factors, end = flow.product.factors_of(initial), end_of(float(doubles("t_end", t_end)))
    with np.errstate(all="ignore"):
        problem.check(flow.product.effective(factors).ravel())
    tick = silent if progress is None else Ticker(progress, 1.0)
    try:
        solution = known[method](flow, problem, flow.product.flat(factors), end, rtol=rtol, tick=tick)
    except np.linalg.LinAlgError as failed:
        raise NotSmooth(f"singular values are not found along the flow ({failed}); end earlier") from None
    tick(1.0)
    return matrix_trajectory(flow, problem, solution)
