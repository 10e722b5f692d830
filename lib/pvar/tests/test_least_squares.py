"""Least squares with unit and period effects: the regression with dummies, written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_cases import KEYS, NAMES

from pvar import PanelData, PanelVARError, least_squares


def with_dummies(values: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes (m, m) and E'E / degrees of freedom by regression on explicit dummies."""
    n, periods, m = values.shape
    unit, period = (a.ravel() for a in np.indices((n, periods - 1)))
    cell = groups[unit] * periods + period
    dummies = [unit[:, None] == np.arange(n), cell[:, None] == np.unique(cell)]
    x = np.hstack([values[:, :-1].reshape(-1, m), *dummies]).astype(float)
    y = values[:, 1:].reshape(-1, m)
    coefficients, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    residual = y - x @ coefficients
    return coefficients[:m].T, residual.T @ residual / (len(y) - rank)


@pytest.mark.parametrize("grouped", [False, True])
def test_is_the_regression_with_dummies(small: pd.DataFrame, grouped: bool) -> None:
    data = PanelData.from_frame(small, NAMES[:3], **KEYS)
    groups = np.arange(30) % 4 if grouped else np.zeros(30, dtype=int)
    labels = np.array(list("dcba"))[groups] if grouped else None
    ours = least_squares(data, groups=labels)
    slopes, sigma = with_dummies(data.dense(0, 30), groups)
    np.testing.assert_allclose(ours.coefficients, slopes, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours.sigma, sigma, rtol=1e-9)
    assert ours.variables == tuple(NAMES[:3])


def test_effects_of_units_and_periods_do_not_matter(noise: np.random.Generator) -> None:
    values = noise.normal(size=(20, 8, 2))
    moved = values + 50 * noise.normal(size=(20, 1, 2)) + 50 * noise.normal(size=(1, 8, 2))
    first, other = (least_squares(PanelData.from_array(v)) for v in (values, moved))
    np.testing.assert_allclose(other.coefficients, first.coefficients, rtol=1e-9)
    np.testing.assert_allclose(other.sigma, first.sigma, rtol=1e-9)


def test_refusals(small: pd.DataFrame, uneven: pd.DataFrame) -> None:
    for frame in (uneven, small.assign(y1=small["y1"].where(small.index != 3))):
        with pytest.raises(PanelVARError, match="平衡面板"):
            least_squares(PanelData.from_frame(frame, NAMES[:2], **KEYS))
    short = small[small["year"] < 2003]
    with pytest.raises(PanelVARError, match="30 行"):
        least_squares(PanelData.from_frame(short, NAMES[:2], **KEYS))
