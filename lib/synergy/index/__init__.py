"""Entropy weights and composite indices."""

from synergy.index.composite import SCORES, CompositeIndex, composite_index, normalise
from synergy.index.entropy import WEIGHT_VARIANTS, EntropyRangeError, entropy_weights

__all__ = [
    "SCORES",
    "WEIGHT_VARIANTS",
    "CompositeIndex",
    "EntropyRangeError",
    "composite_index",
    "entropy_weights",
    "normalise",
]
