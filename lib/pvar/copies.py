"""Is a further regressor a lag of a dependent variable under another name?

By name `Specification` refuses lags of dependent variables; a column that the user has shifted
has a name of its own, and only its values give it away.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pvar.data import PanelData
from pvar.design import Specification, dependent_term, split_lag
from pvar.errors import PanelVARError
from pvar.linalg import Array

#: Units whose values are compared, and fewest pairs of values that tell a copy.
UNITS, PAIRS = 50, 10


def check_copies(data: PanelData, specification: Specification) -> None:
    """Refuse further regressors whose values are those of a dependent variable, now or earlier."""
    if len(data.variables) == len(specification.variables):
        return
    cube = data.dense(0, min(UNITS, data.n_units))
    for option in ("predetermined", "exogenous"):
        for name in getattr(specification, option):
            column, shift = split_lag(name)
            values = cube[:, :, data.variables.index(column)]
            for place, variable in enumerate(specification.variables):
                for lag in lags_equal(values, cube[:, :, place]):
                    raise PanelVARError(
                        dependent_term(option, name, variable, lag + shift, specification)
                    )


def lags_equal(values: Array, outcome: Array) -> Iterator[int]:
    """Lags up to half the calendar at which values (units, periods) repeat those of the outcome."""
    n_periods = values.shape[1]
    for lag in range(n_periods // 2 + 1):
        gap = values[:, lag:] - outcome[:, : n_periods - lag]
        known = np.isfinite(gap)
        if known.sum() >= PAIRS and not gap[known].any() and np.ptp(values[:, lag:][known]) > 0:
            yield lag
