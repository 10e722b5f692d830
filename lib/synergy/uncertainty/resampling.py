"""Draws of a cluster bootstrap over provinces: weights and indices, without summaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.coupling import couple
from synergy.index.entropy import block_entropy, xlogx

Floats = NDArray[np.float64]
Scaling = Literal["fixed", "resampled"]

_CHUNK = 32
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Replicates:
    """Raw draws.

    Attributes
    ----------
    weights : ndarray, shape (draws, indicators)
        Entropy weights, summing to 1 within each system.
    u1, u2, d : ndarray, shape (draws, rows)
        Indices of all province-years, scored with the weights of the draw.
    """

    weights: Floats
    u1: Floats
    u2: Floats
    d: Floats


@dataclass(frozen=True)
class _Sample:
    """Oriented values (provinces, years, indicators) and system membership (2, indicators)."""

    x: Floats
    member: Floats


def replicate(
    values: pd.DataFrame,
    dictionary: pd.DataFrame,
    *,
    draws: int,
    seed: int,
    alpha: float = 0.5,
    scaling: Scaling = "fixed",
) -> Replicates:
    """Redraw provinces and recompute weights and indices.

    Parameters and errors are those of :func:`synergy.uncertainty.cluster_bootstrap`. With
    "resampled" scaling draws go in chunks, so that memory beyond the result stays below a few
    times 32 x provinces x years x indicators numbers.
    """
    sample = _sample(values, dictionary)
    chosen = drawn_provinces(len(sample.x), draws, seed)
    if scaling == "fixed":
        weights, u1, u2 = _fixed(sample, chosen)
    else:
        parts = [_resampled(sample, chosen[i : i + _CHUNK]) for i in range(0, draws, _CHUNK)]
        weights, u1, u2 = (np.concatenate(part) for part in zip(*parts, strict=True))
    d = couple(np.stack([u1, u2], axis=-1), weights=(alpha, 1 - alpha)).D
    return Replicates(weights, u1, u2, d)


def drawn_provinces(provinces: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return positions of the drawn provinces, shape (draws, provinces)."""
    return np.random.default_rng(seed).integers(
        0, provinces, size=(draws, provinces), dtype=np.intp
    )


def _fixed(sample: _Sample, chosen: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    low, high = sample.x.min(axis=(0, 1)), sample.x.max(axis=(0, 1))
    z = (sample.x - low) / (high - low)
    counts = _counts(chosen)
    total, total_xlogx = counts @ z.sum(axis=1), counts @ xlogx(z).sum(axis=1)
    weights = _weights(total, total_xlogx, z.shape[0] * z.shape[1], sample.member)
    flat = z.reshape(-1, z.shape[-1]).T
    u1, u2 = ((weights * row) @ flat for row in sample.member)
    return weights, u1, u2


def _resampled(sample: _Sample, chosen: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    low = sample.x.min(axis=1)[chosen].min(axis=1)[:, None, None, :]
    high = sample.x.max(axis=1)[chosen].max(axis=1)[:, None, None, :]
    span = np.where(high > low, high - low, np.inf)
    z = ((sample.x - low) / span).clip(0.0, 1.0)
    counts = _counts(chosen)
    total = np.einsum("bn,bnm->bm", counts, z.sum(axis=2))
    total_xlogx = np.einsum("bn,bnm->bm", counts, xlogx(z).sum(axis=2))
    weights = _weights(total, total_xlogx, z.shape[1] * z.shape[2], sample.member)
    flat = z.reshape(len(z), -1, z.shape[-1])
    u1, u2 = ((flat @ (weights * row)[..., None])[..., 0] for row in sample.member)
    return weights, u1, u2


def _counts(chosen: NDArray[np.intp]) -> Floats:
    """How often each province is in each draw."""
    draws, provinces = chosen.shape
    flat = chosen + provinces * np.arange(draws)[:, None]
    return np.bincount(flat.ravel(), minlength=draws * provinces).reshape(draws, -1).astype(float)


def _weights(total: Floats, total_xlogx: Floats, terms: int, member: Floats) -> Floats:
    """Entropy weights of each draw; an indicator that is 0 throughout a draw weighs nothing."""
    present = total > 0
    e = block_entropy(np.where(present, total, 1.0), total_xlogx, terms)
    divergence = np.where(present, (1 - e).clip(min=0.0), 0.0)
    by_system = divergence @ member.T
    flat = int((by_system <= _ROUNDING).any(axis=1).sum())
    if flat:
        raise ValueError(
            f"{flat} draws hold no varying indicator in one system; the panel has too few "
            "provinces for a bootstrap over provinces"
        )
    shares: Floats = divergence / (by_system @ member)
    return shares


def _sample(values: pd.DataFrame, dictionary: pd.DataFrame) -> _Sample:
    provinces, years = (values.index.unique(level) for level in ("province", "year"))
    complete = values.index.equals(pd.MultiIndex.from_product([provinces, years]))
    if not (complete and years.is_monotonic_increasing):
        raise ValueError(
            f"panel is not balanced and sorted: {len(values)} rows for {len(provinces)} provinces "
            f"x {len(years)} years; give every province every year, sorted by province then year"
        )
    if len(provinces) < 2:
        raise ValueError("one province alone cannot be resampled; give at least two")
    described = dictionary.loc[values.columns]
    member = np.stack([described["system"] == "AI", described["system"] == "EQ"]).astype(float)
    if not member.any(axis=1).all():
        raise ValueError("the panel holds indicators of one system only; D needs both AI and EQ")
    oriented = values.to_numpy(float) * described["direction"].to_numpy(float)
    return _Sample(oriented.reshape(len(provinces), len(years), -1), member)
