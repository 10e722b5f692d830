"""Every answer of R's panelvar that is right, to eight digits; and where it is not, why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from panels import LABELS, long_frame, var_panel
from reference_cases import Case, cases, relative

from pvar import PanelVARResults, fit, panel_var
from pvar.design import Specification
from pvar.gmm import residual_maker
from pvar.responses import impulse_responses

TOLERANCE = 1e-8
SLOPES = [[0.5, 0.1], [0.0, 0.4]]
KINDS = {"oirf": "orthogonal", "girf": "generalised", "fevd": "fevd"}
ALL = cases()
OVER_IDENTIFIED = [c for c in ALL if c.two_step and "justid" not in c.name]

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


@pytest.fixture(scope="module", params=ALL, ids=lambda case: case.name)
def pair(request: pytest.FixtureRequest) -> tuple[Case, PanelVARResults]:
    return request.param, request.param.estimate()


def test_committed_cases_are_present() -> None:
    assert sum(case.name.startswith(("synth30", "unb120")) for case in ALL) == 13


def test_counts_coefficients_and_standard_errors(pair: tuple[Case, PanelVARResults]) -> None:
    case, ours = pair
    assert {name: getattr(ours, name) for name in case.counts} == case.counts
    for name in ("coefficients", "standard_errors"):
        both = getattr(ours, name), getattr(case, name)
        np.testing.assert_allclose(*both, rtol=TOLERANCE, err_msg=name)


@pytest.mark.parametrize("case", OVER_IDENTIFIED, ids=lambda case: case.name)
def test_uncorrected_two_step_covariance(case: Case) -> None:
    ours = case.estimate(covariance="unadjusted")
    m, k = ours.coefficients.shape
    by_regressor = np.arange(m * k).reshape(m, k).T.ravel()  # R stacks columns
    plain = ours.covariance[np.ix_(by_regressor, by_regressor)]
    assert relative(plain, np.array(case.answer["vcov_second_step_uncorrected"])) < TOLERANCE


def test_hansen(pair: tuple[Case, PanelVARResults]) -> None:
    case, ours = pair
    theirs = case.answer["hansen_j"]
    assert ours.hansen.df == theirs["parameter"]
    if ours.moments.just_identified:
        assert ours.hansen.statistic == 0.0
    elif case.two_step:
        assert ours.hansen.statistic == pytest.approx(theirs["statistic"], rel=TOLERANCE)
        assert ours.hansen.p == pytest.approx(theirs["p.value"], rel=1e-7)
    else:
        assert ours.estimate.criterion == pytest.approx(theirs["statistic"], rel=TOLERANCE)


def stacked_sigma(ours: PanelVARResults) -> np.ndarray:
    """panelvar's covariance in system GMM: level residuals thrown in with transformed ones."""
    maker = residual_maker(ours.coefficients)
    squares, n_rows = np.zeros((len(maker.T),) * 2), 0
    for rows in ours.moments.rows():
        residuals = rows.w @ maker
        squares += np.einsum("ntj,ntk->jk", residuals, residuals)
        levels = int(np.any(rows.w[:, rows.kept.shape[1] :] != 0, axis=2).sum())
        fod = ours.specification.transform == "fod"
        n_rows += 2 * levels if fod else levels + int(rows.kept.sum())
    return squares / (n_rows - ours.moments.n_regressors)


def test_sigma_and_responses(pair: tuple[Case, PanelVARResults]) -> None:
    case, ours = pair
    sigma = stacked_sigma(ours) if case.system else ours.sigma
    assert relative(sigma, case.values("sigma_u")) < TOLERANCE
    for key, kind in KINDS.items():
        if case.has(key):
            values = impulse_responses(ours.dynamics, sigma, kind=kind)
            assert relative(values, case.responses(key)) < TOLERANCE
    if case.has("eigenvalues"):
        theirs = np.array(case.answer["eigenvalues"]["modulus"])
        assert relative(ours.eigenvalue_moduli, theirs) < TOLERANCE


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
    assert any("40 units have gaps" in text for text in ours.warnings)
