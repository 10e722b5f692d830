"""Does a panel, through the full pipeline, land on the values the demo panel is made for?

``data/calibration_targets.csv`` says what is asked, in the words of the claims ledger. A target
that names a row of the ledger takes measure, value and tolerance from there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synergy.claims.ledger import load_ledger
from synergy.claims.panels import PanelWords
from synergy.claims.printed import Printed
from synergy.dictionary import DATA_DIR
from synergy.evidence import findings_of
from synergy.expressions import Vocabulary, evaluate, parse_expression

if TYPE_CHECKING:
    from synergy.panel import Panel

YEARS = (2010, 2022)


@cache
def calibration_targets() -> pd.DataFrame:
    """Targets of the demo panel.

    Returns
    -------
    DataFrame
        Indexed by ``id``; ``statement`` (Chinese), ``measure`` (an expression on a panel),
        ``value``, ``tolerance``, ``kind`` and ``note`` (Chinese: where we had to give a vague
        word a number). Kinds, for a measure x: "equal" \\|x - value\\| <= tolerance; "band"
        value - tolerance < x <= value + tolerance, as the grades of table 3; "above" x > value;
        "below" x < value. Do not modify: the frame is cached.
    """
    path = DATA_DIR / "calibration_targets.csv"
    table = pd.read_csv(path, index_col="id", keep_default_na=False, dtype=str)
    ledger = load_ledger()
    words = Vocabulary({"v": lambda key: Printed.of(ledger[key])})
    viewed = {key: ledger[claim] for key, claim in table["claim"].items() if claim}
    table["tolerance"] = pd.to_numeric(table["tolerance"])
    for key, claim in viewed.items():
        table.loc[key, ["measure", "target"]] = claim.panel, claim.printed
        table.loc[key, "tolerance"] = claim.tolerance
    values = [float(evaluate(parse_expression(text), words)) for text in table["target"]]
    table.insert(3, "value", values)
    return table.drop(columns=["claim", "target"])


def published_values() -> dict[str, float]:
    """Values that the paper prints or implies, by the id of the calibration target."""
    values = calibration_targets()["value"]
    return {str(name): float(value) for name, value in values.items()}


def calibration_report(panel: Panel) -> pd.DataFrame:
    """Measure every calibration target on a panel.

    Parameters
    ----------
    panel : Panel
        30 provinces, 2010-2022, all 31 indicators; usually ``demo_panel()``.

    Returns
    -------
    DataFrame
        :func:`calibration_targets` with the columns ``reached`` (float) and ``met`` (bool).

    Raises
    ------
    ValueError
        If the panel has other years or lacks an indicator.

    Notes
    -----
    For the demo panel every match is by construction; it confirms nothing about the paper.
    """
    _check(panel)
    words = PanelWords(findings_of(panel, alpha=0.5))
    report = calibration_targets().copy()
    measures = [parse_expression(text) for text in report["measure"]]
    report["reached"] = [float(evaluate(measure, words)) for measure in measures]
    report["met"] = _met(report)
    return report


def _check(panel: Panel) -> None:
    if (panel.years[0], panel.years[-1]) != YEARS:
        raise ValueError(
            f"panel covers {panel.years[0]}-{panel.years[-1]}; "
            f"the targets need {YEARS[0]}-{YEARS[1]}"
        )
    absent = panel.coverage().absent
    if absent:
        raise ValueError(f"panel lacks {', '.join(absent)}; the targets need all indicators")


def _met(report: pd.DataFrame) -> NDArray[np.bool_]:
    x, value, tolerance = report["reached"], report["value"], report["tolerance"]
    by_kind = {
        "equal": (x - value).abs() <= tolerance,
        "band": (x > value - tolerance) & (x <= value + tolerance),
        "above": x > value,
        "below": x < value,
    }
    kinds = [report["kind"] == kind for kind in by_kind]
    return np.select(kinds, list(by_kind.values()), default=False)
