"""What solvers ask: balances, numbers in the flow, weights of shape (depth, d), a time, a tolerance, a gradient above underflow."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.decays import Coupled, Decay, RateDecay, text_of
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array
from mirrortheory.flows.problems.tables import doubles, finite
from mirrortheory.flows.schedules import Total
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

SIGN_FLOW = "sign flow (q = 1) is discontinuous and not integrated by a smooth solver; use exact or arcs, or 1 < q <= 2"
UNDERFLOW = 1e-290  # below it a gradient has lost digits, or will soon
_SMALLEST_TIME = 1e-300  # so that steps stay in the range of doubles
_MOST_ALPHA_T = 600.0  # so that exp(depth alpha t) does not overflow


def has_balances(flow: Flow) -> bool:
    """Return whether the balances of layers determine all of them by one: a product, no or decoupled decay."""
    coupled = isinstance(flow.decay, Coupled) and flow.decay.rate != 0
    return isinstance(flow.reparam, Product) and not coupled


def numbers_in(flow: Flow, *, in_time: bool = False) -> None:
    """Refuse symbols for q and alpha, and an alpha that depends on time unless ``in_time``."""
    for name, value in (("q", flow.geometry.exponent), ("alpha", flow.decay.rate)):
        if name == "alpha" and flow.decay.varies:
            if not isinstance(flow.decay, RateDecay):
                raise InvalidArgument(name, "constant in a decay of your own", value, "use Decoupled or Coupled")
            if not in_time:
                raise InvalidArgument(name, "constant for this solver", text_of(value), "leave out method and digits")
        elif value.free_symbols:
            raise InvalidArgument(name, "a number in a simulation", value, "write a rational such as 3/2")


def weights_of(initial: ArrayLike, depth: int | None, d: int | None) -> Array:
    """Return initial weights as doubles, shape (depth, d); d = 1 may be given as shape (depth,); None is any number from 1."""
    start = doubles("initial", initial, 0)
    start = start[:, None] if start.ndim == 1 else start
    if start.ndim != 2 or 0 in start.shape or depth not in (None, len(start)) or d not in (None, start.shape[1]):
        condition = f"of shape ({depth or 'depth'}, {d or 'd'})"
        raise InvalidArgument("initial", condition, np.shape(initial), "give one row a layer, one column a coordinate of x")
    return finite("initial", start)


def in_time(flow: Flow) -> str | None:
    """Return why a solver that is for constant decay refuses a flow; None when its decay is constant."""
    return f"it is for a constant alpha, not for {text_of(flow.decay.rate)}" if flow.decay.varies else None


def end_of(t_end: float, *, depth: int = 0, decay: Decay | None = None) -> float:
    """Return a finite time > 0, not so late that exp(depth A(t)), A the integral of the decay, overflows."""
    if not 0 < t_end < np.inf:
        raise InvalidArgument("t_end", "a finite time > 0", t_end, "write for example 2.0")
    if t_end <= _SMALLEST_TIME:
        raise InvalidArgument("t_end", f"a time > {_SMALLEST_TIME:g}", t_end, "write for example 2.0")
    if decay is not None and not depth * float(Total(decay)(t_end)) <= _MOST_ALPHA_T:
        most = _MOST_ALPHA_T / depth
        condition = f"so early that the integral of the decay is at most {most:g}"
        if not decay.varies:
            condition = f"at most {most / float(decay.rate):g} at this depth and decay"
        raise InvalidArgument("t_end", condition, t_end, "end earlier: the start is forgotten")
    return float(t_end)


def tolerance(rtol: float, smallest: float, largest: float = 1e-3) -> None:
    """Refuse a tolerance outside the range of a solver."""
    if not smallest <= rtol <= largest:
        low, high = (f"{bound:.0e}".replace("e-0", "e-") for bound in (smallest, largest))
        raise InvalidArgument("rtol", f"between {low} and {high}", rtol, "write for example 1e-9")


def underflow(t: float, more: str = "") -> NotSmooth:
    """Return the error for a gradient that is lost from a time on, with one more way out."""
    return NotSmooth(f"the gradient of the loss underflows from t = {t:.6g} on; end before it, or ask for digits{more}")
