"""What the book says about its claims and assumptions; words in general: `synergy.words`."""

from synergy.words import (
    bottom,
    bullets,
    compare,
    direction,
    increase,
    listed,
    rank_of,
    top,
    trend,
)

__all__ = [
    "bottom",
    "bullets",
    "compare",
    "direction",
    "increase",
    "listed",
    "rank_of",
    "top",
    "trend",
]
