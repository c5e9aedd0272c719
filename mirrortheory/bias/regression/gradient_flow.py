r"""Gradient flow, q = 2: the Bregman projection of the start on the solutions.

.. math:: x_\infty = \arg\min \{ D_R(x, x_0) : Z x = b \}.

The dual variable moves in the row space of Z, so the end obeys the KKT conditions if it is on Z x = b. It is: with the projection
:math:`x^*` inside the region, :math:`\frac{d}{dt} D_R(x^*, x_t) = -\langle \nabla f, x_t - x^* \rangle = -2 f \le 0`, and
:math:`D_R(x^*, \cdot)` has compact level sets in y (:math:`R^* \to \infty` at the ends of the dual domain, or
:math:`-x^* y \to \infty`), so y stays away from them and f tends to 0. The same holds for each convex loss
:math:`\ell(Z x)` whose minimisers these are.

Source: Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246; Alvarez, Bolte, Brahic (2004), for the descent of D_R.
"""

from __future__ import annotations

import dataclasses
from typing import final

import numpy as np

from mirrortheory.bias.projection import not_met, projected
from mirrortheory.bias.regression.base import Case, Prediction, Rule, relative, resting
from mirrortheory.bias.regression.enclosures import enclosed


@final
class GradientFlow(Rule):
    """The projection for D_R."""

    name = "gradient flow: argmin D_R(x, x_0) on Z x = b"

    def refuses(self, case: Case) -> str | None:
        return None if case.q == 2 else f"the dual variable leaves the row space of Z for q = {case.q}"

    def predict(self, case: Case) -> Prediction:
        mirrors, equations = case.mirrors, case.equations
        here = projected(mirrors, equations)
        if not here.met:
            raise not_met(here, mirrors, equations, case.problem.b)
        error = here.error(equations)
        residual = max(float(np.abs(here.gap).max(initial=0.0)), relative(here.stationarity(mirrors), here.x, error))
        found = Prediction(
            here.x,
            self.name,
            "estimated: KKT conditions in double precision, and the error to first order in rounding",
            error,
            equations.back @ here.multipliers,
            residual,
            notes=(*equations.notes, *resting(case)),
        )
        if case.digits is None:
            return found
        return dataclasses.replace(found, **enclosed(case, here.multipliers, None))
