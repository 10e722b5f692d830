"""What a printed coefficient table implies on its own: eigenvalues, rounding, sampling error."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eig
from scipy.optimize import minimize
from scipy.special import chdtrc, ndtri

from pvar.errors import PanelVARError
from pvar.linalg import EPSILON, Array, ComplexArray
from pvar.messages import message
from pvar.options import check_draws, check_level, numbers
from pvar.responses import companion_eigenvalues, companion_matrix, eigenvalue_moduli

#: Where the search for the nearest stable matrix starts besides the printed one: at matrices
#: shrunk to these largest moduli, and at so many draws around it.
SHRUNK, DRAWN = (0.9, 0.5, 0.0), 4


@dataclass(frozen=True, eq=False)
class NearestStable:
    """The nearest matrix whose largest modulus is at most one, distances in standard errors.

    Attributes
    ----------
    coefficients : array (m, mp)
    statistic : float
        Sum of squared moves, each over its standard error: the minimum-distance statistic
        (Newey and McFadden 1994, section 9) of "the largest modulus is one"; 0 for a table
        that is stable as printed.
    df : int
        One, the number of restrictions.
    p : float
        Upper tail of the chi-squared with `df` degrees; half of it is the one-sided p of "at
        most one". Where two eigenvalues reach one together it is an order of magnitude.
    largest_move : float
        Largest move of a coefficient, in standard errors.
    """

    coefficients: Array
    statistic: float
    df: int
    p: float
    largest_move: float


@dataclass(frozen=True, eq=False)
class ImpliedSystem:
    """A published VAR, judged from its printed coefficients.

    Three questions that are not the same: what the printed digits are (`moduli`), what rounding
    may have hidden (`rounding_*`, `enclosure`), and what the estimate behind them can tell from
    a stable process (`modulus_interval`, `nearest_stable`). For the last, cells are taken as
    independent, because tables print no covariances.

    Attributes
    ----------
    coefficients, half_width : array (m, mp)
        Rows = equations; half a unit of the last printed digit.
    standard_errors : array (m, mp) or None
        |coefficient / t|; None without t-values.
    eigenvalues, moduli : array (mp,)
        Of the companion matrix, largest modulus first (complex), and their moduli.
    rounded, sampled : array (draws, mp)
        Eigenvalues of draws from the rounding box; of draws that also vary by the standard
        errors (None without t-values). The share of explosive `sampled` draws tests nothing:
        noise around a matrix makes its largest modulus grow, so that a table estimated from a
        stable process may have mostly explosive draws.
    rounding_low, rounding_high : array (mp,)
        Smallest and largest modulus of each rank over the rounded draws.
    rounding_share : float
        Share of rounded draws whose system is explosive.
    """

    coefficients: Array
    half_width: Array
    standard_errors: Array | None
    eigenvalues: ComplexArray
    rounded: ComplexArray = field(repr=False)
    sampled: ComplexArray | None = field(repr=False)
    moduli: Array
    rounding_low: Array
    rounding_high: Array
    rounding_share: float
    draws: int
    seed: int

    @property
    def stable(self) -> bool:
        """Whether the printed system is stable."""
        return bool(self.moduli[0] < 1.0)

    @property
    def verdict(self) -> str:
        """ "stable", "explosive", or "undecided" when rounding alone could change it."""
        low, high = self.rounding_bound
        if max(high, self.rounding_high[0]) < 1.0:
            return "stable"
        return "explosive" if min(low, self.rounding_low[0]) >= 1.0 else "undecided"

    @property
    def responses_exist(self) -> bool:
        """Whether responses die out and variance shares converge for all of the box."""
        return self.verdict == "stable"

    @cached_property
    def gradient(self) -> Array:
        """Derivative of the largest modulus by each coefficient, (m, mp).

        NaN where it has none: at a repeated eigenvalue without its own eigenvectors, and at 0.
        """
        _, gradients = modulus_gradients(self.coefficients)
        return np.asarray(gradients[0])

    @cached_property
    def rounding_bound(self) -> tuple[float, float]:
        """Largest modulus at the two corners of the rounding box to which the gradient points.

        Matrices that the digits allow, so rounding can do at least this; `enclosure` says what
        it cannot do. NaN without a gradient.
        """
        step = self.half_width * np.sign(self.gradient)
        if not np.isfinite(step).all():
            return np.nan, np.nan
        corners = self.coefficients + np.array([-1.0, 1.0])[:, None, None] * step
        low, high = eigenvalue_moduli(corners)[:, 0]
        return float(low), float(high)

    @property
    def enclosure(self) -> tuple[float, float]:
        """Bounds on the leading modulus that hold for every matrix in the rounding box."""
        widths = np.zeros((len(self.moduli),) * 2)
        widths[: len(self.half_width)] = self.half_width
        return leading_enclosure(companion_matrix(self.coefficients), widths)

    @property
    def modulus_standard_error(self) -> float:
        """Standard error of the largest modulus by the delta method; NaN without t-values.

        Cells independent. First order, so poor where two eigenvalues nearly coincide.
        """
        if self.standard_errors is None:
            return np.nan
        return float(np.sqrt(((self.gradient * self.standard_errors) ** 2).sum()))

    def modulus_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Normal interval of the largest modulus with `modulus_standard_error`."""
        check_level(level)
        half = float(ndtri(0.5 + level / 2.0)) * self.modulus_standard_error
        return float(self.moduli[0]) - half, float(self.moduli[0]) + half

    @cached_property
    def nearest_stable(self) -> NearestStable | None:
        """The nearest matrix on or inside the border of stability; None without t-values."""
        if self.standard_errors is None:
            return None
        return nearest_stable(self.coefficients, self.standard_errors)

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
    matrix = printed_matrix(coefficients)
    draws, seed = check_draws(draws, seed)
    decimals = numbers("decimals", decimals, finite=False)
    half = np.broadcast_to(0.5 * 10.0**-decimals, matrix.shape)
    errors = None if t_values is None else printed_errors(matrix, t_values)
    rng = np.random.default_rng(seed)
    box = matrix + half * rng.uniform(-1.0, 1.0, size=(draws, *matrix.shape))
    rounded, sampled = companion_eigenvalues(box), None
    if errors is not None:
        sampled = companion_eigenvalues(box + errors * rng.standard_normal(box.shape))
    values, moduli = companion_eigenvalues(matrix), np.abs(rounded)
    rounding = moduli.min(axis=0), moduli.max(axis=0), float((moduli[:, 0] >= 1.0).mean())
    eigenvalues = values, rounded, sampled, np.abs(values)
    return ImpliedSystem(matrix, half, errors, *eigenvalues, *rounding, draws, seed)


def printed_matrix(coefficients: ArrayLike) -> Array:
    """The table as a matrix (m, mp) of finite numbers."""
    matrix = numbers("coefficients", coefficients)
    if matrix.ndim != 2 or not matrix.size or matrix.shape[1] % matrix.shape[0]:
        raise PanelVARError(
            message(
                "Coefficients must be m x mp, rows = equations; the shape is {shape}.",
                shape=matrix.shape,
            )
        )
    return matrix


def printed_errors(matrix: Array, t_values: ArrayLike) -> Array:
    """Standard errors |coefficient / t|."""
    t = numbers("t_values", t_values)
    if t.shape != matrix.shape or (t == 0).any():
        raise PanelVARError(
            message(
                "t-values must have the shape {expected} of the coefficients and be nonzero; "
                "their shape is {shape}, zeros: {zeros}.",
                expected=matrix.shape,
                shape=t.shape,
                zeros=int((t == 0).sum()),
            )
        )
    return np.abs(matrix / t)


def modulus_gradients(coefficients: Array) -> tuple[Array, Array]:
    """Moduli of the companion eigenvalues (mp,), largest first, and gradients (mp, m, mp).

    An eigenvalue with left and right vectors u and v moves by u^H dA v / u^H v (Horn and
    Johnson 2013, theorem 6.3.12), its modulus by the part of that along the eigenvalue.
    """
    values, left, right = eig(companion_matrix(coefficients), left=True)
    order = np.argsort(-np.abs(values), kind="stable")
    values, left, right = values[order], left[:, order], right[:, order]
    moduli, overlap = np.abs(values), (left.conj() * right).sum(axis=0)
    smooth = (np.abs(overlap) > np.sqrt(EPSILON)) & (moduli > 0)
    factor = np.full(len(values), np.nan, dtype=np.complex128)
    np.divide(values.conj(), moduli * overlap, out=factor, where=smooth)
    rows = left[: len(coefficients)].conj() * factor
    return moduli, np.asarray(np.real(np.einsum("ik,jk->kij", rows, right)))


def nearest_stable(coefficients: Array, standard_errors: Array) -> NearestStable:
    """Least sum of squared moves, in standard errors, to a largest modulus of at most one.

    The set is not convex: sequential quadratic programming from several matrices, the best
    answer kept. A nearer matrix may exist, and p be larger. Where eigenvalues coincide on the
    border their moduli are one to the square root of the machine's precision only.
    """
    modulus = float(eigenvalue_moduli(coefficients)[0])
    if modulus <= 1.0:
        return NearestStable(coefficients, 0.0, 1, 1.0, 0.0)
    noise = np.random.default_rng(0).standard_normal((DRAWN, *coefficients.shape))
    starts = [shrunk(coefficients, size / modulus) for size in (modulus, *SHRUNK)]
    starts += list(coefficients + standard_errors * noise)
    found = [constrained(start, coefficients, standard_errors) for start in starts]
    moves = [in_errors(matrix - coefficients, standard_errors) for matrix in found]
    best = int(np.argmin([(move**2).sum() for move in moves]))
    statistic = float((moves[best] ** 2).sum())
    largest = float(np.abs(moves[best]).max())
    return NearestStable(found[best], statistic, 1, float(chdtrc(1, statistic)), largest)


def constrained(start: Array, centre: Array, errors: Array) -> Array:
    """One search: every modulus is a constraint, so that eigenvalues may change places."""
    shape = centre.shape

    def room(move: Array) -> Array:
        return 1.0 - eigenvalue_moduli(centre + errors * move.reshape(shape))

    def slopes(move: Array) -> Array:
        gradients = modulus_gradients(centre + errors * move.reshape(shape))[1]
        return np.nan_to_num(-gradients * errors).reshape(-1, move.size)

    found = minimize(
        lambda move: float(move @ move),
        np.nan_to_num(in_errors(start - centre, errors), posinf=0.0).ravel(),
        jac=lambda move: 2.0 * move,
        constraints={"type": "ineq", "fun": room, "jac": slopes},
        method="SLSQP",
        options={"maxiter": 300, "ftol": 1e-9},
    )
    matrix = centre + errors * found.x.reshape(shape)
    return shrunk(matrix, min(1.0, 1.0 / float(eigenvalue_moduli(matrix)[0])))


def shrunk(coefficients: Array, factor: float) -> Array:
    """Coefficients whose companion eigenvalues are those of these times the factor."""
    m, width = coefficients.shape
    lag = 1 + np.arange(width) // m
    return np.asarray(coefficients * factor**lag)


def in_errors(moves: Array, errors: Array) -> Array:
    """Moves over standard errors; a move without a standard error is infinite."""
    scaled = np.where(moves == 0, 0.0, np.inf)
    np.divide(moves, errors, out=scaled, where=errors > 0)
    return scaled


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
