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
from pvar.plots import plot_fevd, plot_irf, plot_roots
from pvar.published import ImpliedSystem, NearestStable, implied_system
from pvar.responses import ResponseTable
from pvar.results import HansenTest, PanelVARResults
from pvar.tables import JournalTable, compare
from pvar.unit_roots import im_pesaran_shin, screen_unit_roots
from pvar.wald import WaldTest

__all__ = [
    "AndersonRubin",
    "Draws",
    "HansenTest",
    "ImpliedSystem",
    "JournalTable",
    "NearestStable",
    "PanelData",
    "PanelVARError",
    "PanelVARResults",
    "PanelVARWarning",
    "RankTest",
    "ResponseBands",
    "ResponseTable",
    "SingularMatrixError",
    "Specification",
    "WaldTest",
    "anderson_rubin",
    "anderson_rubin_set",
    "compare",
    "cross_section_dependence",
    "difference_in_hansen",
    "fit",
    "granger_tests",
    "im_pesaran_shin",
    "implied_system",
    "instrument_names",
    "least_squares",
    "panel_var",
    "plot_fevd",
    "plot_irf",
    "plot_roots",
    "robust_rank_test",
    "screen_unit_roots",
    "select_lags",
    "serial_correlation_tests",
    "use_language",
]
