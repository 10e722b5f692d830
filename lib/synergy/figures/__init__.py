"""Figures of the report: five shapes, declared where they are meant, drawn by Altair.

`rows`, `lines`, `grid` and `plane` draw a table; `explorers` recompute in the page.
"""

from synergy.figures.grammar import grid, lines, rows
from synergy.figures.planes import plane

__all__ = ["grid", "lines", "plane", "rows"]
