"""Programs in Python, what other programs do otherwise, and the table of the documentation."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pvar import PanelVARResults, panel_var, serial_correlation_tests
from pvar.gmm import score_covariance
from reference_cases import SHARED, committed, empl_uk
from validation import MUNICIPAL, answers, firms, measured, panelbox, pydynpd, recorded

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")
with_firms = pytest.mark.skipif(
    not SHARED.exists(), reason="the Arellano-Bond firms are not committed; see reference/README.md"
)
TABLE = Path(__file__).parents[1] / "docs" / "validation.csv"
NAMES = ["expenditures", "revenues", "grants"]


# --- the table --------------------------------------------------------------------------------


def test_the_table_is_what_is_measured() -> None:
    """Every number of it: at most ten times as large, or still of no account."""
    told = pd.read_csv(TABLE, index_col=["source", "answer"])
    now = measured()
    assert now.index.isin(told.index).all()
    assert not SHARED.exists() or len(now) == len(told)
    told = told.reindex(index=now.index)[now.columns]
    assert (told.isna() == now.isna()).all(axis=None)
    assert ((now <= 10 * told) | (now < 1e-10) | now.isna()).all(axis=None)


def test_answers_are_named_once() -> None:
    named = [(answer.source, answer.name) for answer in answers()]
    assert len(set(named)) == len(named)


# --- pydynpd ----------------------------------------------------------------------------------


@with_firms
def test_what_pydynpd_gives() -> None:
    differences = dict(pydynpd())
    assert len(differences) == 5
    assert max(differences.values()) < 1e-9, differences


@with_firms
def test_what_pydynpd_prints() -> None:
    """Six decimals of seven: its README used another copy of the firms' logarithms."""
    ours, printed = firms(), recorded("pydynpd_firms")["readme"]["printed"]
    for name, values in (
        ("coefficients", ours.coefficients),
        ("standard_errors", ours.standard_errors),
    ):
        told = np.array([*printed[name].values()], dtype=float)
        np.testing.assert_allclose(values[0], told, atol=3e-7, rtol=0)
    assert f"{ours.hansen.statistic:.3f} {ours.hansen.p:.3f}" == "32.666 0.434"
    assert printed["hansen"] == {"statistic": "32.666", "df": ours.hansen.df, "p": "0.434"}
    z = serial_correlation_tests(ours)["z"]
    assert [f"{value:.2f}" for value in z] == printed["serial_correlation"]


def own_deviations(series: pd.DataFrame) -> pd.DataFrame:
    """Forward deviations of each row (unit) over the years in which that series has a value."""
    later = series.iloc[:, ::-1].shift(axis=1)
    n = later.notna().cumsum(axis=1)
    mean = later.fillna(0.0).cumsum(axis=1) / n.where(n > 0)
    return (np.sqrt(n / (n + 1)) * (series.iloc[:, ::-1] - mean)).iloc[:, ::-1]


@with_firms
def test_pydynpd_deviates_each_variable_over_its_own_rows() -> None:
    """A lag exists one year longer than its firm; that row alone makes 1.28 into 1.02."""
    frame = empl_uk()
    names = ["lemp", "lwage", "lcapital"]
    keys = {"unit": "firm", "time": "year"}
    ours = panel_var(frame, names, depth="all", collapse=False, steps="one", **keys)
    level = frame.pivot(index="firm", columns="year")[names]
    lags = [level[name].shift(axis=1) for name in names]
    y, x = own_deviations(level["lemp"]), [own_deviations(lag) for lag in lags]
    rows = y.notna() & np.logical_and.reduce([values.notna() for values in x])
    zx, zy, square = 0.0, 0.0, []
    for year in list(level["lemp"])[1:-1]:
        kept = rows[year].to_numpy()
        z = np.hstack([level[name].loc[:, : year - 1].fillna(0.0)[kept] for name in names])
        square.append((z, np.column_stack([values[year][kept] for values in x]), y[year][kept]))
    for z, regressors, target in square:
        first = z.T @ regressors
        weighted = np.linalg.pinv(z.T @ z)
        zx = zx + first.T @ weighted @ first
        zy = zy + first.T @ weighted @ z.T @ target.to_numpy()
    theirs = recorded("pydynpd_firms")["deviations"]["coefficients"]
    np.testing.assert_allclose(np.linalg.solve(zx, zy), [*theirs.values()], rtol=1e-7)
    np.testing.assert_allclose(ours.coefficients[0, 0], 1.28342220609338, rtol=1e-9)  # panelvar's
    assert round(theirs["L1.n"], 4) == 1.0198


# --- panelbox ---------------------------------------------------------------------------------


def test_least_squares_of_panelbox() -> None:
    differences = dict(panelbox())
    assert len(differences) == 2
    assert max(differences.values()) < 1e-10, differences


def test_gmm_of_panelbox_is_no_gmm() -> None:
    """Its standard errors follow the unit of money, and are the same in all equations."""
    answer = recorded("panelbox_municipalities")
    assert answer["fit_gmm"].startswith("NotImplementedError")
    for one in answer["answers"]:
        errors = np.array(one["standard_errors"])
        np.testing.assert_allclose(errors, np.broadcast_to(errors[0], (3, 3)))
        if one["gmm_step"] == "one-step" and one["multiplied_by"] == 1:
            (other,) = (
                a
                for a in answer["answers"]
                if a["multiplied_by"] == 1000
                and a["gmm_step"] == "one-step"
                and a["instrument_type"] == one["instrument_type"]
            )
            np.testing.assert_allclose(other["coefficients"], one["coefficients"], rtol=1e-6)
            np.testing.assert_allclose(np.array(other["standard_errors"]) * 1e6, errors, rtol=1e-6)


# --- panelvar ---------------------------------------------------------------------------------


def general_inverse(matrix: np.ndarray) -> tuple[np.ndarray, int]:
    """MASS::ginv with its default tolerance, and how many directions it keeps."""
    u, s, vt = np.linalg.svd(matrix)
    kept = s > np.sqrt(np.finfo(float).eps) * s[0]
    return (vt[kept].T / s[kept]) @ u[:, kept].T, int(kept.sum())


def second_step(scale: Any, **options: Any) -> tuple[np.ndarray, PanelVARResults, int]:
    """panelvar 0.5.6's rule: a general inverse where an eigenvalue is below 1e-9, absolutely."""
    frame = committed("municipalities.csv").copy()
    frame[NAMES] *= scale
    ours = panel_var(frame, NAMES, steps="two", **options, **MUNICIPAL)
    moments, first = ours.moments, ours.estimate.first or ours.estimate
    spread = score_covariance(moments, first.coefficients, "unit")
    weight, kept = np.linalg.inv(spread), len(spread)
    if np.abs(np.linalg.eigvalsh(spread)).min() < 1e-9:
        weight, kept = general_inverse(spread)
    slopes, target = np.kron(np.eye(3), moments.zx), moments.zy.T.ravel()
    bread = slopes.T @ weight @ slopes
    return (
        np.linalg.lstsq(bread, slopes.T @ weight @ target, rcond=None)[0].reshape(3, 3),
        ours,
        kept,
    )


def test_general_inverse_follows_the_unit_of_money() -> None:
    """The example of panelvar's manual: a regular weight, thrown away in part."""
    full = {"depth": "all", "collapse": False}
    theirs, ours, kept = second_step(1.0, **full)
    assert (ours.n_moments, kept) == (252, 221)
    assert (round(theirs[0, 0], 4), round(ours.coefficients[0, 0], 4)) == (0.2846, 0.2839)
    thousands, same, kept = second_step(1000.0, **full)
    assert kept == 252
    np.testing.assert_allclose(thousands, ours.coefficients, rtol=1e-6)
    np.testing.assert_allclose(same.coefficients, ours.coefficients, rtol=1e-6)


def test_general_inverse_in_a_just_identified_second_step() -> None:
    """No weight can matter there; with one variable in thousands one of nine directions is left."""
    with warnings.catch_warnings(action="ignore"):
        _, ours, kept = second_step([1000.0, 1.0, 1.0], depth="just")
    _, regular, all_kept = second_step(1000.0, depth="just")
    assert (kept, all_kept) == (1, 9)
    scale = np.array([1000.0, 1.0, 1.0])
    np.testing.assert_allclose(
        ours.coefficients, regular.coefficients * scale[:, None] / scale, rtol=1e-6
    )
