"""What a printed coefficient table implies on its own: eigenvalues, rounding, sampling error."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from pvar.bootstrap import check_draws
from pvar.errors import PanelVARError
from pvar.linalg import Array, ComplexArray
from pvar.responses import companion_eigenvalues, companion_matrix


@dataclass(frozen=True, eq=False)
class ImpliedSystem:
    """A published VAR, judged from its printed coefficients.

    Attributes
    ----------
    coefficients, half_width : array (m, mp)
        Rows = equations; half a unit of the last printed digit.
    eigenvalues, moduli : array (mp,)
        Of the companion matrix, largest modulus first (complex), and their moduli.
    rounded, sampled : array (draws, mp)
        Eigenvalues of draws from the rounding box; of draws that also vary by the printed
        standard errors, independently for want of covariances (None without t-values).
    rounding_low, rounding_high : array (mp,)
        Smallest and largest modulus of each rank over the rounded draws.
    rounding_share, sampling_share : float
        Share of rounded and of sampled draws whose system is explosive.
    sampling_low, sampling_median, sampling_high : float
        Median and central 95 % of the largest modulus over the sampled draws. What comes from
        sampled draws is NaN without t-values.
    """

    coefficients: Array
    half_width: Array
    eigenvalues: ComplexArray
    rounded: ComplexArray = field(repr=False)
    sampled: ComplexArray | None = field(repr=False)
    moduli: Array
    rounding_low: Array
    rounding_high: Array
    rounding_share: float
    sampling_share: float
    sampling_low: float
    sampling_median: float
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

    @property
    def enclosure(self) -> tuple[float, float]:
        """Bounds on the leading modulus that hold for every matrix in the rounding box."""
        widths = np.zeros((len(self.moduli),) * 2)
        widths[: len(self.half_width)] = self.half_width
        return leading_enclosure(companion_matrix(self.coefficients), widths)

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
        From the rounding box, and as many with sampling error; at least two.
    seed : int

    Raises
    ------
    PanelVARError
        If the shape is no VAR, a coefficient is not finite, a t-value is zero, or the draws are
        too few.
    """
    matrix = np.asarray(coefficients, dtype=np.float64)
    if matrix.ndim != 2 or not matrix.size or matrix.shape[1] % matrix.shape[0]:
        raise PanelVARError(f"系数须为 m × mp 矩阵（行为方程）；读到形状 {matrix.shape}。")
    if not np.isfinite(matrix).all():
        raise PanelVARError("系数须为有限的数；读到缺失或无穷。")
    check_draws(draws)
    half = np.broadcast_to(0.5 * 10.0 ** -np.asarray(decimals, dtype=np.float64), matrix.shape)
    rng = np.random.default_rng(seed)
    box = matrix + half * rng.uniform(-1.0, 1.0, size=(draws, *matrix.shape))
    rounded, sampled, sampling_share = companion_eigenvalues(box), None, np.nan
    largest = np.full(1, np.nan)
    if t_values is not None:
        t = np.asarray(t_values, dtype=np.float64)
        if t.shape != matrix.shape or (t == 0).any():
            raise PanelVARError(f"t 值须与系数同形且不为零；系数 {matrix.shape}，t 值 {t.shape}。")
        noise = rng.standard_normal(box.shape)
        sampled = companion_eigenvalues(box + np.abs(matrix / t) * noise)
        largest = np.abs(sampled[:, 0])
        sampling_share = float((largest >= 1.0).mean())
    values, moduli = companion_eigenvalues(matrix), np.abs(rounded)
    rounding = moduli.min(axis=0), moduli.max(axis=0), float((moduli[:, 0] >= 1.0).mean())
    low, median, high = (float(q) for q in np.quantile(largest, [0.025, 0.5, 0.975]))
    sampling = sampling_share, low, median, high
    eigenvalues = values, rounded, sampled, np.abs(values)
    return ImpliedSystem(matrix, half, *eigenvalues, *rounding, *sampling, draws, seed)


def leading_enclosure(matrix: Array, widths: Array) -> tuple[float, float]:
    """Interval holding the largest modulus of an eigenvalue for every matrix in the box.

    With A = V diag(l) V^-1, a matrix A + E with |E| <= widths is similar to diag(l) + V^-1 E V,
    whose Gershgorin radii are at most the row sums of |V^-1| widths |V|. All eigenvalues lie in
    the discs, so the one that reaches farthest is the upper end. A disc that meets no other
    contains exactly one eigenvalue, which gives the lower end; (0, inf) if that of the leading
    one meets another.
    """
    values, vectors = np.linalg.eig(matrix)
    radii = (np.abs(np.linalg.inv(vectors)) @ widths @ np.abs(vectors)).sum(axis=1)
    top = int(np.argmax(np.abs(values)))
    others = np.delete(np.arange(len(values)), top)
    distance = np.abs(values[others] - values[top])
    if (distance <= radii[others] + radii[top]).any():
        return 0.0, float("inf")
    moduli = np.abs(values)
    return float(moduli[top] - radii[top]), float((moduli + radii).max())
