"""How many conservation laws a flow has, whatever the loss: counted from both sides, for every q."""

from mirrortheory.conservation.count import LawCount, count_laws

__all__ = ["LawCount", "count_laws"]
