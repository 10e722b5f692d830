"""Least squares with unit effects (LSDV), and its corrections for bias of order 1/T."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvar.data import PanelData
from pvar.design import Correction, Lags, Specification, TimeEffects
from pvar.fit import fit
from pvar.gmm import Covariance
from pvar.options import column_names
from pvar.results import PanelVARResults


def least_squares(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    unit: str | None = None,
    time: str | None = None,
    lags: Lags = 1,
    exogenous: Sequence[str] = (),
    time_effects: TimeEffects = "none",
    correction: Correction | None = None,
    covariance: Covariance | None = None,
    cluster: str | None = None,
    bandwidth: int | None = None,
    use_t: bool = False,
) -> PanelVARResults:
    """Estimate a panel VAR by least squares after subtracting each unit's means.

    y_it = A_1 y_{i,t-1} + ... + A_p y_{i,t-p} + B x_it + mu_i + e_it. It needs no instruments and
    is not weakly identified, but lags correlate with the unit's mean shock, which biases
    the coefficients by about -(1 + a)/T where y has one lag with coefficient a (Nickell 1981).
    More units do not help; the corrections do.

    Parameters
    ----------
    frame, variables, unit, time, lags, cluster, use_t
        As in `panel_var`.
    exogenous : sequence of str
        Further regressors, uncorrelated with shocks of all periods; "L1.x" is x one period back.
    time_effects : {"none", "demean", "dummies"}
        Subtracting period means is exact on balanced panels; dummies are on all panels.
    correction : {"half-panel-jackknife", "hahn-kuersteiner"}, optional
        Twice the estimate less the mean of those from the earlier and the later half of each
        unit's rows (Dhaene and Jochmans 2015); with an odd number the middle row goes once with
        the earlier and once with the later half, halves weigh as many rows as they have, and the
        two results are averaged. Or plus the leading term of the bias, estimated
        (Hahn and Kuersteiner 2002). The first leaves less bias and varies more; both
        assume that the process is the same over time, and the second that it is stable.
    covariance : {"clustered", "robust", "unadjusted", "driscoll-kraay"}, optional
        By default clustered by unit or, if given, by `cluster`. "unadjusted" is that of
        homoskedastic independent shocks. For the jackknife all of them count the variance of
        the halves.
    bandwidth : int, optional
        For "driscoll-kraay", which needs many periods: lags of Bartlett's kernel, by default the
        integer part of 4 (T / 100)^(2/9).

    Returns
    -------
    PanelVARResults
        `sigma` is E'E over the rows less K coefficients, unit means and period means.

    Raises
    ------
    PanelVARError
        If the data or the options do not allow the estimate.
    """
    specification = Specification(
        column_names("variables", variables),
        lags,
        "within",
        exogenous=column_names("exogenous", exogenous),
        time_effects=time_effects,
        correction=correction,
    )
    keys = {"unit": unit, "time": time, "cluster": cluster}
    data = PanelData.from_frame(frame, specification.columns, **keys)
    return fit(
        data,
        specification,
        covariance=covariance,
        cluster=cluster,
        bandwidth=bandwidth,
        use_t=use_t,
    )
