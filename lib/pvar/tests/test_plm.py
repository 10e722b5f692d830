"""Single equations against R's plm, Arellano and Bond (1991), Blundell and Bond (1998)."""

from __future__ import annotations

import numpy as np
import pytest

from pvar import panel_var
from reference_cases import SHARED, empl_uk
from validation import FIRM, MODELS, PLM, plm

pytestmark = [
    pytest.mark.skipif(not SHARED.exists(), reason="the Arellano-Bond firms are not committed"),
    pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning"),
]
#: plm prints its tests of serial correlation to seven digits.
TOLERANCES = {"serial correlation": 1e-6}


@pytest.mark.parametrize("name", PLM)
def test_answers_of_plm(name: str) -> None:
    differences = dict(plm(name))
    assert {"coefficients", "standard errors"} <= set(differences)
    assert ("Hansen's J" in differences) == ("twostep" in name)
    for quantity, difference in differences.items():
        assert difference < TOLERANCES.get(quantity, 1e-8), quantity


def test_arellano_bond_as_printed() -> None:
    """Table 4, column b: .474 (.085) and -.053; Sargan 30.1 with 25 degrees of freedom."""
    options = {
        "lags": 2,
        "collapse": False,
        "exogenous": MODELS["ab91_t4b"].split(),
        "steps": "two",
    }
    ours, corrected = (
        panel_var(empl_uk(), ["lemp"], time_effects="dummies", covariance=name, **FIRM, **options)
        for name in ("unadjusted", "windmeijer")
    )
    np.testing.assert_allclose(ours.coefficients[0, :2], [0.474, -0.053], atol=5e-4)
    assert ours.standard_errors[0, 0] == pytest.approx(0.0853, abs=5e-5)
    assert corrected.standard_errors[0, 0] == pytest.approx(0.1854, abs=5e-5)
    assert (round(ours.hansen.statistic, 3), ours.hansen.df) == (30.112, 25)
