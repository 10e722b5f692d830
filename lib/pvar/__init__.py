"""Panel vector autoregression by GMM, as economists know it.

`panel_var` estimates from a long data frame; `fit` from prepared `PanelData` and a
`Specification`. Both give `PanelVARResults`, from which responses, bands and tests follow.
"""

from pvar.bands import ResponseBands
from pvar.bootstrap import Draws
from pvar.data import PanelData
from pvar.dependence import cross_section_dependence
from pvar.design import Specification
from pvar.diagnostics import granger_tests, serial_correlation_tests
from pvar.errors import PanelVARError, PanelVARWarning, SingularMatrixError
from pvar.fit import fit, panel_var
from pvar.identification import (
    AndersonRubin,
    RankTest,
    anderson_rubin,
    anderson_rubin_set,
    robust_rank_test,
)
from pvar.lag_choice import select_lags
from pvar.least_squares import least_squares
from pvar.messages import use_language
from pvar.overidentification import difference_in_hansen, instrument_names
from pvar.published import ImpliedSystem, implied_system
from pvar.results import HansenTest, PanelVARResults, ResponseTable
from pvar.unit_roots import im_pesaran_shin, screen_unit_roots

__all__ = [
    "AndersonRubin",
    "Draws",
    "HansenTest",
    "ImpliedSystem",
    "PanelData",
    "PanelVARError",
    "PanelVARResults",
    "PanelVARWarning",
    "RankTest",
    "ResponseBands",
    "ResponseTable",
    "SingularMatrixError",
    "Specification",
    "anderson_rubin",
    "anderson_rubin_set",
    "cross_section_dependence",
    "difference_in_hansen",
    "fit",
    "granger_tests",
    "im_pesaran_shin",
    "implied_system",
    "instrument_names",
    "least_squares",
    "panel_var",
    "robust_rank_test",
    "screen_unit_roots",
    "select_lags",
    "serial_correlation_tests",
    "use_language",
]
