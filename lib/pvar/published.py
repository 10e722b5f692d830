"""What a printed coefficient table implies on its own: eigenvalues, rounding, responses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pvar.errors import PanelVARError
from pvar.linalg import Array
from pvar.responses import companion_matrix, eigenvalue_moduli


@dataclass(frozen=True, eq=False)
class ImpliedSystem:
    """A published VAR, judged from its printed coefficients.

    Attributes
    ----------
    coefficients : array (m, mp)
        Rows = equations.
    half_width : array (m, mp)
        Half a unit of the last printed digit.
    eigenvalues : array (mp,)
        Of the companion matrix, largest modulus first (complex).
    moduli : array (mp,)
    rounding_low, rounding_high : array (mp,)
        Smallest and largest modulus of each rank over draws from the rounding box.
    rounding_share : float
        Share of draws from the rounding box whose system is explosive.
    sampling_share : float
        Share explosive when coefficients are drawn with the printed standard errors too;
        NaN without standard errors. Draws are independent, for want of covariances.
    sampling_low, sampling_high : float
        95 % interval of the largest modulus over those draws.
    draws, seed : int
    """

    coefficients: Array
    half_width: Array
    eigenvalues: np.ndarray
    moduli: Array
    rounding_low: Array
    rounding_high: Array
    rounding_share: float
    sampling_share: float
    sampling_low: float
    sampling_high: float
    draws: int
    seed: int

    @property
    def stable(self) -> bool:
        """Whether the printed system is stable."""
        return bool(self.moduli[0] < 1.0)

    @property
    def verdict(self) -> str:
        """ "stable", "explosive", or "undecided" when rounding alone could change it."""
        if self.rounding_high[0] < 1.0:
            return "stable"
        return "explosive" if self.rounding_low[0] >= 1.0 else "undecided"

    @property
    def responses_exist(self) -> bool:
        """Whether responses die out and variance shares converge for all of the box."""
        return self.verdict == "stable"

    def growth(self, periods: int) -> float:
        """Factor by which the dominant component has grown after so many periods."""
        return float(self.moduli[0] ** periods)


def implied_system(
    coefficients: ArrayLike,
    *,
    decimals: ArrayLike = 3,
    t_values: ArrayLike | None = None,
    draws: int = 10_000,
    seed: int = 0,
) -> ImpliedSystem:
    """Judge a printed VAR by its companion eigenvalues.

    Parameters
    ----------
    coefficients : array (m, mp)
        Rows = equations, columns lag1_v1 .. lag1_vm, lag2_v1 ... Tables often print the
        transpose.
    decimals : int or array (m, mp)
        Digits printed after the point.
    t_values : array (m, mp), optional
        Gives standard errors |coefficient / t|.
    draws : int
    seed : int

    Raises
    ------
    PanelVARError
        If the shape is no VAR, or a t-value is zero.
    """
    matrix = np.asarray(coefficients, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] % matrix.shape[0]:
        raise PanelVARError(f"系数须为 m × mp 矩阵（行为方程）；读到形状 {matrix.shape}。")
    half = np.broadcast_to(0.5 * 10.0 ** -np.asarray(decimals, dtype=np.float64), matrix.shape)
    rng = np.random.default_rng(seed)
    box = matrix + half * rng.uniform(-1.0, 1.0, size=(draws, *matrix.shape))
    rounded = eigenvalue_moduli(box)
    sampled = np.full(1, np.nan)
    if t_values is not None:
        errors = standard_errors(matrix, np.asarray(t_values, dtype=np.float64))
        sampled = eigenvalue_moduli(box + errors * rng.standard_normal(box.shape))[:, 0]
    values = np.linalg.eigvals(companion_matrix(matrix))
    low, high = np.quantile(sampled, [0.025, 0.975])
    return ImpliedSystem(
        matrix,
        half,
        values[np.argsort(-np.abs(values), kind="stable")],
        eigenvalue_moduli(matrix),
        rounded.min(axis=0),
        rounded.max(axis=0),
        float((rounded[:, 0] >= 1.0).mean()),
        float((sampled >= 1.0).mean()) if t_values is not None else np.nan,
        float(low),
        float(high),
        draws,
        seed,
    )


def standard_errors(coefficients: Array, t_values: Array) -> Array:
    """|coefficient / t|."""
    if t_values.shape != coefficients.shape or (t_values == 0).any():
        raise PanelVARError(
            f"t 值须与系数同形且不为零；系数 {coefficients.shape}，t 值 {t_values.shape}。"
        )
    return np.abs(coefficients / t_values)
