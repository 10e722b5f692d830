"""Named variants of a method: what a variant computes is code, its words and settings are data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from synergy.dictionary import DATA_DIR

Variant = TypeVar("Variant")


@cache
def variant_settings() -> dict[str, dict[str, dict[str, Any]]]:
    """Settings and titles by method ("weights", "couplings") and name of the variant."""
    return tomllib.loads((DATA_DIR / "variants.toml").read_text(encoding="utf-8"))


def chosen(variant: str | Variant, among: Mapping[str, Variant], method: str) -> Variant:
    """Look a variant up by name; a ready one passes through.

    Raises
    ------
    ValueError
        If the name is not among those known.
    """
    if not isinstance(variant, str):
        return variant
    if variant not in among:
        allowed = ", ".join(among)
        raise ValueError(f"unknown {method} variant {variant!r}; use one of: {allowed}")
    return among[variant]
