"""Single equations against R's plm, Arellano and Bond (1991), Blundell and Bond (1998)."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from reference_cases import SHARED, empl_uk, relative

from pvar import PanelVARResults, panel_var, serial_correlation_tests
from pvar.data import PanelData
from pvar.design import Design, LagInstruments, Term
from pvar.gmm import one_step, sandwich
from pvar.moments import Sample, accumulate

pytestmark = [
    pytest.mark.skipif(not SHARED.exists(), reason="the Arellano-Bond firms are not committed"),
    pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning"),
]
TOLERANCE = 1e-8
FIRM = {"unit": "firm", "time": "year", "transform": "fd", "depth": "all"}


def answer(name: str) -> dict[str, Any]:
    return json.loads((SHARED / f"plm_{name}.json").read_text(encoding="utf-8"))


def check_serial_correlation(ours: PanelVARResults, theirs: dict[str, Any]) -> None:
    """plm prints its tests to seven digits."""
    printed = [
        float(re.search(r"normal = (\S+)", line)[1])  # type: ignore[index]
        for line in theirs["summary"]
        if line.startswith("Autocorrelation")
    ]
    np.testing.assert_allclose(serial_correlation_tests(ours)["z"], printed, rtol=1e-6)


MODELS = {
    "ab91_t4a": "lwage L1.lwage lcapital L1.lcapital L2.lcapital loutput L1.loutput L2.loutput",
    "ab91_t4b": "lwage L1.lwage lcapital loutput L1.loutput",
}
FILES = [
    ("ab91_t4a", "one", "ab91_t4a1_onestep"),
    ("ab91_t4a", "two", "ab91_t4a2_twostep"),
    ("ab91_t4b", "one", "ab91_t4b_onestep"),
    ("ab91_t4b", "two", "ab91_t4b_twostep"),
]


@pytest.mark.parametrize(("model", "steps", "file"), FILES)
def test_arellano_bond(model: str, steps: Any, file: str) -> None:
    theirs, exogenous = answer(file), MODELS[model].split()
    ours = panel_var(
        empl_uk(),
        ["lemp"],
        lags=2,
        collapse=False,
        exogenous=exogenous,
        time_effects="dummies",
        steps=steps,
        **FIRM,
    )
    k = 2 + len(exogenous)
    assert ours.n_instruments == theirs["n_instruments"]
    assert relative(ours.coefficients[0, :k], np.array([*theirs["coef"].values()])[:k]) < TOLERANCE
    errors = np.array([*theirs["se_vcovHC"].values()])[:k]
    assert relative(ours.standard_errors[0, :k], errors) < TOLERANCE
    if steps == "two":
        assert ours.hansen.statistic == pytest.approx(theirs["sargan"]["statistic"], rel=TOLERANCE)
    check_serial_correlation(ours, theirs)


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


@pytest.mark.parametrize("variable", ["emp", "wage", "capital"])
@pytest.mark.parametrize("steps", ["one", "two"])
@pytest.mark.parametrize("layout", ["col", "nc"])
def test_one_equation_of_the_panel_var(variable: str, steps: Any, layout: str) -> None:
    """One equation alone, so that its two-step weight is its own."""
    others = [name for name in ("emp", "wage", "capital") if name != variable]
    theirs = answer(f"pvar_eq_{variable}_fd_{steps}step{'s' * (steps == 'two')}_{layout}")
    ours = panel_var(
        empl_uk(),
        [f"l{variable}"],
        collapse=layout == "col",
        predetermined=[f"L1.l{name}" for name in others],
        steps=steps,
        **FIRM,
    )
    order = [f"lag(log({name}), 1)" for name in (variable, *others)]
    for key, values in (("coef", ours.coefficients), ("se_vcovHC", ours.standard_errors)):
        assert relative(values[0], np.array([theirs[key][name] for name in order])) < TOLERANCE
    if steps == "two":
        assert ours.hansen.statistic == pytest.approx(theirs["sargan"]["statistic"], rel=TOLERANCE)
    check_serial_correlation(ours, theirs)


def test_blundell_bond() -> None:
    """System GMM with two further endogenous regressors, built from its design."""
    data = PanelData.from_frame(empl_uk(), ["lemp", "lwage", "lcapital"], unit="firm", time="year")
    design = Design(
        (0,),
        (Term(0, 1), Term(1, 0), Term(1, 1), Term(2, 0), Term(2, 1)),
        tuple(LagInstruments(column, 2, None) for column in range(3)),
        (),
        "fd",
        collapse=False,
        system=True,
        time_effects="dummies",
    )
    moments = accumulate(Sample.of(data, design))
    estimate, theirs = one_step(moments), answer("bb98_t4_onestep_ld")
    assert moments.n_instruments == theirs["n_instruments"]
    slopes = np.array([*theirs["coef"].values()])[:5]
    errors = np.array([*theirs["se_vcovHC"].values()])[:5]
    assert relative(estimate.coefficients[0, :5], slopes) < TOLERANCE
    assert relative(np.sqrt(np.diagonal(sandwich(estimate)))[:5], errors) < TOLERANCE
