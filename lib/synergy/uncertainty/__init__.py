"""How weights, ranks and grades move: cluster bootstrap and named variants."""

from synergy.uncertainty.bootstrap import ClusterBootstrap, cluster_bootstrap

__all__ = ["ClusterBootstrap", "cluster_bootstrap"]
