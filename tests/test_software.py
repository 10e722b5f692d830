"""Why other programs differ: their numbers by another route, and what the guide says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synergy import index_results, islands_panel
from synergy.panel import Panel, demo_panel
from synergy.robustness import VariantComparison, compare_software


@pytest.fixture(scope="module")
def islands() -> Panel:
    return islands_panel()


@pytest.fixture(scope="module")
def compared(islands: Panel) -> VariantComparison:
    return compare_software(islands.values, islands.plan.indicators, alpha=[1 / 3] * 3)


def scaled(panel: Panel) -> dict[str, np.ndarray]:
    """Columns between 0 and 1, all rows together, by system."""
    values, about = panel.values.to_numpy(), panel.plan.indicators
    low, high = values.min(axis=0), values.max(axis=0)
    up = (about["direction"] > 0).to_numpy()
    share = np.where(up, values - low, high - values) / (high - low)
    return {str(s): share[:, about["system"] == s] for s in panel.plan.systems}


def surprise(columns: np.ndarray, base: float) -> np.ndarray:
    """1 less the entropy of each column over all rows, in units of a logarithm's base."""
    shares = columns / columns.sum(axis=0)
    with np.errstate(divide="ignore"):
        logs = np.where(shares > 0, np.log(shares), 0.0)
    return 1 + (shares * logs).sum(axis=0) / np.log(base)


def coordination(systems: list[np.ndarray]) -> np.ndarray:
    """D of equal shares: the root of C times T, C with its nth root."""
    levels = np.array(systems)
    mean = levels.mean(axis=0)
    return np.asarray(np.sqrt(np.prod(levels, axis=0) ** (1 / len(levels)) / mean * mean))


def weighted(columns: np.ndarray, surprises: np.ndarray) -> np.ndarray:
    return np.asarray(columns @ (surprises / surprises.sum()))


def test_spssau_shifts_then_stretches(islands: Panel, compared: VariantComparison) -> None:
    levels = [weighted(c, surprise(c + 0.01, len(c))) for c in scaled(islands).values()]
    stretched = [0.01 + 0.98 * (u - u.min()) / (u.max() - u.min()) for u in levels]
    assert compared.d["spssau_plain"].to_numpy() == pytest.approx(coordination(levels), abs=1e-12)
    assert compared.d["spssau"].to_numpy() == pytest.approx(coordination(stretched), abs=1e-12)


def test_stata_divides_by_rows_or_wrongly_by_years(
    islands: Panel, compared: VariantComparison
) -> None:
    years = islands.values.index.unique(-1).size
    for name, base in (("stata", None), ("stata_years", years)):
        levels = [weighted(c, surprise(c, base or len(c))) for c in scaled(islands).values()]
        assert compared.d[name].to_numpy() == pytest.approx(coordination(levels), abs=1e-12)
    assert compared.erroneous == ("stata_years",)


def test_the_wrong_logarithm_reverses_the_weights(islands: Panel) -> None:
    years = islands.values.index.unique(-1).size
    for columns in scaled(islands).values():
        right, wrong = surprise(columns, len(columns)), surprise(columns, years)
        assert (wrong < 0).all()
        shares = pd.Series(wrong / wrong.sum())
        assert shares.corr(pd.Series(right), method="spearman") == pytest.approx(-1)


def test_a_shift_draws_weights_together(islands: Panel) -> None:
    for columns in scaled(islands).values():
        plain, shifted, tiny = (surprise(columns + by, len(columns)) for by in (0, 0.01, 0.0001))
        spread = [np.std(found / found.sum()) for found in (plain, shifted, tiny)]
        assert spread[1] < spread[0]
        assert spread[2] == pytest.approx(spread[0], abs=5e-4)


def test_scaling_by_year_hides_the_common_course(islands: Panel) -> None:
    pooled = index_results(islands, draws=2).findings.systems["U1"]
    yearly = index_results(islands, weights="yearly", draws=2).findings.systems["U1"]
    course = [found.groupby("year").mean() for found in (pooled, yearly)]
    assert np.ptp(course[1]) < np.ptp(course[0])


def test_stretched_low_indices_raise_d_and_keep_the_order() -> None:
    demo = demo_panel()
    summary = compare_software(demo.values, demo.plan.indicators).summary
    plain, stretched = summary.loc["spssau_plain"], summary.loc["spssau"]
    assert stretched["mean"] - plain["mean"] > 0.05
    assert stretched["grade_up"] > 0.5 > 10 * stretched["grade_down"]
    assert stretched["rank_correlation"] > 0.99


def test_errors_of_the_coupling_degree_lower_d(compared: VariantComparison) -> None:
    right, count = compared.d["ours"], 3
    assert (compared.d["no_root"] <= right + 1e-12).all()
    lost = compared.d["lost_coefficient"].to_numpy()
    assert lost == pytest.approx(right.to_numpy() * count**-0.5)
