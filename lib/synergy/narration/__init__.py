"""What the book says: Chinese phrases, sentences and reader tables computed from results."""

from synergy.narration.phrases import (
    bottom,
    bullets,
    compare,
    direction,
    increase,
    listed,
    path_of,
    place,
    rank_of,
    spotlight,
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
    "path_of",
    "place",
    "rank_of",
    "spotlight",
    "top",
    "trend",
]
