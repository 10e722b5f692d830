"""How many lags: criteria of Andrews and Lu (2001), and of the residuals, on one sample."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pvar.data import PanelData
from pvar.design import LONGEST_LAG, Specification
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.fit import fit
from pvar.messages import message
from pvar.options import column_names, listed, whole_number
from pvar.results import PanelVARResults

MODEL_OPTIONS = (
    "transform",
    "depth",
    "collapse",
    "system",
    "predetermined",
    "exogenous",
    "time_effects",
    "missing_instruments",
    "correction",
)
ESTIMATION_OPTIONS = (
    "steps",
    "weight",
    "initial_weight",
    "covariance",
    "cluster",
    "bandwidth",
    "use_t",
)


def select_lags(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    unit: str | None = None,
    time: str | None = None,
    max_lags: int = 3,
    **options: Any,
) -> pd.DataFrame:
    """Criteria for the lag length, 1 .. `max_lags`, on one common sample.

    All models use the rows that the longest one can use. Andrews and Lu's (2001) criteria
    weigh Hansen's J against its degrees of freedom, df = m(L - K), and need more instruments
    than regressors. Where J does not exist they are NaN, a warning says why and what to
    change, and the information criteria of the transformed residuals remain:
    ln|Sigma| + penalty * m K / n, Sigma = E'E/n (they are no likelihoods, since residuals
    are transformed; the older pvar2 programs choose lags by them).

    Parameters
    ----------
    frame, variables, unit, time
        As in `panel_var`.
    max_lags : int
        Longest model.
    **options
        Those of `panel_var`, except lags. An automatic depth is that of the longest model, so
        that all have the same instruments. Where two steps are not asked for and not possible,
        the one-step estimate is used.

    Returns
    -------
    DataFrame
        Index lags; columns n, moments, j, df, p, mbic, maic, mqic, cd (coefficient of
        determination, 1 - |Sigma| / |Sigma of y|), aic, bic, hqic, modulus. Smaller criteria
        are better. cd is below zero where the residuals vary more than y: a little so even at
        the true coefficients, because the transform correlates lags with errors, far so where
        instruments are weak.

    Raises
    ------
    PanelVARError
        As in `panel_var`, and for an option that it does not have.
    """
    check_known(options)
    model = {name: options[name] for name in MODEL_OPTIONS if name in options}
    estimation = {name: options[name] for name in ESTIMATION_OPTIONS if name in options}
    longest = whole_number("max_lags", max_lags, least=1, most=LONGEST_LAG)
    specification = Specification(column_names("variables", variables), **model)
    keys = {"unit": unit, "time": time, "cluster": options.get("cluster")}
    data = PanelData.from_frame(frame, specification.columns, **keys)
    return lag_criteria(data, specification, longest, **estimation)


def check_known(options: dict[str, Any]) -> None:
    """Refuse names that are no options of `panel_var`, and lags."""
    unknown = [name for name in options if name not in MODEL_OPTIONS + ESTIMATION_OPTIONS]
    if unknown:
        raise PanelVARError(
            message(
                "select_lags has no option {names}; it tries lags 1 to max_lags, and takes "
                "{allowed}.",
                names=listed(unknown),
                allowed=listed(MODEL_OPTIONS + ESTIMATION_OPTIONS),
            )
        )


def lag_criteria(
    data: PanelData, specification: Specification, max_lags: int, **estimation: Any
) -> pd.DataFrame:
    """`select_lags` on prepared data; the lags of the specification are replaced."""
    depth = specification.depth or replace(specification, lags=max_lags).distances
    models = [replace(specification, lags=p, depth=depth) for p in range(1, max_lags + 1)]
    fits = [common_sample_fit(data, model, max_lags, estimation) for model in models]
    frame = pd.DataFrame.from_dict(dict(enumerate(map(criteria, fits), 1)), orient="index")
    frame.index.name = "lags"
    for caution in cautions(fits, frame):
        warnings.warn(caution, PanelVARWarning, stacklevel=3)
    return frame


def common_sample_fit(
    data: PanelData, specification: Specification, sample_lags: int, estimation: dict[str, Any]
) -> PanelVARResults:
    """A fit on the common sample; by one step where two are not asked for and not possible."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PanelVARWarning)
        if estimation.get("steps") is None:
            with suppress(PanelVARError):
                return fit(data, specification, sample_lags=sample_lags, **estimation)
            estimation = estimation | {"steps": "one"}
        return fit(data, specification, sample_lags=sample_lags, **estimation)


def criteria(results: PanelVARResults) -> dict[str, float]:
    """Criteria of one model."""
    j, df, n = results.hansen.statistic, results.hansen.df, results.n_obs
    j = j if df else np.nan
    m, k = results.coefficients.shape
    sigma = results.sigma * (n - results.moments.fitted) / n
    explained = results.moments.gram[-m:, -m:] / n
    (_, log_sigma), (_, log_total) = np.linalg.slogdet(sigma), np.linalg.slogdet(explained)
    penalties = {"bic": np.log(n), "aic": 2.0, "hqic": 2.0 * np.log(np.log(n))}
    moment = {f"m{name.replace('h', '')}": j - df * weight for name, weight in penalties.items()}
    information = {name: log_sigma + weight * m * k / n for name, weight in penalties.items()}
    head = {"n": n, "moments": results.n_moments, "j": j, "df": df, "p": results.hansen.p}
    tail = {"cd": 1.0 - np.exp(log_sigma - log_total), "modulus": results.eigenvalue_moduli[0]}
    return head | moment | information | tail


def cautions(fits: Sequence[PanelVARResults], frame: pd.DataFrame) -> Iterator[str]:
    """Why criteria are missing and what to change."""
    exact = [p for p, found in enumerate(fits, 1) if found.moments.just_identified]
    if exact:
        yield message(
            "No criteria of Andrews and Lu for {lags} lags: there are as many instruments as "
            "regressors, so nothing to test. {cure}",
            lags=listed(exact),
            cure=deeper(fits[-1]),
        )
    gone = frame["j"].isna() & (frame["df"] > 0)
    if gone.any():
        yield message(
            "No criteria of Andrews and Lu for {lags} lags: {moments} moments and {units} units "
            "leave no weight to test them with. Give a smaller depth or fewer variables, or read "
            "aic, bic and hqic.",
            lags=listed(frame.index[gone]),
            moments=int(frame["moments"][gone].max()),
            units=fits[-1].n_units,
        )


def deeper(longest: PanelVARResults) -> str:
    """How to over-identify the longest model, if the units allow it."""
    distances = longest.specification.longest_lag + 1
    moments = longest.n_moments + len(longest.variables) ** 2
    if moments <= longest.n_units:
        return message("Give depth={depth} or more, or read aic, bic and hqic.", depth=distances)
    return message(
        "One distance more would make {moments} moments of {units} units: leave out variables or "
        "lags, or read aic, bic and hqic.",
        moments=moments,
        units=longest.n_units,
    )
