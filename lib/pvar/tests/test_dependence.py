"""Pesaran's test of cross-section dependence: by hand, size and power."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from panels import var_panel
from pvar import PanelData, PanelVARError, Specification, cross_section_dependence, fit, panel_var
from pvar.dependence import transformed_residuals
from reference_cases import KEYS, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::pvar.PanelVARWarning")


def test_by_hand_with_unequal_series(uneven: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pvar.dependence.BLOCK", 7)
    few = uneven[uneven["id"] <= 20]
    results = panel_var(few[(few["id"] != 3) | (few["year"] < 2005)], NAMES[:2], **KEYS)
    residuals, kept = transformed_residuals(results)
    terms = []
    for i in range(20):
        for j in range(i):
            both = kept[i] & kept[j]
            if both.sum() >= 3:
                a, b = residuals[i, both, 1], residuals[j, both, 1]
                terms.append((both.sum(), a @ b / np.sqrt((a @ a) * (b @ b))))
    periods, correlation = np.array(terms).T
    row = cross_section_dependence(results).loc["y2"]
    assert row["cd"] == pytest.approx((np.sqrt(periods) * correlation).sum() / len(terms) ** 0.5)
    assert row["mean_correlation"] == pytest.approx(correlation.mean())
    assert row["pairs"] == len(terms) < 190


def test_size_and_power() -> None:
    """Independent units keep the level; a common shock of a fifth of the variance is seen."""
    rejected = []
    for seed in range(90):
        rng = np.random.default_rng(seed)
        data = var_panel(rng, 60, 10, [[0.4]])
        common = var_panel(rng, 2, 10, [[0.4]]).dense(0, 1)
        moved = PanelData.from_array(data.dense(0, 60) + 0.5 * common)
        p = [
            cross_section_dependence(fit(d, Specification(("y1",))))["p"].iloc[0]
            for d in (data, moved)
        ]
        rejected.append(np.array(p) < 0.05)
    size, power = np.mean(rejected, axis=0)
    assert 0.01 < size < 0.1
    assert power > 0.9


def test_short_series_are_refused(small: pd.DataFrame) -> None:
    with pytest.raises(PanelVARError, match="No two of 30 units share 3 periods"):
        cross_section_dependence(panel_var(small[small["year"] < 2005], NAMES[:1], **KEYS))
