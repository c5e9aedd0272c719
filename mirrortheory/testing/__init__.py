"""Testing with the theory: Hypothesis strategies, law suites for classes of your own, and claims as tests of pytest.

pytest loads the plug-in of this room at every start, so nothing is imported here before it is used (PEP 562).

>>> from mirrortheory import Lq
>>> from mirrortheory.testing import check_geometry
>>> print(check_geometry(Lq("3/2")))
Lq(q=3/2) obeys 4 laws: 4 PROVED
"""

from importlib import import_module
from typing import TYPE_CHECKING

_NAMES = {
    "closed_forms": ("SolverCase",),
    "laws": ("check_decay", "check_flow", "check_geometry", "check_reparam"),
    "matrix_laws": ("check_matrix_geometry",),
    "report": ("LawBroken", "LawReport"),
    "solvers": ("check_solver",),
    "strategies": ("Simulation", "decays", "flows", "geometries", "imbalances", "problems", "reparams", "simulations", "starts"),
}
_MODULE = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULE)

if TYPE_CHECKING:  # the same names, for type checkers
    from mirrortheory.errors import LawBroken as LawBroken
    from mirrortheory.testing.closed_forms import SolverCase as SolverCase
    from mirrortheory.testing.laws import check_decay as check_decay
    from mirrortheory.testing.laws import check_flow as check_flow
    from mirrortheory.testing.laws import check_geometry as check_geometry
    from mirrortheory.testing.laws import check_reparam as check_reparam
    from mirrortheory.testing.matrix_laws import check_matrix_geometry as check_matrix_geometry
    from mirrortheory.testing.report import LawReport as LawReport
    from mirrortheory.testing.solvers import check_solver as check_solver
    from mirrortheory.testing.strategies import Simulation as Simulation
    from mirrortheory.testing.strategies import decays as decays
    from mirrortheory.testing.strategies import flows as flows
    from mirrortheory.testing.strategies import geometries as geometries
    from mirrortheory.testing.strategies import imbalances as imbalances
    from mirrortheory.testing.strategies import problems as problems
    from mirrortheory.testing.strategies import reparams as reparams
    from mirrortheory.testing.strategies import simulations as simulations
    from mirrortheory.testing.strategies import starts as starts
else:

    def __getattr__(name: str) -> object:
        if name not in _MODULE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(import_module(f"{__name__}.{_MODULE[name]}"), name)
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *_MODULE})
