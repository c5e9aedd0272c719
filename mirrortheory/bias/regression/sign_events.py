r"""Sign flow, q = 1, of a product on a quadratic loss: the exact end, from event to event.

No functional of (R, x_0, {Z x = b}) gives it when Z has more pairwise non-parallel columns than its rank
(:mod:`mirrortheory.bias.regression.no_functional`), but the flow itself is polynomial between events, and it comes to rest in
finite time (:mod:`mirrortheory.flows.sign`).
"""

from __future__ import annotations

import dataclasses
import time
from typing import final

import numpy as np

from mirrortheory.bias.regression.base import Case, Prediction, Rule
from mirrortheory.bias.regression.certified_pair import certified_pair, end_in_balls
from mirrortheory.bias.regression.enclosures import SECONDS, in_time
from mirrortheory.bias.regression.no_functional import Pair, row_equivalent_pair
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import precision
from mirrortheory.flows.problems import Array
from mirrortheory.flows.sign.polynomial.certified import certified_sign_flow
from mirrortheory.flows.simulate import simulate
from mirrortheory.flows.starts import has_balances

_FIRST, _LONGER, _MOST = 4.0, 16.0, 12
_MET = 1e-9  # of the terms of Z x = b
_CONDITION = 1e4  # of Z, beyond which slopes in doubles may lose what small or nearly parallel rows say
_KNOWN = 1e-6  # of the size of the weights: a larger error leaves open how nearly dependent columns slide
_DIGITS = 12


@final
class SignEvents(Rule):
    """The end of a sign flow, by its events."""

    name = "sign flow on a quadratic loss: the exact end, by events"

    def refuses(self, case: Case) -> str | None:
        if case.q != 1:
            return f"polynomial arcs are for q = 1, not for q = {case.q}"
        return None if has_balances(case.flow) else "polynomial arcs are for a product of layers"

    def predict(self, case: Case) -> Prediction:
        found = self._followed(case)
        if not (case.witness and case.columns.count > case.columns.rank):
            return found
        why = "no functional of (R, x_0, {Z x = b}) gives it"
        pair = certified_pair(case)
        if isinstance(pair, Pair):
            note = f"row operations move the end: {why}; {pair.certificate}"
        else:
            reason, pair = pair, row_equivalent_pair(case.flow, case.problem, case.weights)
            moved = (
                f"row operations move the end, here by {pair.distance:.3g}: {why}" if pair.conclusive else "this pair ends alike"
            )
            note = f"{moved}; it is no proof, in doubles: {reason}"
        return dataclasses.replace(found, witness=pair, notes=(*found.notes, note))

    def _followed(self, case: Case) -> Prediction:
        time = _FIRST * (1 + float(np.abs(case.weights).max()))
        for _ in range(_MOST):
            path = simulate(case.flow, case.problem, case.weights, time)
            if path.converged:
                break
            time *= _LONGER
        else:
            raise InvalidArgument("initial", "such that the flow comes to rest", f"none by t = {time:g}", "rescale the problem")
        last = float(path.events[-1].time) if path.events else 0.0
        x, error = path.x[-1], float(path.error[-1])
        sizes = np.abs(path.w[-1])
        doubtful = error > _KNOWN * float(sizes.max(initial=0.0))
        off = float(((sizes + error).prod(axis=0) - sizes.prod(axis=0)).max())
        notes = (f"{len(path.events)} events; at rest from t = {last:.6g} on", *path.notes)
        values, count = np.linalg.svd(case.problem.Z, compute_uv=False), case.columns.rank
        if case.digits is None and not doubtful and (count == 0 or values[0] <= _CONDITION * values[count - 1]):
            return Prediction(x, self.name, path.how, off, None, (part := _slope(case, x)), notes=notes, on_equations=part < _MET)
        return self._certified(case, last, case.digits or _DIGITS)

    def _certified(self, case: Case, last: float, digits: int) -> Prediction:
        deadline = time.monotonic() + SECONDS
        flow = certified_sign_flow(
            case.problem,
            np.array(case.initial, dtype=object),
            2 * last + 1,
            digits=digits + 2,
            tick=lambda _: in_time(dataclasses.replace(case, digits=digits), deadline),
        )
        if not (flow.finished and flow.converged):
            if case.digits is None:
                what = f"and the certified sign flow stops: {flow.reason}"
                raise InvalidArgument("Z", f"of condition up to {_CONDITION:g}, or certified", case.problem.Z.tolist(), what)
            raise InvalidArgument("digits", "within reach of the certified sign flow", digits, flow.reason or "it is not at rest")
        with precision(flow.bits):
            found = end_in_balls(flow)
            x = np.array([float(v.mid()) for v in found])
            error = max(float(v.rad().upper()) + 2.0**-52 * abs(float(v.mid())) for v in found)
            strings = tuple(v.str(digits, radius=False) for v in found)
        proof = f"proved: ball arithmetic at {flow.bits} bits, all {len(flow.events)} events certified"
        alone = "no other Filippov solution starts here" if flow.unique else "other Filippov solutions may start here"
        return Prediction(
            x,
            self.name,
            f"{proof}; {alone}",
            error,
            None,
            (part := _slope(case, x)),
            digits=None if case.digits is None else strings,
            notes=(f"at rest from t = {float(flow.events[-1].time.mid()):.6g} on" if flow.events else "at rest", *flow.notes),
            on_equations=part < _MET,
        )


def _slope(case: Case, x: Array) -> float:
    """Return the largest |Z x - b| relative to its terms."""
    Z, b = case.problem.Z, case.problem.b
    terms = np.abs(Z) @ np.abs(x) + np.abs(b)
    return float((np.abs(Z @ x - b) / np.where(terms > 0, terms, 1.0)).max())
