"""The old name of :mod:`synergy.simulation`, for figures that have not moved yet."""

from synergy.simulation import base_case, select

__all__ = ["base_case", "select"]
