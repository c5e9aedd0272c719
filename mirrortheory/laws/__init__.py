"""What every instance must obey, as statements: laws of geometries, maps, decays and flows, Legendre axioms, comparisons."""

from mirrortheory.laws.instances import decay_laws, flow_laws, geometry_laws, pull_laws, reparam_laws

__all__ = ["decay_laws", "flow_laws", "geometry_laws", "pull_laws", "reparam_laws"]
