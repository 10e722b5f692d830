"""Swedish municipalities: what StataCorp prints for them, and what Stata's pvar would count."""

from __future__ import annotations

import pandas as pd
import pytest

from pvar import Specification, fit, granger_tests, panel_var
from pvar.data import PanelData
from reference_cases import committed

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")

MUNICIPAL = {"unit": "id", "time": "year"}
NAMES = ["grants", "revenues", "expenditures"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return committed("municipalities.csv")


def test_xtvar_as_printed(frame: pd.DataFrame) -> None:
    """`xtvar grants revenues expenditures, lags(2)`: every figure on StataCorp's page.

    Deviations, all levels as instruments by period, two steps, Windmeijer's errors.
    """
    ours = panel_var(frame, NAMES, lags=2, depth="all", collapse=False, steps="two", **MUNICIPAL)
    rows = ours.moments.unit_rows
    assert (ours.n_obs, ours.n_units) == (1590, 265)
    assert (rows.min(), rows.mean(), rows.max()) == (6, 6, 6)
    assert ours.n_moments == 243
    assert (round(ours.hansen.statistic, 2), ours.hansen.df) == (261.92, 225)
    assert round(ours.hansen.p, 3) == 0.046
    chi2, df, p = granger_tests(ours).loc[("expenditures", "grants")]
    assert (round(chi2, 1), df) == (71.6, 2)
    assert p < 1e-12
    assert ours.covariance_name == "windmeijer"


def test_rows_of_instlags_without_gmmstyle(frame: pd.DataFrame) -> None:
    """instlags(1/4) needs four earlier years: 1983 to 1986; gmmstyle keeps 1980 to 1986."""
    data = PanelData.from_frame(frame, NAMES, **MUNICIPAL)
    for missing, rows in (("drop", 4), ("zero", 7)):
        specification = Specification(tuple(NAMES), depth=4, missing_instruments=missing)
        ours = fit(data, specification, steps="two", weight="row", initial_weight="identity")
        assert ours.n_obs == 265 * rows
        assert ours.n_instruments == 12
        assert ours.hansen.df == 27
