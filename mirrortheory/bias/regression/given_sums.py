r"""Inside a class of parallel columns: the end, given the class sums.

Whatever the rows are, :math:`y_j = y_{0j} + c_k \phi_q(\ell_j)` for the columns :math:`z_j = \ell_j v_k` of one class, so the
class sum :math:`u_k = \sum_{j \in k} \ell_j x_j` determines x in the class: it is argmin
:math:`\sum |\ell_j|^{2-q} D_j(x_j, x_{0j})` for this sum.
With more classes than the rank of Z, Z x = b does not say what the sums are; who knows them, gives them.

Source: this project.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import final

import numpy as np

from mirrortheory.bias.regression.base import Case, Prediction, Rule
from mirrortheory.bias.regression.disjoint_rows import from_sums
from mirrortheory.bias.regression.enclosures import enclosed
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import exact

_MET = 1e-6  # of the terms of Z x = b: sums are given in few digits


@final
class GivenSums(Rule):
    """The end in each class for given class sums."""

    name = "classes of parallel columns, given their sums: argmin sum |ell_j|^(2-q) D_j(x_j, x_0j) in each class"

    def refuses(self, case: Case) -> str | None:
        return "no class_sums are given" if case.class_sums is None else None

    def predict(self, case: Case) -> Prediction:
        columns, sums = case.columns, case.class_sums
        assert sums is not None
        if len(sums) != columns.count:
            condition = f"{columns.count} numbers, one for each class of parallel nonzero columns of Z"
            raise InvalidArgument("class_sums", condition, len(sums), f"the classes start at columns {list(columns.first)}")
        rounded = np.array([float(v) for v in sums])
        terms = np.abs(columns.directions) @ np.abs(rounded) + np.abs(case.problem.b)
        if (np.abs(columns.directions @ rounded - case.problem.b) > _MET * terms).any():
            raise InvalidArgument("class_sums", "such that Z x = b", rounded.tolist(), "give the sums of ell_j x_j over each class")
        found = from_sums(case, rounded, self.name)
        given = ["the class sums"]
        if (case.mirrors.held & (case.x0 != 0)).any():
            given.append("no coordinate with tied layers came to x = 0 and back on the way")
        if case.q == 1:
            given.append("the columns of a class slid alike, if its slope stayed 0 while others moved")
        found = dataclasses.replace(found, given=tuple(given))
        if case.digits is None or found.dual is None:
            return found
        return dataclasses.replace(found, **enclosed(case, found.dual, [exact(Fraction(v)) for v in sums]))
