"""Given numbers drawn for a student: the same on every machine, on the steps of a range."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np

_DIGITS = 10


def seed_of(code: str, student: str) -> int:
    """Seed of a student's numbers in an exercise, the same on every machine."""
    told = unicodedata.normalize("NFKC", f"{code}|{student.strip()}").encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big")


def drawn(draw: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Draw what a declaration lets vary, see `synergy.exercises.declared.Exercise`."""
    return {name: _draw(ranges, rng) for name, ranges in draw.items()}


def _draw(ranges: Any, rng: np.random.Generator) -> Any:
    """A number on the steps of a range, or one for each range."""
    if isinstance(ranges[0], list):
        return [_draw(each, rng) for each in ranges]
    low, high, step = ranges
    value = low + step * int(rng.integers(0, round((high - low) / step) + 1))
    return round(value, _DIGITS) if isinstance(step, float) else value
