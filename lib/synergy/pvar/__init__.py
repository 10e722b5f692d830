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
from synergy.pvar.published import ImpliedSystem, implied_system
from synergy.pvar.results import HansenTest, PanelVARResults, ResponseTable
from synergy.pvar.unit_roots import im_pesaran_shin, screen_unit_roots
from synergy.pvar.weak import robust_rank_test

__all__ = [
    "Draws",
    "HansenTest",
    "ImpliedSystem",
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
    "im_pesaran_shin",
    "implied_system",
    "panel_var",
    "robust_rank_test",
    "screen_unit_roots",
    "select_lags",
    "serial_correlation_tests",
]
