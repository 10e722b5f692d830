"""Recipes: how indicators are formed from raw series, with every repair written down."""

from synergy.recipe.file import Recipe, read_recipe
from synergy.recipe.forming import RawSeries, apply_recipe, read_series

__all__ = ["RawSeries", "Recipe", "apply_recipe", "read_recipe", "read_series"]
