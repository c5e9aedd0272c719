"""Names that generated functions may have for their arguments."""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from types import ModuleType

from mirrortheory.errors import InvalidArgument

_FUNCTIONS = {"hessian", "mirror_map", "inverse_mirror_map", "potential", "conjugate", "bregman"}
_LOCAL = {"x", "x0", "y", "s", "r", "u", "z", "size", "np", "numpy", "mpmath", "torch", "ctx"}


def named(name: str, runtime: ModuleType) -> str:
    """Return the name of a symbol, refusing one by which the generated code means something else."""
    used = set(re.findall(r"[A-Za-z_]\w*", inspect.getsource(runtime)))
    if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name) or name in _FUNCTIONS | _LOCAL | used:
        raise InvalidArgument(
            "imbalance", "named as nothing in the generated code is", name, "derive with another name, such as lam"
        )
    return name
