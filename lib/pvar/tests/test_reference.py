"""Every answer of R's panelvar that is right, to eight digits; and where it is not, why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from panels import LABELS, long_frame, var_panel
from pvar import fit, panel_var
from pvar.design import Specification
from pvar.gmm import residual_maker
from reference_cases import Case, cases
from validation import panelvar, stacked_sigma

TOLERANCE = 1e-8
SLOPES = [[0.5, 0.1], [0.0, 0.4]]
ALL = cases()

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


def test_committed_cases_are_present() -> None:
    assert sum(case.name.startswith(("synth30", "unb120")) for case in ALL) == 13


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_answers_of_panelvar(case: Case) -> None:
    differences = dict(panelvar(case))
    assert {"coefficients", "standard errors", "residual covariance"} <= set(differences)
    assert max(differences.values()) < TOLERANCE, differences


def test_transformed_residuals_give_the_innovation_covariance_of_system_gmm() -> None:
    """With known Sigma = I, stacking level residuals adds the variance of the unit effects."""
    data = var_panel(np.random.default_rng(1), 4000, 8, SLOPES, effects=5.0)
    specification = Specification(data.variables, system=True, depth=2)
    ours = fit(data, specification)
    np.testing.assert_allclose(ours.sigma, np.eye(2), atol=0.05)
    (k, rows), squares = (2, ours.n_obs), np.zeros((2, 2))
    for chunk in ours.moments.rows():
        residuals = chunk.transformed_w @ residual_maker(ours.coefficients)
        squares += np.einsum("ntj,ntk->jk", residuals, residuals)
    np.testing.assert_allclose(ours.sigma, squares / (rows - k), rtol=1e-10)
    assert np.diagonal(stacked_sigma(ours)).min() > 10.0


def test_one_step_criterion_is_not_a_test() -> None:
    """In other units panelvar's one-step J changes, Hansen's J does not."""
    data = var_panel(np.random.default_rng(2), 200, 8, SLOPES, effects=5.0)
    larger = replace(data, values=10.0 * data.values)
    specification = Specification(data.variables, depth=3)
    first, other = (fit(d, specification, steps="one") for d in (data, larger))
    assert other.estimate.criterion == pytest.approx(100 * first.estimate.criterion)
    assert other.hansen.statistic == pytest.approx(first.hansen.statistic)


def test_calendar_time_by_hand() -> None:
    """With a gap, rank time would call 2004 the successor of 2002; the calendar does not."""
    values = np.random.default_rng(3).normal(size=(40, 6, 2))
    frame = long_frame(values, [2000, 2001, 2002, 2004, 2005, 2006])
    ours = panel_var(frame, ["y1", "y2"], **LABELS, transform="fd", depth="just")
    zx, zy = np.zeros((2, 2)), np.zeros((2, 2))
    for place in (2, 5):  # 2002 and 2006: the years before and before that are both observed
        level = [values[:, place - k] for k in range(3)]
        zx += level[2].T @ (level[1] - level[2])
        zy += level[2].T @ (level[0] - level[1])
    np.testing.assert_allclose(ours.coefficients, np.linalg.solve(zx, zy).T, rtol=1e-10)
    assert ours.n_obs == 80
    assert any("gaps in time: 40;" in text for text in ours.warnings)
