"""Geometries: which steepest descent. One file each; the laws they share are in :mod:`mirrortheory.laws.instances`."""

from mirrortheory.geometries.base import Geometry
from mirrortheory.geometries.lq import Lq

__all__ = ["Geometry", "Lq"]
