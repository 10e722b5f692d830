"""Impulse responses and variance decompositions of a VAR, for one system or many at once.

Coefficients are (..., m, m p), rows = equations, columns lag1_v1 .. lag1_vm, lag2_v1 ..;
leading axes are draws. Responses are (..., horizon + 1, m, m): horizon, response, impulse.

A shock is one standard deviation of its residual, except in "simple" responses, where it is one
unit of the variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from pvar.errors import PanelVARError
from pvar.linalg import Array, BoolArray, ComplexArray, singular_value_floor, unit_diagonal
from pvar.messages import message
from pvar.options import check_choice, whole_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pvar.bands import ResponseBands

ResponseKind = Literal["simple", "orthogonal", "generalised", "fevd"]
RESPONSE_KINDS: tuple[ResponseKind, ...] = get_args(ResponseKind)


@dataclass(frozen=True)
class ResponseTable:
    """Responses of one kind, point estimates without bands.

    Attributes
    ----------
    values : array (horizon + 1, response, impulse)
        In the units of the response, to a shock of one standard deviation of the impulse's
        residual ("orthogonal", "generalised") or of one unit of the impulse ("simple"); shares
        between 0 and 1 for "fevd".
    """

    values: Array
    kind: str
    variables: tuple[str, ...]
    cumulative: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Long form with columns impulse, response, horizon, value."""
        return long_responses(self.variables, value=self.values)

    def plot(self) -> Figure:
        """Draw them with `plots.plot_fevd` or `plots.plot_irf`; needs matplotlib."""
        return drawn_by_kind(self)


def drawn_by_kind(responses: ResponseTable | ResponseBands) -> Figure:
    """The figure of variance shares or of responses, whichever these are."""
    from pvar.plots import plot_fevd, plot_irf

    return plot_fevd(responses) if responses.kind == "fevd" else plot_irf(responses)


def companion_matrix(coefficients: Array) -> Array:
    """Companion form (..., mp, mp) of coefficients (..., m, mp)."""
    m, width = coefficients.shape[-2:]
    companion = np.zeros((*coefficients.shape[:-2], width, width))
    companion[..., :m, :] = coefficients
    companion[..., m:, :-m] = np.eye(width - m)
    return companion


def companion_eigenvalues(coefficients: Array) -> ComplexArray:
    """Eigenvalues of the companion matrix, largest modulus first; shape (..., mp)."""
    values = np.linalg.eigvals(companion_matrix(coefficients)).astype(np.complex128)
    order = np.argsort(-np.abs(values), axis=-1, kind="stable")
    return np.take_along_axis(values, order, axis=-1)


def eigenvalue_moduli(coefficients: Array) -> Array:
    """Moduli of the companion eigenvalues, largest first; shape (..., mp).

    A system whose largest modulus is below 1 is stable; otherwise its responses do not die
    out and it has no moving-average representation (Lütkepohl 2005, section 2.1).
    """
    return np.abs(companion_eigenvalues(coefficients))


def moving_average(coefficients: Array, horizon: int) -> Array:
    """Phi_0 = I, Phi_h = sum_j Phi_{h-j} A_j, the responses to a shock of one unit."""
    m, width = coefficients.shape[-2:]
    phi = np.zeros((*coefficients.shape[:-2], horizon + 1, m, m))
    phi[..., 0, :, :] = np.eye(m)
    for h in range(1, horizon + 1):
        for j in range(1, min(h, width // m) + 1):
            lag = coefficients[..., :, (j - 1) * m : j * m]
            phi[..., h, :, :] += phi[..., h - j, :, :] @ lag
    return phi


def cholesky_impact(sigma: Array, order: Sequence[int] | None = None) -> Array:
    """Lower-triangular impact matrix of sigma (..., m, m), returned in the data's order.

    `order` has the positions of the variables, the one that reacts to nobody at impact first.
    LinAlgError if some sigma is not positive definite.
    """
    m = sigma.shape[-1]
    positions = list(range(m) if order is None else order)
    if sorted(positions) != list(range(m)):
        raise PanelVARError(
            message(
                "The order must hold each of 0 .. {last} once; it is {order}.",
                last=m - 1,
                order=positions,
            )
        )
    back = np.argsort(positions)
    ordered = sigma[..., positions, :][..., :, positions]
    impact = np.asarray(np.linalg.cholesky(ordered), dtype=np.float64)
    return impact[..., back, :][..., :, back]


def impulse_responses(
    coefficients: Array,
    sigma: Array,
    *,
    kind: ResponseKind = "orthogonal",
    horizon: int = 10,
    order: Sequence[int] | None = None,
    cumulative: bool = False,
) -> Array:
    """Responses (..., horizon + 1, response, impulse) of one kind.

    "simple" is Phi_h, to a shock of one unit; "orthogonal" Phi_h P, P the Cholesky factor of
    sigma, to one standard deviation of the orthogonalised shock (Lütkepohl 2005, section
    2.3.2); "generalised" Phi_h sigma e_j / sqrt(sigma_jj), to one standard deviation of
    residual j, free of ordering (Pesaran and Shin 1998, equation 10); "fevd" the share of each
    orthogonalised shock in the forecast error variance of each response, row h summing over
    0 .. h, so that row 0 is the one-step forecast.

    Parameters
    ----------
    coefficients : array (..., m, mp)
    sigma : array (..., m, m)
        Innovation covariance; not used for simple responses.
    horizon : int
        Periods after the impact.
    order : sequence of int, optional
        Causal order for "orthogonal" and "fevd".
    cumulative : bool
        Sum over horizons (not for "fevd").

    Raises
    ------
    PanelVARError
        For an unknown kind, a horizon that is no count, shares to be summed, or an order that
        is no permutation.
    """
    horizon = checked_horizon(kind, horizon, cumulative)
    values = moving_average(coefficients, horizon)
    if kind != "simple":
        deviations = np.sqrt(np.diagonal(sigma, axis1=-2, axis2=-1))[..., None, :]
        impact = sigma / deviations if kind == "generalised" else cholesky_impact(sigma, order)
        stacked = values.reshape(*values.shape[:-3], -1, values.shape[-1])
        values = (stacked @ impact).reshape(values.shape)
    if kind == "fevd":
        contributions = np.cumsum(values**2, axis=-3)
        return np.asarray(contributions / contributions.sum(axis=-1, keepdims=True))
    return np.cumsum(values, axis=-3) if cumulative else values


def checked_horizon(kind: str, horizon: int, cumulative: bool) -> int:
    """The horizon; unknown kinds and variance shares to be summed are refused."""
    check_choice("kind", kind, RESPONSE_KINDS)
    horizon = whole_number("horizon", horizon, least=0)
    if cumulative and kind == "fevd":
        raise PanelVARError(
            message(
                "Variance shares are not summed over horizons: row h of 'fevd' already covers "
                "0 .. h; leave out cumulative."
            )
        )
    return horizon


def positive_definite(sigma: Array) -> BoolArray:
    """Which matrices (..., m, m) are numerically positive definite."""
    smallest = np.linalg.eigvalsh(unit_diagonal(sigma)[0])[..., 0]
    return smallest > singular_value_floor(sigma.shape[-1])


def long_responses(variables: tuple[str, ...], **responses: Array) -> pd.DataFrame:
    """Responses (horizon, response, impulse) as columns by name, one row each."""
    columns = {name: values.transpose(2, 1, 0).ravel() for name, values in responses.items()}
    horizons = range(len(columns["value"]) // len(variables) ** 2)
    index = pd.MultiIndex.from_product(
        [variables, variables, horizons], names=["impulse", "response", "horizon"]
    )
    return pd.DataFrame(columns, index=index).reset_index()
