"""The old name of :mod:`synergy.system`, for rooms that have not moved yet."""

from synergy.system import estimate_interaction, weakly_identified

__all__ = ["estimate_interaction", "weakly_identified"]
