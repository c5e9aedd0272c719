"""How many conservation laws a flow has, whatever the loss: counted from both sides, for every q."""

from mirrortheory.conservation.count import LawCount, count_laws
from mirrortheory.conservation.has_laws import HasLaws

__all__ = ["HasLaws", "LawCount", "count_laws"]
