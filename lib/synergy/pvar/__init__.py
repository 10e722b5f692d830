"""Panel vector autoregression by GMM, as economists know it.

`panel_var` estimates from a long data frame; `fit` from prepared `PanelData` and a
`Specification`. Both give `PanelVARResults`, from which responses, bands and tests follow.
"""

from synergy.pvar.bootstrap import Draws, ResponseBands
from synergy.pvar.data import PanelData
from synergy.pvar.design import Specification
from synergy.pvar.diagnostics import granger_tests, select_lags, serial_correlation_tests
from synergy.pvar.errors import PanelVARError, PanelVARWarning, SingularMatrixError
from synergy.pvar.fit import fit, panel_var
from synergy.pvar.results import HansenTest, PanelVARResults, ResponseTable

__all__ = [
    "Draws",
    "HansenTest",
    "PanelData",
    "PanelVARError",
    "PanelVARResults",
    "PanelVARWarning",
    "ResponseBands",
    "ResponseTable",
    "SingularMatrixError",
    "Specification",
    "fit",
    "granger_tests",
    "panel_var",
    "select_lags",
    "serial_correlation_tests",
]
