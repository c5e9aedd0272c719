r"""Derivations as PyTorch code: functions of tensors, differentiable, in double precision.

Values are those of the NumPy form, worked out on the processor. Derivatives are those that are known, and do not go through the
search for y:

.. math:: \frac{\mathrm d R}{\mathrm d x} = R', \quad \frac{\mathrm d R'}{\mathrm d x} = R'', \quad
          \frac{\mathrm d R^*}{\mathrm d y} = x(y), \quad \frac{\mathrm d x}{\mathrm d y} = \frac{1}{R''(x(y))}, \quad
          \nabla D_R(x, x_0) = \bigl(R'(x) - R'(x_0),\; R''(x_0)(x_0 - x)\bigr).

Source: derived for this project.
"""

from __future__ import annotations

from mirrortheory.codegen.as_numpy import as_numpy
from mirrortheory.codegen.as_python import FUNCTIONS
from mirrortheory.theory import Derivation

_KNOWN = '''
_OF_ARRAYS = {"hessian": hessian, "mirror_map": mirror_map, "potential": potential}
_OF_ARRAYS |= {"inverse_mirror_map": inverse_mirror_map, "conjugate": conjugate}


def _tensor(value, like):
    return torch.as_tensor(value, dtype=torch.float64, device=like.device)


def _array(tensor):
    return tensor.detach().cpu().double().numpy()


class _Function(torch.autograd.Function):
    """A function of arrays of doubles with its derivative, another of these functions."""

    @staticmethod
    def forward(ctx, name, argument, *symbols):
        ctx.save_for_backward(argument)
        ctx.name, ctx.symbols = name, symbols
        return _tensor(_OF_ARRAYS[name](_array(argument), *symbols), argument)

    @staticmethod
    def backward(ctx, gradient):
        (argument,), symbols = ctx.saved_tensors, ctx.symbols
        if ctx.name == "hessian":
            raise NotImplementedError("the third derivative of R is not known; differentiate R twice at most")
        if ctx.name == "inverse_mirror_map":
            slope = 1 / hessian(inverse_mirror_map(argument, *symbols), *symbols)
        else:
            slope = {"potential": mirror_map, "mirror_map": hessian, "conjugate": inverse_mirror_map}[ctx.name](argument, *symbols)
        return (None, (gradient * slope).to(argument.dtype), *(None for _ in symbols))


class _Bregman(torch.autograd.Function):
    """D_R(x, x0), whose derivatives are R'(x) - R'(x0) and R''(x0) (x0 - x)."""

    @staticmethod
    def forward(ctx, x, x0, *symbols):
        ctx.save_for_backward(x, x0)
        ctx.symbols = symbols
        functions = (lambda u, f=_OF_ARRAYS[name]: f(u, *symbols) for name in ("potential", "mirror_map", "hessian"))
        return _tensor(divergence(_array(x), _array(x0), *functions), x)

    @staticmethod
    def backward(ctx, gradient):
        (x, x0), symbols = ctx.saved_tensors, ctx.symbols
        by_x, by_x0 = mirror_map(x, *symbols) - mirror_map(x0, *symbols), hessian(x0, *symbols) * (x0 - x)
        return ((gradient * by_x).to(x.dtype), (gradient * by_x0).to(x0.dtype), *(None for _ in symbols))
'''


def as_torch(derivation: Derivation) -> str:
    """Return a module with the functions of :func:`as_numpy` for tensors, as text.

    The functions return tensors of doubles on the device of their argument, and are differentiable by x and y (R twice). The
    symbols of the imbalance, if any, are numbers or arrays, not tensors.

    Args:
        derivation: what :func:`mirrortheory.theory.derive` found.

    Raises:
        NoClosedForm: as :func:`as_numpy`.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> "import torch" in as_torch(derive(Flow(Lq(1), Product(1))))
    True
    """
    text = as_numpy(derivation).replace("import numpy as np\n", "import numpy as np\nimport torch\n", 1)
    further = text.split("def potential(x", 1)[1].split(")", 1)[0]
    blocks = [
        f'def {name}({variable}{further}):\n    """Return {what} of a tensor."""\n'
        f'    return _Function.apply("{name}", torch.as_tensor({variable}){further})'
        for name, (variable, what) in FUNCTIONS.items()
    ]
    blocks.append(
        f'def bregman(x, x0{further}):\n    """Return D_R(x, x0) of tensors."""\n'
        f"    return _Bregman.apply(*torch.broadcast_tensors(torch.as_tensor(x), torch.as_tensor(x0)){further})"
    )
    return "\n\n\n".join((text.rstrip("\n"), _KNOWN.strip("\n"), *blocks, ""))
