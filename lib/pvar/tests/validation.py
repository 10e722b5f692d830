"""How far pvar is from every recorded answer of another program.

`python validation.py` prints the largest relative difference of each quantity for each recorded
answer that is present; `python validation.py ../docs/validation.csv` wrote the table of the
documentation. Tests hold the differences to a tolerance and that table to the differences.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pvar import PanelVARResults, least_squares, panel_var, serial_correlation_tests
from pvar.data import PanelData
from pvar.design import Design, LagInstruments, Term
from pvar.gmm import one_step, residual_maker, sandwich
from pvar.moments import Sample, accumulate
from pvar.responses import impulse_responses
from reference_cases import (
    COMMITTED,
    KEYS,
    NAMES,
    SHARED,
    Case,
    cases,
    committed,
    empl_uk,
    relative,
)

Differences = Iterator[tuple[str, float]]
KINDS = {"oirf": "orthogonal", "girf": "generalised", "fevd": "fevd"}
FIRM = {"unit": "firm", "time": "year", "transform": "fd", "depth": "all"}
MUNICIPAL = {"unit": "id", "time": "year"}


class Answer(NamedTuple):
    """One recorded answer: the program, its name here, and how to compare with it."""

    source: str
    name: str
    differences: Callable[[], Differences]


def answers() -> list[Answer]:
    """Every recorded answer that is present."""
    found = [Answer("panelvar", case.name, partial(panelvar, case)) for case in cases()]
    found += [
        Answer("linearmodels", name, partial(linearmodels, name))
        for name in recorded("linearmodels_within")["answers"]
    ]
    found.append(Answer("panelbox, least squares", "panelbox_municipalities", panelbox))
    if SHARED.exists():
        found += [Answer("plm", name, partial(plm, name)) for name in PLM]
        found.append(Answer("pydynpd", "pydynpd_firms", pydynpd))
    return found


def recorded(name: str) -> dict[str, Any]:
    """An answer that is committed."""
    return dict(json.loads((COMMITTED / f"{name}.json").read_text(encoding="utf-8")))


def worst(ours: np.ndarray, theirs: Any) -> float:
    """Largest relative difference of any entry."""
    other = np.asarray(theirs, dtype=float)
    return float(np.max(np.abs(ours - other) / np.abs(other)))


# --- panelvar ---------------------------------------------------------------------------------


def panelvar(case: Case) -> Differences:
    """All that R's panelvar gave for one call."""
    ours = case.estimate()
    assert {name: getattr(ours, name) for name in case.counts} == case.counts
    yield "coefficients", worst(ours.coefficients, case.coefficients)
    yield "standard errors", worst(ours.standard_errors, case.standard_errors)
    if case.two_step and not ours.moments.just_identified:
        yield "plain two-step covariance", relative(plain_covariance(case), case.plain_covariance)
    yield from panelvar_hansen(case, ours)
    sigma = stacked_sigma(ours) if case.system else ours.sigma
    yield "residual covariance", relative(sigma, case.values("sigma_u"))
    for key, kind in KINDS.items():
        if case.has(key):
            values = impulse_responses(ours.dynamics, sigma, kind=kind)
            yield f"responses, {kind}", relative(values, case.responses(key))
    if case.has("eigenvalues"):
        theirs = np.array(case.answer["eigenvalues"]["modulus"])
        yield "eigenvalue moduli", relative(ours.eigenvalue_moduli, theirs)


def plain_covariance(case: Case) -> np.ndarray:
    """Two-step covariance without Windmeijer's correction, in R's order of coefficients."""
    ours = case.estimate(covariance="unadjusted")
    m, k = ours.coefficients.shape
    by_regressor = np.arange(m * k).reshape(m, k).T.ravel()  # R stacks columns
    return ours.covariance[np.ix_(by_regressor, by_regressor)]


def panelvar_hansen(case: Case, ours: PanelVARResults) -> Differences:
    """J and its p-value; after one step the criterion, which panelvar prints as J."""
    theirs = case.answer["hansen_j"]
    assert ours.hansen.df == theirs["parameter"]
    if ours.moments.just_identified:
        assert ours.hansen.statistic == 0.0
    elif case.two_step:
        yield "Hansen's J", worst(ours.hansen.statistic, theirs["statistic"])
        yield "p-value of J", worst(ours.hansen.p, theirs["p.value"])
    else:
        yield "one-step criterion", worst(ours.estimate.criterion, theirs["statistic"])


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


# --- plm --------------------------------------------------------------------------------------

MODELS = {
    "ab91_t4a": "lwage L1.lwage lcapital L1.lcapital L2.lcapital loutput L1.loutput L2.loutput",
    "ab91_t4b": "lwage L1.lwage lcapital loutput L1.loutput",
}
STEPS = {"onestep": "one", "twostep": "two", "twosteps": "two"}


def plm(name: str) -> Differences:
    """What R's plm gave for one equation of the Arellano-Bond firms."""
    theirs = json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))
    if name == "plm_bb98_t4_onestep_ld":
        coefficients, errors, k = blundell_bond(theirs)
    else:
        ours, order = PLM[name](name)
        coefficients, errors, k = ours.coefficients[0], ours.standard_errors[0], len(order)
        yield "serial correlation", serial_difference(ours, theirs)
        if ours.steps == "two":
            yield "Hansen's J", worst(ours.hansen.statistic, theirs["sargan"]["statistic"])
        theirs["coef"], theirs["se_vcovHC"] = (
            {key: theirs[part][key] for key in order} for part in ("coef", "se_vcovHC")
        )
    yield "coefficients", worst(coefficients[:k], list(theirs["coef"].values())[:k])
    yield "standard errors", worst(errors[:k], list(theirs["se_vcovHC"].values())[:k])


def arellano_bond(name: str) -> tuple[PanelVARResults, list[str]]:
    """Columns a and b of table 4, and plm's names of the coefficients."""
    _, paper, column, steps = name.split("_")
    model = f"{paper}_{column.rstrip('12')}"
    exogenous = MODELS[model].split()
    options = {"lags": 2, "collapse": False, "exogenous": exogenous, "time_effects": "dummies"}
    ours = panel_var(empl_uk(), ["lemp"], steps=STEPS[steps], **FIRM, **options)
    theirs = json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))
    assert ours.n_instruments == theirs["n_instruments"]
    return ours, list(theirs["coef"])[: 2 + len(exogenous)]


def one_equation(name: str) -> tuple[PanelVARResults, list[str]]:
    """One equation alone, so that its two-step weight is its own."""
    variable, _, steps, layout = name.removeprefix("plm_pvar_eq_").split("_")
    others = [other for other in ("emp", "wage", "capital") if other != variable]
    ours = panel_var(
        empl_uk(),
        [f"l{variable}"],
        collapse=layout == "col",
        predetermined=[f"L1.l{other}" for other in others],
        steps=STEPS[steps],
        **FIRM,
    )
    return ours, [f"lag(log({other}), 1)" for other in (variable, *others)]


def blundell_bond(theirs: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, int]:
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
    assert moments.n_instruments == theirs["n_instruments"]
    estimate = one_step(moments)
    return estimate.coefficients[0], np.sqrt(np.diagonal(sandwich(estimate))), 5


def serial_difference(ours: PanelVARResults, theirs: dict[str, Any]) -> float:
    """Of m_1 and m_2, which plm prints to seven digits."""
    lines = [line for line in theirs["summary"] if line.startswith("Autocorrelation")]
    printed = [float(line.split("normal = ")[1].split()[0]) for line in lines]
    return worst(serial_correlation_tests(ours)["z"].to_numpy(), printed)


PLM: dict[str, Callable[[str], tuple[PanelVARResults, list[str]]]] = {
    "plm_ab91_t4a1_onestep": arellano_bond,
    "plm_ab91_t4a2_twostep": arellano_bond,
    "plm_ab91_t4b_onestep": arellano_bond,
    "plm_ab91_t4b_twostep": arellano_bond,
    "plm_bb98_t4_onestep_ld": arellano_bond,
} | {
    f"plm_pvar_eq_{variable}_fd_{steps}_{layout}": one_equation
    for variable in ("emp", "wage", "capital")
    for steps in ("onestep", "twosteps")
    for layout in ("col", "nc")
}


# --- programs in Python -----------------------------------------------------------------------


def linearmodels(case: str) -> Differences:
    """Least squares with unit effects, with six covariances."""
    answer = recorded("linearmodels_within")
    theirs, errors = answer["answers"][case], []
    for name, arguments in answer["args_by_covariance"].items():
        ours, factor = within(case, name, arguments)
        errors.append(worst(ours.standard_errors[:, :2] * factor, theirs[name]))
        assert ours.n_obs == theirs["n_obs"]
    yield "coefficients", worst(ours.coefficients[:, :2], theirs["coefficients"])
    yield "standard errors", max(errors)
    yield "residual covariance", worst(np.diagonal(ours.sigma), theirs["variance"])


def within(case: str, name: str, arguments: dict[str, Any]) -> tuple[PanelVARResults, float]:
    """Our estimate, and the factor by which linearmodels counts years where it clusters."""
    file, kind = case.split()
    frame, two_way = committed(file), kind == "two-way"
    options: dict[str, Any] = {"time_effects": "dummies" if two_way else "none"}
    options["covariance"] = arguments["cov_type"].replace("kernel", "driscoll-kraay")
    options |= {"bandwidth": arguments["bandwidth"]} if "bandwidth" in arguments else {}
    options |= {"cluster": "group"} if name == "cluster" else {}
    ours = least_squares(frame.assign(group=frame["id"] * 7 % 10), NAMES[:2], **options, **KEYS)
    clustered = two_way and options["covariance"] == "clustered"
    return ours, np.sqrt(ours.n_obs / (ours.n_obs - ours.n_units - 11)) if clustered else 1.0


def panelbox() -> Differences:
    """panelbox's least squares; its clusters have the factor G / (G - 1) (n - 1) / (n - K)."""
    theirs = recorded("panelbox_municipalities")["ols"]
    names = ["expenditures", "revenues", "grants"]
    ours = least_squares(committed("municipalities.csv"), names, **MUNICIPAL)
    assert ours.n_obs == theirs["n_obs"]
    g, n = ours.n_units, ours.n_obs
    factor = np.sqrt(g / (g - 1) * (n - 1) / (n - len(names)))
    yield "coefficients", worst(ours.coefficients, theirs["coefficients"])
    yield "standard errors", worst(ours.standard_errors * factor, theirs["standard_errors"])


def firms() -> PanelVARResults:
    """The model of pydynpd's README, on the Arellano-Bond firms."""
    frame = empl_uk().rename(columns={"lemp": "n", "lwage": "w", "lcapital": "k"})
    options: dict[str, Any] = FIRM | {"lags": 2, "depth": 3, "collapse": False, "steps": "two"}
    options |= {"predetermined": ["w"], "exogenous": ["k"], "time_effects": "dummies"}
    return panel_var(frame, ["n"], **options)


def pydynpd() -> Differences:
    """What pydynpd gives for the example of its README."""
    ours, theirs = firms(), recorded("pydynpd_firms")["readme"]
    for name in ("n_obs", "n_units", "n_instruments"):
        assert getattr(ours, name) == theirs[name]
    assert ours.hansen.df == theirs["hansen"]["df"]
    yield "coefficients", worst(ours.coefficients[0], [*theirs["coefficients"].values()])
    yield "standard errors", worst(ours.standard_errors[0], [*theirs["standard_errors"].values()])
    yield "Hansen's J", worst(ours.hansen.statistic, theirs["hansen"]["statistic"])
    yield "p-value of J", worst(ours.hansen.p, theirs["hansen"]["p"])
    z = serial_correlation_tests(ours)["z"].to_numpy()
    yield "serial correlation", worst(z, theirs["serial_correlation"])


# --- table ------------------------------------------------------------------------------------


def measured() -> pd.DataFrame:
    """Differences by answer (index source, answer) and quantity; NaN where there is none."""
    with warnings.catch_warnings(action="ignore"):
        found = {(a.source, a.name): dict(a.differences()) for a in answers()}
    table = pd.DataFrame.from_dict(found, orient="index")
    return table.rename_axis(["source", "answer"])


def main(arguments: list[str]) -> None:
    """Print the differences, or write them to a file."""
    table = measured()
    if arguments:
        table.to_csv(arguments[0], float_format="%.0e", lineterminator="\n")
    else:
        print(table.to_string(float_format="{:.0e}".format, na_rep=""))


if __name__ == "__main__":
    main(sys.argv[1:])
