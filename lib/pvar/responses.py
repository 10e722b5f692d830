"""Impulse responses and variance decompositions of a VAR, for one system or many at once.

Coefficients are (..., m, m p), rows = equations, columns lag1_v1 .. lag1_vm, lag2_v1 ..;
leading axes are draws. Responses are (..., horizon + 1, m, m): horizon, response, impulse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from pvar.errors import PanelVARError
from pvar.linalg import Array, BoolArray, ComplexArray, singular_value_floor, unit_diagonal

ResponseKind = Literal["simple", "orthogonal", "generalised", "fevd"]
RESPONSE_KINDS: tuple[ResponseKind, ...] = ("simple", "orthogonal", "generalised", "fevd")


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
    moduli: Array = np.abs(companion_eigenvalues(coefficients))
    return moduli


def moving_average(coefficients: Array, horizon: int) -> Array:
    """Phi_0 = I, Phi_h = sum_j Phi_{h-j} A_j; shape (..., horizon + 1, m, m).

    These are the simple responses to a shock of one unit.
    """
    m, width = coefficients.shape[-2:]
    phi = np.zeros((*coefficients.shape[:-2], horizon + 1, m, m))
    phi[..., 0, :, :] = np.eye(m)
    for h in range(1, horizon + 1):
        for j in range(1, min(h, width // m) + 1):
            lag = coefficients[..., :, (j - 1) * m : j * m]
            phi[..., h, :, :] += phi[..., h - j, :, :] @ lag
    return phi


def cholesky_impact(sigma: Array, order: Sequence[int] | None = None) -> Array:
    """Lower-triangular impact matrix in a given causal order, returned in the data's order.

    Parameters
    ----------
    sigma : array (..., m, m)
    order : sequence of int, optional
        Positions of the variables, the one that reacts to nobody at impact first.

    Raises
    ------
    numpy.linalg.LinAlgError
        If some sigma is not positive definite.
    """
    if order is None:
        return np.asarray(np.linalg.cholesky(sigma), dtype=np.float64)
    positions = list(order)
    m = sigma.shape[-1]
    if sorted(positions) != list(range(m)):
        raise PanelVARError(f"排序须恰好包含 0 至 {m - 1} 各一次；读到 {positions}。")
    back = np.argsort(positions)
    ordered = sigma[..., positions, :][..., :, positions]
    impact: Array = np.asarray(np.linalg.cholesky(ordered), dtype=np.float64)
    return impact[..., back, :][..., :, back]


def orthogonal_responses(phi: Array, impact: Array) -> Array:
    """Responses to one-standard-deviation orthogonal shocks, Phi_h P."""
    stacked = phi.reshape(*phi.shape[:-3], -1, phi.shape[-1])
    responses: Array = (stacked @ impact).reshape(phi.shape)
    return responses


def generalised_responses(phi: Array, sigma: Array) -> Array:
    """Phi_h Sigma e_j / sqrt(sigma_jj), free of ordering (Pesaran and Shin 1998)."""
    deviations = np.sqrt(np.diagonal(sigma, axis1=-2, axis2=-1))
    return orthogonal_responses(phi, sigma / deviations[..., None, :])


def variance_decomposition(orthogonal: Array) -> Array:
    """Share of each impulse in the forecast error variance of each response.

    Row h sums squared orthogonal responses over 0 .. h, so the first row is the impact.
    """
    contributions = np.cumsum(orthogonal**2, axis=-3)
    shares: Array = contributions / contributions.sum(axis=-1, keepdims=True)
    return shares


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

    Parameters
    ----------
    coefficients : array (..., m, mp)
    sigma : array (..., m, m)
        Innovation covariance; not used for simple responses.
    kind : {"simple", "orthogonal", "generalised", "fevd"}
    horizon : int
        Periods after the impact.
    order : sequence of int, optional
        Causal order for "orthogonal" and "fevd".
    cumulative : bool
        Sum over horizons (not for "fevd").

    Raises
    ------
    PanelVARError
        For an unknown kind, a negative horizon, or an order that is no permutation.
    """
    if kind not in RESPONSE_KINDS:
        raise PanelVARError(f"响应类型须为 {'、'.join(RESPONSE_KINDS)} 之一；读到 {kind!r}。")
    if horizon < 0 or (cumulative and kind == "fevd"):
        raise PanelVARError(f"期数须为非负整数，且方差分解不能累积；读到 {horizon}、{kind}。")
    phi = moving_average(coefficients, horizon)
    if kind == "simple":
        values = phi
    elif kind == "generalised":
        values = generalised_responses(phi, sigma)
    else:
        values = orthogonal_responses(phi, cholesky_impact(sigma, order))
    if kind == "fevd":
        return variance_decomposition(values)
    return np.cumsum(values, axis=-3) if cumulative else values


def positive_definite(sigma: Array) -> BoolArray:
    """Which matrices (..., m, m) are numerically positive definite."""
    smallest = np.linalg.eigvalsh(unit_diagonal(sigma)[0])[..., 0]
    positive: BoolArray = smallest > singular_value_floor(sigma.shape[-1])
    return positive
